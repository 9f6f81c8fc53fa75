"""Next steps: what may be done now with its key, then what is blocked, with why and what would help.

A click or Enter starts a step; it must not know what starting means.
"""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from noc_console.i18n import _
from noc_console.keys import Keymap
from noc_console.screens.refusals import said
from noc_console.screens.widgets.hanging import Hung
from noc_console.text import cell_width, clean
from noc_console.workflows.machine import SAME, NextStep

#: What the key and the gap behind it take.
_KEY_CELLS = 3


class NextSteps(OptionList):
    """The steps of one ticket."""

    DEFAULT_CSS = """
    NextSteps { border: none; padding: 0 1; height: 1fr; }
    """

    class Chosen(Message):
        """Somebody chose a step, allowed or not."""

        def __init__(self, step: NextStep) -> None:
            super().__init__()
            self.step = step

    def __init__(self) -> None:
        super().__init__(compact=True)
        self._steps: dict[str, NextStep] = {}

    def show(self, steps: Sequence[NextStep], keys: Keymap) -> None:
        """Replace the steps; the highlight stays on its event."""
        chosen = self.highlighted_option.id if self.highlighted_option else None
        steps = ordered(steps)
        self._steps = {step.event.name: step for step in steps}
        self.clear_options()
        self.add_options(Option(_line(step, keys), id=step.event.name) for step in steps)
        if chosen in self._steps:
            self.highlighted = list(self._steps).index(chosen or "")

    @property
    def plain(self) -> str:
        """Return every step as text, a line each."""
        return "\n".join(str(self.get_option_at_index(index).prompt) for index in range(self.option_count))

    @on(OptionList.OptionSelected)
    def _selected(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self.post_message(self.Chosen(self._steps[message.option_id or ""]))


def ordered(steps: Sequence[NextStep]) -> list[NextStep]:
    """Put the way on first, then what keeps the ticket where it is, what else ends it, and what is blocked last.

    What is proposed comes before the way on; of what is blocked, the way on comes first: why it is, matters most.
    """
    leading = [step for step in steps if step.allowed and step.event.target != SAME]
    harmless = (step for step in leading if not step.event.key.isupper())
    way_on = next((step for step in leading if step.onward), next(harmless, None))

    def place(step: NextStep) -> tuple[bool, ...]:
        ends = step.event.key.isupper() and step is not way_on
        stays, mute = step.event.target == SAME, step.event.key == ""
        leads = step is way_on or (step.onward and not step.allowed)
        return not step.allowed, not step.proposed, not leads, ends, stays, mute

    return sorted(steps, key=place)


def _line(step: NextStep, keys: Keymap) -> Hung:
    """Return a step behind its key; a long reason goes on under the words, so that the keys stand alone."""
    key = keys.of_event(step.event) or " "
    label = clean(_(step.event.label))
    head = key + " " * max(_KEY_CELLS - cell_width(key), 1)
    if step.allowed:
        return Hung(Content.assemble((head, "bold"), label), lambda _line: len(head))
    why = _("; ").join(said(reason) for reason in step.reasons)
    text = _("{what}: blocked - {why}", what=label, why=why)
    return Hung(Content.assemble((head, "dim"), (text, "dim")), lambda _line: len(head))
