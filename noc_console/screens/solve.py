"""The short way: one form for P4 and P5 with a pre-approved remedy, one transaction at the desk, one intent each.

It must not judge; where the chain stops, the ticket stays where it legally got to and the page says why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from noc_console.desk import solve
from noc_console.desk.act import Wish
from noc_console.desk.solve import SolveResult
from noc_console.desk.ticket import FormField
from noc_console.i18n import N_, _, joined
from noc_console.screens import background
from noc_console.screens.event_form import EventForm, FormSpec
from noc_console.screens.known_values import with_known
from noc_console.screens.pages import Page
from noc_console.screens.refusals import told
from noc_console.workflows.catalogue import workflow

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk
    from noc_console.screens.base import NocScreen
    from noc_console.screens.verbs import Target


def open_solve(screen: NocScreen, target: Target) -> None:
    """Show the form of the short way, or say why it is not open to this ticket."""
    read = partial(_read, screen.desk, target)
    background.bring(screen, "form", read, partial(_show, screen, target), screen.app.tell)


def _read(desk: Desk, target: Target) -> tuple[FormField, ...]:
    return with_known(desk, target, solve.form(desk, target.ref))


def _show(screen: NocScreen, target: Target, fields: Sequence[FormField]) -> None:
    spec = FormSpec(
        title=_("Solve: {ref} {subject}", ref=target.ref, subject=target.subject),
        fields=fields,
        submit=partial(_solve, screen.desk, target, Wish(target.kind, target.record, "solve").intent_id),
        help=_("Every step is judged and recorded; where one is refused the ticket stays there."),
        yes=_("Solve"),
    )
    screen.app.push_screen(EventForm(screen.desk, spec), partial(_solved, screen, target))


def _solve(desk: Desk, target: Target, intent_id: str, values: Mapping[str, Any]) -> SolveResult:
    return solve.solve(desk, target.ref, values, intent_id=intent_id)


def _solved(screen: NocScreen, target: Target, result: SolveResult | None) -> None:
    if result is None:
        return
    screen.acted()
    machine = workflow(target.kind)
    state = _(machine.state(result.state).label)
    if result.refused is None:
        screen.app.say(_("{ref}: solved; now {state}", ref=result.ref, state=state))
        return
    labels = [_(event.label) for event in machine.events if event.name in result.done]
    done = _("Done: {events}.", events=joined(N_(", "), labels)) if labels else _("Nothing was done.")
    lines = [done, _("It is {state} now.", state=state), "", told(result.refused)]
    screen.app.push_screen(Page(_("{ref}: solved in part", ref=result.ref), "\n".join(lines)))
