"""``noc ticket import``: tickets of another system, in the JSON of ``export``, are registered here, each judged.

Only open work is taken: what happened to a ticket elsewhere was judged elsewhere, so here it begins as registered.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, Any, Final
from uuid import NAMESPACE_URL

import typer

from noc_console.cli import render
from noc_console.cli.events import Noun
from noc_console.cli.options import Globals, globals_of
from noc_console.cli.records import Record, records
from noc_console.cli.render import Column
from noc_console.cli.ticket_events import ticket_noun
from noc_console.errors import BadInput, NocError
from noc_console.i18n import N_, _
from noc_console.workflows.fields import Field, Kind
from noc_console.workflows.labels import label
from noc_console.workflows.reading import Unreadable, read
from noc_console.workflows.ticket_inputs import REQUEST_TYPES
from noc_console.workflows.uuids import uuid5

if TYPE_CHECKING:
    from noc_console.desk.act import Outcome, Wish
    from noc_console.desk.desk import Desk

_ENDED: Final = ("closed", "archived", "merged", "cancelled", "rejected")
_COLUMNS: Final = (
    Column(N_("FROM"), lambda item: str(item["from"] or "-"), 20),
    Column(N_("ACTION"), lambda item: label(item["action"]), 12),
    Column(N_("REF"), lambda item: item["ref"] or "-", 14),
)


def import_file(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help=N_("JSON or NDJSON; - is standard input"))],
) -> int:
    """Register every ticket of a file; the exit code is the worst of them."""
    said = globals_of(context)
    worst = count = 0
    with said.desk() as desk, records(file) as items:
        tickets = ticket_noun()

        def done() -> Iterator[dict[str, Any]]:
            nonlocal worst, count
            for index, (item, got) in enumerate(_registered(said, tickets, desk, items)):
                count += 1
                result: dict[str, Any] = {"index": index, "from": item.get("ref"), "action": "refused", "ref": None}
                if isinstance(got, NocError):
                    worst = max(worst, got.exit_code)
                    render.failed(got, said.output, about=str(item.get("ref") or index))
                    yield result | render.failure_json(got)
                else:
                    action = "known" if got.verdict == "noop" else "registered"
                    yield result | {"action": action, "ref": got.ref or None}

        render.many(done(), said.output, _COLUMNS)
    if not count:
        render.note(_("{file} holds no ticket", file=file))
    return worst


def _registered(
    said: Globals, tickets: Noun, desk: Desk, items: Iterator[Record]
) -> Iterator[tuple[Record, Outcome | NocError]]:
    """Yield what became of each ticket in order, many of them in one transaction."""
    from noc_console.desk.bulk import act_each

    now = desk.now()
    waiting: deque[Record] = deque()

    def wishes() -> Iterator[Wish | NocError]:
        for item in items:
            waiting.append(item)
            yield _read(tickets, desk, now, item)

    for got in act_each(desk, wishes(), dry_run=said.dry_run):
        yield waiting.popleft(), got


def _read(tickets: Noun, desk: Desk, now: datetime, item: Mapping[str, Any]) -> Wish | NocError:
    try:
        return _wish(tickets, desk, now, item)
    except NocError as error:
        return error


def _wish(tickets: Noun, desk: Desk, now: datetime, item: Mapping[str, Any]) -> Wish:
    from noc_console.desk.act import Wish

    _refuse_foreign(item)
    if item.get("state") in _ENDED:
        raise BadInput(_("it is {state}: only open work is taken", state=item["state"]))
    service_type = item.get("service_type") or "fault"
    if service_type not in ("fault", *REQUEST_TYPES):
        raise BadInput(_("there is no service type {name}", name=service_type))
    kind = "fault" if service_type == "fault" else "request"
    fields = tickets.event(kind, "register").fields
    inputs = {
        name: _value(fields[name], value, now, desk.zone)
        for name, value in _inputs(item).items()
        if name in fields and value not in (None, "", [])
    }
    # the same ticket given again is known by this, and not registered twice
    intent = uuid5(NAMESPACE_URL, "noc-import:" + _identity(item))
    return Wish(kind, "", "register", {**inputs, "service_type": service_type}, intent_id=intent)


def _refuse_foreign(item: Mapping[str, Any]) -> None:
    """Raise BadInput for what another system calls a ticket, which has a channel of its own."""
    from noc_console.intake import known_shapes

    seems = "" if "subject" in item else known_shapes.seems(item)
    if seems:
        raise BadInput(
            _("this is no ticket that export wrote; it seems to be {what}", what=_(seems)),
            _("give it to the channel that it belongs to: noc intake --help"),
        )


def _identity(item: Mapping[str, Any]) -> str:
    return str(item.get("id") or sha256(render.to_text(dict(sorted(item.items()))).encode()).hexdigest())


def _inputs(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the inputs of ``register`` under the names that the public JSON of a ticket has for them."""
    requester = _part(item, "requester")
    source = _part(item, "source")
    same = (
        "channel", "subject", "symptom", "occurred_at", "scope", "domain", "urgent", "users_affected",
        "service_affecting", "impact", "urgency",
    )  # fmt: skip
    objects = item.get("objects") or []
    both = item.get("impact") and item.get("urgency")
    return {
        **{name: item.get(name) for name in same},
        "grade": None if both else item.get("grade"),
        "contact": requester.get("address") or requester.get("phone"),
        "requester": requester.get("name"),
        "requester_type": requester.get("type"),
        "organisation": requester.get("organisation"),
        "contract": requester.get("contract"),
        "objects": [_object(one) for one in objects],
        "source_channel": source.get("channel") or "import",
        "external_id": source.get("external_id") or item.get("ref"),
        "fingerprint": source.get("fingerprint"),
    }


def _part(item: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = item.get(name) or {}
    if not isinstance(value, Mapping):
        raise BadInput(_("{field} is not a set of named fields", field=name))
    return value


def _object(item: Any) -> str:
    if isinstance(item, Mapping):
        return f"{item.get('type', 'element')}:{item.get('id', '')}"
    return str(item)


def _value(field: Field, value: Any, now: datetime, zone: tzinfo) -> Any:
    """Return a typed input; an instant in JSON must say its offset."""
    if field.kind is Kind.YESNO and isinstance(value, bool):
        return value
    if field.many:
        return tuple(str(one) for one in value)
    if field.kind is Kind.INSTANT:
        return _instant(field, str(value))
    try:
        options = (str(value),) if field.kind is Kind.CHOICE else ()
        return read(field, str(value), now=now, zone=zone, options=options)
    except Unreadable as error:
        raise BadInput(f"{field.name}: {error}") from error


def _instant(field: Field, text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is not None:
            return instant.astimezone(UTC)
    except OverflowError as error:
        raise BadInput(_("{field}: {text} is not within the years 1 to 9999", field=field.name, text=text)) from error
    except ValueError:
        pass
    raise BadInput(_("{field}: {text} has no offset", field=field.name, text=text), "2026-11-23T09:00:00+08:00")
