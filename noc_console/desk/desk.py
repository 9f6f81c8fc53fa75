"""One open store and one person at it: what every desk function is given first.

It knows who acts, in which language and time zone, and where the store is. It holds no rows and no rules.
"""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Self
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, select, text

from noc_console import clock
from noc_console.config import Config
from noc_console.errors import NocError, NotFound, StoreUnavailable, UsageError
from noc_console.i18n import _
from noc_console.store import engine as engines
from noc_console.store import schema
from noc_console.store.journal import HUB, hub_state
from noc_console.store.place import Place, place_of
from noc_console.workflows.machine import Actor
from noc_console.workflows.policy_values import ROLES
from noc_console.workflows.ticket_guards import SERVICES

if TYPE_CHECKING:
    from noc_console.workflows.policy import Policy


class Desk:
    """An open store with the person who uses it; safe to read from several threads."""

    def __init__(
        self, engine: Engine, place: Place, actor: Actor, via: str, config: Config, at: datetime | None = None
    ) -> None:
        self._at = at
        self.engine = engine
        self.place = place
        self.actor = actor
        self.via = via
        self.config = config
        #: what is being taken in, where equal bytes are a new delivery: a file of the spool
        self.delivery = ""
        #: whether opening it made the store
        self.made = False
        self._policy: tuple[int, Policy] | None = None

    @classmethod
    def open(
        cls, *, store: str | None = None, actor: str | None = None, via: str = "cli", config: Config | None = None
    ) -> Desk:
        """Open a store, made on first use, and find out who acts.

        The first person on a new store becomes an engineer with all roles; later unknown names are refused.
        Raises StoreUnavailable, NotFound for an unknown engineer, and UsageError for NOC_NOW on a live store.
        """
        config = config or Config()
        place = place_of(store or config.store)
        if place.path is not None and not place.path.exists():
            _refuse_false_time(training=False)  # before there is a file
        desk = cls(engines.open_engine(place), place, Actor(""), via, config)
        try:
            desk._settle(actor or config.engineer)
        except NocError:
            desk.close()
            raise
        return desk

    def _settle(self, claimed: str) -> None:
        """Make the store where there is none, look whether the clock may be set, and find out who acts."""
        from noc_console.desk.identity import identify

        there = schema.check(self.engine)
        _refuse_false_time(training=there and self.training)
        if not there:
            self.made = schema.create(self.engine, training=False)
        self.actor = identify(self, self.name_for(claimed))

    def name_for(self, claimed: str) -> str:
        """Return the name under which a person acts: the login on PostgreSQL, else what they say or the OS user.

        Raises UsageError for a claim that differs from the login, because there the name is proof, not a claim.
        """
        if self.place.is_sqlite:
            return claimed or os_user()
        if claimed and claimed != self.submitter:
            raise UsageError(
                _("you are logged in to the store as {login}, not as {name}", login=self.submitter, name=claimed),
                _("log in as that person: postgresql://{name}@...", name=claimed),
            )
        return self.submitter

    def as_service(self, name: str, via: str, *, delivery: str = "") -> Desk:
        """Return the same store with a service (``intake``, ``timer``) as its actor."""
        service = Desk(self.engine, self.place, Actor(name, frozenset(ROLES)), via, self.config, self._at)
        service.delivery = delivery
        return service

    def as_of(self, at: datetime, actor: Actor) -> Desk:
        """Return the same training store with somebody at it at an earlier instant, as a day is told to it.

        Raises UsageError on any other store: times cannot be back-dated (R52).
        """
        if not self.training:
            raise UsageError(_("only a training store can be told of other days"), _("make one: noc demo"))
        return Desk(self.engine, self.place, actor, self.via, self.config, at)

    def close(self) -> None:
        """Let go of the store's connections."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        """Use the desk for a block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the desk."""
        self.close()

    @property
    def store_name(self) -> str:
        """Return the store's address without a password."""
        return self.place.name

    @cached_property
    def submitter(self) -> str:
        """Return who runs the program: the login on PostgreSQL, else the OS user; empty where nobody says."""
        if self.place.is_sqlite:
            try:
                return os_user()
            except NotFound:
                return ""
        with self.reading() as connection:
            return str(connection.execute(text("SELECT session_user")).scalar_one())

    @cached_property
    def code(self) -> str:
        """Return the code that this store's references begin with."""
        with self.reading() as connection:
            return str(hub_state(connection).code)

    @cached_property
    def training(self) -> bool:
        """Tell whether this is a training store, on which NOC_NOW sets the clock."""
        with self.reading() as connection:
            return bool(hub_state(connection).training)

    @property
    def zone(self) -> ZoneInfo:
        """Return the zone in which people here read and write times of day."""
        return self.config.zone

    def now(self) -> datetime:
        """Return the present instant, or NOC_NOW on a training store."""
        if self._at is not None:
            return self._at
        said = os.environ.get("NOC_NOW")
        return instant_of(said) if said and self.training else clock.now()

    def policy(self) -> Policy:
        """Return the policy in force; read again when a newer version was imported."""
        from noc_console.desk.policy import current

        with self.reading() as connection:
            self._policy = current(connection, self._policy)
        return self._policy[1]

    def policy_in(self, connection: Connection) -> Policy:
        """Return the policy in force as a transaction sees it."""
        from noc_console.desk.policy import current

        self._policy = current(connection, self._policy)
        return self._policy[1]

    def actor_in(self, connection: Connection) -> Actor:
        """Return who acts, with the roles that they hold as a transaction sees it: none once they are retired."""
        from noc_console.desk.identity import roles_of

        if self.actor.name not in SERVICES:
            roles = roles_of(connection, self.actor.name)
            self.actor = self.actor if roles is None else Actor(self.actor.name, roles)
        return self.actor

    def token(self) -> int:
        """Return a number that moves whenever anybody wrote anything to the store."""
        with self.reading() as connection:
            return int(connection.execute(select(HUB.c.last_hub_seq)).scalar_one())

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one moment of the store."""
        with engines.reading(self.engine) as connection:
            yield connection


def _refuse_false_time(*, training: bool) -> None:
    said = os.environ.get("NOC_NOW")
    if not said:
        return
    instant_of(said)
    if not training:
        raise UsageError(
            _("NOC_NOW sets the clock of a training store only"),
            _("unset it, or make one: noc store init --training --store PATH"),
        )


def instant_of(said: str) -> datetime:
    """Return the instant that NOC_NOW says. Raises UsageError for what is none."""
    try:
        instant = datetime.fromisoformat(said)
    except ValueError as error:
        raise UsageError(
            _("NOC_NOW is not an instant: {text}", text=said), _("for example 2026-11-23T09:00+08:00")
        ) from error
    if instant.tzinfo is None:
        raise UsageError(_("NOC_NOW has no offset: {text}", text=said), _("for example 2026-11-23T09:00+08:00"))
    return clock.from_ms(clock.to_ms(instant))


def os_user() -> str:
    """Return the name of the operating system's user. Raises NotFound where there is none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError) as error:
        raise NotFound(_("the system does not say who you are"), _("say it: --as ENGINEER or NOC_ENGINEER")) from error


def open_existing(store: str | None, config: Config) -> tuple[Engine, Place]:
    """Open a store without making one, for commands about the store itself. Raises StoreUnavailable."""
    place = place_of(store or config.store)
    if place.path is not None and not place.path.exists():
        raise StoreUnavailable(_("there is no store at {path}", path=place.path), _("make one: noc store init"))
    return engines.open_engine(place), place
