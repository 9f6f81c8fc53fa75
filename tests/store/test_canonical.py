"""One value has one written form, and what no store can hold is refused at entry."""

from __future__ import annotations

import json
import time
import unicodedata
import uuid
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noc_console.errors import BadInput
from noc_console.store.canonical import LARGEST, canonical, derived_id, digest, new_id, plain, written

texts = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_what_was_read_again_is_written_the_same(value: Any) -> None:
    written = canonical(value)
    assert canonical(json.loads(written)) == written
    assert plain(plain(value)) == plain(value)


@given(st.dictionaries(texts, st.integers(-5, 5), max_size=5), st.randoms())
def test_the_order_of_keys_does_not_matter(value: dict[str, int], random: Any) -> None:
    shuffled = list(value.items())
    random.shuffle(shuffled)
    assert canonical(dict(shuffled)) == canonical(MappingProxyType(value))


def test_each_kind_of_value_has_one_form() -> None:
    class Colour(StrEnum):
        RED = "red"

    noon = datetime(2026, 4, 27, 12, tzinfo=UTC)
    assert canonical(noon) == canonical(noon.astimezone(timezone(timedelta(hours=8)))) == "1777291200000"
    assert canonical(Decimal("1.50")) == '"1.50"'
    assert canonical({"b": (1, 2), "a": frozenset({"y", "x"})}) == '{"a":["x","y"],"b":[1,2]}'
    assert canonical(Colour.RED) == '"red"'
    assert canonical("e\u0301") == canonical("é") == '"é"'
    assert canonical({"true": True, "none": None}) == '{"none":null,"true":true}'


@pytest.mark.parametrize("bad", ["a\0b", "光\0缆", "\ud800", "x\udfff", ["ok", "\0"], {"deep": {"er": "\ud83d"}}])
def test_text_that_no_store_can_hold_is_refused(bad: Any) -> None:
    with pytest.raises(BadInput):
        canonical(bad)


@pytest.mark.parametrize("number", [LARGEST + 1, -LARGEST - 1, 10**30])
def test_a_number_that_no_database_holds_is_refused(number: int) -> None:
    with pytest.raises(BadInput):
        canonical({"users": number})


@pytest.mark.parametrize("value", [1.5, float("nan"), object(), b"bytes"])
def test_what_has_no_form_is_a_mistake_of_the_program(value: Any) -> None:
    with pytest.raises(TypeError):
        canonical(value)


@given(st.lists(st.one_of(st.none(), texts, st.binary(), st.integers())), st.lists(st.one_of(st.none(), texts)))
def test_no_two_lists_of_parts_share_a_digest(one: list[Any], two: list[Any]) -> None:
    def bare(parts: list[Any]) -> list[Any]:
        return [part if part is None or isinstance(part, bytes) else str(part).encode() for part in parts]

    assert (digest(*one) == digest(*two)) == (bare(one) == bare(two))


def test_parts_do_not_run_into_each_other() -> None:
    assert len({digest("ab", "c"), digest("a", "bc"), digest("abc"), digest("abc", ""), digest("abc", None)}) == 5


def test_ids_are_version_7_unique_and_rise_with_time() -> None:
    ids = [new_id() for _n in range(1_000)]
    assert len(set(ids)) == 1_000
    assert {uuid.UUID(one).version for one in ids} == {7}
    assert {uuid.UUID(one).variant for one in ids} == {uuid.RFC_4122}
    assert ids == sorted(ids), "also within a millisecond"


def test_ids_go_on_rising_when_the_clock_is_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    before = new_id()
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    after = [new_id() for _n in range(5_000)]
    assert [before, *after] == sorted([before, *after])
    assert {uuid.UUID(one).version for one in after} == {7}


def test_a_derived_id_is_the_same_everywhere_and_of_its_parts_alone() -> None:
    assert derived_id("clock", "response", 1, "80") == derived_id("clock", "response", 1, "80")
    assert derived_id("a", "bc") != derived_id("ab", "c")


def slow(value: Any) -> Any:
    """Return what ``plain`` must return, by the rules written out one by one."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, datetime):
        return (value - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    if isinstance(value, dict):
        return {str(key): slow(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [slow(item) for item in value]
    return value


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
SCALARS = st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | TEXTS | st.datetimes(timezones=st.just(UTC))
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.tuples(inner, inner) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=400)
@given(TREES)
def test_the_quick_way_writes_the_bytes_of_the_rules(value: Any) -> None:
    wanted = json.dumps(slow(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert canonical(value).encode() == wanted.encode()
    assert written(plain(value)) == wanted
