"""The columns of the queue; a narrow terminal keeps mark, reference, grade, state, clock and subject."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from noc_console.desk.ticket import TicketLine
from noc_console.i18n import N_, _, joined
from noc_console.screens.alarm_marks import alarm_marks
from noc_console.screens.theme import grade_tone
from noc_console.screens.verbs import kind_of
from noc_console.screens.widgets.due import due_cell
from noc_console.screens.widgets.record_columns import Cell, Column
from noc_console.workflows.catalogue import workflow
from noc_console.workflows.labels import label

#: States whose names would be cut in the column just where they differ.
SHORT = {
    "waiting_customer": N_("waits cust."),
    "waiting_third_party": N_("waits 3rd p."),
    "feedback_given": N_("feedback"),
}


def pressing(line: TicketLine, now: datetime) -> bool:
    """Tell whether an unread ticket is marked ``!``: urgent, P1 or P2, or late."""
    late = line.next_due is not None and line.next_due < now
    return line.open and (line.urgent or line.grade in ("P1", "P2") or late)


def columns(unread: Callable[[TicketLine, datetime], str]) -> tuple[Column[TicketLine], ...]:
    """Return the columns; ``unread`` gives the mark of a line."""
    return (
        Column("unread", "!", 1, 0, lambda line, now: Cell(unread(line, now), "warning")),
        Column(
            "ref", N_("REF"), 11, 0, lambda line, _now: Cell(line.ref, "provisional" if line.provisional else "plain")
        ),
        Column("grade", N_("G"), 2, 0, lambda line, _now: Cell(line.grade, grade_tone(line.grade))),
        Column(
            "domain", N_("DOMAIN"), 12, 3, lambda line, _now: Cell(label(line.domain) if line.domain else "-", "muted")
        ),
        Column("state", N_("STATE"), 14, 0, _state),
        Column("due", N_("NEXT DUE"), 19, 0, due_cell, ticks=True),
        Column(
            "owner", N_("OWNER"), 11, 2, lambda line, _now: Cell(line.owner or "-", "plain" if line.owner else "muted")
        ),
        Column("subject", N_("SUBJECT"), None, 0, _subject),
        Column("customer", N_("CUSTOMER"), 18, 4, _customer),
    )


def _state(line: TicketLine, now: datetime) -> Cell:
    state = workflow(kind_of(line.service_type)).state(line.state)
    if line.snoozed_until and line.snoozed_until > now:
        return Cell(_("snoozed"), "muted")
    return Cell(f"{state.glyph} {_(SHORT.get(state.name, state.label))}".strip(), state.tone)


def _subject(line: TicketLine, now: datetime) -> Cell:
    marks = [*([_("urgent")] if line.urgent else []), *alarm_marks(line, now)]
    return Cell(_("{label}: {text}", label=joined(N_(", "), marks), text=line.subject) if marks else line.subject)


def _customer(line: TicketLine, _now: datetime) -> Cell:
    if line.children:
        return Cell(_("(mass) {n}", n=line.children), "muted")
    return Cell(line.customer or "-", "plain" if line.customer else "muted")
