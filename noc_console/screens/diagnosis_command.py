"""The command of a step on screen: a form of its arguments that shows what will be run, then its output as a page."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from noc_console.desk import diagnosis_command
from noc_console.desk.command_run import Printed
from noc_console.desk.diagnosis_command import Offer
from noc_console.desk.ticket import FormField
from noc_console.i18n import N_, _, language
from noc_console.screens import background
from noc_console.screens.pages import Page
from noc_console.screens.progress import Step, watched
from noc_console.workflows.fields import Field, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from noc_console.desk.desk import Desk
    from noc_console.desk.diagnosis_view import RunView
    from noc_console.screens.app import NocApp
    from noc_console.screens.diagnosis_run import RunScreen

_LABELS: Final = {
    "host": N_("Host"),
    "port": N_("Port"),
    "oid": N_("Object identifier"),
    "name": N_("Name of the DNS"),
    "line": N_("Line for the device"),
}
_PLATFORM: Final = Field(
    "platform", Kind.TEXT, N_("Platform"), N_("What the device is, such as cisco_ios; then the value is read")
)
Ran = tuple[Printed, "RunView", str]


def offer_command(screen: RunScreen) -> None:
    """Show the command of the step with its arguments; it is run when that is saved."""
    read = partial(diagnosis_command.runnable, screen.desk, screen.run_ref)
    background.bring(screen, "command", read, partial(_ask, screen), screen.app.tell)


def _ask(screen: RunScreen, offer: Offer) -> None:
    from noc_console.screens.event_form import EventForm, FormSpec

    spec = FormSpec(
        title=_("Run on this computer: {command}", command=offer.line),
        fields=[
            FormField(Field(slot, Kind.TEXT, _LABELS[slot], required=True), default=offer.arguments.get(slot))
            for slot in offer.command.slots
        ]
        + ([FormField(_PLATFORM)] if offer.command.templates else []),
        submit=partial(_run, screen.app, screen.desk, screen.run_ref),
        help=_(
            "{name}; at most {n} s. The output becomes evidence.",
            name=offer.command.name.text(language()), n=offer.command.timeout_s,
        ),
        yes=_("Run"),
    )  # fmt: skip
    screen.app.push_screen(EventForm(screen.desk, spec), partial(_done, screen))


def _run(app: NocApp, desk: Desk, run: str, values: Mapping[str, str]) -> Ran:
    """Run it; off the screen's thread."""
    given = {name: value for name, value in values.items() if name != _PLATFORM.name}
    offer = diagnosis_command.offered(desk, run, given)
    platform = (values.get(_PLATFORM.name) or "").strip()

    def work(go_on: Step) -> Ran:
        return diagnosis_command.run(desk, run, offer, platform=platform, go_on=go_on)

    return watched(app, offer.line, offer.command.timeout_s, work)


def _done(screen: RunScreen, ran: Ran | None) -> None:
    if ran is None:
        return
    printed, view, value = ran
    screen.ran(view, value)
    title = _("{command}: exit code {code}", command=view.evidence[-1]["command"], code=printed.code)
    text = "\n".join(part for part in (printed.text, printed.ended) if part)
    screen.app.push_screen(Page(title, text))
