"""Reading what people type: times of day, relative times, choices, yes and no, and what cannot be read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.workflows.fields import Field, Kind
from noc_console.workflows.reading import Unreadable, read

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 23, 41, tzinfo=SHANGHAI)
SINCE = Field("occurred_at", Kind.INSTANT, "Since when", past=True)
UNTIL = Field("until", Kind.INSTANT, "Until")


def said(field: Field, text: str, **more: Any) -> Any:
    return read(field, text, now=NOW, zone=SHANGHAI, **more)


@pytest.mark.parametrize(
    ("field", "text", "wanted"),
    [
        (SINCE, "now", NOW),
        (SINCE, "-10m", NOW - timedelta(minutes=10)),
        (UNTIL, "+4h", NOW + timedelta(hours=4)),
        (SINCE, "07:30", datetime(2026, 11, 23, 7, 30, tzinfo=SHANGHAI)),
        (UNTIL, "07:30", datetime(2026, 11, 24, 7, 30, tzinfo=SHANGHAI)),
        (SINCE, "23:50", datetime(2026, 11, 22, 23, 50, tzinfo=SHANGHAI)),
        (SINCE, "２３：３０", datetime(2026, 11, 23, 23, 30, tzinfo=SHANGHAI)),
        (SINCE, "yesterday 15:00", datetime(2026, 11, 22, 15, 0, tzinfo=SHANGHAI)),
        (SINCE, "昨天15:00", datetime(2026, 11, 22, 15, 0, tzinfo=SHANGHAI)),
        (SINCE, "前天 ２３：０５", datetime(2026, 11, 21, 23, 5, tzinfo=SHANGHAI)),
        (UNTIL, "明天 08:00", datetime(2026, 11, 24, 8, 0, tzinfo=SHANGHAI)),
        (SINCE, "2026-11-23 08:00", datetime(2026, 11, 23, 8, 0, tzinfo=SHANGHAI)),
        (SINCE, "2026/11/23 08:00", datetime(2026, 11, 23, 8, 0, tzinfo=SHANGHAI)),
        (SINCE, "2026-11-23T08:00Z", datetime(2026, 11, 23, 8, 0, tzinfo=UTC)),
    ],
)
def test_instants(field: Field, text: str, wanted: datetime) -> None:
    assert said(field, text) == wanted


BEYOND = ["0001-01-01T00:00+14:00", "9999-12-31T23:00-14:00", "-3000000d", "+999999999d999999999h"]


@pytest.mark.parametrize(
    "text", ["25:00", "tomorrow", "-10", "2026-13-01", "07:30 pm", "昨天", "yesterday 25:00", *BEYOND]
)
def test_an_instant_that_cannot_be_read_says_what_could(text: str) -> None:
    with pytest.raises(Unreadable) as told:
        said(SINCE, text)
    assert "Since when" in str(told.value)
    assert text in str(told.value)
    assert "23:41" in told.value.wanted


def test_choices_forgive_case_and_dashes_and_name_the_nearest() -> None:
    field = Field("cause", Kind.CHOICE, "Cause")
    options = ("third_party", "customer")
    assert said(field, "Third-Party", options=options) == "third_party"
    with pytest.raises(Unreadable, match="did you mean customer"):
        said(field, "custmer", options=options)


@pytest.mark.parametrize(("text", "wanted"), [("yes", True), ("是", True), ("N", False), ("否", False), ("0", False)])
def test_yes_and_no(text: str, wanted: bool) -> None:
    assert said(Field("sure", Kind.YESNO, "Sure"), text) is wanted


def test_numbers_and_durations() -> None:
    assert said(Field("n", Kind.NUMBER, "Users"), "1 200") == 1200
    assert said(Field("n", Kind.NUMBER, "Users"), "１２") == 12
    assert said(Field("d", Kind.DURATION, "For"), "1h30m") == 5400
    for kind in (Kind.NUMBER, Kind.DURATION, Kind.YESNO):
        with pytest.raises(Unreadable):
            said(Field("x", kind, "X"), "soon")


def test_many_values_are_a_tuple_and_nothing_is_none() -> None:
    assert said(Field("o", Kind.TEXT, "Objects", many=True), "a, b\nc,") == ("a", "b", "c")
    assert said(Field("o", Kind.TEXT, "Subject"), "   ") is None


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    for kind in Kind:
        try:
            said(Field("x", kind, "X"), text, options=("a", "b"))
        except Unreadable as told:
            assert told.wanted
