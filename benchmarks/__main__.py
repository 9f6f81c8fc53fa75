"""List the measurements, or run them one after the other in sizes that take some minutes.

python -m benchmarks          run all that need no store of their own
python -m benchmarks --list   say what there is
"""

from __future__ import annotations

import sys
import tempfile
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import benchmarks

#: What ``make bench`` runs, with its arguments; ``{folder}`` is a scratch folder.
RUNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("single_act", ()),
    ("fill", ("{folder}/filled.db", "20000")),
    ("rebuild", ("100000",)),
    ("one_record", ()),
    ("kill", ("100",)),
    ("storm", ()),
    ("diagnosis", ()),
    ("similar", ("{folder}/filled.db",)),
    ("search", ("{folder}/filled.db",)),
    ("spool", ()),
    ("spool_kill", ("100",)),
)


def listing() -> None:
    """Print each measurement with the first line of what it says of itself."""
    for module in sorted(iter_modules(benchmarks.__path__), key=lambda module: module.name):
        if module.name not in {"__main__", "memory"} and not module.ispkg:
            said = import_module(f"benchmarks.{module.name}").__doc__ or ""
            print(f"{module.name:<12} {said.splitlines()[0]}")


def run_all() -> None:
    """Run what ``RUNS`` names, each with the command that makes the same figures again."""
    with tempfile.TemporaryDirectory(prefix="noc-bench-") as folder:
        for name, given in RUNS:
            print(f"\n$ python -m benchmarks.{name} {' '.join(given)}".rstrip(), flush=True)
            arguments = [word.format(folder=Path(folder)) for word in given]
            try:
                import_module(f"benchmarks.{name}").main(arguments)
            except SystemExit as end:
                if end.code:
                    raise


if __name__ == "__main__":
    listing() if "--list" in sys.argv[1:] else run_all()
