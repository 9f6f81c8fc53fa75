"""Which trees fit a ticket, best first: by its alarms, by the symptoms that its words name, then by its domain.

Words are compared in Chinese and English alike. Where nothing fits, the general tree of the domain is proposed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from noc_console.checklists.catalogue_files import Alarm
from noc_console.desk import catalogues, diagnosis, ticket, tree_library
from noc_console.desk.ticket_view import alarms_of
from noc_console.errors import Refused
from noc_console.i18n import language
from noc_console.workflows.tree import GENERAL, SITE, Tree

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk

#: An alarm that is named as the ticket's alarm weighs more than one that its words speak of.
_BY_ALARM: Final = 100
_BY_WORDS: Final = 50
_SAME_DOMAIN: Final = 30
#: So many are proposed, the general one among them.
MOST: Final = 6
#: Alarms of a storm are alike: so many are looked at.
_ALARMS: Final = 50
_TEXT: Final = 8_000
_LATIN: Final = re.compile(r"[a-z0-9]{3,}")
_HAN: Final = re.compile(r"[\u4e00-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A tree that fits, and by what: alarms of the catalogue, or nothing but the domain."""

    tree: Tree
    score: int
    alarms: tuple[Alarm, ...] = ()

    def json(self) -> dict[str, Any]:
        """Return it as ``noc diagnosis propose`` gives it."""
        said = language()
        return {
            "id": self.tree.id,
            "domain": self.tree.domain,
            "title": self.tree.title.text(said),
            "score": self.score,
            "alarms": [{"id": alarm.id, "name": alarm.name.text(said)} for alarm in self.alarms],
        }


def proposals(desk: Desk, ref: str, *, others: bool = False) -> tuple[Proposal, ...]:
    """Return the trees that fit a ticket, best first; the general one of its domain comes last. Raises NotFound.

    With ``others`` every other tree follows, those of the ticket's domain first.
    """
    row = ticket.row_of(desk, ref)
    with desk.reading() as connection:
        reported = alarms_of(connection, row["id"], _ALARMS)
        catalogue = catalogues.alarms(connection)
    known = {kept.id: kept.tree for kept in tree_library.all_in_force(desk)}
    words = _plain(" \n ".join(row[name] or "" for name in ("subject", "symptom"))[:_TEXT])
    names = [_plain(f"{alarm['name']} {alarm['text'] or ''}"[:_TEXT]) for alarm in reported]
    found: dict[str, Proposal] = {}
    for alarm in catalogue.values():
        score = _score(alarm, names, words)
        if score:
            score += _SAME_DOMAIN if alarm.domain == row["domain"] else 0
            for place, name in enumerate(alarm.trees):
                if name in known:
                    before = found.get(name, Proposal(known[name], 0))
                    highest = max(before.score, score - place)
                    found[name] = Proposal(known[name], highest, (*before.alarms, alarm))
    domain = row["domain"]
    for tree in known.values():
        if tree.id not in found and (tree.domain == domain or _is_general(tree, domain)):
            likeness = 0 if tree.domain == GENERAL else _likeness(tree, words)
            found[tree.id] = Proposal(tree, likeness)
    general = [one for one in found.values() if one.tree.domain == GENERAL]
    fitting = [one for one in found.values() if one not in general and one.score > 0]
    fitting.sort(key=lambda one: (-one.score, one.tree.id))
    general.sort(key=lambda one: (-one.score, one.tree.id))
    best = (*fitting[: MOST - 1], *general[: 1 if domain else MOST])
    return (*best, *_others(known.values(), best, domain)) if others else best


def beginnable(desk: Desk, ref: str) -> tuple[tuple[Proposal, ...], Refused | None]:
    """Return the trees that may be begun for a ticket now, best first, and why those left out may not.

    Lists of a visit begin where a diagnosis does not, so each of both kinds is judged once. Raises NotFound, and
    Refused where nothing may be begun.
    """
    found = proposals(desk, ref, others=True)
    trees, visits = (tuple(one for one in found if _is_visit(one) is kind) for kind in (False, True))
    no_tree, no_visit = _refusal(desk, ref, trees), _refusal(desk, ref, visits)
    kept = tuple(one for one in found if (no_visit if _is_visit(one) else no_tree) is None)
    refusal = no_tree or no_visit
    if not kept and refusal is not None:
        raise refusal
    return kept, refusal


def _is_visit(one: Proposal) -> bool:
    return one.tree.domain == SITE


def _refusal(desk: Desk, ref: str, kind: Sequence[Proposal]) -> Refused | None:
    """Return why no tree of a kind may be begun; that one tree was gone through already is a matter of that tree."""
    try:
        for one in kind[:1]:
            diagnosis.start(desk, ref, one.tree.id, dry_run=True)
    except Refused as refused:
        return None if {reason.code for reason in refused.reasons} == {"tree_entered"} else refused
    return None


def _others(known: Iterable[Tree], best: Iterable[Proposal], domain: str | None) -> Iterator[Proposal]:
    named = {one.tree.id for one in best}
    rest = sorted((tree for tree in known if tree.id not in named), key=lambda tree: (tree.domain != domain, tree.id))
    return (Proposal(tree, 0) for tree in rest)


def _is_general(tree: Tree, domain: str | None) -> bool:
    """Tell whether a tree is the one for what no tree of a domain fits; of all domains where none is known."""
    return tree.domain == GENERAL and (not domain or tree.id == f"GEN-{domain.upper().replace('_', '-')}")


def _score(alarm: Alarm, names: list[str], words: str) -> int:
    by_alarm = max((_longest(alarm, name) for name in names), default=0)
    by_words = _longest(alarm, words)
    scores = [_BY_ALARM + by_alarm] if by_alarm else []
    scores += [_BY_WORDS + by_words] if by_words else []
    return max(scores, default=0)


def _longest(alarm: Alarm, text: str) -> int:
    """Return how long the longest of an alarm's names is that stands in a text: the longer, the less by chance."""
    return max((min(len(word), 20) for word, pattern in _patterns(alarm) if pattern.search(text)), default=0)


@cache
def _patterns(alarm: Alarm) -> tuple[tuple[str, re.Pattern[str]], ...]:
    said = dict.fromkeys(_plain(word) for word in (alarm.id, alarm.name.en, alarm.name.zh, *alarm.words))
    return tuple((word, _whole(word)) for word in said if len(word) > 1)


def _whole(word: str) -> re.Pattern[str]:
    """Return what finds a word, not as a part of another; between Chinese characters there are no such bounds."""
    left = r"(?<![a-z0-9])" if word[0].isascii() and word[0].isalnum() else ""
    right = r"(?![a-z0-9])" if word[-1].isascii() and word[-1].isalnum() else ""
    return re.compile(left + re.escape(word) + right)


def _likeness(tree: Tree, words: str) -> int:
    """Return how many words of a tree's title and entry a ticket uses; of Chinese, pairs of characters."""
    own = _plain(f"{tree.title.en} {tree.title.zh} {tree.entry.en} {tree.entry.zh}")
    return len(set(_pieces(own)) & set(_pieces(words)))


def _pieces(text: str) -> Iterator[str]:
    yield from _LATIN.findall(text)
    for run in _HAN.findall(text):
        yield from (run[place : place + 2] for place in range(len(run) - 1))


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
