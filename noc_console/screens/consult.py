"""Consultations of a ticket: what is known, who takes part, what was decided, and the next steps of the one in sight.

Forms are made from the machine. It reads through the desk in workers and must not know rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widget import Widget

from noc_console.desk import consult
from noc_console.desk.consult import ConsultView
from noc_console.desk.ticket import form
from noc_console.i18n import N_, _
from noc_console.screens import background, verbs
from noc_console.screens.base import NocScreen
from noc_console.screens.bindings import bindings
from noc_console.screens.known_values import with_known
from noc_console.screens.steps_screen import StepsScreen
from noc_console.screens.verbs import Target
from noc_console.screens.widgets.bar import Bar, Item
from noc_console.screens.widgets.facts import shown
from noc_console.screens.widgets.hanging import Hanging
from noc_console.screens.widgets.next_steps import NextSteps
from noc_console.text import clean
from noc_console.workflows.catalogue import workflow
from noc_console.workflows.labels import label
from noc_console.workflows.machine import NextStep

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from noc_console.desk.act import Outcome
    from noc_console.desk.desk import Desk
    from noc_console.desk.ticket import Form

KIND: Final = "consult"
_FIELDS: Final = (
    ("reason", N_("Reason")),
    ("called_by", N_("Called by")),
    ("called_at", N_("Called")),
    ("due_at", N_("Due at")),
    ("chair", N_("Chair")),
    ("started_at", N_("Started at")),
    ("ended_at", N_("Ended at")),
    ("facts_known", N_("Facts known")),
    ("risk", N_("Risk")),
    ("vendor_case", N_("Their case number")),
    ("customer_informed", N_("Customer information")),
    ("result", N_("Result")),
    ("minutes_by", N_("Minutes approved by")),
    ("why", N_("Why")),
)


@dataclass(frozen=True, slots=True)
class Seen:
    """The consultations of a ticket, newest first, and the next steps of the one in sight."""

    views: tuple[ConsultView, ...]
    place: int
    steps: tuple[NextStep, ...]


def look(desk: Desk, ticket: str, record: str) -> Seen:
    """Read the consultations of a ticket, and the steps of one of them (the newest where ``record`` is empty)."""
    views = consult.page(desk, state="all", ref=ticket)
    place = next((n for n, view in enumerate(views) if view.row["id"] == record), 0)
    return Seen(views, place, consult.next_steps(desk, views[place].row["id"]) if views else ())


def open_consults(screen: NocScreen, target: Target) -> None:
    """Show the consultations of a ticket; where it has none, open the form that calls one."""
    background.bring(
        screen, "consults", partial(look, screen.desk, target.ref, ""), partial(_open, screen, target), screen.app.tell
    )


def _open(screen: NocScreen, target: Target, seen: Seen) -> None:
    if seen.views:
        screen.app.push_screen(ConsultScreen(target))
    else:
        call(screen, target)


def call(screen: NocScreen, target: Target) -> None:
    """Open the form that calls a consultation on a ticket."""
    background.bring(
        screen, "form", partial(_call_form, screen.desk, target), partial(_show_form, screen, target), screen.app.tell
    )


def _call_form(desk: Desk, target: Target) -> tuple[Form, str]:
    """Read the form of ``call`` without its ticket, which is known, and the facts that the ticket tells."""
    made = form(desk, None, "call", KIND)
    fields = tuple(one for one in made.fields if one.field.name != "ticket")
    return replace(made, fields=with_known(desk, target, fields)), consult.known_facts(desk, target.ref)


def _show_form(screen: NocScreen, target: Target, read: tuple[Form, str]) -> None:
    from noc_console.screens.event_form import EventForm, FormSpec

    made, facts = read
    event = made.event
    spec = FormSpec(
        title=_("{label}: {text}", label=_(event.label), text=f"{target.ref} {target.subject}"),
        fields=made.fields,
        submit=partial(_call, screen.desk, target, intent_id=verbs.intent_of(KIND, event)),
        check=partial(_call, screen.desk, target, dry_run=True),
        help=_(event.help),
        yes=_(event.label),
        defaults={"facts_known": facts} if facts else {},
    )
    screen.app.push_screen(EventForm(screen.desk, spec), partial(_called, screen, target, made))


def _call(desk: Desk, target: Target, values: dict[str, Any], *, intent_id: str = "", dry_run: bool = False) -> Outcome:
    from noc_console.desk.act import Wish, act

    wish = Wish(KIND, "", "call", {"ticket": target.record, **values}, intent_id=intent_id)
    return act(desk, wish, dry_run=dry_run)


def _called(screen: NocScreen, target: Target, made: Form, outcome: Outcome | None) -> None:
    if outcome is None:
        return
    verbs.report(screen, made.event, outcome)
    screen.acted()
    if not isinstance(screen, ConsultScreen):
        screen.app.push_screen(ConsultScreen(target, outcome.record))


class ConsultScreen(StepsScreen):
    """One consultation of a ticket; ``[`` and ``]`` go to its others."""

    SCOPE = "consult"
    BINDINGS: ClassVar[list[BindingType]] = bindings("consult")
    DEFAULT_CSS = """
    ConsultScreen #consult-title { background: $surface; text-style: bold; }
    ConsultScreen #consult-panes { height: 1fr; }
    ConsultScreen #record { width: 1fr; height: 1fr; padding: 0 1; }
    ConsultScreen #record-text { height: auto; }
    ConsultScreen #record:focus { background: $boost; }
    ConsultScreen.-narrow #consult-panes { layout: vertical; }
    """

    def __init__(self, ticket: Target, record: str = "") -> None:
        super().__init__()
        self._ticket = ticket
        self._record = record
        self.seen: Seen | None = None

    def compose_body(self) -> ComposeResult:
        """Lay out title, record and next steps."""
        yield Bar(id="consult-title")
        with Horizontal(id="consult-panes"):
            with VerticalScroll(id="record"):
                yield Hanging("", id="record-text")
            yield from self.compose_steps()

    @property
    def view(self) -> ConsultView | None:
        """Return the consultation in sight."""
        return self.seen.views[self.seen.place] if self.seen and self.seen.views else None

    @property
    def target(self) -> Target | None:
        """Return the consultation as what verbs are about."""
        if self.view is None:
            return None
        row = self.view.row
        return Target(row["id"], row["ref"], KIND, row["state"], self.view.subject)

    def steps(self, target: Target) -> tuple[NextStep, ...]:
        """Return the verbs of the consultation with their reasons; off the screen's thread."""
        return consult.next_steps(self.desk, target.record)

    def changed(self, *, keys_wait: bool = False) -> None:
        """Read it again."""
        start = background.bring if keys_wait else background.read
        read = partial(look, self.desk, self._ticket.ref, self._record)
        start(self, "consults", read, self._show, self.app.tell)

    def _show(self, seen: Seen) -> None:
        self.seen = seen
        view = self.view
        if view is None:
            return
        self._record = view.row["id"]
        text = "\n".join(record_lines(view, self.desk.zone))
        self.query_one("#record-text", Hanging).update(Content(clean(text, multiline=True)))
        self.query_one(NextSteps).show(seen.steps, self.app.keys)
        state = _(workflow(KIND).state(view.row["state"]).label)
        right = [Item(_("ticket {ref}", ref=view.ticket_ref)), Item(state)]
        if len(seen.views) > 1:
            right.insert(0, Item(_("{n} of {count}", n=seen.place + 1, count=len(seen.views))))
        left = [Item(_("Consultation {ref}", ref=view.row["ref"]), strong=True), Item(view.subject)]
        self.query_one("#consult-title", Bar).show(left, right)
        self.show_footer()

    def verb_key(self, key: str) -> bool:
        """Start what a key stands for; False for a key that is no verb's."""
        target = self.target
        return target is not None and self.seen is not None and verbs.press(self, key, target, self.seen.steps)

    def action_new(self) -> None:
        """Call another one on the same ticket."""
        call(self, self._ticket)

    def action_step(self, by: int) -> None:
        """Go to the next or the previous consultation of the ticket."""
        place = (self.seen.place if self.seen else 0) + by
        if self.seen is None or not 0 <= place < len(self.seen.views):
            self.app.say(_("There is no further consultation on this ticket."))
            return
        self._record = self.seen.views[place].row["id"]
        self.changed(keys_wait=True)

    def panes(self) -> Sequence[Widget]:
        """Return the panes as Tab goes through them."""
        return [self.query_one("#record", VerticalScroll), self.query_one(NextSteps)]

    def action_climb(self) -> None:
        """Go back to the ticket."""
        self.dismiss(None)

    def footer_items(self) -> list[Item]:
        """Return back, the first verbs that are allowed, and help."""
        items = self.verb_items(self.seen.steps if self.seen else ())
        return [self.key_item("consult.up"), *items, self.key_item("consult.new"), self.key_item("app.help")]


def record_lines(view: ConsultView, zone: ZoneInfo) -> Iterator[str]:
    """Yield a consultation as people read it; what is not known yet is left out."""
    for name, title in _FIELDS:
        if view.row[name] not in (None, ""):
            yield _("{label}: {text}", label=_(title), text=shown(view.row[name], zone))
    yield from _section(_("Participants"), (_member(member) for member in view.members))
    excluded = (f"{one['text']}: {one['detail']}" for one in view.of_kind("excluded"))
    yield from _section(_("Excluded"), excluded)
    supposed = (f"{one['rank']}. {one['text']}: {one['detail']}" for one in view.of_kind("hypothesis"))
    yield from _section(_("Hypotheses"), supposed)
    decided = (f"{one['who']}  {shown(one['until_at'], zone)}  {one['text']}" for one in view.of_kind("decision"))
    yield from _section(_("Decisions"), decided)


def _member(member: Any) -> str:
    about = (label(member["domain"]) if member["domain"] else "", member["company"], label(member["level"] or ""))
    return "  ".join(part for part in (member["name"], *about) if part)


def _section(title: str, lines: Iterator[str]) -> Iterator[str]:
    found = list(lines)
    if found:
        yield ""
        yield _("{title}:", title=title)
        yield from (f"  {one}" for one in found)
