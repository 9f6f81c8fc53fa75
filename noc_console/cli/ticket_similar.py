"""``noc ticket similar``: what happened before at the same object, contract or contact, or sounds the same."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from noc_console.cli import render
from noc_console.cli.arguments import plain
from noc_console.cli.events import which_one
from noc_console.cli.options import globals_of
from noc_console.cli.render import Column
from noc_console.i18n import N_, _
from noc_console.workflows.labels import label

if TYPE_CHECKING:
    from noc_console.desk.act import Outcome
    from noc_console.desk.desk import Desk
    from noc_console.desk.similar import Similar

#: Earlier tickets that are named when one is registered.
_NAMED: Final = 3


def _because(item: dict[str, Any]) -> str:
    return ", ".join(label(code) for code in (*(["repeat"] if item["repeat"] else []), *item["because"]))


_COLUMNS: Final = (
    Column(N_("REF"), lambda item: item["ref"], 14),
    Column(N_("STATE"), lambda item: item["state"], 14),
    Column(N_("SINCE"), lambda item: (item["registered_at"] or "-")[:10], 10),
    Column(N_("BECAUSE"), _because, 30),
    Column(N_("CAUSE"), lambda item: item["cause_code"] or "-", 18),
    Column(N_("REMEDY"), lambda item: item["result"] or item["plan"] or "-", 40),
    Column(N_("SUBJECT"), lambda item: item["subject"], 60),
)


def similar(
    context: typer.Context,
    ref: Annotated[str | None, typer.Argument(metavar="[REF]", help=N_("Such as HZ1-42"))] = None,
    subject: Annotated[str | None, typer.Option("--subject", metavar="TEXT", help=N_("One line"))] = None,
    symptom: Annotated[str | None, typer.Option("--symptom", metavar="TEXT", help=N_("What is seen"))] = None,
    objects: Annotated[
        list[str] | None, typer.Option("--objects", metavar="TYPE:ID", help=N_("The same object"))
    ] = None,
    contact: Annotated[
        str | None, typer.Option("--contact", metavar="TEXT", help=N_("Phone number or address"))
    ] = None,
    contract: Annotated[str | None, typer.Option("--contract", metavar="TEXT", help=N_("Contract"))] = None,
) -> int:
    """List what is like a ticket, or like a matter that is not registered yet."""
    from noc_console.desk import similar as likeness

    said = globals_of(context)
    words = "\n".join(plain(text) for text in (subject, symptom) if text)
    names = tuple(plain(part).strip() for text in objects or () for part in text.split(",") if part.strip())
    if ref is None and not (words or names or contact or contract):
        raise which_one()
    with said.desk() as desk:
        if ref is not None:
            found = likeness.of_ticket(desk, plain(ref))
        else:
            contacts = (plain(contact),) if contact else ()
            traits = likeness.Traits(names, plain(contract or ""), contacts, words)
            found = likeness.of_words(desk, traits)
    render.many((one.json() for one in found), said.output, _COLUMNS)
    return 0


def hint(desk: Desk, outcome: Outcome) -> None:
    """Say on registering what this may repeat, and what the same person has open; both are looked up by themselves."""
    from noc_console.desk import similar as likeness

    found = likeness.at_registration(desk, outcome.record)
    for one in found[:_NAMED]:
        render.note(_("hint: {text}", text=said_of(one)))


def said_of(one: Similar) -> str:
    """Return in one line what an earlier ticket was, and what helped."""
    row = one.row
    known = "; ".join(text for text in (row["cause_code"], row["feedback_result"]) if text)
    about = f"{row['ref']} {row['subject']}" + (f" ({known})" if known else "")
    if one.repeat:
        return _("may repeat {about}", about=about)
    return _("still open: {about}", about=about)


def lines(found: Iterable[Similar]) -> Iterable[str]:
    """Yield earlier tickets as ``noc ticket show`` lists them."""
    for one in found:
        row = one.row
        known = "  ".join(text for text in (row["cause_code"], row["feedback_result"]) if text)
        yield f"{row['ref']}  {row['subject']}  {known}".rstrip()
