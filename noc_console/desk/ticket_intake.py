"""Tickets of other systems become tickets here: opened, updated, known already, left out, or quarantined.

One transaction for many of them, because a delivery holds thousands. What another system says of a ticket is word from
outside: it is written down for the owner, and never closes a ticket round a gate. It must not parse; ``intake/`` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, select

from noc_console.desk import ticket_words
from noc_console.desk.act import Outcome, Wish, act_in
from noc_console.desk.bulk import Pace
from noc_console.desk.intake_item import Action, IntakeItem, hold, refusal
from noc_console.desk.mail_thread import MAX_ID
from noc_console.desk.rows import Values, values_of
from noc_console.desk.ticket import kind_of
from noc_console.errors import BadInput, Refused
from noc_console.i18n import _, joined
from noc_console.intake import tmf621
from noc_console.store import blobs
from noc_console.store.canonical import derived_id
from noc_console.store.engine import retried, writing
from noc_console.store.journal import KEYS, records_of
from noc_console.store.tables import table
from noc_console.workflows.drafts import Quarantined, TicketDraft, TicketNote
from noc_console.workflows.ticket_sets import FINAL

if TYPE_CHECKING:
    from datetime import datetime

    from noc_console.desk.desk import Desk
    from noc_console.intake.raw_files import RawInput
    from noc_console.workflows.policy import Policy

#: States in which another system's ticket needs no work of ours.
ENDED: Final = frozenset({"closed", "cancelled", "rejected"})
#: What another system may say of a ticket that has ended here without it being a new matter.
SETTLED: Final = ENDED | {"resolved"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One ticket of an input with its place there; ``rest`` are further rows that tell of the same ticket."""

    source: str
    index: int
    draft: TicketDraft | Quarantined
    rest: tuple[tuple[int, TicketDraft], ...] = ()


@dataclass(frozen=True, slots=True)
class Way:
    """How a channel's tickets are known and kept.

    ``channel`` is the source that a ticket names, together with its external id; ``originals`` keeps the bytes of each
    item, so that a later word is compared with the last; ``ended`` opens also what has ended in its own system.
    """

    name: str
    channel: str
    originals: bool = True
    ended: bool = False
    default_channel: str = "work_order"


@dataclass(frozen=True, slots=True)
class _Sitting:
    """What holds for one transaction: the policy, the instant, and the connection."""

    policy: Policy
    now: datetime
    connection: Connection


@dataclass(frozen=True, slots=True)
class _Taker:
    """What holds for one delivery: at which desk, by which way, how fast, and whether anything is stored."""

    desk: Desk
    way: Way
    pace: Pace
    dry_run: bool


@dataclass(slots=True)
class _Plan:
    """What one entry comes to: its wishes, and how it is told."""

    entry: Entry
    action: Action
    wishes: list[Wish] = field(default_factory=list)
    known: Values | None = None
    reason: str | None = None


def take(desk: Desk, way: Way, entries: Iterable[Entry], *, dry_run: bool = False) -> Iterator[IntakeItem]:
    """Take in tickets in order, many in one transaction; yields an item for each, and for each further row of it."""
    pace = Pace()
    for batch in _batches(entries, pace):
        yield from _taken(_Taker(desk, way, pace, dry_run), batch)


def _batches(entries: Iterable[Entry], pace: Pace) -> Iterator[list[Entry]]:
    """Yield runs of entries in which no ticket comes twice: what is said of it again has to see what was said first."""
    batch: list[Entry] = []
    names: set[str] = set()
    for entry in entries:
        said = _names(entry)
        if len(batch) >= pace.size or not names.isdisjoint(said):
            yield batch
            batch, names = [], set()
        batch.append(entry)
        names.update(said)
    if batch:
        yield batch


def _names(entry: Entry) -> tuple[str, ...]:
    """Return every id that an entry gives its ticket."""
    if isinstance(entry.draft, Quarantined):
        return ()
    return tuple(name for name in (entry.draft.external_id, *entry.draft.other_ids) if name)


def _taken(taker: _Taker, batch: Sequence[Entry]) -> Iterator[IntakeItem]:
    """Take a batch in one transaction; where a rule refuses one of it, each by itself, so that it stops no other."""
    good = [entry for entry in batch if not isinstance(entry.draft, Quarantined)]
    try:
        items = _in_one(taker, good)
    except (Refused, BadInput):
        items = {entry.index: found for entry in good for found in [_alone(taker, entry)]}
    for entry in batch:
        if isinstance(entry.draft, Quarantined):
            yield _held(taker, entry, entry.draft)
        else:
            yield from items[entry.index]


def _unknown(taker: _Taker, entry: Entry, item: IntakeItem) -> IntakeItem:
    """Keep a change of a ticket that is not known: its beginning may come later, and it is read again then."""
    held = Quarantined.of("unknown_ticket", item.reason or "", _draft(entry).body, item.parsed)
    return _held(taker, entry, held)


def _alone(taker: _Taker, entry: Entry) -> list[IntakeItem]:
    try:
        return _in_one(taker, [entry])[entry.index]
    except (Refused, BadInput) as error:
        code, text = refusal(error)
    assert isinstance(entry.draft, TicketDraft)
    held = Quarantined.of(code, text, entry.draft.body, entry.draft.to_json())
    return [_held(taker, entry, held)]


def _held(taker: _Taker, entry: Entry, draft: Quarantined) -> IntakeItem:
    reason = (draft.reason_code, draft.text)
    item = hold(taker.desk, taker.way.name, entry.source, entry.index, draft.raw, *reason, dry_run=taker.dry_run)
    return replace(item, parsed=dict(draft.parsed)) if draft.parsed is not None else item


def _in_one(taker: _Taker, entries: Sequence[Entry]) -> dict[int, list[IntakeItem]]:
    desk = taker.desk

    def work() -> dict[int, list[IntakeItem]]:
        with writing(desk.engine) as connection, taker.pace.measured():
            plans = _plans(_Sitting(desk.policy_in(connection), desk.now(), connection), taker.way, entries)
            wishes = [wish for plan in plans for wish in plan.wishes]
            outcomes = iter(act_in(desk, connection, wishes))
            told = {
                plan.entry.index: _told(plan, [next(outcomes) for _wish in plan.wishes], taker.dry_run)
                for plan in plans
            }
            if taker.dry_run:
                connection.rollback()
            return told

    items = retried(work) if entries else {}
    unknown = [entry for entry in entries if items[entry.index][0].action == "quarantined"]
    for entry in unknown:
        items[entry.index] = [_unknown(taker, entry, items[entry.index][0])]
    return items


def _told(plan: _Plan, outcomes: list[Outcome], dry_run: bool) -> list[IntakeItem]:
    """Return the items of an entry: of its ticket, and of each further row that became part of it."""
    entry, opened = plan.entry, plan.action == "opened"
    ref = plan.known["ref"] if plan.known else outcomes[0].ref if outcomes and not dry_run else None
    follow = [cause.ref for outcome in outcomes for cause in outcome.causes if cause.event == "register"]
    if follow and not dry_run:  # what was said of an ended ticket became a new one
        ref, opened = follow[0], True
    kind = "ticket" if ref is not None or opened else None
    assert isinstance(entry.draft, TicketDraft)
    action: Action = "opened" if opened else plan.action
    first = IntakeItem(entry.source, entry.index, action, kind, ref, plan.reason, entry.draft.to_json())
    after: Action = "appended" if opened else action
    rest = [IntakeItem(entry.source, n, after, kind, ref, plan.reason, row.to_json()) for n, row in entry.rest]
    return [first, *rest]


# --- What becomes of each ------------------------------------------------------------------------------------


def _plans(sitting: _Sitting, way: Way, entries: Sequence[Entry]) -> list[_Plan]:
    connection = sitting.connection
    ids = {entry.index: _content_id(way, entry) for entry in entries}
    done = records_of(connection, list(ids.values()))
    drafts = [entry.draft for entry in entries if isinstance(entry.draft, TicketDraft)]
    known = _known(connection, way, drafts) | _by_id(connection, set(done.values()))
    return [_plan(sitting, way, entry, ids[entry.index], done, known) for entry in entries]


def _content_id(way: Way, entry: Entry) -> str:
    """Return the id of what an entry says: the same words of the same ticket are one intent, however often given."""
    draft = _draft(entry)
    name = draft.external_id or f"{entry.index}"
    bodies = (draft.body, *(row.body for _n, row in entry.rest))
    return derived_id("ticket", way.channel, name, sha256(b"\0".join(bodies)).hexdigest())


def _plan(
    sitting: _Sitting,
    way: Way,
    entry: Entry,
    content_id: str,
    done: dict[str, str],
    known: dict[str, Values],
) -> _Plan:
    draft = _draft(entry)
    if content_id in done:
        return _Plan(entry, "duplicate", known=known.get(done[content_id]), reason=_("this was taken in before"))
    ticket = next((known[name] for name in (draft.external_id, *draft.other_ids) if name in known), None)
    if ticket is not None:
        return _update(sitting, way, entry, ticket, content_id)
    said = ticket_words.state_word(entry.rest[-1][1] if entry.rest else draft)
    status = (entry.rest[-1][1] if entry.rest else draft).status
    if status in ENDED and not way.ended:
        reason = _("it has ended in its own system ({state}); only open work is taken", state=said)
        return _Plan(entry, "ignored", reason=reason)
    if draft.partial:
        reason = _("it changes the ticket {id}, which is not known here", id=draft.external_id)
        return _Plan(entry, "quarantined", reason=reason)
    return _Plan(entry, "opened", _openings(sitting, way, entry, content_id))


def _openings(sitting: _Sitting, way: Way, entry: Entry, content_id: str) -> list[Wish]:
    """Return the wishes that make a ticket: registered, and what else was said of it kept beside."""
    draft, rows = _draft(entry), tuple(row for _n, row in entry.rest)
    kind = "fault" if draft.service_type == "fault" else "request"
    inputs = ticket_words.registration(
        draft, policy=sitting.policy, now=sitting.now, channel=way.default_channel, source=way.channel
    )
    more = ticket_words.told(draft, rows)
    if not way.originals:
        more = joined("\n", (part for part in (more, ticket_words.note_lines((draft, *rows))) if part))
        if not more:
            return [Wish(kind, "", "register", inputs, intent_id=content_id)]
    record = derived_id("ticket", content_id)
    register = Wish(kind, record, "register", inputs, intent_id=content_id)
    if not way.originals:
        return [register, Wish(kind, record, "note", {"text": more}, intent_id=derived_id(content_id, "note"))]
    words = [_receipt(sitting, way, draft, more), *(_spoken(sitting, way, note) for note in draft.notes)]
    return [register, *_received(kind, record, words, derived_id(content_id, "words"))]


def _update(sitting: _Sitting, way: Way, entry: Entry, ticket: Values, content_id: str) -> _Plan:
    """Return what a later word on a known ticket comes to; the owner reads it and decides (R42, R44)."""
    rows = (_draft(entry), *(row for _n, row in entry.rest))
    last = rows[-1]
    found = ticket_words.changes(sitting.connection, rows, ticket)
    if not found.text and not found.notes:
        return _Plan(entry, "duplicate", known=ticket, reason=_("it says nothing new"))
    settled = found.only_state and last.status in SETTLED
    kind, record = kind_of(ticket), ticket["id"]
    if ticket["state"] in FINAL and settled:
        reason = _("the ticket has ended here too ({state})", state=ticket["state"])
        return _Plan(entry, "ignored", known=ticket, reason=reason)
    if ticket["state"] == "closed" and settled:
        wishes = [Wish(kind, record, "note", {"text": found.text}, intent_id=content_id)]
    else:
        words = [_receipt(sitting, way, last, found.text)] if found.text or way.originals else []
        words += [_spoken(sitting, way, note) for note in found.notes]
        wishes = _received(kind, record, words, content_id)
    return _Plan(entry, "updated", wishes, known=ticket)


def _draft(entry: Entry) -> TicketDraft:
    assert isinstance(entry.draft, TicketDraft)
    return entry.draft


def _received(kind: str, record: str, words: Sequence[dict[str, Any]], content_id: str) -> list[Wish]:
    """Return the wishes by which words come in; the first of an update has the id of what was received."""
    ids = (content_id if number == 0 else derived_id(content_id, number) for number in range(len(words)))
    return [Wish(kind, record, "receive", said, intent_id=name) for said, name in zip(words, ids, strict=True)]


def _receipt(sitting: _Sitting, way: Way, draft: TicketDraft, text: str) -> dict[str, Any]:
    """Return the message that says what was received, with its original where that is kept."""
    original = blobs.keep(sitting.connection, draft.body) if way.originals else None
    said = {"channel": way.name, "at": sitting.now, "subject": draft.subject, "text": text, "source": original}
    return {name: value for name, value in said.items() if value}


def _spoken(sitting: _Sitting, way: Way, note: TicketNote) -> dict[str, Any]:
    """Return a note of another system as a message of its author."""
    at = min(note.at or sitting.now, sitting.now)
    said = {"channel": way.name, "at": at, "sender": note.author, "text": note.text}
    return {name: value for name, value in said.items() if value}


# --- Which tickets are known ---------------------------------------------------------------------------------


def _known(connection: Connection, way: Way, drafts: Sequence[TicketDraft]) -> dict[str, Values]:
    """Return the tickets that drafts are about, by the external id or by our own reference; the newest of several."""
    tickets = table("ticket")
    names = list(dict.fromkeys(draft.external_id[:MAX_ID] for draft in drafts if draft.external_id))
    refs = list(dict.fromkeys(chain.from_iterable(draft.other_ids for draft in drafts)))
    found: dict[str, Values] = {}
    for start in range(0, len(refs), KEYS):
        ours = select(tickets).where(tickets.c.ref.in_(refs[start : start + KEYS]))
        found |= {row.ref: values_of("ticket", row) for row in connection.execute(ours)}
    for start in range(0, len(names), KEYS):
        theirs = (
            select(tickets)
            .where(tickets.c.source_channel == way.channel, tickets.c.external_id.in_(names[start : start + KEYS]))
            .order_by(tickets.c.number)
        )
        found |= {row.external_id: values_of("ticket", row) for row in connection.execute(theirs)}
    return found


def _by_id(connection: Connection, ids: set[str]) -> dict[str, Values]:
    tickets, wanted = table("ticket"), sorted(ids)
    found: dict[str, Values] = {}
    for start in range(0, len(wanted), KEYS):
        rows = connection.execute(select(tickets).where(tickets.c.id.in_(wanted[start : start + KEYS])))
        found |= {row.id: values_of("ticket", row) for row in rows}
    return found


# --- TMF621 --------------------------------------------------------------------------------------------------

TMF621: Final = Way("tmf621", "tmf621")


def one_body(desk: Desk, found: RawInput, dry_run: bool) -> Iterator[IntakeItem]:
    """Take in one TMF621 body: a ticket, a list, an event or a patch."""
    drafts = tmf621.parse(found.raw, where=found.source)
    entries = (Entry(found.source, found.index + number, draft) for number, draft in enumerate(drafts))
    yield from take(desk, TMF621, entries, dry_run=dry_run)
