"""Area 2: the diagnoses that are going on, and the person's tickets that wait for one; a tree is chosen here.

It reads through the desk in workers. The run itself is ``diagnosis_run.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import OptionList

from noc_console.desk import diagnosis, ticket
from noc_console.desk.diagnosis_proposals import Proposal, beginnable, proposals
from noc_console.desk.filter import parse
from noc_console.errors import Refused
from noc_console.i18n import N_, _, joined, language, ngettext
from noc_console.screens import background
from noc_console.screens.base import NocScreen
from noc_console.screens.bindings import bindings
from noc_console.screens.choose import Choose
from noc_console.screens.diagnosis_run import RunScreen
from noc_console.screens.diagnosis_words import whole_words
from noc_console.screens.widgets.bar import Bar, Item
from noc_console.screens.widgets.list_with_text import Key, ListWithText
from noc_console.text import clean
from noc_console.workflows.catalogue import workflow

if TYPE_CHECKING:
    from noc_console.desk.act import Outcome
    from noc_console.desk.desk import Desk
    from noc_console.desk.diagnosis_view import RunView
    from noc_console.desk.rows import Values
    from noc_console.desk.ticket import TicketLine

LISTED = 200
_LINE = 300


@dataclass(frozen=True, slots=True)
class Board:
    """What is listed: runs that are going on, the person's tickets without one, and runs that have ended."""

    running: tuple[Values, ...]
    waiting: tuple[TicketLine, ...]
    ended: tuple[Values, ...]


def look(desk: Desk) -> Board:
    """Read the board; off the screen's thread."""
    running = diagnosis.page(desk, limit=LISTED)
    every = diagnosis.page(desk, state="all", limit=LISTED)
    begun = {run["record"] for run in running}
    lines: list[TicketLine] = []
    for state in ("accepted", "diagnosing"):
        lines += ticket.page(desk, parse(f"state:{state} owner:me"), limit=LISTED).rows
    waiting = tuple(line for line in lines if line.id not in begun and line.service_type == "fault")
    return Board(running, waiting, tuple(run for run in every if run["state"] != "running"))


class DiagnosisScreen(NocScreen):
    """The list, and beside it where the run under the cursor stands."""

    SCOPE = "diagnosis"
    BINDINGS: ClassVar[list[BindingType]] = bindings("diagnosis")

    def compose_body(self) -> ComposeResult:
        """Lay out the status line, the list and the pane."""
        yield Bar(id="status")
        yield ListWithText()

    def on_mount(self) -> None:
        """Read what is going on."""
        self._list.options.focus()
        self.changed()

    @property
    def _list(self) -> ListWithText:
        return self.query_one(ListWithText)

    @property
    def chosen(self) -> Key | None:
        """Return what is under the cursor: ``run`` or ``ticket``, and its reference."""
        return self._list.key

    def changed(self, *, keys_wait: bool = False) -> None:
        """Read the list again; the cursor stays on its record."""
        start = background.bring if keys_wait else background.read
        start(self, "board", partial(look, self.desk), self._show, self.app.tell)

    def _show(self, board: Board) -> None:
        lines = [(("run", run["ref"]), _run_line(run)) for run in board.running]
        lines += [(("ticket", line.ref), _ticket_line(line)) for line in board.waiting]
        lines += [(("run", run["ref"]), _run_line(run)) for run in board.ended]
        nothing = _("no diagnosis is going on; open a ticket that you work on and begin one there")
        self._list.show(lines, nothing=nothing)
        running = ngettext("{n} going on", "{n} going on", len(board.running))
        self.query_one("#status", Bar).show([Item(_("Diagnosis"), strong=True)], [Item(running)])
        self.show_footer()

    @on(OptionList.OptionHighlighted)
    def _highlighted(self) -> None:
        chosen = self.chosen
        if chosen is not None and chosen[0] == "run":
            read = partial(diagnosis.show, self.desk, chosen[1])
            background.read(self, "stand", read, self._show_run, self.app.tell)
        elif chosen is not None:
            read_trees = partial(proposals, self.desk, chosen[1])
            background.read(self, "stand", read_trees, partial(self._show_trees, chosen), self.app.tell)

    def _show_run(self, view: RunView) -> None:
        if self.chosen == ("run", view.row["ref"]):
            self._list.tell(whole_words(view))

    def _show_trees(self, chosen: tuple[str, str], found: tuple[Proposal, ...]) -> None:
        if self.chosen == chosen:
            trees = [tree_line(one) for one in found]
            self._list.tell("\n".join([_("Trees that fit, best first:"), *trees]))

    @on(OptionList.OptionSelected)
    def _open(self) -> None:
        chosen = self.chosen
        if chosen is None:
            return
        if chosen[0] == "run":
            self.app.push_screen(RunScreen(chosen[1]))
        else:
            choose_tree(self, chosen[1])

    def footer_items(self) -> list[Item]:
        """Return what the list takes."""
        return [Item(_("open"), key="Enter"), self.key_item("diagnosis.up"), self.key_item("app.help")]


def open_for(screen: NocScreen, ref: str) -> None:
    """Open the diagnosis of a ticket: the run that is going on, else the choice of a tree."""
    read = partial(diagnosis.page, screen.desk, ref=ref)
    background.bring(screen, "diagnosis", read, partial(_opened, screen, ref), screen.app.tell)


def _opened(screen: NocScreen, ref: str, runs: Sequence[Values]) -> None:
    if runs:
        screen.app.push_screen(RunScreen(runs[0]["ref"]))
    else:
        choose_tree(screen, ref)


def choose_tree(screen: NocScreen, ref: str) -> None:
    """Let the person choose among the trees that may be begun for a ticket, best first, and begin it."""
    read = partial(beginnable, screen.desk, ref)
    background.bring(screen, "trees", read, partial(_offer, screen, ref), screen.app.tell)


def _offer(screen: NocScreen, ref: str, may: tuple[tuple[Proposal, ...], Refused | None]) -> None:
    found, refusal = may
    if refusal is not None:
        screen.app.tell(refusal)
    screen.app.push_screen(TreeChoice(ref, found), partial(_begin, screen, ref))


def _begin(screen: NocScreen, ref: str, tree: str | None) -> None:
    if tree:
        start = partial(diagnosis.start, screen.desk, ref, tree)
        background.act(screen, start, partial(_begun, screen), screen.app.tell)


def _begun(screen: NocScreen, outcome: Outcome) -> None:
    screen.app.push_screen(RunScreen(outcome.ref))


class TreeChoice(Choose):
    """The trees that fit a ticket, best first; Enter begins one, Esc leaves."""

    def __init__(self, ref: str, found: tuple[Proposal, ...]) -> None:
        rows = [(one.tree.id, tree_line(one)) for one in found]
        super().__init__(_("Begin which tree for {ref}?", ref=ref), rows, _("Enter begins; Esc leaves"))
        self._found = found


def tree_line(found: Proposal) -> str:
    """Return a proposed tree with the alarms that it fits."""
    why = joined(N_(", "), (alarm.name.text(language()) for alarm in found.alarms[:2]))
    line = f"{found.tree.id}  {found.tree.title.text(language())}"
    return _("{label}: {text}", label=line, text=why) if why else line


def _run_line(run: Values) -> Content:
    state = _(workflow("diagnosis").state(run["state"]).label)
    what = clean(run["subject"], limit=_LINE)
    place = f"{run['here']}.{run['step']}"
    return Content.assemble((f"{run['ref']} ", "bold"), f"{state}  {place}  {run['ticket_ref']}  ", what)


def _ticket_line(line: Any) -> Content:
    what = clean(line.subject, limit=_LINE)
    return Content.assemble((f"{line.ref} ", "bold"), f"{line.grade}  ", _("no diagnosis yet"), "  ", what)
