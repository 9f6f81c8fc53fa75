"""How a ticket's verb starts: by key, click or palette, through one form or question, to one act at the desk.

A blocked verb says why. It holds no rule: the machine said what is allowed, and the desk judges again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from textual import events

from noc_console.desk.ticket import Form, TicketLine, find
from noc_console.i18n import N_, _, joined
from noc_console.screens import background
from noc_console.screens.refusals import said, said_all
from noc_console.text import clean
from noc_console.workflows.catalogue import workflow
from noc_console.workflows.fields import Kind
from noc_console.workflows.machine import SAME, Event, NextStep
from noc_console.workflows.ticket_commands import RUN

# The door (desk.act) is imported where somebody acts: the queue comes to sight without it.
if TYPE_CHECKING:
    from noc_console.desk.act import Outcome
    from noc_console.desk.desk import Desk
    from noc_console.screens.base import NocScreen
    from noc_console.screens.confirm import Confirm


_TICKET = N_("ticket")
#: What records are called that are no tickets and have verbs of their own on a screen.
_CALLED = {"consult": N_("expert consultation")}


@dataclass(frozen=True, slots=True)
class Target:
    """The record that a verb is about, as the person sees it at this moment; ``ref`` is its ticket's."""

    record: str
    ref: str
    kind: str
    state: str
    subject: str

    @property
    def is_ticket(self) -> bool:
        """Tell a ticket from a message of the outbox or an item of the inbox."""
        return self.kind in ("fault", "request")

    @property
    def called(self) -> str:
        """Return what kind of record it is, as people say it."""
        return _(_CALLED.get(self.kind, _TICKET))

    @classmethod
    def of_line(cls, line: TicketLine) -> Target:
        """Return the target for a row of a list."""
        return cls(line.id, line.ref, kind_of(line.service_type), line.state, line.subject)

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> Target:
        """Return the target for the row of a ticket that was read whole."""
        return cls(row["id"], row["ref"], kind_of(row["service_type"]), row["state"], row["subject"])


def kind_of(service_type: str) -> str:
    """Return the machine of a service type."""
    return "fault" if service_type == "fault" else "request"


def destructive(event: Event) -> bool:
    """Tell whether an event ends something: its key is upper-case."""
    return event.key.isupper()


def key_of(event: events.Key) -> str:
    """Return a key as the machines name it: the character that it prints, else its name."""
    return event.character if event.is_printable and event.character else event.key


def event_of_key(screen: NocScreen, key: str, kind: str, state: str) -> Event | None:
    """Return the event that a key stands for in this state, else in any other state of the machine."""
    machine = workflow(kind)
    wanted = [event for event in machine.events if not event.internal and event.sources]
    pressed = [event for event in wanted if screen.app.keys.of_event(event) == key]
    return next((event for event in pressed if state in event.sources), pressed[0] if pressed else None)


def is_verb(screen: NocScreen, key: str) -> bool:
    """Tell whether a key stands for an event of tickets at all, for where no ticket is in sight."""
    return any(
        key == screen.app.keys.of_event(event)
        for kind in ("fault", "request")
        for event in workflow(kind).events
        if not event.internal and event.sources
    )


def event_for_many(screen: NocScreen, key: str, lines: Sequence[TicketLine]) -> Event | None:
    """Return the event that a key stands for in most of these tickets."""
    votes: Counter[str] = Counter()
    events: dict[str, Event] = {}
    for line in lines:
        event = event_of_key(screen, key, kind_of(line.service_type), line.state)
        if event is not None:
            # a state in which the key does something counts for more than any number in which it does not
            votes[event.name] += len(lines) if line.state in event.sources else 1
            events[event.name] = event
    return events[votes.most_common(1)[0][0]] if votes else None


def press(screen: NocScreen, key: str, target: Target, steps: Sequence[NextStep]) -> bool:
    """Start the verb of a key, or say why it is blocked; False for a key that is no verb's."""
    event = event_of_key(screen, key, target.kind, target.state)
    if event is None:
        return False
    step = next((step for step in steps if step.event.name == event.name), None)
    if step is None:
        ask_why(screen, target, event)
    else:
        start(screen, target, step)
    return True


def ask_why(screen: NocScreen, target: Target, event: Event) -> None:
    """Have the desk say why an event of another state is no event of this one."""
    from noc_console.desk.act import Wish, act

    wish = Wish(target.kind, target.record, event.name, {})
    ask = partial(act, screen.desk, wish, dry_run=True)
    background.act(screen, ask, lambda _outcome: None, screen.app.tell)


def start(screen: NocScreen, target: Target, step: NextStep) -> None:
    """Open the form of an allowed verb; say why a blocked one is blocked."""
    if not step.allowed:
        what = _(step.event.label)
        screen.app.say(_("{what} is blocked: {why}", what=what, why=said_all(step.reasons)), warning=True)
        screen.app.drop_keys()
        return
    if target.is_ticket and step.event.name == RUN:
        from noc_console.screens.ticket_command import offer_commands

        offer_commands(screen, target)
        return
    read = partial(_read_form, screen.desk, target, step.event.name)
    background.bring(screen, "form", read, partial(_open, screen, target), screen.app.tell)


def _read_form(desk: Desk, target: Target, event: str) -> Form:
    from noc_console.screens.known_values import form_of

    return form_of(desk, target, event)


def _open(screen: NocScreen, target: Target, made: Form) -> None:
    from noc_console.screens.event_form import EventForm, FormSpec

    event = made.event
    ask = partial(question, target, event) if destructive(event) else None
    submit = partial(perform, screen.desk, target, event, intent_id=intent_of(target.kind, event))
    if any(one.field.asked for one in made.fields):
        spec = FormSpec(
            title=_("{label}: {text}", label=_(event.label), text=f"{target.ref} {target.subject}"),
            fields=made.fields,
            submit=submit,
            check=partial(perform, screen.desk, target, event, dry_run=True),
            help=_(event.help),
            yes=_(event.label),
            confirm=ask,
            only_changed=made.corrects,
        )
        screen.app.push_screen(EventForm(screen.desk, spec), partial(_finish, screen, target, event))
        return
    do = partial(_do, screen, target, event, partial(submit, {}))
    if ask is None:
        do()
        return

    def allowed(_outcome: Outcome) -> None:
        screen.app.push_screen(ask(), lambda yes: do() if yes else None)

    # nobody is asked for what would be refused
    judge = partial(perform, screen.desk, target, event, {}, dry_run=True)
    background.act(screen, judge, allowed, screen.app.tell)


def intent_of(kind: str, event: Event) -> str:
    """Name the intent of one opening of a form: after an error at commit, a second try must not act twice."""
    from noc_console.desk.act import Wish

    return Wish(kind, "", event.name).intent_id


def _do(screen: NocScreen, target: Target, event: Event, submit: Callable[[], Outcome]) -> None:
    background.act(screen, submit, partial(_finish, screen, target, event), screen.app.tell)


def _finish(screen: NocScreen, target: Target, event: Event, outcome: Outcome | None) -> None:
    if outcome is None:
        return
    screen.app.seen.expect(outcome.record)
    # messages and items of the inbox go by their ticket: their own id says nothing to anybody
    report(screen, event, outcome, ref=outcome.ref if target.is_ticket else target.ref)
    screen.acted()


def report(screen: NocScreen, event: Event, outcome: Outcome, *, ref: str | None = None) -> None:
    """Say what became of an act, and what of its consequences was refused; ``ref`` names what it was done to."""
    machine = workflow(outcome.kind)
    state = _(machine.state(outcome.state).label)
    named, what = outcome.ref if ref is None else ref, _(event.label)
    done = _("{what} is done; now {state}", what=what, state=state)
    screen.app.say(_("{ref}: {what} is done; now {state}", ref=named, what=what, state=state) if named else done)
    for cause in outcome.causes:
        if cause.verdict == "refused":
            why = _("; ").join(said(reason) for reason in cause.reasons)
            screen.app.say(_("{ref}: not done there: {why}", ref=cause.ref, why=why), warning=True)


def perform(
    desk: Desk,
    target: Target,
    event: Event,
    inputs: Mapping[str, Any],
    *,
    intent_id: str = "",
    dry_run: bool = False,
) -> Outcome:
    """Have the desk do an event with what the person saw; off the screen's thread. Raises the desk's errors."""
    from noc_console.desk.act import Wish, act

    values = resolved(desk, event, inputs)
    if event.name == "attach" and values.get("file"):
        from noc_console.desk.files import attach

        return attach(desk, target.ref, values["file"], values.get("comment", ""), dry_run=dry_run)
    if target.kind == "diagnosis":
        from noc_console.desk import diagnosis

        if event.name == "attach" and values.get("file"):
            evidence = diagnosis.evidence_of(values["file"])
            return diagnosis.attach(desk, target.ref, evidence, values.get("comment", ""), dry_run=dry_run)
        return diagnosis.act(desk, target.ref, event.name, values, dry_run=dry_run)
    seen = {"state": target.state}
    wish = Wish(target.kind, target.record, event.name, values, seen=seen, intent_id=intent_id)
    return act(desk, wish, dry_run=dry_run)


def resolved(desk: Desk, event: Event, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Replace the references that people type by record ids. Raises NotFound."""
    values = dict(inputs)
    for field in event.inputs:
        given = values.get(field.name)
        if field.kind is Kind.REFERENCE and given:
            values[field.name] = tuple(find(desk, one) for one in given) if field.many else find(desk, given)
    return values


def question(target: Target, event: Event) -> Confirm:
    """Return the question before an event that ends something: object, effect, and whether there is a way back."""
    from noc_console.screens.confirm import Confirm

    title = _("{what} {ref}?", what=_(event.label), ref=target.ref)
    return Confirm(title, [target.subject, *consequences(target.kind, target.state, event)], yes=_(event.label))


def consequences(kind: str, state: str, event: Event) -> list[str]:
    """Say what an event changes and what would lead back from there."""
    machine = workflow(kind)
    lines = [_(event.help)] if event.help else []
    if not isinstance(event.target, str) or event.target.startswith("="):
        return lines
    after = machine.state(event.target)
    lines.append(_("{before} becomes {after}.", before=_(machine.state(state).label), after=_(after.label)))
    ways = [_(one.label) for one in machine.of_state(event.target) if one.target != SAME and not one.internal]
    if after.final or not ways:
        lines.append(_("This cannot be taken back."))
    else:
        lines.append(_("What can be done from there: {ways}.", ways=joined(N_(", "), ways)))
    return [clean(line) for line in lines]
