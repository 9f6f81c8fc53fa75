"""Thresholds, alarms, roles and messages: as they are in force, local before shipped, and as a run pinned them.

Each is a file of a folder, kept by the hash of its text once a run or an import needs it. Reading only; what is put
into the store goes through ``act.py``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection, select

from noc_console.checklists import catalogue_files as files
from noc_console.checklists import trees
from noc_console.checklists.catalogue_files import Alarm, Role
from noc_console.checklists.tree_checks import Catalogue
from noc_console.store.tables import table
from noc_console.workflows.policy_values import Label
from noc_console.workflows.tree import Threshold, Tree

SHIPPED: Final = "shipped"
LOCAL: Final = "local"
Entries = Mapping[str, Any]
#: What a file of each kind is read by: text, name of the file, folder.
READERS: Final[Mapping[str, Callable[[str, str, str], Entries]]] = {
    "thresholds": files.thresholds,
    "alarms": files.alarms,
    "roles": files.roles,
    "messages": files.messages,
}
#: What the steps and ends of a tree name, and a run therefore pins when it enters the tree.
PINNED: Final = ("thresholds", "roles", "messages")


@dataclass(frozen=True, slots=True)
class CatalogueFile:
    """One file: its kind, the folder it is of, where it is from, and its text, by whose hash it is kept."""

    kind: str
    folder: str
    source: str
    text: str
    hash: str

    @property
    def entries(self) -> Entries:
        """Return what the file says, by id."""
        return parsed(self.kind, self.text, self.folder)


@dataclass(frozen=True, slots=True)
class Named:
    """What a tree names, by id, as it was when a run entered the tree, or as it is now."""

    thresholds: Mapping[str, Threshold]
    roles: Mapping[str, Role]
    messages: Mapping[str, Label]


@dataclass(frozen=True, slots=True)
class Listed:
    """One threshold, alarm, role or message, with the folder of the file that says it, and where that is from."""

    id: str
    folder: str
    source: str
    entry: Any


def as_stored(text: str) -> str:
    """Return a text as the store will hold it, so that its hash is that of what is kept."""
    return unicodedata.normalize("NFC", text)


def hash_of(text: str) -> str:
    """Return what a checklist is kept by."""
    return sha256(text.encode()).hexdigest()


@lru_cache(maxsize=256)
def parsed(kind: str, text: str, folder: str) -> Entries:
    """Return the entries of a text, read once in this process. Raises BadFiles."""
    return READERS[kind](text, f"{folder}/{kind}.toml", folder)


@lru_cache(maxsize=64)
def shipped(kind: str, folder: str) -> CatalogueFile | None:
    """Return the shipped file of a kind in one folder, read once in this process."""
    found = trees.catalogue_text(folder, f"{kind}.toml")
    if found is None:
        return None
    text = as_stored(found)
    return CatalogueFile(kind, folder, SHIPPED, text, hash_of(text))


def local(connection: Connection, *kinds: str) -> tuple[CatalogueFile, ...]:
    """Return the files that were imported and are in force, of some kinds or of all."""
    rows = table("checklist")
    chosen = select(rows.c.id, rows.c.kind, rows.c.name, rows.c.body).where(
        rows.c.kind.in_(kinds or tuple(READERS)), rows.c.source == LOCAL, rows.c.state == "current"
    )
    found = connection.execute(chosen.order_by(rows.c.kind, rows.c.name))
    return tuple(CatalogueFile(row.kind, row.name, LOCAL, row.body, row.id) for row in found)


def overlaid(base: Catalogue, over: Iterable[CatalogueFile]) -> Catalogue:
    """Return a catalogue with the entries of files in the place of its own of the same ids."""
    thresholds, alarms, messages = dict(base.thresholds), dict(base.alarms), dict(base.messages)
    flat: dict[str, dict[str, Any]] = {"thresholds": thresholds, "alarms": alarms, "messages": messages}
    roles = {folder: dict(of_folder) for folder, of_folder in base.roles.items()}
    for file in over:
        target = roles.setdefault(file.folder, {}) if file.kind == "roles" else flat[file.kind]
        target.update(file.entries)
    return Catalogue(base.trees, base.causes, thresholds, alarms, roles, messages)


def alarms(connection: Connection) -> Mapping[str, Alarm]:
    """Return every alarm that is in force."""
    found = dict(trees.shipped().alarms)
    for file in local(connection, "alarms"):
        found |= file.entries
    return found


def listed(connection: Connection, kind: str) -> tuple[Listed, ...]:
    """Return everything of a kind that is in force, by its id; roles are each domain's own, so by domain first."""
    ours = [file for folder in trees.FOLDERS if (file := shipped(kind, folder)) is not None]
    found: dict[tuple[str, str], Listed] = {}
    for file in (*ours, *local(connection, kind)):
        own = file.folder if kind == "roles" else ""
        found |= {(own, name): Listed(name, file.folder, file.source, one) for name, one in file.entries.items()}
    return tuple(found[key] for key in sorted(found))


def of_tree(connection: Connection, tree: Tree) -> tuple[CatalogueFile, ...]:
    """Return the files that say now what a tree names; of the same id the later file holds."""
    found: list[CatalogueFile] = []
    imported = local(connection, *PINNED)
    for kind in PINNED:
        names = wanted(tree, kind)
        if names:
            found += reversed(list(_shipped_with(tree, kind, names)))
            of_kind = (file for file in imported if file.kind == kind)
            own_last = sorted(of_kind, key=lambda file: file.folder == tree.domain)
            found += [file for file in own_last if _speaks(file, tree, names)]
    return tuple(found)


def _shipped_with(tree: Tree, kind: str, names: frozenset[str]) -> Iterator[CatalogueFile]:
    """Yield the shipped files that say what is named: that of the tree's domain, and others only for what is left."""
    for folder in (tree.domain, *(other for other in trees.FOLDERS if other != tree.domain)):
        file = shipped(kind, folder) if names else None
        if file is not None and _speaks(file, tree, names):
            yield file
            names -= file.entries.keys()


def wanted(tree: Tree, kind: str) -> frozenset[str]:
    """Return the ids of a kind that the steps and ends of a tree name."""
    if kind == "thresholds":
        return frozenset(name for step in tree.steps for name in step.thresholds)
    return frozenset(name for end in tree.ends for name in (end.escalate_to if kind == "roles" else end.messages))


def _speaks(file: CatalogueFile, tree: Tree, names: frozenset[str]) -> bool:
    """Tell whether a file says one of the names; roles are each domain's own."""
    if file.kind == "roles" and file.folder != tree.domain:
        return False
    return not names.isdisjoint(file.entries)


def named(tree: Tree, found: Iterable[CatalogueFile]) -> Named:
    """Return what a tree names as files say it, a later one before an earlier one."""
    entries: dict[str, dict[str, Any]] = {kind: {} for kind in PINNED}
    for file in found:
        names = wanted(tree, file.kind)
        entries[file.kind] |= {name: one for name, one in file.entries.items() if name in names}
    return Named(entries["thresholds"], entries["roles"], entries["messages"])


def in_force(connection: Connection, tree: Tree) -> Named:
    """Return what a tree names as it is in force now."""
    return named(tree, of_tree(connection, tree))


def of_run(connection: Connection, run: Mapping[str, Any], tree: Tree) -> Named:
    """Return what the tree that a run is in names, as it was when the run entered the tree.

    A run that an earlier release began has pinned nothing: what is in force now holds for it.
    """
    here: Mapping[str, Any] = next((entry for entry in run["entered"] if entry["hash"] == tree.hash), {})
    if "catalogues" not in here:
        return in_force(connection, tree)
    return named(tree, _kept(connection, here["catalogues"]))


def _kept(connection: Connection, hashes: Iterable[str]) -> Iterator[CatalogueFile]:
    named_so, rows = list(hashes), table("checklist")
    chosen = select(rows.c.id, rows.c.kind, rows.c.name, rows.c.source, rows.c.body).where(rows.c.id.in_(named_so))
    found = {
        row.id: CatalogueFile(row.kind, row.name, row.source, row.body, row.id) for row in connection.execute(chosen)
    }
    yield from (found[digest] for digest in named_so if digest in found)


def missing(connection: Connection, found: Iterable[CatalogueFile]) -> tuple[CatalogueFile, ...]:
    """Return those files that the store does not have yet."""
    every, rows = tuple(found), table("checklist")
    there = set(connection.execute(select(rows.c.id).where(rows.c.id.in_([file.hash for file in every]))).scalars())
    return tuple(file for file in every if file.hash not in there)
