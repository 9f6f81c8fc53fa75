"""The filter language of lists, the same on screen and on the command line.

``state:open grade<=2 domain:access owner:me !channel:mail due<4h age>2d "loss of signal" 光缆``: terms are joined by
and, a comma joins values by or, ``!`` negates, bare words and quoted phrases search. It must not know SQL.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass

from noc_console.errors import UsageError
from noc_console.i18n import N_, _
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
}
FLAGS = ("late", "unowned", "mine", "urgent", "snoozed", "breached", "chronic", "mass", "child", "incomplete")
SERVICE_TYPES = ("fault", "consultation", "change", "performance", "version", "document")
_DURATIONS = frozenset({"due", "age", "idle"})
_COMPARED = _DURATIONS | {"grade"}
_OPS = ("<=", ">=", ":", "<", ">", "=")
_TERM = re.compile(
    r'(?P<not>!?)(?:"(?P<quoted>[^"]*)"|(?P<key>[A-Za-z_]+)(?P<op><=|>=|:|<|>|=)(?P<value>"[^"]*"|\S*)|(?P<word>\S+))'
)


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


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed filter: its terms, the order, and the text it came from."""

    terms: tuple[Term, ...] = ()
    sort: str = "due"
    text: str = ""

    @property
    def phrases(self) -> tuple[Term, ...]:
        """Return the terms that search."""
        return tuple(term for term in self.terms if not term.key)


#: Orders of lists; a leading ``-`` turns one round.
SORTS = ("due", "grade", "age", "number", "idle", "owner", "state")


def parse(text: str, *, sort: str = "") -> Query:
    """Read a filter; without a state it is ``state:open``. Raises UsageError naming the word and what would do."""
    normal = unicodedata.normalize("NFKC", text)
    terms = tuple(_term(match) for match in _TERM.finditer(normal))
    if not any(term.key == "state" for term in terms):
        terms = (Term("state", ":", ("open",)), *terms)
    return Query(terms, _sort(sort) if sort else ("found" if _searches(terms) else "due"), text.strip())


def _searches(terms: tuple[Term, ...]) -> bool:
    return any(not term.key and not term.negated for term in terms)


def _sort(name: str) -> str:
    if name.removeprefix("-") not in SORTS:
        raise UsageError(_("cannot sort by {name}", name=name), _("sort by one of: {names}", names=", ".join(SORTS)))
    return name


def _term(match: re.Match[str]) -> Term:
    negated = bool(match["not"])
    if match["quoted"] is not None:
        return Term("", ":", (match["quoted"],), negated)
    if match["word"] is not None:
        return Term("", ":", (match["word"],), negated)
    key, op, value = match["key"].casefold(), match["op"], match["value"].strip('"')
    if key not in KEYS:
        _refuse_key(match, key)
    if not value:
        raise UsageError(
            _("{word} has no value (at character {place})", word=match.group(), place=match.start() + 1),
            _("{key} takes: {help}", key=key, help=_(KEYS[key])),
        )
    if op not in (":", "=") and key not in _COMPARED:
        raise UsageError(_("{key} cannot be compared with {op}", key=key, op=op), _("write {key}:VALUE", key=key))
    values = tuple(part for part in value.split(",") if part)
    return Term(key, ":" if op == "=" else op, _checked(key, op, values, match), negated)


def _refuse_key(match: re.Match[str], key: str) -> None:
    near = difflib.get_close_matches(key, KEYS, 1)
    hint = _("did you mean {key}?", key=near[0]) if near else _("keys: {keys}", keys=", ".join(KEYS))
    raise UsageError(
        _("unknown filter key {key} (at character {place})", key=key, place=match.start() + 1),
        _("{hint} to search for the text itself, quote it", hint=hint + ";"),
    )


def _checked(key: str, op: str, values: tuple[str, ...], match: re.Match[str]) -> tuple[str, ...]:
    if key in _DURATIONS:
        return _duration(key, op, values, match)
    if key == "grade":
        return tuple(
            _one_of(key, value if value.upper().startswith("P") else f"P{value}", GRADES, str.upper) for value in values
        )
    if key == "domain":
        return tuple(_domain(value) for value in values)
    if key == "is":
        return tuple(_one_of(key, value, FLAGS, str.casefold) for value in values)
    if key == "type":
        return tuple(_one_of(key, value, SERVICE_TYPES, str.casefold) for value in values)
    if key == "state":
        return tuple(_one_of(key, value, states(), str.casefold) for value in values)
    return values


def states() -> tuple[str, ...]:
    """Return every word that ``state:`` takes."""
    from noc_console.workflows.catalogue import workflow

    names = {state.name: None for kind in ("fault", "request") for state in workflow(kind).states}
    return ("open", "all", "waiting", *names)


def _domain(value: str) -> str:
    if value.casefold() == "none":
        return "none"
    near = [domain for domain in DOMAINS if domain.startswith(value.casefold())]
    return near[0] if near else _one_of("domain", value, (*DOMAINS, "none"), str.casefold)


def _duration(key: str, op: str, values: tuple[str, ...], match: re.Match[str]) -> tuple[str, ...]:
    try:
        parse_duration(values[0].removeprefix("-"))
    except ValueError as error:
        raise UsageError(
            _("{word}: {value} is not a duration", word=match.group(), value=values[0]),
            _("for example {key}<4h", key=key),
        ) from error
    if op in (":", "=") or len(values) > 1:
        raise UsageError(_("{key} is compared with < or >", key=key), _("for example {key}<4h", key=key))
    return values


def _one_of(key: str, value: str, known: tuple[str, ...], case: object) -> str:
    wanted = value.upper() if case is str.upper else value.casefold()
    if wanted in known:
        return wanted
    near = difflib.get_close_matches(wanted, known, 1)
    hint = _("did you mean {key}?", key=near[0]) if near else _("one of: {names}", names=", ".join(known))
    raise UsageError(_("{key} has no value {value}", key=key, value=value), hint)
