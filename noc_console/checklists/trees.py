"""The shipped trees and catalogues, read once from ``<domain>/*.toml`` beside this file.

It knows where the files are and what each is called, and nothing of a store: local trees live there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final, TypeVar

from noc_console.checklists import catalogue_files as files
from noc_console.checklists import cause_codes
from noc_console.checklists.tree_checks import Catalogue
from noc_console.checklists.tree_file import parse
from noc_console.workflows.policy_values import DOMAINS
from noc_console.workflows.tree import GENERAL, SITE, Tree

FOLDERS: Final = (*DOMAINS, GENERAL, SITE)
#: Files of a folder that hold no tree.
CATALOGUES: Final = ("thresholds.toml", "alarms.toml", "roles.toml", "messages.toml")

Entry = TypeVar("Entry")


@cache
def shipped() -> Catalogue:
    """Return all shipped trees with what they refer to. Raises BadFiles; a test reads every file."""
    trees = {tree.id: tree for tree in (parse(text, name) for _folder, name, text in tree_texts())}
    return Catalogue(
        trees=trees,
        causes=cause_codes.load(),
        thresholds=_all("thresholds.toml", files.thresholds),
        alarms=_all("alarms.toml", files.alarms),
        roles={folder: files.roles(text, name, folder) for folder, name, text in catalogue_texts("roles.toml")},
        messages=_all("messages.toml", files.messages),
    )


def tree_texts() -> Iterator[tuple[str, str, str]]:
    """Yield folder, file and text of every shipped tree, in order of folders and names."""
    for folder, place in _folders():
        for file in sorted(place.iterdir(), key=lambda entry: entry.name):
            if file.name.endswith(".toml") and file.name not in CATALOGUES:
                yield folder, f"{folder}/{file.name}", file.read_text(encoding="utf-8")


def text_of(name: str) -> tuple[str, str, str] | None:
    """Return folder, file and text of a shipped tree without reading any other."""
    for folder, place in _folders():
        file = place.joinpath(f"{name}.toml")
        if f"{name}.toml" not in CATALOGUES and file.is_file():
            return folder, f"{folder}/{name}.toml", file.read_text(encoding="utf-8")
    return None


def catalogue_text(folder: str, name: str) -> str | None:
    """Return the text of one folder's catalogue, None where it has no such file."""
    return next((text for place, _file, text in catalogue_texts(name, (folder,))), None)


def _all(name: str, read: Callable[[str, str, str], dict[str, Entry]]) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for folder, file, text in catalogue_texts(name):
        found |= read(text, file, folder)
    return found


def catalogue_texts(name: str, folders: Iterable[str] = FOLDERS) -> Iterator[tuple[str, str, str]]:
    """Yield folder, file and text of a catalogue of every folder that has it."""
    for folder, place in _folders(folders):
        file = place.joinpath(name)
        if file.is_file():
            yield folder, f"{folder}/{name}", file.read_text(encoding="utf-8")


def _folders(names: Iterable[str] = FOLDERS) -> Iterator[tuple[str, Traversable]]:
    root = resources.files("noc_console.checklists")
    for folder in names:
        place = root.joinpath(folder)
        if place.is_dir():
            yield folder, place


def tree(name: str) -> Tree | None:
    """Return a shipped tree by its id."""
    return shipped().trees.get(name)
