"""The form of a registration, with the tickets that are like what is being typed under its fields.

They are looked up off the screen's thread when typing has paused, one look at a time; a key opens the list over the
form, in which everything typed stays. It must not judge what a repeat is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Input, Static, TextArea

from noc_console.desk import similar
from noc_console.desk.similar import Similar, Traits
from noc_console.i18n import _
from noc_console.keys import REGISTRATION
from noc_console.screens import background
from noc_console.screens.bindings import bindings
from noc_console.screens.event_form import EventForm, FormSpec
from noc_console.screens.similar import SimilarTickets, columns
from noc_console.text import clean
from noc_console.workflows.reading import Unreadable

if TYPE_CHECKING:
    from textual.timer import Timer

    from noc_console.desk.desk import Desk
    from noc_console.errors import NocError

#: Typing has paused for so long before it is looked.
REST_S: Final = 0.3
#: Tickets that are named under the fields: on a screen of 24 lines the fields keep the room.
NAMED: Final = 5
NAMED_LOW: Final = 2
LOW: Final = 30


class RegistrationForm(EventForm):
    """A form of ``register``; F4 lists what is similar."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("registration")
    DEFAULT_CSS = """
    RegistrationForm > #similar { display: none; height: auto; padding: 0 1; background: $surface; }
    RegistrationForm.-similar > #similar { display: block; }
    """

    def __init__(self, desk: Desk, spec: FormSpec) -> None:
        super().__init__(desk, spec)
        self._found: tuple[Similar, ...] = ()
        self._looked: Traits | None = None
        self._looking = False
        self._resting: Timer | None = None

    def compose_under_fields(self) -> ComposeResult:
        """Leave room for the similar tickets, none of it while there are none."""
        yield Static("", id="similar", markup=False)

    def on_mount(self) -> None:
        """Look for what the form begins with as well."""
        self._typing()

    @on(Input.Changed)
    @on(TextArea.Changed)
    def _typing(self) -> None:
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(REST_S, self._look)

    def on_resize(self) -> None:
        """Fit the lines to the width."""
        self._refit()

    def _look(self) -> None:
        """Look for what is like the matter as it stands now; while a look is going on the next one waits for it."""
        traits = self._traits()
        if self._looking or traits == self._looked:
            return
        self._looking, self._looked = True, traits
        if not traits.any:
            self._show(())
            return
        background.read(self, "similar", partial(similar.of_words, self.desk, traits), self._show, self._failed)

    def _traits(self) -> Traits:
        objects = self._objects()
        contact = self._text("contact")
        return Traits(
            objects=objects,
            contract=self._text("contract"),
            contacts=(contact,) if contact else (),
            words="\n".join(text for text in (self._text("subject"), self._text("symptom")) if text),
            domain=self._text("domain"),
        )

    def _text(self, name: str) -> str:
        return next((row.typed.strip() for row in self._rows if row.field.name == name), "")

    def _objects(self) -> tuple[str, ...]:
        row = next((row for row in self._rows if row.field.name == "objects"), None)
        try:
            return tuple(row.value(self.desk.now()) or ()) if row else ()
        except Unreadable:  # said at the field when the form is saved
            return ()

    def _show(self, found: tuple[Similar, ...]) -> None:
        self._found = found
        self._looked_up(self._lines())

    def _failed(self, error: NocError) -> None:
        self._found = ()
        self._looked_up([_("Similar tickets could not be looked up: {why}", why=error.message)])

    def _looked_up(self, lines: Sequence[str]) -> None:
        self._looking = False
        self._put(lines)
        self._look()

    def _refit(self) -> None:
        if self._found:
            self._put(self._lines())

    def _lines(self) -> list[str]:
        return list(self._named()) if self._found else []

    def _named(self) -> Iterator[str]:
        key = self.app.keys.shown(REGISTRATION[0])
        yield _("Similar tickets ({key} lists {n})", key=key, n=len(self._found))
        most = NAMED if self.size.height >= LOW else NAMED_LOW
        yield from columns(self._found[:most], self.size.width - 2)

    def _put(self, lines: Sequence[str]) -> None:
        self.query_one("#similar", Static).update(Content(clean("\n".join(lines), multiline=True)))
        self.set_class(bool(lines), "-similar")
        if self.focused is not None:
            self.call_after_refresh(self.focused.scroll_visible, animate=False)

    def action_similar(self) -> None:
        """List the similar tickets over the form."""
        if self._found:
            self.app.push_screen(SimilarTickets(_("Similar tickets"), self._found))
        else:
            self.app.say(_("Nothing similar is known so far."))
