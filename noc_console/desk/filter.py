"""The filter language of lists, the same on screen and on the command line.

``state:open grade<=2 domain:access owner:me !channel:mail due<4h age>2d "loss of signal" 光缆``: terms are joined by
and, a comma joins values by or, ``!`` negates, bare words and quoted phrases search. It must not know SQL.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from noc_console.errors import UsageError
from noc_console.i18n import N_, _
from noc_console.text import clean
from noc_console.workflows.durations import parse_duration
from noc_console.workflows.policy_values import DOMAINS, GRADES

#: What can be filtered on, with the help that completion shows.
KEYS = {
    "state": N_("open, all, closed, waiting, or a state such as diagnosing"),
    "grade": N_("P1 to P5; also grade<=2"),
    "domain": N_("transmission, switching, data, wireless, access, bss_oss, or none"),
    "owner": N_("a name, me, or none"),
    "type": N_("fault, consultation, change, performance, version, document"),
    "channel": N_("how it came in, for example mail"),
    "customer": N_("part of the requester's name or organisation"),
    "object": N_("part of the id of an object"),
    "parent": N_("the ref of the parent of a mass fault"),
    "due": N_("time until the next clock runs out: due<4h, due<0s is late"),
    "age": N_("time since registration: age>2d"),
    "idle": N_("time since the last event: idle>1h"),
    "is": N_("late, unowned, mine, urgent, snoozed, breached, chronic, mass, child, incomplete"),
    "sort": N_("due, grade, age, number, idle, owner, state; - turns it round"),
}
FLAGS = ("late", "unowned", "mine", "urgent", "snoozed", "breached", "chronic", "mass", "child", "incomplete")
SERVICE_TYPES = ("fault", "consultation", "change", "performance", "version", "document")
#: Orders of lists; a leading ``-`` turns one round.
SORTS = ("due", "grade", "age", "number", "idle", "owner", "state")
#: What people say for a code.
ALIASES = {"channel": {"mail": "email"}}
_DURATIONS = frozenset({"due", "age", "idle"})
_COMPARED = _DURATIONS | {"grade"}
_TERM = re.compile(
    r'(?P<not>!?)(?:"(?P<quoted>[^"]*)"'
    r'|(?P<key>[A-Za-z_]+)(?P<op><=|>=|:|<|>|=)(?P<value>(?:"[^"]*"|[^\s"])*)'
    r'|(?P<word>[^\s"!][^\s"]*))'
)
_VALUE = re.compile(r'(?:"[^"]*"|[^,"])+')
#: Quotation marks that an input method puts in.
_QUOTES = str.maketrans(dict.fromkeys("“”„‟「」『』", '"'))


@dataclass(frozen=True, slots=True)
class Term:
    """One condition: a key with an operator and values, or a phrase to search (an empty key)."""

    key: str
    op: str
    values: tuple[str, ...]
    negated: bool = False

    @property
    def seconds(self) -> int:
        """Return the duration that the term compares with, in seconds."""
        text = self.values[0]
        return -parse_duration(text[1:]) if text.startswith("-") else parse_duration(text)

    def __str__(self) -> str:
        """Write the term the way it is read."""
        values = ",".join(_quoted(value, in_list=bool(self.key)) for value in self.values)
        return f"{'!' if self.negated else ''}{self.key}{self.op if self.key else ''}{values}"


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed filter: its terms with the implied ones, the order, and its canonical text without them."""

    terms: tuple[Term, ...] = ()
    sort: str = "due"
    text: str = ""

    @property
    def phrases(self) -> tuple[Term, ...]:
        """Return the terms that search."""
        return tuple(term for term in self.terms if not term.key)


def parse(text: str, *, sort: str = "") -> Query:
    """Read a filter; without a state it is ``state:open``. Raises UsageError naming the word and what would do.

    ``sort`` counts before a ``sort:`` in the text. Characters that nobody sees are left out.
    """
    said = tuple(_terms(clean(unicodedata.normalize("NFKC", text)).translate(_QUOTES)))
    orders = [term.values[0] for term in said if term.key == "sort"]
    terms = tuple(term for term in said if term.key != "sort")
    order = _sort(sort) if sort else next(reversed(orders), "")
    implied = () if any(term.key == "state" for term in terms) else (Term("state", ":", ("open",)),)
    chosen = order or ("found" if any(not term.key and not term.negated for term in terms) else "due")
    return Query((*implied, *terms), chosen, " ".join(map(str, said)))


def _terms(text: str) -> Iterator[Term]:
    place = 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        match = _TERM.match(text, place)
        if match is None:
            raise UsageError(
                _("{word} is not finished (at character {place})", word=text[place : place + 20], place=place + 1),
                _("a phrase has a quote on either side; ! stands before a word, a phrase or a key"),
            )
        yield _term(_Word(match))
        place = match.end()


class _Word:
    """A word of a filter with its place, for errors that name both."""

    def __init__(self, match: re.Match[str]) -> None:
        self.match = match
        self.key = (match["key"] or "").casefold()
        self.op = ":" if match["op"] == "=" else match["op"] or ":"

    def refuse(self, what: str, hint: str) -> UsageError:
        shown = self.match.group()
        return UsageError(
            _("{what}: {word} (at character {place})", what=what, word=shown[:60], place=self.match.start() + 1), hint
        )

    def refuse_value(self, value: str, known: tuple[str, ...]) -> UsageError:
        near = difflib.get_close_matches(value, known, 1)
        hint = _("did you mean {key}?", key=near[0]) if near else _("one of: {names}", names=", ".join(known))
        return self.refuse(_("{key} has no value {value}", key=self.key, value=value[:60]), hint)


def _term(word: _Word) -> Term:
    match, key = word.match, word.key
    negated = bool(match["not"])
    if not key:
        phrase = match["word"] if match["quoted"] is None else match["quoted"].strip()
        if not any(map(str.isalnum, phrase)):
            raise word.refuse(_("there is no word to search"), _("write one, or leave it out"))
        return Term("", ":", (phrase,), negated)
    if key not in KEYS:
        near = difflib.get_close_matches(key, KEYS, 1)
        hint = _("did you mean {key}?", key=near[0]) if near else _("keys: {keys}", keys=", ".join(KEYS))
        raise word.refuse(
            _("unknown filter key {key}", key=key[:60]),
            _("{hint}; to search for the text itself, quote it", hint=hint),
        )
    values = tuple(part for found in _VALUE.findall(match["value"]) if (part := found.replace('"', "").strip()))
    if not values:
        raise word.refuse(_("there is no value"), _("{key} takes: {help}", key=key, help=_(KEYS[key])))
    _check_operator(word, values, negated)
    return Term(key, word.op, tuple(_read(word, value) for value in values), negated)


def _check_operator(word: _Word, values: tuple[str, ...], negated: bool) -> None:
    key, compares = word.key, word.op != ":"
    if compares and key not in _COMPARED:
        raise word.refuse(_("{key} cannot be compared with {op}", key=key, op=word.op), _("write {key}:VALUE", key=key))
    if not compares and key in _DURATIONS:
        raise word.refuse(_("{key} is compared with < or >", key=key), _("for example {key}<4h", key=key))
    if len(values) > 1 and (compares or key == "sort"):
        raise word.refuse(_("{key} takes one value here", key=key), _("give one value"))
    if negated and key == "sort":
        raise word.refuse(_("an order cannot be negated"), _("write sort:-due to turn it round"))


def _read(word: _Word, value: str) -> str:
    if word.key in _DURATIONS:
        return _duration(word, value)
    reader = _READERS.get(word.key)
    return reader(word, value) if reader else ALIASES.get(word.key, {}).get(value.casefold(), value)


def _grade(word: _Word, value: str) -> str:
    wanted = value.upper()
    return _one_of(word, wanted if wanted.startswith("P") else f"P{wanted}", GRADES)


def _domain(word: _Word, value: str) -> str:
    wanted = value.casefold()
    begun = [domain for domain in DOMAINS if domain.startswith(wanted)]
    return begun[0] if begun else _one_of(word, wanted, (*DOMAINS, "none"))


def _owner(_word: _Word, value: str) -> str:
    return value.casefold() if value.casefold() in ("me", "none") else value


def _duration(word: _Word, value: str) -> str:
    try:
        parse_duration(value.removeprefix("-"))
    except ValueError as error:
        raise word.refuse(
            _("{value} is not a duration", value=value[:60]), _("for example {key}<4h", key=word.key)
        ) from error
    return value


def _one_of(word: _Word, value: str, known: tuple[str, ...]) -> str:
    if value in known:
        return value
    raise word.refuse_value(value, known)


def _sort(name: str) -> str:
    if name.removeprefix("-") not in SORTS:
        raise UsageError(_("cannot sort by {name}", name=name), _("sort by one of: {names}", names=", ".join(SORTS)))
    return name


def _order(word: _Word, value: str) -> str:
    bare = _one_of(word, value.casefold().removeprefix("-"), SORTS)
    return f"-{bare}" if value.startswith("-") else bare


_READERS: dict[str, Callable[[_Word, str], str]] = {
    "grade": _grade,
    "domain": _domain,
    "owner": _owner,
    "sort": _order,
    "is": lambda word, value: _one_of(word, value.casefold(), FLAGS),
    "type": lambda word, value: _one_of(word, value.casefold(), SERVICE_TYPES),
    "state": lambda word, value: _one_of(word, value.casefold(), states()),
}


def states() -> tuple[str, ...]:
    """Return every word that ``state:`` takes."""
    from noc_console.workflows.catalogue import workflow

    names = {state.name: None for kind in ("fault", "request") for state in workflow(kind).states}
    return ("open", "all", "waiting", *names)


def _quoted(value: str, *, in_list: bool) -> str:
    """Quote a value that would be read as something else."""
    match = _TERM.fullmatch(value)
    bare = (in_list and not re.search(r"[\s,]", value)) or (match and match["word"] and not match["not"])
    return value if bare else f'"{value}"'
