"""What came in and could not be taken: why, and what it holds; to be corrected into a ticket, read again, discarded.

It reads through the desk in workers. An original is shown cleaned, as text or as bytes in hexadecimal.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import OptionList

from noc_console.desk import quarantine
from noc_console.desk.original import readable
from noc_console.desk.ticket import form
from noc_console.i18n import N_, _, ngettext
from noc_console.screens import background, verbs
from noc_console.screens.acts_screen import ActsScreen
from noc_console.screens.bindings import bindings
from noc_console.screens.pages import Page
from noc_console.screens.verbs import Target
from noc_console.screens.widgets.bar import Bar, Item
from noc_console.screens.widgets.field_row import shown_default
from noc_console.screens.widgets.list_with_text import ListWithText
from noc_console.text import clean
from noc_console.workflows.labels import label

if TYPE_CHECKING:
    from noc_console.desk.act import Outcome
    from noc_console.desk.desk import Desk
    from noc_console.desk.intake_item import IntakeItem
    from noc_console.desk.rows import Values
    from noc_console.desk.ticket import Form

#: So many items are listed; those behind them come to sight as the first are decided.
LISTED = 200
_LINE = 300
KIND: Final = "quarantine"


class QuarantineScreen(ActsScreen):
    """The list of what is held, oldest first, with the reason and the original of the one under the cursor."""

    SCOPE = "quarantine"
    ACTS: ClassVar[tuple[tuple[str, str], ...]] = ((KIND, N_("Quarantine")),)
    BINDINGS: ClassVar[list[BindingType]] = bindings("quarantine")
    DEFAULT_CSS = """
    QuarantineScreen.-narrow OptionList { height: 40%; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._items: dict[str, Values] = {}

    def compose_body(self) -> ComposeResult:
        """Lay out the status line, the list and the original."""
        yield Bar(id="status")
        yield ListWithText(cut=True)

    def on_mount(self) -> None:
        """Read what is held."""
        self._list.options.focus()
        self.changed()

    @property
    def _list(self) -> ListWithText:
        return self.query_one(ListWithText)

    @property
    def item(self) -> Values | None:
        """Return the item under the cursor."""
        return self._items[self._list.key[1]] if self._list.key else None

    @property
    def entry(self) -> Target | None:
        """Return the item under the cursor as what acts are about."""
        item = self.item
        return Target(item["id"], "", KIND, item["state"], item["text"] or item["reason"]) if item else None

    def changed(self, *, keys_wait: bool = False) -> None:
        """Read the list again; the cursor stays on its item."""
        start = background.bring if keys_wait else background.read
        start(self, "held", partial(quarantine.page, self.desk, limit=LISTED + 1), self._show, self.app.tell)

    def _show(self, items: tuple[Values, ...]) -> None:
        more, shown = len(items) > LISTED, items[:LISTED]
        lines = [((KIND, item["id"]), _line(item, self.desk)) for item in shown]
        self._list.show(lines, nothing=_("nothing is held"))
        self._items = {item["id"]: item for item in shown}
        held = ngettext("{n} held", "{n} held", len(shown))
        self.query_one("#status", Bar).show([Item(_("Quarantine"), strong=True)], [Item(held + "+" * more)])
        self.show_footer()

    @on(OptionList.OptionHighlighted)
    def _highlighted(self) -> None:
        item = self.item
        if item is not None:
            read = partial(quarantine.show, self.desk, item["id"])
            background.read(self, "original", read, self._show_original, self.app.tell)

    def _show_original(self, found: tuple[Values, bytes]) -> None:
        row, raw = found
        if self._list.key == (KIND, row["id"]):
            self._list.tell(_told(row, raw))

    @on(OptionList.OptionSelected)
    def _open(self) -> None:
        item = self.item
        if item is not None:
            read = partial(quarantine.show, self.desk, item["id"])
            background.bring(self, "page", read, self._open_page, self.app.tell)

    def _open_page(self, found: tuple[Values, bytes]) -> None:
        self.app.push_screen(Page(_("Quarantine"), _told(*found)))

    # Acts

    def action_read_again(self) -> None:
        """Have the item's channel read it again."""
        item = self.item
        if item is not None:
            background.act(self, partial(quarantine.retry, self.desk, item["id"]), self._read_again, self.app.tell)

    def _read_again(self, items: tuple[IntakeItem, ...]) -> None:
        became = ", ".join(f"{label(item.action)} {item.ref or ''}".strip() for item in items)
        self.app.say(_("read again: {what}", what=became))
        self.changed()

    def action_correct(self) -> None:
        """Make a ticket of the item: the form of ``register`` with what could be read."""
        item = self.item
        if item is not None:
            read = partial(_read_form, self.desk, item["id"])
            background.bring(self, "form", read, partial(self._correct, item["id"]), self.app.tell)

    def _correct(self, item: str, found: tuple[Form, Mapping[str, str]]) -> None:
        from noc_console.screens.event_form import FormSpec
        from noc_console.screens.registration import in_order, with_type
        from noc_console.screens.registration_form import RegistrationForm

        made, known = found
        spec = FormSpec(
            title=_("Make a ticket of what came in"),
            fields=in_order(with_type(made.fields)),
            submit=partial(_register, self.desk, item, made, intent_id=verbs.intent_of(made.kind, made.event)),
            check=partial(_register, self.desk, item, made, dry_run=True),
            help=_("What could be read stands in the fields; the original is attached to the ticket."),
            yes=_("Register"),
            focus="subject",
            defaults=known,
        )
        self.app.push_screen(RegistrationForm(self.desk, spec), partial(self._registered, made))

    def _registered(self, made: Form, outcome: Outcome | None) -> None:
        from noc_console.screens.ticket import TicketScreen

        if outcome is not None:
            verbs.report(self, made.event, outcome)
            self.changed()
            self.app.push_screen(TicketScreen(outcome.record))

    def action_climb(self) -> None:
        """Go back to where the list was opened."""
        self.dismiss(None)

    def footer_items(self) -> list[Item]:
        """Return what can be done with the item under the cursor."""
        first = [self.key_item("quarantine.correct"), self.key_item("quarantine.again")] if self.item else []
        return [*first, *self.act_items(), self.key_item("quarantine.up"), self.key_item("app.help")]


def _read_form(desk: Desk, item: str) -> tuple[Form, Mapping[str, str]]:
    """Read the form and what it can be filled with; off the screen's thread."""
    made, known = form(desk, None, "register", "fault"), quarantine.understood(desk, item)
    asked = {one.field.name: one.field for one in made.fields}
    return made, {name: shown_default(value, asked[name], desk.zone) for name, value in known.items() if name in asked}


def _register(
    desk: Desk, item: str, made: Form, values: Mapping[str, Any], *, intent_id: str = "", dry_run: bool = False
) -> Outcome:
    kind = verbs.kind_of(values.get("service_type", "fault"))
    inputs = verbs.resolved(desk, made.event, values)
    return quarantine.register(desk, item, kind, inputs, intent_id=intent_id, dry_run=dry_run)


def _line(item: Values, desk: Desk) -> Content:
    at = item["at"].astimezone(desk.zone).strftime("%m-%d %H:%M")
    what = clean(item["text"] or item["reason"], limit=_LINE)
    for where in (f"{item['source']}#{item['position']}", item["source"] or ""):  # it stands below, with all else
        if where and what.startswith(where):
            what = what.removeprefix(where).lstrip(":： ")
    return Content.assemble((f"{at} ", "bold"), f"{clean(label(item['channel']))}  ", what)


def _told(row: Values, raw: bytes) -> str:
    """Return why an item is held, where it came from, and its original as far as people read it."""
    size = ngettext("{n} byte", "{n} bytes", len(raw))
    source = _("{source}, {size}", source=row["source"] or "-", size=size)
    return f"{row['text'] or row['reason']}\n{source}\n\n{readable(raw)}"
