"""Every channel by its name: where its inputs lie, and how one of them is taken.

One table for the command line, the spool and the quarantine, so that a channel behaves alike in all three.
It must not parse, and decides nothing about tickets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING

from noc_console.desk import csv_intake, intake, ticket_intake
from noc_console.desk.alarm_intake import taker
from noc_console.desk.mail_batch import many_mails
from noc_console.errors import UsageError
from noc_console.i18n import _
from noc_console.intake.mail_files import messages
from noc_console.intake.raw_files import whole

if TYPE_CHECKING:
    from noc_console.desk.alarm_intake import Take
    from noc_console.desk.alarm_reports import Parse
    from noc_console.desk.desk import Desk
    from noc_console.desk.intake_item import IntakeItem
    from noc_console.intake.raw_files import RawInput
    from noc_console.workflows.drafts import AlarmDraft, Quarantined


@dataclass(frozen=True, slots=True)
class Channel:
    """A way in: ``find`` yields the inputs of a place, ``take`` makes of one input its items, in order.

    ``take`` is given a desk of the service ``intake``, so that the journal does not say that whoever runs the program
    wrote what came in, and whether nothing is to be stored. ``via`` is the journal's word for the way.
    """

    name: str
    via: str
    find: Callable[[str], Iterator[RawInput]]
    take: Callable[[Desk, RawInput, bool], Iterator[IntakeItem]]
    #: the same of many inputs, a transaction for many of them, where the channel can
    take_many: Take | None = None

    def items(self, desk: Desk, inputs: Iterable[RawInput], dry_run: bool) -> Iterator[IntakeItem]:
        """Make of inputs their items, in order."""
        if self.take_many is not None:
            yield from self.take_many(desk, inputs, dry_run)
            return
        for found in inputs:
            yield from self.take(desk, found, dry_run)


def _alarms(name: str) -> Channel:
    """Return a channel of alarms, read by the parser of its name, which is imported with the first input."""

    def parse(raw: bytes, *, where: str, now: datetime) -> Iterable[AlarmDraft | Quarantined]:
        read: Parse = import_module(f"noc_console.intake.{name}").parse
        return read(raw, where=where, now=now)

    many = taker(name, parse)

    def one(desk: Desk, found: RawInput, dry_run: bool) -> Iterator[IntakeItem]:
        return many(desk, (found,), dry_run)

    return Channel(name, "alarm", whole, one, many)


CHANNELS = {
    channel.name: channel
    for channel in (
        Channel("email", "mail", messages, intake.one_mail, many_mails),
        *map(_alarms, ("alertmanager", "snmptrap", "syslog", "zabbix", "icinga", "tmf642")),
        Channel("tmf621", "system", whole, ticket_intake.one_body),
        Channel("csv", "system", whole, csv_intake.without_map),
    )
}


def channel(name: str) -> Channel:
    """Return a channel by its name. Raises UsageError for one that is not there."""
    if name not in CHANNELS:
        raise UsageError(_("there is no channel {name}", name=name), _("one of: {names}", names=", ".join(CHANNELS)))
    return CHANNELS[name]


def take(desk: Desk, name: str, sources: Iterable[str], *, dry_run: bool = False) -> Iterator[IntakeItem]:
    """Take in what lies in files, folders or standard input (``-``), in input order.

    Raises BadInput for a source that cannot be read at all; an input that cannot be understood is quarantined.
    """
    way = channel(name)
    service = desk.as_service("intake", way.via)
    for source in sources:
        yield from way.items(service, way.find(source), dry_run)
