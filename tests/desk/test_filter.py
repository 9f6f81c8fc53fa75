"""The filter language: every key, what joins and negates, what input methods put in, and errors that help."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.desk.filter import FLAGS, KEYS, SERVICE_TYPES, SORTS, Query, parse, states
from noc_console.errors import UsageError
from noc_console.workflows.policy_values import DOMAINS, GRADES


def terms(text: str) -> list[tuple[str, str, tuple[str, ...], bool]]:
    """Return what was said, without the implied state."""
    query = parse("state:all " + text)
    return [(term.key, term.op, term.values, term.negated) for term in query.terms[1:]]


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("state:diagnosing", ("state", ":", ("diagnosing",), False)),
        ("grade:2", ("grade", ":", ("P2",), False)),
        ("grade<=p2", ("grade", "<=", ("P2",), False)),
        ("Domain:ACCESS,none", ("domain", ":", ("access", "none"), False)),
        ("domain:trans", ("domain", ":", ("transmission",), False)),
        ("owner:ME", ("owner", ":", ("me",), False)),
        ("owner:王伟", ("owner", ":", ("王伟",), False)),
        ("type:change", ("type", ":", ("change",), False)),
        ("!channel:mail", ("channel", ":", ("email",), True)),
        ('customer:"Acme, Bank"', ("customer", ":", ("Acme, Bank",), False)),
        ('customer:"Acme Bank",江南', ("customer", ":", ("Acme Bank", "江南"), False)),
        ("object=CIR-7", ("object", ":", ("CIR-7",), False)),
        ("parent:HZ1-7", ("parent", ":", ("HZ1-7",), False)),
        ("due<4h", ("due", "<", ("4h",), False)),
        ("due<-30m", ("due", "<", ("-30m",), False)),
        ("age>=2d", ("age", ">=", ("2d",), False)),
        ("idle>1h30m", ("idle", ">", ("1h30m",), False)),
        ("is:late,Mine", ("is", ":", ("late", "mine"), False)),
        ('"loss of signal"', ("", ":", ("loss of signal",), False)),
        ('!"loss of signal"', ("", ":", ("loss of signal",), True)),
        ("光缆", ("", ":", ("光缆",), False)),
        ("10.0.0.1:80", ("", ":", ("10.0.0.1:80",), False)),
        # what a Chinese input method types
        ("grade：1，2", ("grade", ":", ("P1", "P2"), False)),
        ("！is：late", ("is", ":", ("late",), True)),
        ("“光缆　中断”", ("", ":", ("光缆 中断",), False)),
        ("「光缆」", ("", ":", ("光缆",), False)),
        ("ｄｕｅ＜４ｈ", ("due", "<", ("4h",), False)),
    ],
)
def test_each_kind_of_term_is_read(text: str, term: tuple[str, str, tuple[str, ...], bool]) -> None:
    assert terms(text) == [term]


@pytest.mark.parametrize(
    ("key", "values"),
    [("state", states()), ("grade", GRADES), ("domain", (*DOMAINS, "none")), ("type", SERVICE_TYPES), ("is", FLAGS)],
)
def test_every_value_of_a_key_is_known(key: str, values: tuple[str, ...]) -> None:
    assert terms(f"{key}:{','.join(values)}") == [(key, ":", values, False)]


def test_without_a_state_the_open_ones_are_meant() -> None:
    assert parse("").terms == parse("state:open").terms
    assert parse("").text == ""
    assert [term.key for term in parse("!state:open").terms] == ["state"]


def test_order_is_said_in_the_text_or_beside_it() -> None:
    assert (parse("").sort, parse("光缆").sort, parse("!光缆").sort) == ("due", "found", "due")
    assert parse("sort:-age 光缆").sort == "-age"
    assert parse("sort:-age", sort="grade").sort == "grade"
    assert {parse(f"sort:{sign}{name}").sort for name in SORTS for sign in ("", "-")} == {
        f"{sign}{name}" for name in SORTS for sign in ("", "-")
    }


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("owner:me grad:1", ["grad:1", "character 10", "grade"]),
        ("state:open http://x", ["http", "character 12", "quote it"]),
        ("state:dignosing", ["dignosing", "character 1", "diagnosing"]),
        ("is:lte", ["lte", "late"]),
        ("type:folt", ["folt", "fault"]),
        ("grade:7", ["P7", "P1"]),
        ("domain:acess", ["acess", "access"]),
        ("a due:4h", ["due:4h", "character 3", "due<4h"]),
        ("due<soon", ["soon", "due<4h"]),
        ("age>9999999999d", ["9999999999d"]),
        ("owner<me", ["owner<me", "owner:VALUE"]),
        ("owner:", ["owner:", "a name, me, or none"]),
        ("due<,", ["due<,", "character 1"]),
        ("grade<=1,2", ["grade<=1,2", "one value"]),
        ("sort:due,age", ["sort:due,age"]),
        ("!sort:due", ["sort:-due"]),
        ("sort:colour", ["colour", "grade"]),
        ('state:open "loss of', ['"loss of', "character 12", "quote"]),
        ("x !", ["!", "character 3"]),
        ('""', ["character 1"]),
        ("--", ["--", "character 1"]),
    ],
)
def test_errors_name_the_word_its_place_and_what_would_do(text: str, parts: list[str]) -> None:
    with pytest.raises(UsageError) as raised:
        parse(text)
    for part in parts:
        assert part in str(raised.value)


def test_an_unknown_order_beside_the_text_is_refused() -> None:
    with pytest.raises(UsageError, match="colour"):
        parse("", sort="colour")


@given(st.text(max_size=60))
def test_any_text_is_a_filter_or_an_error_for_people(text: str) -> None:
    try:
        query = parse(text)
    except UsageError as error:
        assert error.hint
        return
    assert "\0" not in repr(query)
    assert not any(0xD800 <= ord(char) < 0xE000 or char == "\x1b" for term in query.terms for char in str(term))


_WORDS = st.text(st.characters(exclude_categories=("C",)), min_size=1, max_size=12)
_TERMS = st.one_of(
    _WORDS,
    _WORDS.map('"{}"'.format),
    st.builds("{}{}:{}".format, st.sampled_from(("", "!")), st.sampled_from(sorted(KEYS)), _WORDS),
    st.sampled_from(("grade<=2", "due<-3h", "is:late,mine", "!owner:none", 'customer:"a b",c', "sort:-idle")),
)


@given(st.lists(_TERMS, max_size=5).map(" ".join))
def test_the_canonical_text_means_the_same(text: str) -> None:
    try:
        query = parse(text)
    except UsageError:
        return
    again = parse(query.text)
    assert again == Query(query.terms, query.sort, query.text)
