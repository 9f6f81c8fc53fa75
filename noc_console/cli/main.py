"""The entry point of ``noc``. It must import nothing heavy: help and completion pass through here."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(args: Sequence[str] | None = None) -> int:
    """Run one command line (that of the process where none is given) and return its exit code."""
    import gc

    # a short command makes objects and ends; looking through them while libraries load is a tenth of its time
    gc.set_threshold(50_000)
    try:
        from noc_console.cli.run import run

        return run(sys.argv[1:] if args is None else list(args))
    except KeyboardInterrupt:
        # the libraries were still being loaded
        return 130


if __name__ == "__main__":
    sys.exit(main())
