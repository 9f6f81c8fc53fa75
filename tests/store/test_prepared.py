"""Statements that go straight to the driver find what SQLAlchemy finds, and fail as its own do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Connection, bindparam, select
from sqlalchemy.exc import DBAPIError

from noc_console.errors import StoreUnavailable
from noc_console.store.engine import reading, retried, together, writing
from noc_console.store.prepared import Prepared
from noc_console.store.tables import table
from tests.store.kit import rich

if TYPE_CHECKING:
    from sqlalchemy import Engine

TICKETS = table("ticket")
STATEMENTS: dict[str, tuple[Any, dict[str, Any]]] = {
    "all": (select(TICKETS).order_by(TICKETS.c.id), {}),
    "by a text": (select(TICKETS).where(TICKETS.c.id == bindparam("said")), {"said": "ticket-1"}),
    "a literal and a bound": (
        select(TICKETS).where(TICKETS.c.open.is_(True), TICKETS.c.number >= bindparam("least")).limit(2),
        {"least": 0},
    ),
    "a percent sign": (select(TICKETS).where(TICKETS.c.subject != "100 %"), {}),
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_the_rows_are_those_that_sqlalchemy_reads(engine: Engine, name: str) -> None:
    rich(engine)
    statement, given = STATEMENTS[name]
    with reading(engine) as connection:
        usual = [dict(row) for row in connection.execute(statement, given).mappings()]
        found = Prepared(statement).rows(connection, **given)
    assert usual and found == usual
    assert [{key: type(value) for key, value in row.items()} for row in found] == [
        {key: type(value) for key, value in row.items()} for row in usual
    ]


def everything(connection: Connection) -> int:
    """Count the tickets by a prepared statement."""
    return len(Prepared(select(TICKETS.c.id)).rows(connection))


def losing(engine: Engine, times: int) -> Callable[[], int]:
    """Return a write transaction whose connection is lost in the middle for so many times."""
    left = [times]

    def work() -> int:
        with writing(engine) as connection:
            if left[0]:
                left[0] -= 1
                connection.connection.driver_connection.close()  # type: ignore[union-attr]
            return everything(connection)

    return work


def test_a_lost_connection_is_known_for_one_and_the_work_is_done_again(engine: Engine) -> None:
    rich(engine)
    with writing(engine) as connection:
        connection.connection.driver_connection.close()  # type: ignore[union-attr]
        with pytest.raises(DBAPIError) as lost:
            everything(connection)
        assert lost.value.connection_invalidated and connection.invalidated
        connection.rollback()
    with reading(engine) as connection:
        expected = everything(connection)
    assert retried(losing(engine, 2)) == expected, "the pool gives a new connection"


def test_a_lost_connection_is_told_to_who_only_reads(engine: Engine) -> None:
    for opened in (reading, _shared):
        with pytest.raises(StoreUnavailable), opened(engine) as connection:
            connection.connection.driver_connection.close()  # type: ignore[union-attr]
            everything(connection)
    with reading(engine) as connection:
        assert everything(connection) == 0


def test_a_block_that_goes_on_after_the_loss_ends_with_it(engine: Engine) -> None:
    rich(engine)
    with pytest.raises(StoreUnavailable, match="lost"), together(engine):
        with pytest.raises(StoreUnavailable), reading(engine) as connection:
            connection.connection.driver_connection.close()  # type: ignore[union-attr]
            everything(connection)
        with pytest.raises(StoreUnavailable), reading(engine) as connection:
            everything(connection)
    with reading(engine) as connection:
        assert everything(connection) > 0


@contextmanager
def _shared(engine: Engine) -> Iterator[Connection]:
    """Give the connection that everything in a block shares."""
    with together(engine), reading(engine) as connection:
        yield connection


def test_what_is_wrong_with_a_statement_is_told_as_by_sqlalchemy(engine: Engine) -> None:
    gone = Prepared(select(TICKETS.c.id).where(TICKETS.c.id == bindparam("said")))
    with writing(engine) as connection:
        connection.exec_driver_sql("ALTER TABLE ticket RENAME TO elsewhere")
        with pytest.raises(DBAPIError) as caught:
            gone.rows(connection, said="x")
        assert not caught.value.connection_invalidated
        connection.rollback()
