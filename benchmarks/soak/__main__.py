"""Soak the parsers: a fuzzer looks for bytes that crash one, hold it up for 2 s or take more than 1 GB.

    python -m benchmarks.soak [NAME...] [--seconds N] [--keep DIR]

Needs the extra ``soak`` (atheris; Linux and macOS). Each harness runs in a process of its own for N seconds. What
broke it lies in DIR, to become a test; the last line says where. Ends with 1 if anything broke.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from benchmarks.soak import harnesses

#: What a parser may take for one input.
SECONDS, MEGABYTES = 2, 1_024
#: The fuzzer's own process: the words after it are options of libFuzzer.
CHILD = """
import sys
import atheris
from benchmarks.soak import harnesses
atheris.Setup([sys.argv[0], *sys.argv[2:]], harnesses()[sys.argv[1]].run)
atheris.Fuzz()
"""


def soak(name: str, seeds: Path, largest: int, seconds: int, keep: Path) -> bool:
    """Run one harness for a while; tell whether it held."""
    found = keep / name
    found.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="noc-soak-") as corpus:
        limits = [f"-max_total_time={seconds}", f"-timeout={SECONDS}", f"-rss_limit_mb={MEGABYTES}"]
        options = [*limits, f"-max_len={largest}", f"-artifact_prefix={found}/", "-print_final_stats=1", "-verbosity=0"]
        command = [sys.executable, "-c", CHILD, name, *options, corpus, str(seeds)]
        end = subprocess.run(command, capture_output=True, text=True, check=False, errors="replace")
    runs = next((line.split()[-1] for line in end.stderr.splitlines() if "number_of_executed_units" in line), "?")
    print(f"{name:<14} {runs:>9} inputs in {seconds} s: {'held' if end.returncode == 0 else 'BROKE'}", flush=True)
    if end.returncode:
        print(end.stderr[-4_000:])
    return end.returncode == 0


def main(arguments: list[str]) -> int:
    """Run the harnesses asked for, one after the other."""
    if find_spec("atheris") is None:
        print("the extra soak is not installed: pip install -c constraints.txt -e '.[soak]' (Linux and macOS)")
        return 2
    known = harnesses()
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak")
    parser.add_argument("names", metavar="NAME", nargs="*", help=f"of {', '.join(known)} (default: all)")
    parser.add_argument("--seconds", metavar="N", type=int, default=60)
    parser.add_argument("--keep", metavar="DIR", type=Path, default=Path("build", "soak"))
    given = parser.parse_args(arguments)
    unknown = [name for name in given.names if name not in known]
    if unknown:
        parser.error(f"no harness {', '.join(unknown)}; there are {', '.join(known)}")
    chosen = [known[name] for name in given.names or known]
    held = [soak(one.name, one.seeds, one.largest, given.seconds, given.keep.resolve()) for one in chosen]
    print(f"inputs that broke a parser lie in {given.keep}" if not all(held) else "all held")
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
