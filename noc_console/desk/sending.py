"""Sends what waits in the outbox: takes each message by the door, hands it over, and records what became of it.

A message is taken (``begin``) before a byte leaves, so that two programs never send the same one, and one that died
half way leaves it in doubt, never sent twice. A message that cannot go holds up no other. Nothing is judged here.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sqlalchemy import and_, or_, select

from noc_console.clock import to_ms
from noc_console.desk import outbox
from noc_console.desk.act import Wish, act
from noc_console.desk.mail_line import Delivery, MailLine, mail_line
from noc_console.desk.mail_out import composed, message_id, recipient_of
from noc_console.errors import BadInput, Conflict, PeerUnavailable, Refused, StoreDamaged, StoreUnavailable, UsageError
from noc_console.i18n import _
from noc_console.store.canonical import derived_id
from noc_console.store.journal import records_of
from noc_console.store.tables import table
from noc_console.workflows.outbox import DIED, LATE, WAITS

if TYPE_CHECKING:
    from noc_console.config import MailServer
    from noc_console.desk.desk import Desk

#: The machine's event for each word of a delivery that is not sent.
_EVENTS: Final = {"deferred": "defer", "lost": "defer", "refused": "fail", "doubt": "doubt"}
#: A store that is locked or away when a result is to be recorded is asked so often, with so many seconds between:
#: what is known of a message that has left must not be lost.
ASKED, ASKED_EVERY_S = 60, 10.0
#: What a program does between two such tries, given the seconds.
Pause = Callable[[float], None]
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one message.

    ``word`` is a delivery's, ``abandoned`` where another program had died, ``due`` of a dry run.
    """

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


def send(desk: Desk, *, limit: int = 1_000, pause: Pause = time.sleep, dry_run: bool = False) -> Iterator[Sent]:
    """Send what is due, oldest first: mail by SMTP, other channels where the settings name a way.

    ``dry_run`` names what would be tried, and what could go to nobody; nothing leaves and nothing is stored.

    Raises UsageError where the settings name no way at all or one that is none, PeerUnavailable where the mail server
    is away: in the end, when all that could be sent was. What was not sent waits.
    """
    config = desk.config
    if config.mail is None and not config.notify:
        raise UsageError(
            _("the settings name no way to send"),
            _("write [mail] with host and from, or [notify]"),
        )
    desk = desk.as_service("timer", "timer")
    if dry_run:
        yield from _planned(desk, _due(desk, limit))
        return
    yield from _abandoned(desk)
    due = _due(desk, limit)
    wrong: UsageError | None = None
    for channel in config.notify:
        try:
            yield from _notices(desk, channel, [item for item, by in due if by == channel], pause)
        except UsageError as error:  # of one channel's setting, which must hold up no other channel
            wrong = wrong or error
    if config.mail is not None and "email" not in config.notify:
        try:
            yield from _mails(desk, config.mail, [item for item, by in due if by == "email"], pause)
        except PeerUnavailable:
            _tell_of_late_mails(desk)
            raise
    if wrong is not None:
        raise wrong


def _due(desk: Desk, limit: int) -> list[tuple[str, str]]:
    """Return id and channel of the messages that may be tried now, oldest first.

    A next try that lies further ahead than any wait was set by a clock that has been put back since.
    """
    rows = table("outbox")
    now = desk.now()
    waits = rows.c.next_try_at.between(to_ms(now) + 1, to_ms(now + WAITS[-1]))
    ready = and_(rows.c.state == "pending", or_(rows.c.next_try_at.is_(None), ~waits))
    chosen = select(rows.c.id, rows.c.channel).where(ready).order_by(rows.c.created_at, rows.c.id).limit(limit)
    with desk.reading() as connection:
        return [(row.id, row.channel) for row in connection.execute(chosen)]


def _planned(desk: Desk, due: list[tuple[str, str]]) -> Iterator[Sent]:
    config = desk.config
    for name, channel in due:
        if channel not in config.notify and (channel != "email" or config.mail is None):
            continue
        item, word, said = outbox.show(desk, name), "due", ""
        try:
            if channel not in config.notify:
                recipient_of(item)
        except BadInput as error:
            word, said = "refused", error.message
        yield Sent(name, item["ref"], channel, item["to"], word, said)


def _notices(desk: Desk, channel: str, items: list[str], pause: Pause) -> Iterator[Sent]:
    from noc_console.desk import notify

    if items:
        notify.refuse_unknown(desk.config, channel)
    for item in items:
        attempt = partial(notify.tell, desk.config)
        yield from _tried(desk, item, "notify", f"<{item}@notify.invalid>", attempt, pause)


def _mails(desk: Desk, server: MailServer, items: list[str], pause: Pause) -> Iterator[Sent]:
    with mail_line(server) as line:
        for item in items:
            if _can_go(desk, item):
                line.ready()
            attempt = partial(_mailed, desk, line, server)
            yield from _tried(desk, item, "mail", message_id(item, server), attempt, pause)


def _tell_of_late_mails(desk: Desk) -> None:
    """Put before the owners what has waited for hours, each message once: that a server is away is seen by nobody."""
    rows = table("outbox")
    late = and_(rows.c.state == "pending", rows.c.channel == "email", rows.c.created_at <= to_ms(desk.now() - LATE))
    with desk.reading() as connection:
        ids = list(connection.execute(select(rows.c.id).where(late).order_by(rows.c.created_at, rows.c.id)).scalars())
        intents = {derived_id(item, "hold_up"): item for item in ids}
        done = records_of(connection, list(intents))
    for intent, item in intents.items():
        if intent not in done:
            with suppress(Conflict, Refused):  # somebody has seen to it meanwhile
                act(desk, Wish("outbox", item, "hold_up", {}, intent_id=intent))


def _can_go(desk: Desk, item: str) -> bool:
    """Tell whether a server is needed for a message; one that can go to nobody is told also where none is there."""
    try:
        recipient_of(outbox.show(desk, item))
    except BadInput:
        return False
    return True


def _mailed(desk: Desk, line: MailLine, server: MailServer, item: Mapping[str, Any]) -> Delivery:
    try:
        letter = composed(item, server, desk.now(), item["answers"])
    except BadInput as error:
        return Delivery("refused", error.message)
    return line.deliver(letter)


def _tried(
    desk: Desk, item: str, how: str, name: str, attempt: Callable[[Mapping[str, Any]], Delivery], pause: Pause
) -> Iterator[Sent]:
    """Take a message, make the attempt, and record its outcome; one that another program took is left to it.

    It is read when it was taken: whom it goes to may have been corrected since it was listed.
    """
    try:
        act(desk, Wish("outbox", item, "begin", {"message_id": name}, seen={"state": "pending"}))
    except (Conflict, Refused):
        return
    taken = _patiently(partial(_read, desk, item), pause)
    yield _recorded(desk, taken, how, name, attempt(taken), pause)


def _read(desk: Desk, item: str) -> dict[str, Any]:
    """Return a message as it is while nobody but this program may change it, with the mail that it ``answers``."""
    return {**outbox.show(desk, item), "answers": outbox.answered_by(desk, item)}


def _recorded(desk: Desk, item: Mapping[str, Any], how: str, name: str, delivery: Delivery, pause: Pause) -> Sent:
    """Record what became of a message. Raises StoreUnavailable, with the word that is lost, where that cannot be."""
    said, begun = delivery.said, datetime.fromisoformat(item["tried_at"])
    event, inputs = "mark_sent", {"how": how, "message_id": name}
    if delivery.word != "sent":
        event, inputs = _EVENTS[delivery.word], {"error": said or delivery.word}
    wish = Wish("outbox", item["id"], event, inputs, seen={"tried_at": begun})
    try:
        _patiently(partial(act, desk, wish), pause)
    except (Conflict, Refused) as error:  # a person has decided about it meanwhile
        said = _("{text} ({remedy})", text=said or delivery.word, remedy=error.message)
    except StoreUnavailable as error:
        what = _("message {id}: {word}, but this could not be recorded", id=item["id"], word=delivery.word)
        raise StoreUnavailable(
            _("{label}: {text}", label=what, text=error.message),
            _("when the store is there again: noc outbox show {id}, then mark-sent, retry or discard", id=item["id"]),
        ) from error
    return Sent(item["id"], item["ref"], item["channel"], item["to"], delivery.word, said)


def _patiently(work: Callable[[], _T], pause: Pause) -> _T:
    """Do what must be done with the store, again while it is locked or away."""
    for _again in range(ASKED):
        try:
            return work()
        except StoreDamaged:
            raise
        except StoreUnavailable:
            pause(ASKED_EVERY_S)
    return work()


def _abandoned(desk: Desk) -> Iterator[Sent]:
    """Put in doubt what a program began to send and never said more about."""
    rows = table("outbox")
    now = desk.now()
    died = or_(rows.c.tried_at <= to_ms(now - DIED), rows.c.tried_at >= to_ms(now + DIED))
    with desk.reading() as connection:
        ids = list(connection.execute(select(rows.c.id).where(rows.c.state == "sending", died)).scalars())
    for name in ids:
        item = outbox.show(desk, name)
        try:
            act(desk, Wish("outbox", name, "abandon", {}, seen={"state": "sending"}))
        except (Conflict, Refused):
            continue
        yield Sent(name, item["ref"], item["channel"], item["to"], "abandoned", "")
