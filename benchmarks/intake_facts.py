"""How much of a folder of real inputs the parsers understand, fact by fact.

    python -m benchmarks.intake_facts [KIND...] [--samples DIR] [--misses]

DIR holds inputs of many kinds and ``expected.jsonl``, the facts that a correct reading finds in them; left out, it is
``shared/samples`` beside the checkout. To hold for each kind: 98 % of the facts or more, no crash. A kind is judged
where a module of ``benchmarks/facts/`` registers it: one module a kind of parser, written with that parser.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.facts import Fact, Kind, expected, kinds, samples_folder
from noc_console.errors import BadInput

TO_HOLD = 98.0


@dataclass(slots=True)
class Tally:
    """What became of one kind."""

    inputs: int = 0
    facts: int = 0
    quarantined: list[str] = field(default_factory=list)
    crashes: list[str] = field(default_factory=list)
    misses: list[tuple[str, Fact]] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")

    @property
    def percent(self) -> float:
        """How many of a hundred facts were found; all where there are none."""
        return 100.0 * (self.facts - len(self.misses)) / self.facts if self.facts else 100.0

    @property
    def holds(self) -> bool:
        """Tell whether this is good enough."""
        return self.percent >= TO_HOLD and not self.crashes


def measure(kind: Kind, samples: Path, facts: Mapping[str, Mapping[str, Any]]) -> Tally:
    """Read every input of a kind and compare what is known of it."""
    tally = Tally()
    for path in kind.inputs(samples):
        name = path.relative_to(samples).as_posix()
        tally.inputs += 1
        for fact in judged(kind, path, name, facts.get(name, {}), tally):
            tally.facts += 1
            if not fact.hit:
                tally.misses.append((name, fact))
    return tally


def judged(kind: Kind, path: Path, name: str, facts: Mapping[str, Any], tally: Tally) -> list[Fact]:
    """Return the facts of one input; where it is not read, each fact is missed unless it had to be refused."""
    begun = time.perf_counter()
    try:
        read = kind.read(path)
    except BadInput as error:
        tally.quarantined.append(f"{name}: {error}")
        return [Fact(one, value, f"quarantined: {error}", "refuse_or_flag" in facts) for one, value in facts.items()]
    except Exception as error:  # noqa: BLE001 - counting what must never happen is what this is for
        tally.crashes.append(f"{name}: {type(error).__name__}: {error}")
        return [Fact(one, value, "crash", hit=False) for one, value in facts.items()]
    tally.slowest = max(tally.slowest, (time.perf_counter() - begun, name))
    return list(kind.judge(read, facts)) if facts else []


def report(name: str, tally: Tally, *, misses: bool) -> None:
    """Print one kind."""
    hits = tally.facts - len(tally.misses)
    print(
        f"{name:<16} {hits:>6} of {tally.facts:>6} facts {tally.percent:6.2f} %"
        f"  {tally.inputs:>5} inputs  {len(tally.quarantined)} quarantined  {len(tally.crashes)} crashes"
        f"  slowest {tally.slowest[0] * 1000:.0f} ms {tally.slowest[1]}"
    )
    for said in (*tally.crashes, *(tally.quarantined if misses else ())):
        print(f"  {said}")
    if misses:
        for file, fact in tally.misses:
            print(f"  {file}\n    {fact.name}: expected {fact.expected!r}\n    {'got':>{len(fact.name)}}: {fact.got!r}")


def main(arguments: list[str]) -> int:
    """Print every kind asked for; return 1 where one does not hold."""
    known = kinds()
    parser = argparse.ArgumentParser(prog="python -m benchmarks.intake_facts")
    parser.add_argument("kinds", metavar="KIND", nargs="*", help=f"of {', '.join(known)} (default: all)")
    parser.add_argument("--samples", metavar="DIR", type=Path, default=samples_folder())
    parser.add_argument("--misses", action="store_true", help="say what was missed, and what was found instead")
    given = parser.parse_args(arguments)
    unknown = [name for name in given.kinds if name not in known]
    if unknown:
        parser.error(f"nobody judges {', '.join(unknown)}; of {', '.join(known)}")
    if given.samples is None:
        print("there is no folder shared/samples beside the checkout; give one with --samples")
        return 0
    facts = expected(given.samples)
    tallies = {name: measure(known[name], given.samples, facts) for name in given.kinds or known}
    for name, tally in tallies.items():
        report(name, tally, misses=given.misses)
    return 0 if all(tally.holds for tally in tallies.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
