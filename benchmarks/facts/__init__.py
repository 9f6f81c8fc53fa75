"""Judges of what a parser understands: one module a kind of input, found by its ``KINDS``.

A judge for a further kind is a module here with ``KINDS = (Kind(...),)``; nothing else names it. ``read`` takes the
path of an input and calls the same functions as ``noc intake`` does; what it raises other than BadInput is a crash.
``judge`` compares what was read with one record of ``expected.jsonl``; each fact it yields counts as one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that had to be understood, and whether it was."""

    name: str
    expected: object
    got: object
    hit: bool

    @classmethod
    def equal(cls, name: str, expected: object, got: object) -> Fact:
        """Return a fact that holds where both are equal."""
        return cls(name, expected, got, expected == got)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of input: the folders of the samples that hold it, its parser, its judge.

    ``suffix`` takes only the files whose names end so, ``companion`` leaves those out that are no input.
    """

    name: str
    folders: tuple[str, ...]
    read: Callable[[Path], Any]
    judge: Callable[[Any, Mapping[str, Any]], Iterator[Fact]]
    suffix: str = ""
    companion: str = "\0"

    def inputs(self, samples: Path) -> Iterator[Path]:
        """Yield every input of this kind in a stable order."""
        for folder in self.folders:
            for path in sorted(samples.joinpath(folder).rglob("*")):
                if path.is_file() and path.name.endswith(self.suffix) and not path.name.endswith(self.companion):
                    yield path


def kinds() -> dict[str, Kind]:
    """Return every kind that has a judge, by name."""
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    return {kind.name: kind for module in modules for kind in module.KINDS}


def samples_folder() -> Path | None:
    """Return the folder of samples beside the checkout, ``None`` where there is none."""
    beside = (folder / "shared" / "samples" for folder in ROOT.parents[:2])
    return next((folder for folder in beside if (folder / "expected.jsonl").is_file()), None)


def expected(samples: Path) -> dict[str, Mapping[str, Any]]:
    """Return the facts of each input by its path below the samples."""
    with (samples / "expected.jsonl").open(encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    return {record["file"]: record["facts"] for record in records}
