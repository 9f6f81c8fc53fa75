"""A mail server on the loopback that answers as a test tells it, and who sends to it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from noc_console.config import Config, MailServer
from noc_console.desk import outbox, sending
from noc_console.desk.desk import Desk
from tests.desk.scene import Scene


class Post:
    """A mail server that answers as it is told and keeps what it took.

    ``at_rcpt`` and ``at_data`` answer by recipient, ``at_mail`` one mail after the other; ``drop`` hangs up, at the
    end of a mail's text None does. ``meanwhile`` is done when the text of a mail is over, before it is answered.
    """

    def __init__(self) -> None:
        self.taken: list[tuple[str, bytes]] = []
        self.at_mail: list[str] = []
        self.at_rcpt: dict[str, str] = {}
        self.at_data: dict[str, str | None] = {}
        self.options: list[str] = []
        self.meanwhile: Callable[[str], object] = lambda _address: None

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = self.at_mail.pop(0) if self.at_mail else "250 OK"
        if reply == "drop":
            _hang_up(server)
            return "421 gone"
        if reply.startswith("250"):
            envelope.mail_from = address
            self.options += options
        return reply

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        reply = self.at_rcpt.get(address, "250 OK")
        if reply == "drop":
            _hang_up(server)
            return "421 gone"
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        (address,) = envelope.rcpt_tos
        reply = self.at_data.get(address, "250 taken")
        if reply is None or not reply.startswith(("4", "5")):
            self.taken.append((address, bytes(envelope.content or b"")))
        await asyncio.get_running_loop().run_in_executor(None, self.meanwhile, address)
        if reply is None:
            _hang_up(server)
            await asyncio.sleep(0)
            return "421 gone"
        return reply


def _hang_up(server: SMTP) -> None:
    server.transport.abort()


@contextmanager
def serving(post: Post, **settings: Any) -> Iterator[MailServer]:
    """Run a mail server on the loopback; ``settings`` are aiosmtpd's."""
    controller = Controller(post, hostname="127.0.0.1", port=free_port(), **settings)
    controller.start()
    try:
        yield MailServer("127.0.0.1", "noc@carrier.example", "NOC", controller.port, "none", timeout_s=5)
    finally:
        controller.stop()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def sender(scene: Scene, server: MailServer | None) -> Desk:
    """Return the store with somebody at it whose settings name a mail server."""
    desk = scene.desk("wei")
    desk.config = Config(mail=server)
    return desk


def sent(scene: Scene, server: MailServer) -> list[str]:
    """Send what is due and return what became of each message."""
    return [item.word for item in sending.send(sender(scene, server))]


def report(scene: Scene, *addresses: str) -> list[str]:
    """Register a ticket for each address; each queues its acknowledgement."""
    refs = []
    for address in addresses:
        refs.append(scene.register(contact=address))
        scene.later(seconds=1)
    return refs


def states(scene: Scene) -> dict[str, str]:
    """Return the state of each message by its recipient."""
    return {item["to"]: item["state"] for item in outbox.page(scene.admin, state="all")}
