"""One verb on every marked ticket: first how many can and cannot, with why; then one form; then one act each.

Each ticket is judged by itself at the desk; the refusal of one stops no other. It holds no rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from noc_console.desk.ticket import BulkItem, Form, bulk, form, row_of
from noc_console.errors import NotFound, Refused
from noc_console.i18n import _, ngettext
from noc_console.screens import background
from noc_console.screens.confirm import Confirm
from noc_console.screens.pages import Page
from noc_console.screens.progress import Step, watched
from noc_console.screens.refusals import said, told
from noc_console.screens.verbs import destructive, intent_of, resolved
from noc_console.text import clean
from noc_console.workflows.machine import Event

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk
    from noc_console.screens.base import NocScreen

T = TypeVar("T")
#: References named beside a reason; the count tells of the others.
_NAMED = 4
#: Called at the end with the records that were not come to.
Done = Callable[[Sequence[str]], None]


@dataclass(frozen=True, slots=True)
class Survey:
    """What a verb would meet on the marked tickets: those that can, and those that cannot by reason."""

    able: tuple[str, ...]
    unable: Mapping[str, tuple[str, ...]]
    form: Form | None

    @property
    def unable_count(self) -> int:
        """Return how many tickets cannot."""
        return sum(len(refs) for refs in self.unable.values())


def start(screen: NocScreen, records: Sequence[str], event: Event, done: Done) -> None:
    """Survey the marked tickets, then ask; ``done`` gets the records that were not come to."""
    title = _("{what}: looking at the marked tickets", what=_(event.label))
    read = partial(watched, screen.app, title, len(records), partial(survey, screen.desk, records, event))
    background.act(screen, read, _after(screen, partial(_ask, screen, event, done)), screen.app.tell)


def _after(screen: NocScreen, then: Callable[[T], object]) -> Callable[[T], object]:
    """Return a call that waits until the progress has left the screen: both go through the app's queue."""
    return partial(screen.app.call_later, then)


def survey(desk: Desk, records: Sequence[str], event: Event, go_on: Step) -> Survey | None:
    """Have the desk judge the verb on each ticket without inputs and without storing; off the screen's thread.

    A ticket that only lacks inputs can: those are asked for next. None where the person stopped it.
    """
    items = bulk(desk, records, event.name, {}, dry_run=True, go_on=go_on)
    if len(items) < len(records):
        return None
    able: list[str] = []
    unable: dict[str, tuple[str, ...]] = {}
    for record, item in zip(records, items, strict=True):
        if item.error is None or _lacks_inputs_only(item):
            able.append(record)
        else:
            why = _why(item)
            unable[why] = (*unable.get(why, ()), _ref(desk, item))
    return Survey(tuple(able), unable, form(desk, able[0], event.name, others=able[1:]) if able else None)


def _ref(desk: Desk, item: BulkItem) -> str:
    """Return what people call the ticket; one that is gone keeps its id."""
    try:
        return str(row_of(desk, item.ref)["ref"])
    except NotFound:
        return item.ref


def _lacks_inputs_only(item: BulkItem) -> bool:
    return isinstance(item.error, Refused) and all("field" in reason.params for reason in item.error.reasons)


def _why(item: BulkItem) -> str:
    if isinstance(item.error, Refused):
        return _("; ").join(said(reason) for reason in item.error.reasons)
    return told(item.error).replace("\n", _("; ")) if item.error else ""


def _ask(screen: NocScreen, event: Event, done: Done, found: Survey | None) -> None:
    what = _(event.label)
    if found is None:
        screen.app.say(_("{what}: stopped; nothing was done", what=what))
        return
    lines = [ngettext("{n} ticket can.", "{n} tickets can.", len(found.able))]
    if found.unable:
        lines.append(ngettext("{n} ticket cannot:", "{n} tickets cannot:", found.unable_count))
        lines += [f"  {len(refs)} x {why}: {_names(refs)}" for why, refs in found.unable.items()]
    if not found.able or found.form is None:
        screen.app.push_screen(Page(_("{what}: none of the marked tickets", what=what), "\n".join(lines)))
        return
    yes = ngettext("{what} {n} ticket", "{what} {n} tickets", len(found.able), what=what)
    question = Confirm(_("{what} the marked tickets?", what=what), lines, yes=yes, focus_yes=not destructive(event))
    proceed = partial(_proceed, screen, event, done, found, found.form)
    screen.app.push_screen(question, lambda answer: proceed() if answer else None)


def _names(refs: Sequence[str]) -> str:
    shown = ", ".join(clean(ref, limit=40) for ref in refs[:_NAMED])
    return shown if len(refs) <= _NAMED else f"{shown}, …"


def _proceed(screen: NocScreen, event: Event, done: Done, found: Survey, made: Form) -> None:
    from noc_console.screens.event_form import EventForm, FormSpec

    # one name for the whole, so that a second try after a lost store acts on no ticket twice
    submit = partial(_perform, screen, found.able, made.event, intent_of(made.kind, made.event))
    finish = partial(_finish, screen, event, done, found.able)
    if not any(one.field.asked for one in made.fields):
        background.act(screen, partial(submit, {}), _after(screen, finish), screen.app.tell)
        return
    spec = FormSpec(
        title=_title(event, len(found.able)),
        fields=made.fields,
        submit=submit,
        help=_(event.help),
        yes=_(event.label),
    )
    screen.app.push_screen(EventForm(screen.desk, spec), lambda items: finish(items) if items is not None else None)


def _title(event: Event, count: int) -> str:
    return ngettext("{what}: {n} ticket", "{what}: {n} tickets", count, what=_(event.label))


def _perform(
    screen: NocScreen, records: Sequence[str], event: Event, bulk_id: str, inputs: Mapping[str, Any]
) -> tuple[BulkItem, ...]:
    """Do the verb on each ticket; where none could, the first refusal is raised, so that the form can be mended."""
    desk = screen.desk
    values = resolved(desk, event, inputs)

    def work(go_on: Step) -> tuple[BulkItem, ...]:
        return bulk(desk, records, event.name, values, bulk_id=bulk_id, go_on=go_on)

    items = watched(screen.app, _title(event, len(records)), len(records), work)
    first = next((item.error for item in items if item.error is not None), None)
    if first is not None and all(item.error is not None for item in items):
        raise first
    return tuple(replace(item, ref=_ref(desk, item)) if item.error else item for item in items)


def _finish(screen: NocScreen, event: Event, done: Done, records: Sequence[str], items: tuple[BulkItem, ...]) -> None:
    did, what = sum(item.error is None for item in items), _(event.label)
    for item in items:
        if item.outcome is not None:
            screen.app.seen.expect(item.outcome.record)
    screen.app.say(ngettext("{what}: {n} ticket done", "{what}: {n} tickets done", did, what=what))
    left = len(records) - len(items)
    if left:
        text = ngettext("stopped; {n} ticket is still marked", "stopped; {n} tickets are still marked", left)
        screen.app.say(text, warning=True)
    failed = [f"{clean(item.ref, limit=40)}: {_why(item)}" for item in items if item.error]
    if failed:
        title = ngettext("{n} ticket was refused", "{n} tickets were refused", len(failed))
        screen.app.push_screen(Page(title, "\n".join(failed)))
    done(records[len(items) :])
