"""Tickets that are like one: of the same object, contract or contact, or with the same words, in Chinese and English.

Bounded whatever the size of the store: each trait is looked up in the search index among its newest finds, and what is
found is compared with the rows themselves. It decides nothing; what counts as a repeat is in ``workflows/repeats.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, bindparam, select, text

from noc_console.clock import to_json
from noc_console.desk import ticket
from noc_console.desk.rows import Values, values_of
from noc_console.store import search
from noc_console.store.tables import table
from noc_console.workflows.repeats import follows_shortly

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk

#: Newest places of the index that one trait is looked up among, and tickets that are taken of them.
LOOKED_AT: Final = 2_000
TICKETS: Final = 100
#: Objects and words that are looked up at most.
OBJECTS: Final = 5
WORDS: Final = 10
SHOWN: Final = 10
#: A word that so many tickets have tells little.
COMMON: Final = 40
_CJK = re.compile("[\u2e80-\u9fff\uf900-\ufaff]+")
_LATIN = re.compile(r"[^\W_]{3,}")
_STOP: Final = frozenset(
    {"the", "and", "for", "with", "from", "not", "but", "are", "was", "has", "have", "been", "can", "cannot", "does"}
    | {"since", "all", "out", "its", "this", "that", "there", "when", "they", "you", "our", "your", "into", "than"}
    | {"then", "them", "one", "two", "she", "his", "her", "who", "what"}
)
#: How much each kind of likeness counts; words count one each.
_WEIGHTS: Final = {"object": 8.0, "contract": 6.0, "contact": 4.0}


@dataclass(frozen=True, slots=True)
class Traits:
    """What tickets are compared by; ``domain`` only breaks ties."""

    objects: tuple[str, ...] = ()
    contract: str = ""
    contacts: tuple[str, ...] = ()
    words: str = ""
    domain: str = ""


@dataclass(slots=True)
class Similar:
    """A ticket that is like another: why, how much, and whether this would be its repeat."""

    row: Values
    because: list[str] = field(default_factory=list)
    score: float = 0.0
    repeat: bool = False

    def json(self) -> dict[str, Any]:
        """Return it as ``noc ticket similar -o json`` lists it: with cause and remedy."""
        row = self.row
        names = ("ref", "state", "grade", "domain", "subject", "owner", "cause_code", "location")
        return {
            **{name: row[name] for name in names},
            **{name: _json(row[name]) for name in ("registered_at", "restored_at", "closed_at")},
            "plan": row["plan_text"],
            "result": row["feedback_result"],
            "prevention": row["feedback_prevention"],
            "chronic": row["chronic"],
            "because": self.because,
            "repeat": self.repeat,
        }


def traits_of(row: Mapping[str, Any]) -> Traits:
    """Return what a ticket is compared by."""
    return Traits(
        objects=tuple(row["objects"] or ()),
        contract=row["contract"] or "",
        contacts=tuple(value for value in (row["phone"], row["address"]) if value),
        words=f"{row['subject']}\n{row['symptom'] or ''}",
        domain=row["domain"] or "",
    )


def of_ticket(desk: Desk, ref: str) -> tuple[Similar, ...]:
    """Return what is like a ticket, most like first. Raises NotFound."""
    row = ticket.row_of(desk, ref)
    with desk.reading() as connection:
        return _found(connection, traits_of(row), row, desk.policy().hard_cases.repeat_within_s)


def of_words(desk: Desk, traits: Traits) -> tuple[Similar, ...]:
    """Return what is like a matter that is about to be registered."""
    unborn = {"id": "", "parent": None, "registered_at": desk.now()}
    with desk.reading() as connection:
        return _found(connection, traits, unborn, desk.policy().hard_cases.repeat_within_s)


def at_registration(desk: Desk, record: str) -> tuple[Similar, ...]:
    """Return what somebody who has just registered a ticket should know: possible repeats, and open doubles.

    Words are left out: what only sounds the same is no reason to stop a person who is on the phone.
    """
    row = ticket.row_of(desk, record)
    traits = replace(traits_of(row), words="")
    with desk.reading() as connection:
        found = _found(connection, traits, row, desk.policy().hard_cases.repeat_within_s)
    return tuple(one for one in found if one.repeat or one.row["open"])


def repeats_in(connection: Connection, row: Values, within_s: int) -> tuple[Similar, ...]:
    """Return the earlier tickets of the same object or contract that a ticket may repeat; nothing else is looked up."""
    traits = traits_of(row)
    found = _found(connection, Traits(objects=traits.objects, contract=traits.contract), row, within_s)
    return tuple(one for one in found if one.repeat)


def same_object(connection: Connection, row: Values) -> tuple[Values, ...]:
    """Return the faults of a ticket's objects, or of its contract where it names none, each with its cause group."""
    from noc_console.checklists.cause_codes import load

    traits = traits_of(row)
    only = Traits(objects=traits.objects) if traits.objects else Traits(contract=traits.contract)
    codes = load().by_code
    rows = (one.row for one in _found(connection, only, row, 0) if one.row["service_type"] == "fault")
    return tuple({**one, "cause_group": codes[one["cause_code"]].group if one["cause_code"] in codes else None}
                 for one in rows)  # fmt: skip


def _found(connection: Connection, traits: Traits, later: Mapping[str, Any], within_s: int) -> tuple[Similar, ...]:
    found: dict[str, Similar] = {}
    for kind, phrase in _phrases(traits):
        for row in _with_phrase(connection, phrase):
            if row["id"] != later["id"] and _has(row, kind, phrase):
                one = found.setdefault(row["id"], Similar(row))
                if kind not in one.because:
                    one.because.append(kind)
                    one.score += _WEIGHTS[kind]
    _add_words(connection, traits, later, found)
    for one in found.values():
        same = "object" in one.because or "contract" in one.because
        one.repeat = same and follows_shortly(one.row, later, within_s)
        one.score += 0.5 if traits.domain and one.row["domain"] == traits.domain else 0.0
    ordered = sorted(found.values(), key=lambda one: (not one.repeat, -one.score, -one.row["number"]))
    return tuple(ordered if within_s == 0 else ordered[:SHOWN])


def _phrases(traits: Traits) -> Iterator[tuple[str, str]]:
    yield from (("object", name) for name in traits.objects[:OBJECTS])
    if traits.contract:
        yield "contract", traits.contract
    yield from (("contact", contact) for contact in traits.contacts)


def _has(row: Values, kind: str, phrase: str) -> bool:
    """Compare the row itself: the index only knows words."""
    wanted = phrase.casefold()
    if kind == "object":
        return wanted in {str(name).casefold() for name in row["objects"]}
    names = ("contract",) if kind == "contract" else ("phone", "address")
    return any((row[name] or "").casefold() == wanted for name in names)


def _add_words(connection: Connection, traits: Traits, later: Mapping[str, Any], found: dict[str, Similar]) -> None:
    """Count the words that tickets share; one common word alone is no likeness."""
    hits: dict[str, float] = {}
    rows: dict[str, Values] = {}
    for word in telling_words(traits.words):
        same = [row for row in _with_phrase(connection, word) if row["id"] != later["id"]]
        weight = 1.0 if len(same) < COMMON else 0.25
        for row in same:
            rows[row["id"]] = row
            hits[row["id"]] = hits.get(row["id"], 0.0) + weight
    for key, score in hits.items():
        if score >= 2.0 or key in found:
            one = found.setdefault(key, Similar(rows[key]))
            one.because.append("words")
            one.score += score


def telling_words(said: str) -> tuple[str, ...]:
    """Return the words of a text that tell something: longer ones of Latin script first, pairs of Chinese characters.

    A pair of characters is what a Chinese word mostly is; no dictionary is needed to find it as a phrase.
    """
    latin = dict.fromkeys(word for word in _LATIN.findall(said.casefold()) if not _CJK.search(word))
    words = sorted((word for word in latin if word not in _STOP), key=len, reverse=True)
    runs = _CJK.findall(said)
    pairs = list(dict.fromkeys(run[at : at + 2] for run in runs for at in range(0, len(run) - 1, 2)))
    share = WORDS // 2
    chosen = [*words[: max(share, WORDS - len(pairs))], *pairs[: max(share, WORDS - len(words))]]
    return tuple(chosen[:WORDS])


def _with_phrase(connection: Connection, phrase: str) -> Sequence[Values]:
    """Return the newest tickets that have a phrase; the phrase is a parameter, never SQL."""
    made = search.condition(connection.dialect.name, phrase)
    if made is None:
        return ()
    sql, parameters = made
    matches = text(sql).bindparams(*(bindparam(name, value, unique=True) for name, value in parameters.items()))
    newest = (
        select(text("search.record AS record, search.rowid AS place"))
        .select_from(text("search"))
        .where(matches)
        .order_by(text("search.rowid DESC"))
        .limit(LOOKED_AT)
    )
    ids = list(dict.fromkeys(row.record for row in connection.execute(newest)))[:TICKETS]
    return _tickets(connection, ids)


def _tickets(connection: Connection, ids: Iterable[str]) -> Sequence[Values]:
    tickets = table("ticket")
    found = connection.execute(select(tickets).where(tickets.c.id.in_(list(ids))))
    return [values_of("ticket", row) for row in found]


def _json(value: datetime | None) -> str | None:
    return to_json(value) if value else None
