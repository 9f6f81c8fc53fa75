"""Sends what waits in the outbox: takes each message by the door, hands it over, and records what became of it.

A message is taken (``begin``) before a byte leaves, so that two programs never send the same one, and one that died
half way leaves it in doubt, never sent twice. A message that cannot go holds up no other. Nothing is judged here.
"""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, select

from noc_console.clock import to_ms
from noc_console.desk import outbox
from noc_console.desk.act import Wish, act
from noc_console.desk.mail_out import Delivery, composed, connected, deliver, message_id
from noc_console.errors import BadInput, Conflict, Refused, UsageError
from noc_console.i18n import _
from noc_console.store.tables import table
from noc_console.workflows.outbox import DIED

if TYPE_CHECKING:
    from noc_console.config import MailServer
    from noc_console.desk.desk import Desk

#: The machine's event for each word of a delivery that is not sent.
_EVENTS = {"deferred": "defer", "lost": "defer", "refused": "fail", "doubt": "doubt"}


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one message; ``word`` is a delivery's, or ``abandoned`` where another program had died."""

    id: str
    ref: str | None
    channel: str
    to: str | None
    word: str
    said: str

    def json(self) -> dict[str, Any]:
        """Return the shape of ``noc outbox send -o json``."""
        names = ("id", "ref", "channel", "to", "word", "said")
        return {name: getattr(self, name) for name in names}


def send(desk: Desk, *, limit: int = 1_000) -> Iterator[Sent]:
    """Send what is due, oldest first: mail by SMTP, other channels where the settings name a way.

    Raises UsageError where the settings name no way at all, PeerUnavailable where the mail server is away; what was
    not sent waits.
    """
    from noc_console.desk import notify

    config = desk.config
    if config.mail is None and not config.notify:
        raise UsageError(
            _("the settings name no way to send"),
            _("write [mail] with host and from, or [notify]"),
        )
    desk = desk.as_service("timer", "timer")
    yield from _abandoned(desk)
    due = _due(desk, limit)
    for item in due:
        if item["channel"] in config.notify:
            yield from _tried(desk, item, "notify", f"<{item['id']}@notify.invalid>", notify.way(config, item))
    if config.mail is not None:
        yield from _mails(desk, config.mail, [item for item in due if _is_mail(desk, item)])


def _due(desk: Desk, limit: int) -> list[dict[str, Any]]:
    """Return the messages that may be tried now, oldest first."""
    rows = table("outbox")
    now = to_ms(desk.now())
    ready = and_(rows.c.state == "pending", or_(rows.c.next_try_at.is_(None), rows.c.next_try_at <= now))
    with desk.reading() as connection:
        ids = connection.execute(select(rows.c.id).where(ready).order_by(rows.c.created_at, rows.c.id).limit(limit))
        found = list(ids.scalars())
    return [outbox.show(desk, name) for name in found]


def _is_mail(desk: Desk, item: dict[str, Any]) -> bool:
    return item["channel"] == "email" and "email" not in desk.config.notify


def _mails(desk: Desk, server: MailServer, items: list[dict[str, Any]]) -> Iterator[Sent]:
    with ExitStack() as stack:
        session: smtplib.SMTP | None = None
        for item in items:
            name = message_id(item["id"], server)
            try:
                mail = composed(item, server, desk.now(), outbox.answered_by(desk, item["id"]))
            except BadInput as error:
                yield from _tried(desk, item, "mail", name, partial(Delivery, "refused", error.message))
                continue
            if session is None or session.sock is None:
                session = stack.enter_context(connected(server))
            yield from _tried(desk, item, "mail", name, partial(deliver, session, mail, server.sender))


def _tried(desk: Desk, item: dict[str, Any], how: str, name: str, attempt: Callable[[], Delivery]) -> Iterator[Sent]:
    """Take a message, make the attempt, and record its outcome; one that another program took is left to it."""
    try:
        act(desk, Wish("outbox", item["id"], "begin", {"message_id": name}, seen={"state": "pending"}))
    except (Conflict, Refused):
        return
    delivery = attempt()
    if delivery.word == "sent":
        act(desk, Wish("outbox", item["id"], "mark_sent", {"how": how, "message_id": name}))
    else:
        act(desk, Wish("outbox", item["id"], _EVENTS[delivery.word], {"error": delivery.said or delivery.word}))
    yield Sent(item["id"], item["ref"], item["channel"], item["to"], delivery.word, delivery.said)


def _abandoned(desk: Desk) -> Iterator[Sent]:
    """Put in doubt what a program began to send and never said more about."""
    rows = table("outbox")
    died = to_ms(desk.now() - DIED)
    with desk.reading() as connection:
        stuck = connection.execute(select(rows.c.id).where(rows.c.state == "sending", rows.c.tried_at <= died))
        ids = list(stuck.scalars())
    for name in ids:
        item = outbox.show(desk, name)
        try:
            act(desk, Wish("outbox", name, "abandon", {}, seen={"state": "sending"}))
        except (Conflict, Refused):
            continue
        yield Sent(name, item["ref"], item["channel"], item["to"], "abandoned", "")
