"""What customers are told, in their language: acknowledgement, news, result (R19, R20, R22, R38, R55 to R57).

Words only; when something is told is the machines' matter.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from noc_console.i18n import language
from noc_console.workflows.policy import Policy


@dataclass(frozen=True, slots=True)
class Words:
    """A message as it goes out; the subject carries the reference in brackets, by which an answer is known."""

    subject: str
    text: str


@cache
def _templates() -> dict[str, Any]:
    text = resources.files("noc_console.checklists").joinpath("messages.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def names() -> tuple[str, ...]:
    """Return the codes of all messages."""
    return tuple(name for name in _templates() if name != "frame")


def rendered(template: str, ticket: Mapping[str, Any], policy: Policy, text: str | None = None) -> Words:
    """Return a message about a ticket in its customer's language, else in the language in use.

    ``text`` is what somebody wrote in place of the template's own words. A template that a newer release queued and
    this one does not know is told by its code, never dropped.
    """
    chosen = ticket.get("language") or language()
    known = _templates()
    own = known.get(template, {"en": template, "zh": template})[chosen]
    frame = known["frame"][chosen]
    channels = _channels(policy, chosen)
    values = {
        "ref": ticket.get("ref") or "",
        "subject": ticket.get("subject") or "",
        "name": ticket.get("requester_name") or frame["nobody"],
        "result": ticket.get("feedback_result") or "",
        "cause": ticket.get("feedback_cause") or "",
        "prevention": ticket.get("feedback_prevention") or "",
        "channels": channels,
    }
    closing = [frame["reach"]] * bool(channels) + [frame["keep"]]
    parts = (frame["greeting"].format(**values), text or own.format(**values), "\n".join(closing).format(**values))
    subject = " ".join(frame["subject"].format(**values).split())
    return Words(subject, "\n\n".join(part.strip() for part in parts))


@lru_cache(maxsize=16)
def _channels(policy: Policy, chosen: str) -> str:
    """Say how we can be reached, and when (R19)."""
    return "\n".join(
        f"- {entry.label.text(chosen)}{f': {entry.contact}' if entry.contact else ''} ({entry.hours.text(chosen)})"
        for entry in policy.channels
        if entry.offered
    )
