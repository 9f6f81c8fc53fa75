"""Values with units as people and devices write them; what could be misread is refused and never converted."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.workflows.machine import Reason
from noc_console.workflows.measured import Measured, figure_of, read
from noc_console.workflows.units import UNITS


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("-31.2 dBm", "dBm", "-31.2"),
        ("-27,5 dBm", "dBm", "-27.5"),
        ("−27.5dBm", "dBm", "-27.5"),
        ("－27.5　ｄＢｍ", "dBm", "-27.5"),
        ("  Rx optical power (dBm) : -27.5 ", "dBm", "-27.5"),
        ("6 %", "%", "6"),
        ("6％", "%", "6"),
        ("12", "count", "12"),
        ("12 个", "count", "12"),
        ("1e-6", "BER", "0.000001"),
        ("5 us", "µs", "5"),
        ("5 μs", "µs", "5"),
        ("48V", "V", "48"),
        ("45 ℃", "°C", "45"),
        ("20 毫秒", "ms", "20"),
        ("0,125 s", "s", "0.125"),
        ("1.234,5 m", "m", "1234.5"),
        ("2.3:1", "ratio", "2.3"),
        ("2.3 ：1", "ratio", "2.3"),
    ],
)
def test_what_people_and_devices_write_is_read(text: str, unit: str, value: str) -> None:
    assert read(text, unit) == Measured(Decimal(value), unit)


@pytest.mark.parametrize(
    ("text", "unit", "code"),
    [
        ("-27.5", "dBm", "value_unit_missing"),
        ("", "dBm", "value_unreadable"),
        ("weak", "dBm", "value_unreadable"),
        ("5 dB", "dBm", "value_other_unit"),
        ("12 s", "ms", "value_other_unit"),
        ("3 mΩ", "MΩ", "value_other_unit"),
        ("3 dB/km", "dB", "value_other_unit"),
        ("10 foo", "ms", "value_other_unit"),
        ("500 dBm", "dBm", "value_implausible"),
        ("1e99 ms", "ms", "value_implausible"),
        ("101 %", "%", "value_implausible"),
        ("1,234 ms", "ms", "value_ambiguous"),
        ("Rx -20.1 dBm Tx 2.3 dBm", "dBm", "value_several"),
        ("min/avg/max = 1.2/3.4/5.6 ms", "ms", "value_unreadable"),
        ("1 234 ms", "ms", "value_unit_missing"),
        ("2.3:15", "ratio", "value_unit_missing"),
    ],
)
def test_what_could_be_misread_is_refused_with_the_reason(text: str, unit: str, code: str) -> None:
    found = read(text, unit)
    assert isinstance(found, Reason)
    assert found.code == code
    assert len(str(found.params)) < 400


def test_a_step_narrows_what_is_plausible() -> None:
    found = read("-60 dBm", "dBm", (Decimal(-50), Decimal(10)))
    assert isinstance(found, Reason)
    assert (found.code, found.params["low"], found.params["high"]) == ("value_implausible", "-50", "10")


@given(st.sampled_from(sorted(UNITS)), st.decimals(-99, 99, places=2, allow_nan=False))
def test_every_unit_is_read_as_it_is_written(unit: str, value: Decimal) -> None:
    low, high = UNITS[unit]
    found = read(f"{figure_of(value)} {unit}", unit)
    if low <= value <= high:
        assert found == Measured(value, unit)
    else:
        assert isinstance(found, Reason)
        assert found.code == "value_implausible"


@given(st.text(max_size=60), st.sampled_from(sorted(UNITS)))
def test_no_text_breaks_the_reading(text: str, unit: str) -> None:
    assert isinstance(read(text, unit), Measured | Reason)
