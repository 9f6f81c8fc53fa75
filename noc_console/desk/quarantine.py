"""What came in and could not be taken: listed with its reason, read again, made into a ticket, or discarded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Connection, Table, func, select

from noc_console.desk import channels, ticket
from noc_console.desk import understood as reading
from noc_console.desk.act import Outcome, Wish, act, act_in, refused
from noc_console.desk.facts import facts_of
from noc_console.desk.files import described, safe_name
from noc_console.desk.intake_item import IntakeItem, cut
from noc_console.desk.quarantine_facts import decided
from noc_console.desk.retold import QUARANTINE as QUARANTINE_TEXTS
from noc_console.desk.retold import retold
from noc_console.desk.rows import Values, begun, values_of
from noc_console.errors import BadInput, NotFound
from noc_console.i18n import _
from noc_console.intake.raw_files import RawInput
from noc_console.store import blobs
from noc_console.store.canonical import derived_id
from noc_console.store.engine import retried, together, writing
from noc_console.store.tables import table
from noc_console.workflows.machine import Refusal
from noc_console.workflows.quarantine import QUARANTINE

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk


def page(desk: Desk, *, state: str = "held", limit: int | None = 200) -> tuple[Values, ...]:
    """Return items of a state (``all`` for every one), oldest first."""
    rows = table("quarantine")
    statement = select(rows).order_by(*_as_it_came(rows)).limit(limit)
    if state != "all":
        statement = statement.where(rows.c.state == state)
    with desk.reading() as connection:
        found = [values_of("quarantine", row) for row in connection.execute(statement)]
        return retold(connection, found, QUARANTINE_TEXTS)


def _as_it_came(rows: Table) -> tuple[Column[Any], ...]:
    """Return the order of items: by time, and those of one input as they stand in it."""
    return rows.c.at, rows.c.source, rows.c.position, rows.c.id


def waiting(desk: Desk) -> Iterator[str]:
    """Yield the ids of all that is held, oldest first."""
    rows = table("quarantine")
    with desk.reading() as connection:
        found = connection.execute(select(rows.c.id).where(rows.c.state == "held").order_by(*_as_it_came(rows))).all()
    yield from (str(row.id) for row in found)


def count(desk: Desk, *, cap: int) -> int:
    """Return how many items are held, at most ``cap``."""
    rows = table("quarantine")
    held = select(rows.c.id).where(rows.c.state == "held").limit(cap).subquery()
    with desk.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(held)).scalar_one())


def show(desk: Desk, item: str) -> tuple[Values, bytes]:
    """Return one item by its id, or by the beginning of it, with its original. Raises NotFound.

    Of one that is held no longer it says who has decided when, and the ``ref`` of the ticket that it became.
    """
    with desk.reading() as connection:
        row = begun(connection, "quarantine", item)
        if row is None:
            raise NotFound(
                _("nothing in quarantine is called {item}", item=item),
                _("noc intake quarantine list --state all shows what is there"),
            )
        known = next(iter(decided(connection, row)), {"decided_by": None, "decided_at": None, "ref": None})
        (told,) = retold(connection, [row], QUARANTINE_TEXTS)
        return {**told, **known}, blobs.read(connection, row["sha256"])


def retry(desk: Desk, item: str, *, dry_run: bool = False) -> tuple[IntakeItem, ...]:
    """Read an original again by its channel, as after a repair of the reader, and take it where it can be taken.

    Raises BadInput or Refused where it still cannot, and Refused where somebody has decided on it; everything stays
    as it is then.
    """
    row, raw = show(desk, item)
    with desk.reading() as connection:
        _refuse_decided(desk, connection, row["id"])
    way = channels.channel(row["channel"])
    delivery = f"retry of {row['id']}"
    service = desk.as_service("intake", way.via, delivery=delivery)
    found = RawInput(row["source"] or "-", row["position"], raw, delivery=delivery)
    if dry_run:
        return _taken(tuple(way.take(service, found, True)))
    with together(desk.engine):
        items = _taken(tuple(way.take(service, found, False)))
        event, inputs = _settled(desk, items)
        with writing(desk.engine) as connection:
            act_in(desk, connection, [Wish("quarantine", row["id"], event, inputs)])
    return items


def _refuse_decided(desk: Desk, connection: Connection, item: str) -> None:
    """Raise Refused, saying by whom and to which end, where an item is held no longer.

    The machine would refuse it too, but only after the original was read, or registered, once more.
    """
    take = next(event for event in QUARANTINE.events if event.name == "take")
    name, now, policy = desk.actor_in(connection).name, desk.now(), desk.policy_in(connection)
    facts = facts_of(connection, QUARANTINE, take, item, None, desk=desk, actor=name, now=now, policy=policy)
    plan = QUARANTINE.plan(take, facts, {})
    if isinstance(plan, Refusal) and plan.kind == "state":
        raise refused(facts, take, plan.reasons)


def _taken(items: tuple[IntakeItem, ...]) -> tuple[IntakeItem, ...]:
    """Return what became of an original. Raises BadInput where some of it would be held again."""
    held = next((item for item in items if item.held), None)
    if held is not None:
        hint = _("make a ticket of it by hand, or discard it")
        raise BadInput(_("it still cannot be taken: {why}", why=held.reason or "-"), hint)
    return items


def _settled(desk: Desk, items: tuple[IntakeItem, ...]) -> tuple[str, dict[str, Any]]:
    """Return the event that ends an item which was read after all."""
    for item in items:
        if item.kind == "ticket" and item.ref:
            return "take", {"ticket": ticket.find(desk, item.ref), "why": item.reason or _("read again")}
    told = next((item for item in items if item.reason or item.ref), None)
    return "discard", {"why": (told and (told.reason or told.ref)) or _("read again")}


def take(desk: Desk, item: str, ref: str, why: str, *, dry_run: bool = False) -> Outcome:
    """Record which ticket a person has made of an item."""
    inputs = {"ticket": ticket.find(desk, ref)} | ({"why": why} if why else {})
    return act(desk, Wish("quarantine", show(desk, item)[0]["id"], "take", inputs), dry_run=dry_run)


def discard(desk: Desk, item: str, why: str, *, dry_run: bool = False) -> Outcome:
    """Record that an item is not to be taken, and why; its original stays."""
    inputs = {"why": why} if why else {}
    return act(desk, Wish("quarantine", show(desk, item)[0]["id"], "discard", inputs), dry_run=dry_run)


def understood(desk: Desk, item: str) -> dict[str, Any]:
    """Return the inputs of ``register`` that can be read from an original, for a person to correct and complete."""
    return reading.understood(desk, *show(desk, item))


def register(
    desk: Desk, item: str, kind: str, inputs: Mapping[str, Any], *, intent_id: str = "", dry_run: bool = False
) -> Outcome:
    """Register a ticket from an item that a person has corrected, attach the original, and end the item: all or none.

    Raises Refused by the gates of ``register`` and of the item.
    """
    row, raw = show(desk, item)
    why = inputs.get("why") or _("corrected by hand")
    said = {name: value for name, value in inputs.items() if name != "why"}
    record = derived_id("taken", row["id"])
    fixed = {"received_at": row["at"], "source_channel": row["channel"]}
    known = reading.understood(desk, row, raw)
    if "external_id" in known:  # what its system says of it later finds the ticket
        fixed["external_id"] = known["external_id"]
    original = described(safe_name(f"{row['channel']}-{row['sha256'][:8]}"), raw)
    wishes = [
        Wish(kind, record, "register", {**said, **fixed}, intent_id=intent_id),
        Wish(kind, record, "attach", {"file": original, "comment": cut(row["text"] or why, 1_000)}),
        Wish("quarantine", row["id"], "take", {"ticket": record, "why": why}),
    ]

    def work() -> Outcome:
        with writing(desk.engine) as connection:
            _refuse_decided(desk, connection, row["id"])
            outcome = act_in(desk, connection, wishes)[0]
            if dry_run:
                connection.rollback()
            return outcome

    return retried(work)
