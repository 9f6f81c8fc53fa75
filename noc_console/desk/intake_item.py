"""What becomes of one item of an input, and how one that cannot be taken is kept whole with its reason.

Shared by every channel. It must not parse, and decides nothing about tickets.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import select

from noc_console.desk.act import Wish, act_in
from noc_console.desk.rows import one
from noc_console.errors import BadInput, Refused
from noc_console.i18n import N_, joined
from noc_console.store import blobs
from noc_console.store.canonical import derived_id
from noc_console.store.engine import retried, writing
from noc_console.store.tables import table
from noc_console.workflows.reasons import say

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from noc_console.desk.desk import Desk

Action = Literal["opened", "appended", "updated", "cleared", "duplicate", "ignored", "quarantined"]


@dataclass(frozen=True, slots=True)
class IntakeItem:
    """What became of one message, alarm, ticket or row of an input.

    ``held``: it waits in quarantine, whether it came there now or waited already (``duplicate``).
    """

    source: str
    index: int
    action: Action
    kind: str | None
    ref: str | None
    reason: str | None
    parsed: dict[str, Any] | None
    held: bool = False

    def json(self) -> dict[str, Any]:
        """Return the item in the shape of ``noc intake -o json``."""
        return {name: getattr(self, name) for name in ("source", "index", "action", "kind", "ref", "reason", "parsed")}


def refusal(error: Refused | BadInput) -> tuple[str, str]:
    """Return the code and the words with which an input is held that a rule, or the store, does not take."""
    if isinstance(error, Refused):
        return error.reasons[0].code, joined(N_("; "), (say(reason)[0] for reason in error.reasons))
    return "unstorable", str(error)


def hold(
    desk: Desk,
    channel: str,
    source: str,
    index: int,
    raw: bytes,
    code: str,
    text: str,
    *,
    dry_run: bool = False,
) -> IntakeItem:
    """Quarantine an input that cannot be taken, whole, with the reason; once for the same bytes at the same place.

    Each channel has its own reason and reads it again by itself: what was given to a wrong one counts there only.

    A new delivery (of the desk) of bytes that a person has decided about is held again; while they still wait, once is
    enough.
    """
    digest, delivery = sha256(raw).hexdigest(), desk.delivery
    record = derived_id("quarantine", channel, digest, index, *([delivery] if delivery else []))
    inputs = {
        "channel": channel,
        "source": cut(source, 1_000),
        "position": index,
        "reason": code,
        "text": text,
        "sha256": digest,
    }

    def work() -> Action:
        with writing(desk.engine) as connection:
            if one(connection, "quarantine", record) is not None:
                return "duplicate"
            if delivery and raw and _waits(connection, channel, digest, index):
                return "duplicate"
            if not dry_run:
                blobs.keep(connection, raw)
                act_in(desk, connection, [Wish("quarantine", record, "hold", inputs)])
            return "quarantined"

    return IntakeItem(source, index, retried(work), None, None, text, None, held=True)


def _waits(connection: Connection, channel: str, digest: str, index: int) -> bool:
    """Tell whether the same bytes wait in quarantine already."""
    rows = table("quarantine")
    same = select(rows.c.id).where(
        rows.c.sha256 == digest, rows.c.channel == channel, rows.c.position == index, rows.c.state == "held"
    )
    return connection.execute(same.limit(1)).first() is not None


def cut(text: str, limit: int) -> str:
    """Return a text of at most ``limit`` characters; the rest is in the original."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
