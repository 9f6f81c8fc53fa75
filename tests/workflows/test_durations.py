from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.workflows.durations import format_duration, parse_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("30m", 1_800),
        ("4h", 14_400),
        ("5d", 432_000),
        ("1h30m", 5_400),
        ("2d12h", 216_000),
        (" 4h ", 14_400),
        ("0s", 0),
    ],
)
def test_reads_what_people_write(text: str, seconds: int) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", " ", "4", "h", "4 h", "4H", "30m1h", "1h1h", "-4h", "1.5h", "4h?", "٤h", "4w"])
def test_refuses_other_forms_and_says_which_there_are(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration: write 90s, 30m, 4h, 5d or 1h30m"):
        parse_duration(text)


def test_a_giant_text_is_not_repeated_whole() -> None:
    with pytest.raises(ValueError, match="is not a duration") as caught:
        parse_duration("9" * 1_000_000 + "h")
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0s"), (90, "1m30s"), (3_600, "1h"), (86_400, "1d"), (5_400, "1h30m")]
)
def test_writes_the_largest_unit_first(seconds: int, text: str) -> None:
    assert format_duration(seconds) == text


def test_no_duration_is_negative() -> None:
    with pytest.raises(ValueError, match="negative: -1 s"):
        format_duration(-1)


@given(st.integers(min_value=0, max_value=10**13))
def test_what_is_written_reads_back(seconds: int) -> None:
    assert parse_duration(format_duration(seconds)) == seconds


@given(st.text(max_size=30))
def test_any_text_is_a_duration_or_a_value_error(text: str) -> None:
    try:
        seconds = parse_duration(text)
    except ValueError:
        return
    assert parse_duration(format_duration(seconds)) == seconds
