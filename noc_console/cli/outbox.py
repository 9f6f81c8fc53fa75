"""``noc outbox``: what requesters must be told and have not been; marked as sent by hand, or discarded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from noc_console.cli import render
from noc_console.cli.arguments import LIMIT, limit_of, most_of, plain, state_of, state_option
from noc_console.cli.events import Noun, event_entries
from noc_console.cli.options import entry, globals_of, noun
from noc_console.cli.render import Column
from noc_console.i18n import N_
from noc_console.workflows.catalogue import workflow

if TYPE_CHECKING:
    from noc_console.cli.options import Noun as Group
    from noc_console.desk.desk import Desk

_STATES: Final = ("open", "pending", "sending", "in_doubt", "failed", "sent", "discarded", "all")
#: So much of an id is told in columns; its beginning is enough to name a message.
_BEGINNING: Final = 18
_COLUMNS: Final = (
    Column(N_("ID"), lambda item: item["id"][:_BEGINNING], _BEGINNING),
    Column(N_("REF"), lambda item: item["ref"] or "-", 14),
    Column(N_("STATE"), lambda item: item["state"], 10),
    Column(N_("TO"), lambda item: item["to"] or "-", 30),
    Column(N_("SAID"), lambda item: item["error"] or "-", 30),
    Column(N_("SUBJECT"), lambda item: item["subject"] or "-", 80),
)


#: What ``show`` says before the words.
_HEAD: Final = (
    "ref", "state", "channel", "to", "subject", "tries", "tried_at", "next_try_at", "error", "sent_at", "sent_by",
    "sent_how", "reason",
)  # fmt: skip
_SENT: Final = (
    Column(N_("ID"), lambda item: item["id"][:_BEGINNING], _BEGINNING),
    Column(N_("REF"), lambda item: item["ref"] or "-", 14),
    Column(N_("TO"), lambda item: item["to"] or "-", 30),
    Column(N_("RESULT"), lambda item: item["word"], 10),
    Column(N_("SAID"), lambda item: item["said"] or "-", 80),
)


def command() -> Group:
    """Return the command of this noun."""
    messages = Noun((workflow("outbox"),), _row_of, _json_of, lambda desk, ref: ref)
    return noun(
        "outbox",
        N_("Messages to requesters that wait to be sent"),
        {
            "list": entry(_list, N_("List messages: what a person must settle, then the oldest first"), name="list"),
            "show": entry(_show, N_("Show a message with its words"), name="show"),
            "send": entry(
                _send, N_("Send what is due, by mail or another way that the settings name"), name="send", writes=True
            ),
            **event_entries(messages),
        },
    )


def _row_of(desk: Desk, item: str) -> tuple[str, str]:
    from noc_console.desk import outbox

    return outbox.show(desk, item)["id"], "outbox"


def _json_of(desk: Desk, record: str) -> Mapping[str, Any]:
    from noc_console.desk import outbox

    return outbox.show(desk, record)


def _list(
    context: typer.Context,
    state: Annotated[str, state_option(_STATES, N_("Which messages"))] = "open",
    limit: LIMIT = None,
) -> int:
    from noc_console.desk import outbox

    said = globals_of(context)
    wanted, most = state_of(state, _STATES), most_of(limit, said.output)
    with said.desk() as desk:
        found = outbox.page(desk, state=wanted, limit=most)
    render.many(found, said.output, _COLUMNS, id_field="id")
    return 0


def _send(
    context: typer.Context,
    limit: LIMIT = None,
) -> int:
    from noc_console.desk import sending

    said = globals_of(context)
    with said.desk() as desk:
        items = sending.send(desk, limit=limit_of(limit, 1_000), dry_run=said.dry_run)
        render.many((item.json() for item in items), said.output, _SENT, id_field="id")
    return 0


def _show(context: typer.Context, item: Annotated[str, typer.Argument(metavar="ID")]) -> int:
    from noc_console.desk import outbox

    said = globals_of(context)
    with said.desk() as desk:
        found = outbox.show(desk, plain(item))
    lines = [f"{name}: {found[name]}" for name in _HEAD if found[name]]
    render.single(found, said.output, [*lines, "", found["text"] or ""], id_field="id")
    return 0
