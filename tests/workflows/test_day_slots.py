from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.workflows.day_slots import format_slot, parse_slot, parse_slots


def test_slots_come_in_the_order_of_the_day() -> None:
    assert parse_slots(["13:00-18:00", "09:00-12:00"]) == ((540, 720), (780, 1080))


def test_slots_may_touch_and_reach_midnight() -> None:
    assert parse_slots(["00:00-12:00", "12:00-24:00"]) == ((0, 720), (720, 1440))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("9:00-12:00", "write HH:MM-HH:MM"),
        ("09:00", "write HH:MM-HH:MM"),
        ("25:00-26:00", "a time that no day has"),
        ("09:60-10:00", "a time that no day has"),
        ("24:00-24:00", "a time that no day has"),
        ("23:00-24:01", "a time that no day has"),
        ("22:00-06:00", "write two slots around midnight"),
        ("09:00-09:00", "ends before it starts"),
    ],
)
def test_a_slot_that_is_none_says_why(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        parse_slot(text)


def test_overlapping_slots_are_named() -> None:
    with pytest.raises(ValueError, match="09:00-12:00 and 11:00-13:00 overlap"):
        parse_slots(["11:00-13:00", "09:00-12:00"])


@given(st.integers(0, 1439), st.integers(1, 1440))
def test_what_is_written_reads_back(start: int, length: int) -> None:
    slot = (start, min(start + length, 1440))
    assert parse_slot(format_slot(slot)) == slot
