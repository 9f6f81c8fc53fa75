"""The reader of rows against a list that changes while answers are on their way."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noc_console.screens.widgets.held_rows import Window
from noc_console.screens.widgets.row_reader import Question, RowReader
from tests.screens.long_list import Line, LongList

LENGTH = 700
KEY = st.integers(0, LENGTH - 1).map("r{}".format)
STEP = st.one_of(
    st.tuples(st.just("go"), st.integers(-700, 700)),
    st.tuples(st.just("page"), st.sampled_from([-1, 1])),
    st.tuples(st.just("scroll"), st.sampled_from([-3, 3])),
    st.tuples(st.sampled_from(["first", "last", "reload", "restart", "fail"]), st.none()),
    st.tuples(st.just("move"), st.tuples(KEY, st.floats(-5, LENGTH + 5))),
    st.tuples(st.just("remove"), KEY),
    st.tuples(st.just("answer"), st.integers(0, 9)),
    st.tuples(st.just("resize"), st.integers(1, 60)),
)


class Reading:
    """A reader, its list, and the questions that wait."""

    def __init__(self, *, frozen: bool = False) -> None:
        self.frozen = frozen
        self.rows = LongList(LENGTH)
        self.waiting: list[Question] = []
        self.reader: RowReader[Line] = RowReader(self.waiting.append)
        self.reader.resize(20)

    def step(self, name: str, value: object) -> None:
        """Do one thing."""
        reader = self.reader
        match name, value:
            case "go", int(by):
                reader.go_to(reader.cursor + by)
            case "page", int(by):
                reader.page(by)
            case "scroll", int(by):
                reader.scroll(by)
            case "resize", int(lines):
                reader.resize(lines)
            case "move", (str(key), float(place)):
                self.rows.move(key, place)
            case "remove", str(key):
                self.rows.remove(key)
            case "answer", int(which) if self.waiting:
                self.answer(self.waiting.pop(which % len(self.waiting)))
            case "fail", None if self.waiting:
                reader.give_up(self.waiting.pop().request_id)
            case ("first" | "last" | "reload" | "restart") as verb, None:
                getattr(reader, verb)()

    def answer(self, question: Question) -> None:
        """Answer with what the list has now, and check where the cursor went."""
        reader, was = self.reader, self.reader.cursor_key
        answered = reader.answer(self.rows.window(question), question.request_id, frozen=self.frozen)
        asked_elsewhere = question.around is None and question.after is None and question.before is None
        if answered is None:
            assert reader.cursor_key == was
        elif not asked_elsewhere and was is not None:
            assert reader.cursor_key == was if answered.left is None else answered.left == was != reader.cursor_key

    def settle(self) -> None:
        """Answer all there is to ask; it must come to an end."""
        for _answer in range(60):
            if not self.waiting:
                return
            self.answer(self.waiting.pop(0))
        raise AssertionError("the reader asks for ever")


@settings(deadline=None, max_examples=150)
@given(st.lists(STEP, max_size=30))
def test_the_cursor_follows_its_record_whatever_happens_in_whatever_order(steps: list[tuple[str, object]]) -> None:
    reading = Reading()
    reader = reading.reader
    for name, value in steps:
        reading.step(name, value)
        assert len(reader.held) <= reader.held.capacity
        assert not len(reader.held) or reader.cursor in reader.visible
    reading.settle()
    reader.reload()
    reading.settle()
    order = reading.rows.order()
    shown = [reader.held[index].key for index in reader.visible]
    assert len(shown) == min(reader.lines, len(order))
    first = order.index(shown[0])
    assert shown == order[first : first + len(shown)]
    assert reader.cursor_key in shown


@pytest.mark.parametrize("frozen", [False, True])
def test_an_edge_row_that_moved_does_not_make_the_reader_ask_for_ever(frozen: bool) -> None:
    reading = Reading(frozen=frozen)
    for _page in range(3):
        reading.settle()
        reading.reader.go_to(len(reading.reader.held) - 1)
    last = reading.reader.held[len(reading.reader.held) - 1].key
    reading.rows.move(last, -1)
    reading.settle()
    assert reading.reader.cursor_key == last
    assert (reading.reader.cursor == 0) is not frozen


def test_a_frozen_reader_takes_new_values_and_no_new_order() -> None:
    reading = Reading()
    reading.settle()
    before = [reading.reader.held[index].key for index in range(len(reading.reader.held))]
    reading.rows.subjects["r3"] = "changed"
    reading.rows.move("r5", 1.5)
    reading.rows.move("new", 2.5)
    reading.rows.remove("r0")
    reading.reader.reload()
    (question,) = reading.waiting
    answered = reading.reader.answer(reading.rows.window(question), question.request_id, frozen=True)
    assert answered is not None
    assert answered.arrivals == 1
    assert [reading.reader.held[index].key for index in range(len(reading.reader.held))] == before
    assert reading.reader.held[3].subject == "changed"


def test_a_tall_screen_never_loses_its_view_while_reading_on() -> None:
    reading = Reading()
    reading.rows = LongList(20_000)
    reading.reader.resize(300)
    reading.settle()
    for by in [1] * 40 + [-1] * 40:
        reading.reader.page(by)
        reading.settle()
        assert len(reading.reader.visible) == 300
    assert reading.reader.cursor_key == "r0"


def test_windows_answer_nobody_twice() -> None:
    reading = Reading()
    (question,) = reading.waiting
    window: Window[Line] = reading.rows.window(question)
    assert reading.reader.answer(window, question.request_id, frozen=False) is not None
    assert reading.reader.answer(window, question.request_id, frozen=False) is None
