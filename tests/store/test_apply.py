"""What effects name is written, or is an error: nothing of an act is left out in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from noc_console.store import refold
from noc_console.store.apply import Writer
from noc_console.store.engine import reading, writing
from noc_console.store.tables import table
from tests.store.kit import behind_its_back, dump, judged, keep, rich, wrong

if TYPE_CHECKING:
    from sqlalchemy import Engine

inbox = table("inbox")
NOTE: dict[str, Any] = {"kind": "note", "code": "x", "recipient": "wei", "at": 1}


@pytest.mark.parametrize("beginning", [[], [["add", "inbox", "i1", NOTE]]])
def test_to_name_a_column_that_a_table_does_not_have_is_an_error(engine: Engine, beginning: list[Any]) -> None:
    last = ["set", "inbox", "i1", {"no_such": 1}] if beginning else ["add", "inbox", "i1", {**NOTE, "no_such": 1}]
    before = dump(engine)
    with pytest.raises(RuntimeError, match="inbox has no column no_such"), writing(engine) as connection:
        writer = Writer(connection)
        writer.apply("t1", [*beginning, last], {})
        writer.flush()
    assert dump(engine) == before


def test_rows_that_name_different_columns_are_written_together(engine: Engine) -> None:
    keep(
        engine,
        judged("t1", [["add", "inbox", "i1", NOTE], ["add", "inbox", "i2", {**NOTE, "params": {"a": 1}}]]),
        judged("t2", [["add", "inbox", "i3", {**NOTE, "done_at": 7}]]),
    )
    chosen = select(inbox.c.id, inbox.c.record, inbox.c.params, inbox.c.done_at).order_by(inbox.c.id)
    with reading(engine) as connection:
        found = list(map(tuple, connection.execute(chosen)))
    assert found == [("i1", "t1", "{}", None), ("i2", "t1", '{"a":1}', None), ("i3", "t2", "{}", 7)]
    assert wrong(engine) == []


def test_a_column_that_the_tables_have_no_longer_stops_no_rebuild(engine: Engine) -> None:
    rich(engine)
    keep(engine, judged("t9", [["add", "inbox", "i9", NOTE]]))
    before = dump(engine)
    behind_its_back(engine, "DELETE FROM inbox WHERE id = 'i9'")
    effects = '[["add","inbox","i9",{"at":1,"code":"x","gone":5,"kind":"note","recipient":"wei"}]]'
    place = "(SELECT MAX(hub_seq) FROM verdict)"
    behind_its_back(engine, f"UPDATE verdict SET effects = :effects WHERE hub_seq = {place}", effects=effects)
    list(refold.rows(engine, repair=True))
    assert dump(engine)["inbox"] == before["inbox"]
