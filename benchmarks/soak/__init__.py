"""Harnesses that throw bytes at a parser: one module a parser, found by its ``HARNESSES``.

A harness for a further parser is a module here with ``HARNESSES = (Harness(...),)``; nothing else names it. ``run`` is
given any bytes and may raise nothing but BadInput, which it catches itself; ``seeds`` is a folder of inputs to start
from, our own fixtures. Imports of the parser stand inside ``instrumented()``, so that the fuzzer sees its branches.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

FIXTURES = Path(__file__).parents[2] / "tests" / "fixtures"


@dataclass(frozen=True, slots=True)
class Harness:
    """One parser under fire; ``largest`` is the number of bytes of the longest input."""

    name: str
    seeds: Path
    run: Callable[[bytes], None]
    largest: int = 65_536


def instrumented() -> AbstractContextManager[Any]:
    """Return what makes imports visible to the fuzzer; nothing where it is not running."""
    atheris = sys.modules.get("atheris")
    return atheris.instrument_imports(include=["noc_console.intake"]) if atheris else nullcontext()


def harnesses() -> dict[str, Harness]:
    """Return every harness by name."""
    modules = [module.name for module in iter_modules(__path__) if not module.name.startswith("_")]
    found = (import_module(f"{__name__}.{name}") for name in modules)
    return {harness.name: harness for module in found for harness in module.HARNESSES}


@contextmanager
def bad_input_is_an_answer() -> Iterator[None]:
    """Take BadInput for what it is: a clear answer to bad bytes."""
    from noc_console.errors import BadInput

    try:
        yield
    except BadInput:
        return
