"""Lists against a naive evaluation in Python: every key, every order, every way to turn the pages, both stores."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cmp_to_key
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from noc_console.clock import to_ms
from noc_console.desk import ticket, ticket_search
from noc_console.desk.filter import SORTS, Query, Term, parse
from noc_console.errors import NotFound, UsageError
from noc_console.store import search
from noc_console.store.apply import Writer
from noc_console.store.engine import writing
from noc_console.workflows.durations import parse_duration
from noc_console.workflows.policy_values import GRADES
from tests.desk.scene import START, Scene

_numbers = itertools.count(1)
_hours = st.integers(-5, 5)
_names = st.sampled_from((None, "wei", "fang", "王伟"))
_ROWS = st.fixed_dictionaries(
    {
        "state": st.sampled_from(("registered", "diagnosing", "waiting_customer", "closed", "archived")),
        "grade": st.sampled_from(GRADES),
        "domain": st.sampled_from((None, "access", "data")),
        "owner": _names,
        "service_type": st.sampled_from(("fault", "change")),
        "channel": st.sampled_from(("email", "hotline")),
        "requester_name": st.sampled_from((None, "Ms Wang", "50%_off", "O'Neil")),
        "requester_organisation": st.sampled_from((None, "Acme Bank", "江南大学")),
        "objects": st.sampled_from(((), ("circuit:CIR-1",), ("circuit:CIR-12", "olt:bj3"))),
        "next_due": st.none() | _hours,
        "registered_at": _hours,
        "last_event_at": _hours,
        "snoozed_until": st.none() | _hours,
        "urgent": st.booleans(),
        "chronic": st.booleans(),
        "breached": st.sampled_from(((), ("restore",))),
        "missing": st.sampled_from(((), ("scope",))),
        "child": st.booleans(),
    }
)
_VALUES = {
    "state": ("open", "all", "waiting", "diagnosing", "closed"),
    "grade": GRADES,
    "domain": ("access", "data", "none"),
    "owner": ("me", "none", "fang", "王伟", "nobody"),
    "type": ("fault", "change"),
    "channel": ("mail", "hotline"),
    "customer": ("wang", "acme", "江南", "%", "_", "'"),
    "object": ("CIR-1", "olt", "x"),
    "is": ("late", "unowned", "mine", "urgent", "snoozed", "breached", "chronic", "mass", "child", "incomplete"),
}


@st.composite
def _filters(draw: st.DrawFn) -> str:
    """Draw a filter of some terms that do not search."""
    said = []
    for key in draw(st.lists(st.sampled_from((*_VALUES, "due", "age", "idle", "grade<")), max_size=3)):
        sign = draw(st.sampled_from(("", "", "!")))
        if key in _VALUES:
            values = draw(st.lists(st.sampled_from(_VALUES[key]), min_size=1, max_size=2))
            said.append(f"{sign}{key}:" + ",".join(values))
        elif key == "grade<":
            said.append(f"{sign}grade{draw(st.sampled_from(('<', '<=', '>', '>=')))}{draw(st.integers(1, 5))}")
        else:
            said.append(f"{sign}{key}{draw(st.sampled_from(('<', '<=', '>', '>=')))}{draw(st.integers(0, 4))}h")
    return " ".join(said)


@contextmanager
def stored(scene: Scene, drawn: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Keep rows as tickets, nothing of them judged, and take them away after."""
    rows = []
    for place, values in enumerate(drawn):
        number = next(_numbers)
        row = {
            "id": f"{(number * 7919) % 10_007:05d}-{number}",  # ids in another order than numbers
            "ref": f"HZ1-{number}",
            "number": number,
            "subject": "x",
            "created_by": "wei",
            **{name: value for name, value in values.items() if name != "child"},
            "open": values["state"] not in ("closed", "archived"),
            "parent": rows[0]["id"] if values["child"] and place else None,
        }
        for name in ("next_due", "registered_at", "last_event_at", "snoozed_until"):
            row[name] = None if values[name] is None else to_ms(START + timedelta(hours=values[name]))
        rows.append(row)
    with writing(scene.admin.engine) as connection:
        writer = Writer(connection)
        for row in rows:
            given = {name: list(value) if isinstance(value, tuple) else value for name, value in row.items()}
            writer.apply(row["id"], [["add", "ticket", row["id"], given]], {})
        writer.flush()
    try:
        yield rows
    finally:
        with writing(scene.admin.engine) as connection:
            connection.exec_driver_sql("DELETE FROM ticket")


# --- The naive evaluation ------------------------------------------------------------------------------------


def _compares(op: str, value: float, limit: float) -> bool:
    return {"<": value < limit, "<=": value <= limit, ">": value > limit, ">=": value >= limit}[op]


def _text(row: dict[str, Any], *columns: str) -> str:
    return "\n".join(str(row[column] or "") for column in columns).casefold()


def _flag(row: dict[str, Any], flag: str, rows: list[dict[str, Any]], me: str, now: int) -> bool:
    return {
        "late": row["next_due"] is not None and row["next_due"] < now,
        "unowned": row["owner"] is None,
        "mine": row["owner"] == me,
        "urgent": row["urgent"],
        "snoozed": row["snoozed_until"] is not None and row["snoozed_until"] > now,
        "breached": bool(row["breached"]),
        "chronic": row["chronic"],
        "mass": any(other["parent"] == row["id"] for other in rows),
        "child": row["parent"] is not None,
        "incomplete": bool(row["missing"]),
    }[flag]


def _value_holds(row: dict[str, Any], term: Term, value: str, rows: list[dict[str, Any]], me: str, now: int) -> bool:
    hour = 3_600_000
    if term.key == "grade":
        place, limit = GRADES.index(row["grade"]), GRADES.index(value)
        return place == limit if term.op == ":" else _compares(term.op, place, limit)
    if term.key == "due":
        due = row["next_due"]
        return due is not None and _compares(term.op, due - now, parse_duration(value) * 1000)
    if term.key in ("age", "idle"):
        since = now - row["registered_at" if term.key == "age" else "last_event_at"]
        assert since % hour == 0
        return _compares(term.op, since, parse_duration(value) * 1000)
    if term.key == "state":
        if value == "waiting":
            return bool(row["state"].startswith("waiting_"))
        return value == "all" or (row["open"] if value == "open" else bool(row["state"] == value))
    if term.key == "is":
        return _flag(row, value, rows, me, now)
    if term.key == "customer":
        return value.casefold() in _text(row, "requester_name", "requester_organisation")
    if term.key == "object":
        return value.casefold() in json.dumps(row["objects"]).casefold()
    column = {"type": "service_type"}.get(term.key, term.key)
    wanted = me if (term.key, value) == ("owner", "me") else None if value == "none" else value
    return bool(row[column] == wanted)


def naive(rows: list[dict[str, Any]], query: Query, me: str, now: datetime) -> list[str]:
    """Return the ids that a filter finds, in order, by looking at every ticket with every term."""
    found = [
        row
        for row in rows
        if all(
            term.negated is not any(_value_holds(row, term, value, rows, me, to_ms(now)) for value in term.values)
            for term in query.terms
        )
    ]
    name = query.sort.removeprefix("-")
    column = {"due": "next_due", "age": "number", "idle": "last_event_at"}.get(name, name)
    turned = query.sort.startswith("-") is not (name == "number")

    def before(one: dict[str, Any], other: dict[str, Any]) -> int:
        if (one[column] is None) is not (other[column] is None):  # what has no value stands last either way
            return 1 if one[column] is None else -1
        here, there = (one[column] or 0, one["id"]), (other[column] or 0, other["id"])
        if one[column] is None:
            here, there = (0, one["id"]), (0, other["id"])
        return (-1 if here < there else 1) * (-1 if turned else 1)

    return [row["id"] for row in sorted(found, key=cmp_to_key(before))]


# --- Pages ---------------------------------------------------------------------------------------------------


def forward(scene: Scene, query: Query, size: int) -> list[str]:
    """Turn the pages from the beginning to the end."""
    page = ticket.page(scene.desk("wei"), query, limit=size)
    assert page.at_start
    found = [line.id for line in page.rows]
    while not page.at_end:
        page = ticket.page(scene.desk("wei"), query, limit=size, after=found[-1])
        assert page.rows and not page.at_start
        found += [line.id for line in page.rows]
    return found


def backward(scene: Scene, query: Query, size: int) -> list[str]:
    """Turn the pages from the end to the beginning."""
    page = ticket.page(scene.desk("wei"), query, limit=size, from_end=True)
    assert page.at_end
    found = [line.id for line in page.rows]
    while not page.at_start:
        page = ticket.page(scene.desk("wei"), query, limit=size, before=found[0])
        assert page.rows and not page.at_end
        found = [*(line.id for line in page.rows), *found]
    return found


@pytest.fixture(scope="module")
def module_scene(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """One store for all examples; each takes its tickets away."""
    from tests.desk.scene import copy_of

    with copy_of(template, tmp_path_factory.mktemp("query") / "store.db") as scene:
        yield scene


def _agree(scene: Scene, drawn: list[dict[str, Any]], text: str, sort: str, size: int) -> None:
    query = parse(text, sort=sort)
    with stored(scene, drawn) as rows:
        wanted = naive(rows, query, "wei", scene.now)
        assert forward(scene, query, size) == wanted
        assert backward(scene, query, size) == wanted
        assert [row["id"] for row in ticket.records(scene.desk("wei"), query)] == wanted
        counted = ticket.count(scene.desk("wei"), query, cap=3)
        assert (counted.number, counted.capped) == (min(len(wanted), 3), len(wanted) > 3)


_SORTS = st.sampled_from([f"{sign}{name}" for name in SORTS for sign in ("", "-")])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_ROWS, max_size=12), _filters(), _SORTS, st.integers(1, 5))
def test_pages_agree_with_looking_at_every_ticket(
    module_scene: Scene, drawn: list[dict[str, Any]], text: str, sort: str, size: int
) -> None:
    module_scene.at(START)
    _agree(module_scene, drawn, text, sort, size)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_ROWS, max_size=10), _filters(), _SORTS, st.integers(1, 4))
def test_pages_agree_on_each_kind_of_store(
    any_scene: Scene, drawn: list[dict[str, Any]], text: str, sort: str, size: int
) -> None:
    _agree(any_scene, drawn, text, sort, size)


@pytest.mark.parametrize("few", [0, 1, ticket_search.FEW])
def test_pages_by_parent(scene: Scene, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ticket_search, "FEW", few)
    mass = scene.register(subject="mass fault")
    child = scene.register(parent=scene.row(mass)["id"])
    scene.register()
    for word in (mass, mass.lower(), scene.row(mass)["id"]):
        assert [line.ref for line in ticket.page(scene.desk("wei"), parse(f"parent:{word}")).rows] == [child]
    line = ticket.page(scene.desk("wei"), parse("is:mass")).rows[0]
    assert (line.ref, line.children) == (mass, 1)
    assert (
        refs(scene, "is:child") == [child] and mass in refs(scene, "!is:child") and mass not in refs(scene, "!is:mass")
    )
    second = scene.register(parent=scene.row(mass)["id"])
    assert refs(scene, f"parent:{mass} sort:number") == [second, child]
    assert refs(scene, f"parent:{mass} is:child owner:none sort:age") == [child, second]
    assert ticket.count(scene.desk("wei"), parse("is:child,mass")).number == 3


# --- Search --------------------------------------------------------------------------------------------------


def refs(scene: Scene, text: str) -> list[str]:
    """Return what a filter finds, in the order of the list."""
    return [line.ref for line in ticket.page(scene.desk("wei"), parse(text)).rows]


def test_search_finds_words_and_phrases_newest_first(any_scene: Scene) -> None:
    scene = any_scene
    first = scene.register(subject="Fibre cut", symptom="宽带中断，光猫红灯 loss of signal", scope="one site")
    second = scene.register(subject="VoIP", symptom="no dial tone; signal of loss", scope="光缆中断")
    scene.says("wei", first, "note", text="OTDR: reflective event at 12.4 km")
    assert refs(scene, "光猫") == [first]
    assert refs(scene, "光缆") == [second]
    assert refs(scene, "中断") == [second, first]
    assert refs(scene, '"loss of signal"') == [first]
    assert refs(scene, "loss signal") == [second, first]
    assert refs(scene, "reflect") == [first], "the last word may be the beginning of a longer one"
    assert refs(scene, "otdr 光猫") == [first], "words of different acts of one ticket"
    assert refs(scene, "中断 !光猫") == [second]
    assert refs(scene, '!"loss of signal" !otdr') == [second]
    assert refs(scene, first.lower()) == [first]
    assert refs(scene, "断 光") == [second, first]
    assert refs(scene, "nothing") == []


def test_search_keeps_to_the_rest_of_the_filter(any_scene: Scene) -> None:
    scene = any_scene
    mine = scene.to(scene.register(), "diagnosing")
    scene.register()
    scene.says("chen", scene.register(), "cancel", words="no longer", who="Ms Wang", channel="phone")
    assert refs(scene, "光猫 owner:me") == [mine]
    assert len(refs(scene, "光猫")) == 2
    assert len(refs(scene, "光猫 state:all")) == 3
    assert ticket.count(scene.desk("wei"), parse("光猫")).number == 2


def test_a_rare_word_is_found_beside_a_common_one(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ticket_search, "NEWEST", 3)
    old = scene.register(symptom="光猫 rarest")
    for _n in range(6):
        scene.register(symptom="光猫 often")
    assert refs(scene, "光猫 rarest") == [old]
    assert len(refs(scene, "光猫")) == 3
    counted = ticket.count(scene.desk("wei"), parse("光猫"))
    assert (counted.number, counted.capped) == (3, True)
    assert refs(scene, "!often") == [old], "a negation holds for all, not for the newest"


def test_a_rare_filter_finds_old_tickets_beside_a_common_word(
    any_scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = any_scene
    monkeypatch.setattr(ticket_search, "LOOKED_AT", (2, 2))
    mass = scene.register(subject="mass fault")
    child = scene.register(symptom="光猫 red", parent=scene.row(mass)["id"])
    mine = scene.to(scene.register(symptom="光猫 often"), "accepted")
    scene.says("wei", mine, "note", text="OTDR trace taken")
    for _n in range(6):
        scene.register(symptom="光猫 often")
    narrow = {"owner:me": mine, "is:mine": mine, "state:accepted": mine, f"parent:{mass}": child}
    for text, ref in narrow.items():
        assert refs(scene, f"{text} 光猫") == [ref]
        counted = ticket.count(scene.desk("wei"), parse(f"{text} 光猫"))
        assert (counted.number, counted.capped) == (1, False)
    assert refs(scene, "owner:me otdr tra 光猫") == [mine] and refs(scene, "owner:me race") == []
    assert refs(scene, "owner:me domain:data 光猫") == [] and refs(scene, "!owner:me 光猫 often") != []
    for limit in ("FEW", "TEXTS"):  # where they are many the newest texts are looked at
        with monkeypatch.context() as many:
            many.setattr(ticket_search, limit, 0)
            assert refs(scene, "owner:me 光猫") == []
            assert ticket.count(scene.desk("wei"), parse("owner:me 光猫")).capped


HOSTILE = (
    "'; DROP TABLE ticket; --",
    '" OR 1=1 --',
    'words:"a" OR "b"',
    "NEAR(a b)",
    "a AND NOT b*",
    "{words record}: a",
    "-rowid ^a",
    "a:* & !b <-> (c | d)",
    "%' OR '1'='1",
    "\\' \\\\",
    "nul\0byte \x1b[31m",
    "\ud800 half",
    "🧨" * 200,
    "x" * 100_000,
    "customer:%_\\'\"",
    "owner:'||(SELECT 1)||'",
    "object:\0",
    "parent:' UNION SELECT",
    "due<999999999d age>-999999999d",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_finds_nothing_and_changes_nothing(any_scene: Scene, text: str) -> None:
    scene = any_scene
    ref = scene.register(symptom="nothing of the kind")
    token = scene.admin.token()
    try:
        found = refs(scene, f"state:all {text}")
    except UsageError as error:
        assert error.hint
    else:
        assert found in ([], [ref]) and (found == [] or text.startswith("due"))
    assert scene.admin.token() == token
    assert refs(scene, "kind") == [ref]


@pytest.mark.parametrize("ref", ["HZ1-999", "nul\0", "' OR 1=1", "\ud800", ""])
def test_a_reference_that_is_none_is_not_found(any_scene: Scene, ref: str) -> None:
    any_scene.register()
    with pytest.raises(NotFound):
        ticket.find(any_scene.admin, ref)


def test_search_is_by_words_that_the_store_cuts() -> None:
    assert search.words_of("光缆ABC中断 x-1") == ["光", "缆", "abc", "中", "断", "x", "1"]
