"""``noc intake quarantine take``: names the ticket that was made of an item, or makes one from what could be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import typer

from noc_console.cli.events import act_on_all, event_act, refs_parameter, union, with_signature
from noc_console.cli.inputs import Reader, given, option_name, parameters
from noc_console.cli.options import Globals, globals_of, verb
from noc_console.cli.quarantine import quarantine_noun
from noc_console.cli.ticket_events import ticket_noun
from noc_console.cli.ticket_new import TYPE
from noc_console.errors import UsageError
from noc_console.i18n import _

if TYPE_CHECKING:
    from noc_console.desk.act import Outcome
    from noc_console.desk.desk import Desk


def take_verb(help_: str) -> Any:
    """Return the command ``take``: the inputs of ``register``, each read from the original where it is not given."""
    tickets, items = ticket_noun(), quarantine_noun()
    take = items.event("quarantine", "take")
    register = union([tickets.event(kind, "register") for kind in ("fault", "request")])
    fields = (*take.inputs, TYPE, *(field for field in register if field.name != TYPE.name))

    def run(context: typer.Context, refs: list[str] | None = None, **values: Any) -> int:
        said, texts = globals_of(context), given(fields, values)
        if "ticket" not in texts:
            return act_on_all(said, tickets, refs, lambda desk, reader, ref: _register(said, desk, reader, ref, texts))
        beyond = [field for field in fields if field.name in texts and field not in take.inputs]
        if beyond:
            raise UsageError(
                _("{option} is for a new ticket", option=option_name(beyond[0])), _("leave out --ticket to make one")
            )
        return act_on_all(said, items, refs, event_act(said, items, "take", texts))

    with_signature(run, [refs_parameter(), *parameters(fields)])
    return verb(run, help_, name="take", writes=True)


def _register(said: Globals, desk: Desk, reader: Reader, item: str, texts: Mapping[str, Any]) -> Outcome:
    from noc_console.desk import quarantine

    known = quarantine.understood(desk, item)
    chosen = reader.read([TYPE], {TYPE.name: texts.get(TYPE.name) or known.get(TYPE.name, "fault")})[TYPE.name]
    kind = "fault" if chosen == "fault" else "request"
    asked = (*ticket_noun().event(kind, "register").inputs, *quarantine_noun().event("quarantine", "take").inputs)
    inputs = reader.read(asked, {**texts, TYPE.name: chosen})
    inputs = {**known, **inputs}
    return quarantine.register(desk, item, kind, inputs, dry_run=said.dry_run)
