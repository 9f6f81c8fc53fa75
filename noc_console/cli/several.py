"""One thing done to each of many names, as they come: an error of one is told and stops no other.

It must not know what is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from noc_console.cli import render
from noc_console.cli.options import Globals
from noc_console.errors import NocError, StoreUnavailable, UsageError

T = TypeVar("T")


@dataclass(slots=True)
class Several(Generic[T]):
    """What is done to each name, and how a result looks: ``items`` as data, ``lines`` as text.

    ``reported`` puts what failed among the data of JSON too, as commands that write do. ``worst`` is the exit code.
    """

    said: Globals
    do: Callable[[str], T]
    items: Callable[[T], Iterable[Mapping[str, Any]]]
    lines: Callable[[T], Iterable[str]]
    id_field: str = "ref"
    reported: bool = False
    worst: int = 0
    worked: bool = False

    def tell(self, names: Iterable[str]) -> int:
        """Do it to each name, write what comes of it in the form that was asked for, and return the exit code."""
        if self.said.output == "text":
            for _name, got in self._done(names):
                for text in () if isinstance(got, NocError) else self.lines(got):
                    render.line(text)
        else:
            render.many(self._items(names), self.said.output, (), id_field=self.id_field)
        return self.worst

    def _items(self, names: Iterable[str]) -> Iterator[Mapping[str, Any]]:
        for name, got in self._done(names):
            if not isinstance(got, NocError):
                yield from self.items(got)
            elif self.reported and self.said.output in ("json", "ndjson"):
                yield {self.id_field: name, **render.failure_json(got)}

    def _done(self, names: Iterable[str]) -> Iterator[tuple[str, T | NocError]]:
        for name in names:
            try:
                result = self.do(name)
            except StoreUnavailable:
                raise
            except NocError as error:
                # words that cannot be read for the first can be read for none
                if isinstance(error, UsageError) and not self.worked:
                    raise
                self.worst = max(self.worst, error.exit_code)
                render.failed(error, self.said.output, about=name)
                yield name, error
            else:
                self.worked = True
                yield name, result
