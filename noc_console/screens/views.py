"""Named filters: choose one, or keep the present one under a name. It must not parse filters."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from noc_console.desk import register
from noc_console.desk.act import Outcome
from noc_console.errors import NocError
from noc_console.i18n import _
from noc_console.screens import background
from noc_console.screens.refusals import told
from noc_console.screens.widgets.choice import Choice
from noc_console.screens.widgets.entry import Line
from noc_console.screens.widgets.hanging import Hanging
from noc_console.text import clean

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk

_LIMIT = 200
Chosen = tuple[str, str]


class ViewsDialog(ModalScreen[Chosen]):
    """The views of the settings, of this person and of everybody; answers with name and filter."""

    DEFAULT_CSS = """
    ViewsDialog { align: center middle; }
    ViewsDialog > Vertical { width: 80; max-width: 98%; height: auto; max-height: 90%; background: $surface; }
    ViewsDialog > Vertical { padding: 1 2; }
    ViewsDialog .title { text-style: bold; }
    ViewsDialog OptionList { height: auto; max-height: 10; border: none; margin: 1 0; }
    ViewsDialog #view-error { color: $text-error; text-style: bold; height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", show=False),
        Binding("enter,f2", "save", show=False),  # from the choice below the name too
    ]

    def __init__(self, desk: Desk, present: str) -> None:
        super().__init__()
        self._desk = desk
        self._present = present
        self._views: list[Chosen] = list(desk.config.views.items())

    def compose(self) -> ComposeResult:
        """Lay out the views, and the name to keep the present filter under."""
        with Vertical():
            yield Static(Content(_("Views")), classes="title")
            yield OptionList(compact=True)
            yield Static(Content(_("Keep this filter: {filter}", filter=clean(self._present, limit=_LIMIT))))
            yield Line(placeholder=_("name; Enter saves"), max_length=60)
            yield Static(Content(_("For everybody")))
            yield Choice([("yes", _("yes")), ("no", _("no"))], "no")
            yield Hanging(id="view-error")

    def on_mount(self) -> None:
        """Show the views of the settings at once, those of the store when they were read."""
        self._fill()
        self.query_one(OptionList).focus()
        background.bring(self, "views", partial(register.page, self._desk, "view"), self._read, self._failed)

    def _read(self, rows: tuple[Mapping[str, Any], ...]) -> None:
        self._views += [(row["name"], row["filter"] or "") for row in rows]
        self._fill()
        if not self._views:
            # there is nothing to choose: what can be done here is to name the present filter
            self.set_focus(self.query_one(Line))

    def _fill(self) -> None:
        options = self.query_one(OptionList)
        options.clear_options()
        for name, text in self._views:
            options.add_option(Option(Content.assemble((clean(name), "bold"), f"  {clean(text, limit=_LIMIT)}")))
        if self._views:
            options.highlighted = 0
        else:
            options.add_option(Option(Content(_("No view was kept yet.")), disabled=True))

    def _failed(self, error: NocError) -> None:
        self.query_one("#view-error", Hanging).update(Content(told(error)))

    @on(OptionList.OptionSelected)
    def _selected(self, message: OptionList.OptionSelected) -> None:
        self.dismiss(self._views[message.option_index])

    @on(Input.Submitted)
    def action_save(self) -> None:
        """Keep the present filter under the name that was typed."""
        name = self.query_one(Input).value.strip()
        shared = self.query_one(Choice).value == "yes"
        inputs = {"name": name, "filter": self._present, "shared": shared} if name else {"filter": self._present}
        save = partial(register.put, self._desk, "view", inputs)
        background.act(self, save, partial(self._saved, name), self._failed)

    def _saved(self, name: str, _outcome: Outcome) -> None:
        self.dismiss((name, self._present))

    def action_close(self) -> None:
        """Leave without choosing."""
        self.dismiss(None)
