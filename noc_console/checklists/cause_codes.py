"""Cause codes: what a located fault was, by domain and group, named in both languages.

They name the result of ``locate`` and the ends of the trees. They decide nothing: gates are in the machines.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from noc_console.errors import BadInput
from noc_console.i18n import _
from noc_console.workflows.policy_values import Label

GENERAL = "general"
#: What has the shape of a code, and not that of words.
_CODE: Final = re.compile(r"[A-Za-z0-9]+([-_][A-Za-z0-9]+)+")
_WORD: Final = re.compile(r"[a-z0-9]+|[^\W\d_a-z]+")
#: So many are named, of so much text.
_NEAREST: Final = 3
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class CauseCode:
    """One cause; ``domain`` is ``general`` for those that belong to no domain."""

    code: str
    domain: str
    group: str
    label: Label


@dataclass(frozen=True, slots=True)
class CauseCodes:
    """All causes by code, and the names of their groups."""

    by_code: Mapping[str, CauseCode]
    groups: Mapping[str, Label]

    def get(self, code: str) -> CauseCode:
        """Return the cause of a code, whatever its case; BadInput names the nearest code there is."""
        found = self.by_code.get(code.strip().upper())
        if found is None:
            near = self.nearest(code, cutoff=0.5)
            hint = _("nearest: {codes}", codes=", ".join(near)) if near else _("see the list of the domain")
            raise BadInput(_("{code} is not a cause code", code=code[:40]), hint)
        return found

    def nearest(self, code: str, *, cutoff: float = 0.0) -> tuple[str, ...]:
        """Return the three codes that look most like one, the likeliest first; none less alike than ``cutoff``.

        Whoever does not know a code says what it was, in either language: words are looked for in codes and names.
        """
        said = code.strip()[:_LONGEST]
        alike = difflib.get_close_matches(said.upper(), self.by_code, n=_NEAREST, cutoff=cutoff)
        named = [] if _CODE.fullmatch(said) else self._named(said)
        return tuple(named[:_NEAREST] or (alike if said.isascii() else ()))

    def _named(self, said: str) -> list[str]:
        """Return the codes with most of these words in code or name, and half of them at least."""
        wanted = _parts(said)
        shared = {entry.code: len(wanted & _parts(_names(entry))) for entry in self.by_code.values()}
        found = [code for code, count in shared.items() if count and count * 2 >= len(wanted)]
        return sorted(found, key=lambda code: (-shared[code], len(_parts(_names(self.by_code[code])))))

    def of_domain(self, domain: str | None) -> tuple[CauseCode, ...]:
        """Return the causes of a domain with the general ones last; all causes where the domain is not known."""
        if domain is None:
            return tuple(self.by_code.values())
        own = (entry for entry in self.by_code.values() if entry.domain == domain)
        general = (entry for entry in self.by_code.values() if entry.domain == GENERAL)
        return (*own, *general) if domain != GENERAL else tuple(general)


def _names(entry: CauseCode) -> str:
    return f"{entry.code} {entry.label.en} {entry.label.zh}"


@lru_cache(maxsize=1024)
def _parts(text: str) -> frozenset[str]:
    """Return the words of a text; of what is written without spaces each character, and each two neighbours."""
    found: set[str] = set()
    for word in _WORD.findall(text.casefold()):
        found |= {word} if word.isascii() else {*word, *map("".join, pairwise(word))}
    return frozenset(found)


@cache
def load() -> CauseCodes:
    """Return the shipped cause codes."""
    text = resources.files("noc_console.checklists").joinpath("cause_codes.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    codes = {
        code: CauseCode(code, domain, row["group"], Label(en=row["en"], zh=row["zh"]))
        for domain, table in data["codes"].items()
        for code, row in table.items()
    }
    groups = {group: Label(en=row["en"], zh=row["zh"]) for group, row in data["groups"].items()}
    return CauseCodes(by_code=MappingProxyType(codes), groups=MappingProxyType(groups))
