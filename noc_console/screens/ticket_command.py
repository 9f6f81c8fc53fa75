"""A command of the policy on a ticket, on screen: chosen among those offered, shown, confirmed, its output a page.

It holds no rule: the desk says what is offered and judges it before anything is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Final

from noc_console.desk import ticket_command
from noc_console.desk.ticket import FormField, Option
from noc_console.desk.ticket_command import Offer, Ran
from noc_console.i18n import N_, _, language
from noc_console.screens import background
from noc_console.screens.choose import Choose
from noc_console.screens.confirm import Confirm
from noc_console.screens.pages import Page
from noc_console.screens.progress import Step, watched
from noc_console.workflows.fields import Field, Kind

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk
    from noc_console.screens.base import NocScreen
    from noc_console.screens.verbs import Target

_LABELS: Final = {"host": N_("Host"), "object": N_("Object"), "contract": N_("Contract"), "phone": N_("Phone")}


def offer_commands(screen: NocScreen, target: Target) -> None:
    """List what the policy offers on a ticket, each as it would be run."""
    read = partial(ticket_command.all_offered, screen.desk, target.ref)
    background.bring(screen, "commands", read, partial(_choose, screen, target), screen.app.tell)


def _choose(screen: NocScreen, target: Target, offers: tuple[Offer, ...]) -> None:
    rows = [(offer.command.code, _row(offer)) for offer in offers]
    by_code = {offer.command.code: offer for offer in offers}
    title = _("Run which command for {ref}?", ref=target.ref)
    page = Choose(title, rows, _("Enter shows it, and asks before it runs; Esc leaves"))
    screen.app.push_screen(page, lambda code: _chosen(screen, by_code[code]) if code else None)


def _chosen(screen: NocScreen, offer: Offer) -> None:
    """Say at once what forbids it, or what this computer lacks for it, before anything is asked."""
    judge = partial(_judged, screen.desk, offer, {})
    background.bring(screen, "command", judge, partial(_fill, screen, offer), screen.app.tell)


def _row(offer: Offer) -> str:
    return _("{label}: {text}", label=offer.command.label.text(language()), text=offer.line)


def _fill(screen: NocScreen, offer: Offer, made: Offer) -> None:
    """Ask which of several is meant, where the ticket has several; then show what will be run."""
    from noc_console.screens.event_form import EventForm, FormSpec

    several = {name: values for name, values in offer.choices.items() if len(values) > 1}
    if not several:
        _confirm(screen, made)
        return
    spec = FormSpec(
        title=_row(offer),
        fields=[
            FormField(
                Field(name, Kind.CHOICE, _LABELS.get(name, name), required=True, choices=values),
                options=tuple(Option(value, value) for value in values),
                default=values[0],
            )
            for name, values in several.items()
        ],
        submit=partial(_judged, screen.desk, offer),
        help=_("The ticket has several; which one is meant?"),
        yes=_("Show"),
    )
    screen.app.push_screen(EventForm(screen.desk, spec), lambda meant: _confirm(screen, meant) if meant else None)


def _judged(desk: Desk, offer: Offer, given: Mapping[str, str]) -> Offer:
    """Return what would be run, once the rules allow it; off the screen's thread."""
    made = ticket_command.one_offered(desk, offer.ref, offer.command.code, given)
    ticket_command.try_run(desk, made)
    ticket_command.check(desk, made)
    return made


def _confirm(screen: NocScreen, offer: Offer) -> None:
    lines = [
        offer.line,
        offer.command.label.text(language()),
        _("At most {n} s. The output becomes evidence of {ref}.", n=offer.command.timeout_s, ref=offer.ref),
    ]
    question = Confirm(_("Run this on this computer?"), lines, yes=_("Run"))
    screen.app.push_screen(question, lambda yes: _run(screen, offer) if yes else None)


def _run(screen: NocScreen, offer: Offer) -> None:
    def work(go_on: Step) -> Ran:
        return ticket_command.run(screen.desk, offer, go_on=go_on)

    act = partial(watched, screen.app, offer.line, offer.command.timeout_s, work)
    # once the progress has left the screen: both go through the app's queue
    background.act(screen, act, partial(screen.app.call_later, _show, screen), screen.app.tell)


def _show(screen: NocScreen, ran: Ran) -> None:
    screen.acted()
    title = _("{command}: exit code {code}", command=ran.offer.line, code=ran.printed.code)
    text = "\n".join(part for part in (ran.printed.text, ran.printed.ended) if part)
    screen.app.push_screen(Page(title, text))
    if ran.error is not None:
        screen.app.tell(ran.error)
