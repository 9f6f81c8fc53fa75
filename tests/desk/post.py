"""Mails for the tests of the desk, and what is queued in answer to them."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage

from noc_console.desk import outbox
from noc_console.desk.intake_item import IntakeItem
from tests.desk.scene import Scene

Post = Callable[..., IntakeItem]


def mail(**headers: str) -> bytes:
    """Write a mail; ``text`` is its body, underscores in header names are hyphens."""
    message = EmailMessage()
    text = headers.pop("text", "No light since nine.\n")
    defaults = {"From": "Wang Fang <wang@mill.example>", "To": "noc@operator.example", "Subject": "Line down"}
    for name, value in {**defaults, "Message_ID": "<1@mill.example>", **headers}.items():
        if value:
            message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()


def queued(scene: Scene) -> list[tuple[str, str | None]]:
    """Return template and addressee of everything that is to be sent."""
    return [(item["template"], item["to"]) for item in outbox.page(scene.admin)]
