"""Throws bytes at the readers of other systems' tickets and alarms, and at tables."""

from __future__ import annotations

import io
import json

from benchmarks.soak import FIXTURES, Harness, bad_input_is_an_answer, instrumented
from benchmarks.soak.alarms import reader

with instrumented():
    from noc_console.intake import csv_guess, csv_table, tmf621, tmf642

SEEDS = FIXTURES / "systems"


def tickets(raw: bytes) -> None:
    """Read trouble tickets; each has a JSON shape, kept whole or not."""
    with bad_input_is_an_answer():
        for item in tmf621.parse(raw):
            json.dumps(item.to_json()).encode("utf-8", "surrogatepass")


def table(raw: bytes) -> None:
    """Find the layout of a table, guess what it holds, and read its rows."""
    with bad_input_is_an_answer():
        layout = csv_table.layout_of(raw[: csv_table.SAMPLE], where="-")
        json.dumps(csv_guess.guess(io.BytesIO(raw), layout).to_json())
        for row in csv_table.rows(io.BytesIO(raw), layout):
            assert len(row.cells) == len(layout.columns)


HARNESSES = (
    Harness("tmf621", SEEDS, tickets),
    Harness("tmf642", SEEDS, reader(tmf642)),
    Harness("csv", SEEDS, table, largest=16_384),
)
