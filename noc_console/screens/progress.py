"""How far a long act is: so many of so many, and Esc stops before the next one.

It lies over the screen, so that no key starts something else meanwhile. It must not know what is done.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static
from textual.worker import get_current_worker

from noc_console.i18n import _
from noc_console.text import clean

if TYPE_CHECKING:
    from noc_console.screens.app import NocApp

#: Told how many are done; False means that the person wants no further one.
Step = Callable[[int], bool]
T = TypeVar("T")
#: Painted at most so often, because the line may be slow.
_EVERY_S = 0.2


class Progress(ModalScreen[None]):
    """A title and a count."""

    DEFAULT_CSS = """
    Progress { align: center middle; }
    Progress > Vertical { width: 60; max-width: 96%; height: auto; padding: 1 2; background: $panel; }
    Progress .title { text-style: bold; margin-bottom: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "stop", show=False)]
    #: the keys that do not wait for the end of what is shown here
    AT_ONCE = ("escape",)

    def __init__(self, title: str, total: int) -> None:
        super().__init__()
        self._title = clean(title)
        self._total = total
        self._stopped = threading.Event()

    def compose(self) -> ComposeResult:
        """Lay out title and count."""
        with Vertical():
            yield Static(Content(self._title), classes="title")
            yield Static(Content(self._said(0)), id="count")

    def _said(self, done: int) -> str:
        hint = _("stopping") if self._stopped.is_set() else _("Esc stops")
        return _("{done} of {total}; {hint}", done=done, total=self._total, hint=hint)

    def put(self, done: int) -> None:
        """Say how many are done."""
        # a page that was just pushed may have no line yet, and one that is going none any more
        for count in self.query("#count").results(Static):
            count.update(Content(self._said(done)))

    @property
    def stopped(self) -> bool:
        """Tell whether the person wants no further one."""
        return self._stopped.is_set()

    def action_stop(self) -> None:
        """Let what is being done end, and begin nothing more."""
        self._stopped.set()


def watched(app: NocApp, title: str, total: int, work: Callable[[Step], T]) -> T:
    """Do work in the worker that calls this, its progress being shown over the screen meanwhile."""
    page, worker = Progress(title, total), get_current_worker()
    painted = time.monotonic()

    def step(done: int) -> bool:
        nonlocal painted
        if time.monotonic() - painted >= _EVERY_S:
            painted = time.monotonic()
            app.call_later(page.put, done)
        return not (page.stopped or worker.is_cancelled)

    # through the app's own queue, in order and without waiting: a console that is being left answers no more
    app.call_later(app.push_screen, page)
    try:
        return work(step)
    finally:
        app.call_later(page.dismiss, None)
