"""What happened before at the same object, contract or contact, or sounds the same: a list with causes and remedies.

Enter opens one over what is being done, which stays as it is. It must not look anything up itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from noc_console.desk import similar
from noc_console.i18n import _
from noc_console.screens import background
from noc_console.screens.app import NocApp
from noc_console.screens.pages import Page
from noc_console.screens.widgets.hanging import Hanging
from noc_console.text import cell_width, clean, fit
from noc_console.workflows.catalogue import workflow
from noc_console.workflows.labels import label

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk
    from noc_console.desk.similar import Similar
    from noc_console.screens.base import NocScreen

#: Of a line, what cause and remedy take at most; the subject has what is left.
_KNOWN_SHARE: Final = 0.45


def open_similar(screen: NocScreen, ref: str) -> None:
    """Look up what is like a ticket and show it."""
    read = partial(similar.of_ticket, screen.desk, ref)
    background.bring(screen, "similar", read, partial(_show, screen, ref), screen.app.tell)


def _show(screen: NocScreen, ref: str, found: tuple[Similar, ...]) -> None:
    title = _("Similar to {ref}", ref=ref)
    if found:
        screen.app.push_screen(SimilarTickets(title, found))
    else:
        screen.app.push_screen(Page(title, _("No other ticket is like this one.")))


class SimilarTickets(ModalScreen[None]):
    """The tickets in a list, and all that is known of the one under the cursor; Enter opens it, Esc leaves."""

    DEFAULT_CSS = """
    SimilarTickets { align: center middle; }
    SimilarTickets > Vertical { width: 116; max-width: 98%; height: auto; max-height: 96%; padding: 0 2; }
    SimilarTickets > Vertical { background: $panel; }
    SimilarTickets .title { text-style: bold; }
    SimilarTickets OptionList { height: auto; max-height: 10; border: none; padding: 0; background: $panel; }
    SimilarTickets #known { height: auto; max-height: 9; border-top: solid $surface; }
    SimilarTickets .foot { color: $text-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", show=False),
        Binding("j", "move(1)", show=False),
        Binding("k", "move(-1)", show=False),
    ]
    app = getters.app(NocApp)

    def __init__(self, title: str, found: Sequence[Similar]) -> None:
        super().__init__()
        self._title = title
        self.found = tuple(found)

    def compose(self) -> ComposeResult:
        """Lay the list over what is known of one."""
        with Vertical():
            yield Static(Content(clean(self._title)), classes="title")
            yield OptionList(compact=True)
            with VerticalScroll(id="known", can_focus=False):
                yield Hanging("", id="known-text")
            yield Static(Content(_("Enter opens the ticket; Esc leaves")), classes="foot")

    def on_mount(self) -> None:
        """Stand on the likeliest."""
        self._list.focus()
        self._fill()

    def on_resize(self) -> None:
        """Fit the lines to the width."""
        self._fill()

    @property
    def _list(self) -> OptionList:
        return self.query_one(OptionList)

    def _fill(self) -> None:
        here = self._list.highlighted or 0
        room = min(116, int(self.size.width * 0.98)) - 6
        self._list.clear_options()
        self._list.add_options(Option(Content(line)) for line in columns(self.found, room))
        self._list.highlighted = here

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, message: OptionList.OptionHighlighted) -> None:
        text = "\n".join(lines(self.found[message.option_index]))
        self.query_one("#known-text", Hanging).update(Content(clean(text, multiline=True)))
        self.query_one("#known", VerticalScroll).scroll_home(animate=False)

    @on(OptionList.OptionSelected)
    def _open(self, message: OptionList.OptionSelected) -> None:
        from noc_console.screens.ticket import TicketScreen

        self.app.push_screen(TicketScreen(self.found[message.option_index].row["id"]))

    def action_move(self, by: int) -> None:
        """Go up or down."""
        self._list.action_cursor_down() if by > 0 else self._list.action_cursor_up()

    def action_leave(self) -> None:
        """Go back to what was being done."""
        self.dismiss(None)


def columns(found: Sequence[Similar], room: int) -> Iterator[str]:
    """Yield a line for each ticket: reference, state, cause and remedy where it has them, subject."""
    refs = max((len(one.row["ref"]) for one in found), default=0)
    states = [_state(one) for one in found]
    wide = max((cell_width(state) for state in states), default=0)
    known = [clean(one.remedy_in_short) for one in found]
    share = min(max(map(cell_width, known), default=0), int((room - refs - wide) * _KNOWN_SHARE))
    for one, state, said in zip(found, states, known, strict=True):
        cells = [fit(one.row["ref"], refs), fit(state, wide), *([fit(said, share)] if share else [])]
        cells.append(clean(one.row["subject"]))
        yield fit("  ".join(cells), room).rstrip()


def _state(one: Similar) -> str:
    kind = "fault" if one.row["service_type"] == "fault" else "request"
    return clean(_(workflow(kind).state(one.row["state"]).label))


def lines(one: Similar) -> Iterator[str]:
    """Yield all that is known of one: when and what, why it is like the other, cause, place, remedy, result."""
    row = one.row
    yield f"{row['ref']}  {row['registered_at']:%Y-%m-%d}  {_state(one)}  {row['subject']}"
    because = [*(["repeat"] if one.repeat else []), *one.because]
    yield _("; ").join(label(code) for code in because)
    for title, text in ((_("Cause code"), row["cause_code"]), (_("Location"), row["location"]),
                        (_("Plan"), row["plan_text"]), (_("Result"), row["feedback_result"])):  # fmt: skip
        if text:
            yield _("{label}: {text}", label=title, text=text)


def tell_of_repeats(screen: NocScreen, record: str) -> None:
    """Say on registering which earlier tickets the new one may repeat, or double."""
    background.read(screen, "repeats", partial(_told, screen.desk, record), partial(_tell, screen), screen.app.tell)


def _told(desk: Desk, record: str) -> list[str]:
    found = similar.at_registration(desk, record)[:3]
    return [f"{one.row['ref']} {one.row['subject']}"[:80] for one in found]


def _tell(screen: NocScreen, earlier: list[str]) -> None:
    if earlier:
        names = _("; ").join(earlier)
        screen.app.say(_("Seen before at the same object or contact: {names}", names=names), warning=True)
