"""Trees as they are in force: local ones before the shipped ones, each kept in the store by its hash.

A run names the hash of its tree, so that it shows as it was whatever is imported later. Reading only; what is put
into the store goes through ``act.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from noc_console.checklists import trees
from noc_console.checklists.tree_file import parse
from noc_console.desk.catalogues import LOCAL, SHIPPED, as_stored, hash_of
from noc_console.errors import NotFound
from noc_console.i18n import _
from noc_console.store.tables import table
from noc_console.workflows.tree import Tree

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk


@dataclass(frozen=True, slots=True)
class Kept:
    """A tree that is in force: its hash, where it is from, its text, and whether the store has it already."""

    id: str
    hash: str
    source: str
    text: str
    stored: bool

    @property
    def tree(self) -> Tree:
        """Return the tree that the text says."""
        return parsed(self.text, self.id)


@lru_cache(maxsize=256)
def parsed(text: str, name: str) -> Tree:
    """Return the tree of a text, read once in this process. Raises BadFiles."""
    return parse(text, f"{name}.toml")


def in_force(connection: Connection, name: str) -> Kept | None:
    """Return the tree that is in force under an id: a local one, else the shipped one."""
    rows = table("checklist")
    named = select(rows.c.id, rows.c.body, rows.c.source).where(
        rows.c.kind == "tree", rows.c.name == name, rows.c.state == "current"
    )
    found = {row.source: row for row in connection.execute(named)}
    if LOCAL in found:
        return Kept(name, found[LOCAL].id, LOCAL, found[LOCAL].body, True)
    shipped = trees.text_of(name)
    if shipped is None:
        return None
    text = as_stored(shipped[2])
    digest = hash_of(text)
    stored = SHIPPED in found and found[SHIPPED].id == digest
    return Kept(name, digest, SHIPPED, text, stored)


def kept(connection: Connection, digest: str) -> Tree:
    """Return a tree by the hash of its text. Raises NotFound where the store does not have it."""
    rows = table("checklist")
    row = connection.execute(select(rows.c.name, rows.c.body).where(rows.c.id == digest)).one_or_none()
    if row is None:
        raise NotFound(_("the store does not have the tree {hash}", hash=digest[:12]), _("noc store rebuild"))
    return replace(parsed(row.body, row.name), hash=digest)


def all_in_force(desk: Desk) -> Iterator[Kept]:
    """Yield every tree that is in force, in order of folders and names; local ones that are new come last."""
    rows = table("checklist")
    with desk.reading() as connection:
        chosen = select(rows.c.id, rows.c.name, rows.c.body).where(
            rows.c.kind == "tree", rows.c.state == "current", rows.c.source == LOCAL
        )
        local = {row.name: Kept(row.name, row.id, LOCAL, row.body, True) for row in connection.execute(chosen)}
    for _folder, file, shipped in trees.tree_texts():
        name = file.rpartition("/")[2].removesuffix(".toml")
        text = as_stored(shipped)
        yield local.pop(name) if name in local else Kept(name, hash_of(text), SHIPPED, text, False)
    yield from (local[name] for name in sorted(local))
