"""Finds the customer who asks, by contact or contract: for all wishes of a sitting at once, as intake brings many."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, bindparam, select

from noc_console.desk.rows import Values, values_of
from noc_console.store.tables import table
from noc_console.workflows.intake_guards import contact_column

if TYPE_CHECKING:
    from noc_console.desk.act import Wish

#: Column and value by which a customer is known.
Key = tuple[str, str]
#: Values asked for in one statement.
KEYS = 500


class Customers:
    """The customers whom the wishes of one transaction may be about, read when first asked for."""

    def __init__(
        self, connection: Connection, wishes: Sequence[Wish] = (), before: Callable[[], None] = lambda: None
    ) -> None:
        """Serve the births among ``wishes``; ``before`` is called before rows are read."""
        self._connection = connection
        self._wishes = wishes
        self._before = before
        self._known: dict[Key, list[Values]] = {}

    def forget(self) -> None:
        """Read again: a customer was changed in this transaction."""
        self._known.clear()

    def of(self, inputs: Mapping[str, Any]) -> tuple[Values, ...]:
        """Return the one customer who has this contact or contract; nobody where none or several have."""
        wanted = set(_keys(inputs))
        if not wanted <= self._known.keys():
            births = (wish.inputs for wish in self._wishes if not wish.record)
            self._read({key for given in births for key in _keys(given)} | wanted)
        found = {row["id"]: row for key in wanted for row in self._known[key]}
        return tuple(found.values()) if len(found) == 1 else ()

    def _read(self, keys: Iterable[Key]) -> None:
        self._before()
        by_column: dict[str, list[str]] = {}
        for column, value in keys:
            self._known[column, value] = []
            by_column.setdefault(column, []).append(value)
        customers = table("customer")
        for column, values in by_column.items():
            matching = customers.c[column].in_(bindparam("wanted", expanding=True))
            statement = select(customers).where(matching, customers.c.state == "current")
            for start in range(0, len(values), KEYS):
                for row in self._connection.execute(statement, {"wanted": values[start : start + KEYS]}):
                    self._known[column, row._mapping[column]].append(values_of("customer", row))


def _keys(inputs: Mapping[str, Any]) -> Iterator[Key]:
    contact, contract = inputs.get("contact"), inputs.get("contract")
    if contact:
        by = contact_column(contact)
        yield by, str(contact).strip().casefold() if by == "address" else str(contact)
    if contract:
        yield "contract", str(contract)
