"""Where alarms are known already: on a ticket, or watched without one; and which tickets take in others.

Read once for the alarms of a batch, kept up with what the batch itself does. It only reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, Connection, and_, bindparam, or_, select

from noc_console.clock import from_ms, to_ms
from noc_console.desk.rows import Values, values_of
from noc_console.store.tables import table
from noc_console.workflows.ticket_sets import FINAL

#: Values asked for in one statement.
KEYS = 500
#: A ticket whose service is back takes in no further alarms: they are a new matter, or its own coming back.
OVER = ("restored", "feedback_given")


@dataclass(frozen=True, slots=True)
class Host:
    """A ticket that has an alarm, or takes in others."""

    id: str
    #: None where it would be opened
    ref: str | None
    kind: str
    open: bool
    grade: str
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where one alarm is known: on a ticket that is not final, or watched without one; ``state`` is the alarm's."""

    host: Host | None
    watch: Values | None
    state: str
    severity: str


class Places:
    """What the store knows of the alarms of one batch, by fingerprint."""

    def __init__(self, connection: Connection, fingerprints: Iterable[str]) -> None:
        self._known: dict[str, Place] = {}
        self._closed: dict[str, Host] = {}
        self._parents: dict[str, tuple[Host, datetime]] = {}
        self._read_before: set[str] = set()
        self.attach(connection, fingerprints)

    def attach(self, connection: Connection, fingerprints: Iterable[str]) -> None:
        """Go on in another transaction, with further alarms."""
        self._connection = connection
        wanted = sorted(set(fingerprints) - self._read_before)
        self._read_before.update(wanted)
        for start in range(0, len(wanted), KEYS):
            self._read(wanted[start : start + KEYS])

    def of(self, fingerprint: str) -> Place | None:
        """Return where an alarm lives now."""
        return self._known.get(fingerprint)

    def last_closed(self, fingerprint: str) -> Host | None:
        """Return the ticket that had this alarm before, and is closed."""
        return self._closed.get(fingerprint)

    def put(self, fingerprint: str, host: Host, state: str, severity: str) -> None:
        """Remember that an alarm is on a ticket now."""
        self._known[fingerprint] = Place(host, None, state, severity)

    def watch(self, fingerprint: str, row: Values) -> None:
        """Remember that an alarm is watched."""
        self._known[fingerprint] = Place(None, row, row["alarm_state"], row["severity"])

    def graded(self, host: Host, grade: str) -> Host:
        """Remember that a ticket has a graver grade now."""
        graver = replace(host, grade=grade)
        for fingerprint, place in self._known.items():
            if place.host is not None and place.host.id == host.id:
                self._known[fingerprint] = replace(place, host=graver)
        for key, (parent, at) in self._parents.items():
            if parent.id == host.id:
                self._parents[key] = (graver, at)
        return graver

    # --- Tickets that take in others -------------------------------------------------------------------------

    def parent(self, key: str, now: datetime, within_s: int) -> Host | None:
        """Return the ticket that alarms of a key are folded into, if one came within so many seconds."""
        since = now - timedelta(seconds=within_s)
        if key in self._parents:
            host, last = self._parents[key]
            return host if last >= since else None
        tickets = table("ticket")
        chosen = (
            select(tickets)
            .where(
                tickets.c.alarm_key == key,
                tickets.c.open.is_(True),
                tickets.c.state.not_in(OVER),
                tickets.c.last_alarm_at >= to_ms(since),
            )
            .order_by(tickets.c.registered_at.desc())
            .limit(1)
        )
        row = self._connection.execute(chosen).one_or_none()
        if row is None:
            return None
        found = values_of("ticket", row)
        self._parents[key] = (host_of(found), found["last_alarm_at"])
        return self._parents[key][0]

    def folded(self, key: str, host: Host, now: datetime) -> None:
        """Remember that an alarm of a key came to a ticket now."""
        self._parents[key] = (host, now)

    def newest(self, key: str, now: datetime, within_s: int, most: int) -> tuple[Values, ...]:
        """Return the tickets of a key that were opened within so many seconds, at most ``most``, newest first."""
        tickets = table("ticket")
        since = to_ms(now - timedelta(seconds=within_s))
        chosen = (
            select(tickets)
            .where(tickets.c.alarm_key == key, tickets.c.registered_at >= since)
            .order_by(tickets.c.registered_at.desc())
            .limit(most)
        )
        return tuple(values_of("ticket", row) for row in self._connection.execute(chosen))

    # --- Reading ---------------------------------------------------------------------------------------------

    def _read(self, fingerprints: list[str]) -> None:
        alarms, tickets, watches = table("alarm"), table("ticket"), table("alarm_watch")
        wanted = {"wanted": fingerprints}
        names: BindParameter[Any] = bindparam("wanted", expanding=True)
        watched = select(watches).where(watches.c.fingerprint.in_(names), watches.c.state == "watched")
        for row in self._connection.execute(watched, wanted):
            self.watch(row.fingerprint, values_of("alarm_watch", row))
        alive = or_(tickets.c.state.not_in(FINAL), tickets.c.merged_into.is_not(None))
        statement = (
            select(
                alarms.c.fingerprint, alarms.c.state.label("alarm_state"), alarms.c.severity.label("alarm_severity"),
                tickets,
            )
            .join(tickets, tickets.c.id == alarms.c.record)
            .where(alarms.c.fingerprint.in_(names), alive)
            .order_by(tickets.c.number)
        )  # fmt: skip
        for row in self._connection.execute(statement, wanted):
            self._host(row._mapping)

    def _host(self, row: Mapping[Any, Any]) -> None:
        """Keep the newest open ticket of an alarm, else the newest closed one."""
        fingerprint = row["fingerprint"]
        ticket = row if row["merged_into"] is None else self._target(row["merged_into"])
        if ticket is None:
            return
        host = Host(
            ticket["id"], ticket["ref"], "fault" if ticket["service_type"] == "fault" else "request", ticket["open"],
            ticket["grade"], _instant(ticket["closed_at"]),
        )  # fmt: skip
        present = self._known.get(fingerprint)
        if not host.open:
            self._closed[fingerprint] = host
        if host.open or present is None or (present.host is not None and not present.host.open):
            self._known[fingerprint] = Place(host, None, row["alarm_state"], row["alarm_severity"])

    def _target(self, record: str) -> Mapping[Any, Any] | None:
        """Follow a ticket that was merged to the one that goes on, if that is not final itself."""
        tickets = table("ticket")
        for _hop in range(20):
            row = self._connection.execute(select(tickets).where(tickets.c.id == record)).one_or_none()
            if row is None or row.merged_into is None:
                return row._mapping if row is not None and row.state not in FINAL else None
            record = row.merged_into
        return None


def host_of(row: Values) -> Host:
    """Return a ticket's row as one that alarms come to."""
    kind = "fault" if row["service_type"] == "fault" else "request"
    return Host(row["id"], row["ref"], kind, row["open"], row["grade"], row["closed_at"])


def due_watches(connection: Connection, now: datetime, most: int) -> tuple[Values, ...]:
    """Return the alarms that were held back until now, those that wait longest first."""
    watches = table("alarm_watch")
    due = and_(watches.c.state == "watched", watches.c.due_at <= to_ms(now))
    rows = connection.execute(select(watches).where(due).order_by(watches.c.due_at).limit(most))
    return tuple(values_of("alarm_watch", row) for row in rows)


def watched(connection: Connection, *, limit: int | None) -> tuple[Values, ...]:
    """Return the alarms without a ticket, those heard of last first."""
    watches = table("alarm_watch")
    chosen = select(watches).where(watches.c.state == "watched").order_by(watches.c.last_at.desc()).limit(limit)
    return tuple(values_of("alarm_watch", row) for row in connection.execute(chosen))


def _instant(value: int | None) -> datetime | None:
    return None if value is None else from_ms(value)


def refs_of(connection: Connection, records: set[str]) -> dict[str, str]:
    """Return the tickets' references of records that are tickets, or watched alarms that have one now."""
    tickets, watches = table("ticket"), table("alarm_watch")
    found: dict[str, str] = {}
    wanted = sorted(records)
    for start in range(0, len(wanted), 500):
        some = wanted[start : start + 500]
        own = select(tickets.c.id, tickets.c.ref).where(tickets.c.id.in_(some))
        through = select(watches.c.id, tickets.c.ref).join(tickets, tickets.c.id == watches.c.ticket)
        for statement in (own, through.where(watches.c.id.in_(some))):
            found |= {row[0]: row[1] for row in connection.execute(statement)}
    return found
