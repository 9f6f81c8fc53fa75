"""``noc intake alertmanager --listen``: a receiver of webhooks until ctrl-c or SIGTERM, which prints what it took."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from noc_console.cli import render
from noc_console.errors import UsageError
from noc_console.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from noc_console.cli.options import Globals
    from noc_console.cli.render import Column
    from noc_console.desk.intake_item import IntakeItem
    from noc_console.desk.receiver import Receiver

#: What is in it must be sent by whoever posts, as ``Authorization: Bearer ...``.
TOKEN = "NOC_LISTEN_TOKEN"


def listen(
    said: Globals, channel: str, where: str, *, remote: bool, once: int | None, columns: Sequence[Column]
) -> int:
    """Receive until it is stopped."""
    from noc_console.desk.receiver import Receiver, place_of

    if said.dry_run:
        raise UsageError(_("a receiver stores what it takes"), _("leave out --dry-run, or --listen"))
    place, token = place_of(where), os.environ.get(TOKEN, "")
    with said.desk() as desk:
        receiver = Receiver(desk, channel, place, token=token, remote=remote)
        with _stopped_by_signals(receiver):
            render.note(_("listening at {url}", url=receiver.url))
            if not place.is_loopback and not token:
                render.note(
                    _("whoever reaches {host} can open tickets: {name} asks for a token", host=place.host, name=TOKEN)
                )
            _print(receiver.items(once=once), said.output, columns)
    return 0


def _print(items: Iterator[IntakeItem], output: str, columns: Sequence[Column]) -> None:
    """Write each item when it was taken in, and keep none: a receiver runs for months."""
    if output != "text":
        render.many(_seen(item.json() for item in items), output, columns)
        return
    for item in _seen(item.json() for item in items):
        render.line("  ".join(str(column.cell(item)) for column in columns))


def _seen(items: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for item in items:
        yield item
        sys.stdout.flush()


@contextmanager
def _stopped_by_signals(receiver: Receiver) -> Iterator[None]:
    """Stop cleanly on ctrl-c and SIGTERM: what was received is answered first."""
    before = {name: signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM)}
    for name in before:
        signal.signal(name, lambda _number, _frame: receiver.stop())
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
