"""The units of measured values, and what an instrument can show in each at all.

A value outside the plausible range of its unit is a slip of the pen or of the instrument, never a verdict.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

#: unit -> the lowest and the highest plausible value; a step or a threshold may narrow it
UNITS: Final = {
    unit: (Decimal(low), Decimal(high))
    for unit, low, high in (
        ("dBm", -150, 80), ("dB", -100, 200), ("dBmV", -80, 120), ("dB/km", 0, 10), ("dB-Hz", 0, 70),
        ("%", 0, 100), ("count", 0, 10**12), ("ratio", 0, 10**6), ("BER", 0, 1), ("factor", 0, 10**6),
        ("ns", -(10**12), 10**12), ("µs", -(10**9), 10**9), ("ms", 0, 10**9), ("s", 0, 10**9), ("min", 0, 10**7),
        ("h", 0, 10**6), ("d", 0, 36_500), ("ps", 0, 10**9), ("ps/nm", -(10**6), 10**6),
        ("V", -100_000, 100_000), ("mV", -(10**6), 10**6), ("A", -10_000, 10_000), ("W", 0, 10**7),
        ("Ω", 0, 10**12), ("MΩ", 0, 10**6), ("°C", -90, 200), ("°", -360, 360),
        ("mm", 0, 10**6), ("m", 0, 10**8), ("km", 0, 10**5),
        ("Hz", 0, 10**12), ("kHz", 0, 10**9), ("MHz", 0, 10**6), ("GHz", 0, 10**6), ("ppm", -(10**6), 10**6),
        ("ppb", -(10**9), 10**9),
        ("kbit/s", 0, 10**12), ("Mbit/s", 0, 10**9), ("Gbit/s", 0, 10**6), ("packet/s", 0, 10**12),
        ("bytes", 0, 10**15), ("Erlang", 0, 10**7), ("1/min", 0, 10**9), ("1/h", 0, 10**9), ("1/d", 0, 10**9),
        ("1/15min", 0, 10**12), ("s/15min", 0, 900),
    )
}  # fmt: skip
