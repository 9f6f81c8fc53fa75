"""How much memory this process has ever held."""

from __future__ import annotations

import sys


def peak_mib() -> float:
    """Return the greatest resident size of this process so far, in MiB; 0 where the system does not say (Windows)."""
    if sys.platform == "win32":
        return 0.0
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)
