"""``noc intake``: mails from files, folders, mbox and standard input become tickets, messages, or quarantined items."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from noc_console.cli import quarantine, render
from noc_console.cli.intake_columns import COLUMNS
from noc_console.cli.options import Entry, Globals, entry, globals_of, later, noun
from noc_console.errors import BadInput, UsageError
from noc_console.i18n import N_, _

if TYPE_CHECKING:
    from noc_console.cli.options import Noun as Group
    from noc_console.desk.intake_item import IntakeItem


#: channel -> what ``noc intake --help`` says of it; how each is taken is in ``desk/channels.py``
_HELPS: Final = {
    "email": N_("Take in mails: files, folders, Maildir, mbox, or - for standard input"),
    "alertmanager": N_("Take in alerts of Prometheus Alertmanager: webhook bodies, API answers"),
    "snmptrap": N_("Take in SNMP traps as snmptrapd hands them to a program"),
    "syslog": N_("Take in messages of syslog, RFC 3164 and 5424 and as devices send them"),
    "zabbix": N_("Take in events of Zabbix: the JSON of a webhook, the text for an alert script"),
    "icinga": N_("Take in notifications of Icinga, Nagios or Checkmk: environments, JSON, status.dat, nagios.log"),
    "tmf621": N_("Take in trouble tickets of TMF621: tickets, lists, events and patches of other systems"),
    "tmf642": N_("Take in alarms of TMF642: alarms, lists and events of management systems"),
}
_ALARMS: Final = N_("List the alarms without a ticket: held back or ignored, by which rule and how often")


def command() -> Group:
    """Return the command of this noun."""
    verbs = {name: _verb(name) for name in _HELPS} | {"alertmanager": _alertmanager}
    channels = {name: entry(verbs[name], told, name=name, writes=True) for name, told in _HELPS.items()}
    return noun(
        "intake",
        N_("Turn what comes in into tickets"),
        {
            **channels,
            "drain": later(
                "noc_console.cli.drain", "drain", N_("Take in what noc-spool has stored"), name="drain", writes=True
            ),
            "csv": later(
                "noc_console.cli.intake_csv",
                "take",
                N_("Take in a table of tickets by a mapping; --guess proposes one"),
                name="csv",
                writes=True,
            ),
            "alarms": later("noc_console.cli.intake_alarms", "alarms", _ALARMS, name="alarms"),
            "quarantine": Entry(quarantine.HELP, quarantine.command),
        },
    )


def _verb(channel: str) -> Callable[..., int]:
    """Return the command that takes in inputs of a channel."""

    def take(context: typer.Context, files: Annotated[list[str], typer.Argument(metavar="FILE...")]) -> int:
        return _take(context, channel, files)

    return take


def _alertmanager(
    context: typer.Context,
    files: Annotated[list[str] | None, typer.Argument(metavar="FILE...")] = None,
    listen: Annotated[
        str | None,
        typer.Option("--listen", metavar="HOST:PORT", help=N_("Receive its webhook here, until it is stopped")),
    ] = None,
    allow_remote: Annotated[
        bool, typer.Option("--allow-remote", help=N_("Listen at an address that other machines reach"))
    ] = False,
    once: Annotated[
        int | None, typer.Option("--once", min=1, metavar="N", help=N_("End after N requests were taken in"))
    ] = None,
) -> int:
    """Take in alerts of files, or as a receiver."""
    if listen is None:
        if allow_remote or once is not None:
            raise UsageError(_("--allow-remote and --once belong to --listen"), "--listen 127.0.0.1:9094")
        if not files:
            raise UsageError(_("FILE is missing"), _("name files, - for standard input, or --listen HOST:PORT"))
        return _take(context, "alertmanager", files)
    if files:
        raise UsageError(_("files and --listen do not go together"), _("give one of them"))
    from noc_console.cli.intake_listen import listen as receive

    return receive(globals_of(context), "alertmanager", listen, remote=allow_remote, once=once, columns=COLUMNS)


def _take(context: typer.Context, channel: str, files: list[str]) -> int:
    from noc_console.desk import channels

    said = globals_of(context)
    with said.desk() as desk:
        return shown(said, files, lambda file: channels.take(desk, channel, [file], dry_run=said.dry_run))


def shown(said: Globals, files: Sequence[str], take: Callable[[str], Iterator[IntakeItem]]) -> int:
    """Show what becomes of each input as it is taken; a file that cannot be read is told and stops no other."""
    actions: set[str] = set()
    unreadable = False

    def items() -> Iterator[dict[str, Any]]:
        nonlocal unreadable
        for file in files:
            try:
                for item in take(file):
                    actions.add(item.action)
                    yield item.json()
            except BadInput as error:
                unreadable = True
                render.failed(error, said.output)

    render.many(items(), said.output, COLUMNS)
    return BadInput.exit_code if unreadable or actions == {"quarantined"} else 0
