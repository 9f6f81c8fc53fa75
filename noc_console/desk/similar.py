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

from sqlalchemy import BigInteger, Connection, Select, Text, column, func, select
from sqlalchemy import table as sql_table

from noc_console.clock import to_json, to_ms
from noc_console.desk import ticket
from noc_console.desk.rows import Values, values_of
from noc_console.store import search
from noc_console.store.tables import table
from noc_console.workflows.repeats import follows_shortly

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk

#: Newest places of the index that an object, contract or contact is looked up among, and tickets taken of them.
LOOKED_AT: Final = 2_000
TICKETS: Final = 100
#: Newest places that one word is looked up among: a matter has up to ten words, and is looked for while it is typed.
LOOKED_AT_OF_WORD: Final = 500
#: Objects and words that are looked up at most.
OBJECTS: Final = 5
WORDS: Final = 10
SHOWN: Final = 10
#: Tickets that are read of those that share words, the likeliest first.
LIKELY: Final = 30
#: A word that so many tickets have tells little by itself: it counts a quarter.
COMMON: Final = 40
#: What shared words must count together; or so many of them, however common, that little else was said.
ENOUGH: Final = 2.0
MOST_OF: Final = 0.75
LEAST_WORDS: Final = 3
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

    @property
    def any(self) -> bool:
        """Tell whether there is anything to look for."""
        return bool(self.objects or self.contract or self.contacts or self.words)


@dataclass(slots=True)
class Similar:
    """A ticket that is like another: why, how much, and whether this would be its repeat."""

    row: Values
    because: list[str] = field(default_factory=list)
    score: float = 0.0
    repeat: bool = False

    @property
    def remedy_in_short(self) -> str:
        """Return cause and remedy in one line, as far as they are known."""
        remedy = self.row["feedback_result"] or self.row["plan_text"] or ""
        return "; ".join(part for part in (self.row["cause_code"], remedy.strip().partition("\n")[0]) if part)

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
    """Return the earlier tickets of the same object or contract that a ticket may repeat, the newest first."""
    traits = traits_of(row)
    found = _shortly_before(connection, Traits(objects=traits.objects, contract=traits.contract), row, within_s)
    return tuple(sorted(found, key=lambda one: int(one.row["number"]), reverse=True)[:SHOWN])


def same_object(connection: Connection, row: Values, within_s: int) -> tuple[Values, ...]:
    """Return the faults that were restored so shortly before, each with its cause group.

    They are those of the ticket's objects, or of its contract where it names none.
    """
    from noc_console.checklists.cause_codes import load

    traits = traits_of(row)
    only = Traits(objects=traits.objects) if traits.objects else Traits(contract=traits.contract)
    codes = load().by_code
    found = (one.row for one in _shortly_before(connection, only, row, within_s))
    return tuple(
        {**one, "cause_group": codes[one["cause_code"]].group if one["cause_code"] in codes else None}
        for one in found
        if one["service_type"] == "fault"
    )


def _shortly_before(connection: Connection, traits: Traits, later: Values, within_s: int) -> Iterable[Similar]:
    """Return what a ticket may repeat; only what ended in time is read, however often the object has failed."""
    tickets, began = table("ticket"), to_ms(later["registered_at"])
    ended = func.coalesce(tickets.c.restored_at, tickets.c.closed_at)
    found: dict[str, Similar] = {}
    for kind, phrase in _phrases(traits):
        places = _places(connection, phrase, LOOKED_AT)
        if places is None:
            continue
        in_time = ended.between(began - within_s * 1_000, began)
        records = select(places.subquery().c.record)
        for one in connection.execute(select(tickets).where(tickets.c.id.in_(records), in_time)):
            row = values_of("ticket", one)
            if _has(row, kind, phrase) and follows_shortly(row, later, within_s):
                found.setdefault(row["id"], Similar(row, repeat=True)).because.append(kind)
    return found.values()


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
    return tuple(ordered[:SHOWN])


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
    """Count the words that tickets share; a common word or two alone are no likeness."""
    words = telling_words(traits.words)
    weights: dict[str, list[float]] = {}
    newest: dict[str, int] = {}
    for word in words:
        places = _newest(connection, word, LOOKED_AT_OF_WORD)
        places.pop(later["id"], None)
        for record, place in places.items():
            weights.setdefault(record, []).append(1.0 if len(places) < COMMON else 0.25)
            newest[record] = max(place, newest.get(record, 0))
    alike = [key for key, one in weights.items() if key in found or _alike(one, len(words))]
    alike.sort(key=lambda key: (sum(weights[key]), newest[key]), reverse=True)
    rows = {row["id"]: row for row in _tickets(connection, [key for key in alike[:LIKELY] if key not in found])}
    for key in alike:
        if key in rows or key in found:
            one = found[key] if key in found else found.setdefault(key, Similar(rows[key]))
            one.because.append("words")
            one.score += sum(weights[key])


def _alike(weights: Sequence[float], said: int) -> bool:
    """Tell whether the words that a ticket shares, of so many that were said, are a likeness."""
    return sum(weights) >= ENOUGH or len(weights) >= max(LEAST_WORDS, MOST_OF * said)


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
    """Return the newest tickets that have a phrase."""
    return _tickets(connection, _newest(connection, phrase, LOOKED_AT, TICKETS))


def _newest(connection: Connection, phrase: str, places: int, most: int | None = None) -> dict[str, int]:
    """Return the newest records that have a phrase, at most so many, each with its newest place."""
    chosen = _places(connection, phrase, places)
    found: dict[str, int] = {}
    for row in connection.execute(chosen) if chosen is not None else ():
        found.setdefault(row.record, row.place)
        if len(found) == most:  # what is not looked at is not read either
            break
    return found


def _places(connection: Connection, phrase: str, most: int) -> Select[str, int] | None:
    """Return what selects the newest places of a phrase; it is a parameter, never SQL. None where it has no word."""
    matches = search.condition(connection.dialect.name, phrase, begun=False)
    if matches is None:
        return None
    record, place = column("record", Text), column("rowid", BigInteger)
    index = sql_table("search", record, place)
    return select(record, place.label("place")).select_from(index).where(matches).order_by(place.desc()).limit(most)


def _tickets(connection: Connection, ids: Iterable[str]) -> Sequence[Values]:
    tickets = table("ticket")
    found = connection.execute(select(tickets).where(tickets.c.id.in_(list(ids))))
    return [values_of("ticket", row) for row in found]


def _json(value: datetime | None) -> str | None:
    return to_json(value) if value else None
