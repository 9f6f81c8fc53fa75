"""What became of the messages of a ticket, in short, to stand among its own acts. Reads no store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from noc_console.desk.rows import Values
from noc_console.desk.side_acts import SideAct
from noc_console.i18n import N_, _
from noc_console.workflows.labels import label

#: What people call the messages of the templates (``checklists/messages.toml``).
CALLED: Final = {
    "ack_fault": N_("acknowledgement"),
    "ack_request": N_("acknowledgement"),
    "news": N_("news"),
    "feedback": N_("result"),
    "answer": N_("answer"),
    "rejected": N_("rejection"),
    "merged": N_("notice of the merging"),
    "unreachable": N_("notice that nobody was reached"),
    "closed_unconfirmed": N_("notice of the closing"),
}


def acts_of(messages: Iterable[Values]) -> Iterator[SideAct]:
    """Yield what last became of each message of the outbox that was tried or sent."""
    for item in messages:
        said: dict[str, Any] = {
            "what": _(CALLED.get(item["template"]) or str(item["template"])),
            "channel": label(item["channel"]),
            "recipient": item["recipient"] or "-",
            "why": item["error"] or "-",
        }
        if item["state"] == "sent":
            yield SideAct(item["sent_at"], item["sent_by"], _("{what} sent by {channel} to {recipient}", **said))
        elif item["tried_at"] and (text := _not_sent(item["state"], said)):
            yield SideAct(item["tried_at"], "timer", text)


def _not_sent(state: str, said: dict[str, Any]) -> str:
    match state:
        case "failed":
            return _("{what} not delivered by {channel} to {recipient}: {why}", **said)
        case "in_doubt":
            return _("nobody knows whether {what} has reached {recipient} by {channel}: {why}", **said)
        case "pending":
            return _("{what} not taken yet by {channel} to {recipient}: {why}", **said)
    return ""
