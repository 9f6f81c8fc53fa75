"""One ticket from the call to the archive, twice: the keys that a person presses, and the commands of a script."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.end_to_end.stage import found
from tests.end_to_end.terminal import Terminal

#: What each event of the walk is given, by name of the input; the keys below type the same.
CALL = {
    "channel": "hotline", "subject": "Internet down", "symptom": "red light on the modem", "occurred_at": "now",
    "scope": "one household", "contact": "13812345678", "domain": "access", "grade": "P4",
}  # fmt: skip
COMMANDS: tuple[tuple[str, dict[str, str]], ...] = (
    ("accept", {"contacted": "yes"}),
    ("wait-customer", {"reason": "no_access", "who-agreed": "Ms Wang", "until": "+2h"}),
    ("resume", {}),
    ("wait-third-party", {"reason": "spare_part", "until": "+2h", "vendor-case": "V-7"}),
    ("resume", {}),
    ("diagnose", {}),
    ("locate", {"cause-code": "AC-CPE-FAIL", "location": "at the customer's", "evidence": "-31 dBm"}),
    (
        "plan",
        {"plan": "new terminal", "interrupts": "no", "backout": "put the old one back", "remedy": "terminal_replace"},
    ),
    ("approve", {"how": "policy"}),
    ("execute", {}),
    ("restore", {"restored-at": "now", "how-verified": "speed test"}),
    ("feed-back", {"result": "works again", "cause": "terminal was defective", "prevention": "none needed"}),
    ("confirm", {"who": "Ms Wang", "channel": "phone", "how-tested": "she opened a page", "score": "9"}),
    ("archive", {"why-none": "nothing new in it"}),
)  # fmt: skip


@dataclass(slots=True)
class Walk:
    """A person at a terminal who works on tickets by keys alone; ``seen`` is called with each step that was taken."""

    terminal: Terminal
    seen: Callable[[str], None] = lambda _what: None

    def register(self, subject: str = CALL["subject"]) -> None:
        """Take a call: what, how it shows, how far, who, which domain, how bad."""
        see = self.terminal
        see.press("n", shown="Register a ticket")
        see.until("Subject")
        see.write(subject)
        see.press("tab")
        see.write(CALL["symptom"])
        see.press("tab", "tab")
        see.write(CALL["scope"])
        see.press("tab")
        see.write(CALL["contact"])
        see.press("tab", "5", shown=r"\[5 access\]")
        see.press("tab", "4", shown=r"\[4 P4 general\]")
        self.seen("A call is registered: n, then Tab from field to field")
        see.press("f2")
        self.now("registered")

    def now(self, state: str) -> None:
        """Wait until the ticket's own line says that it is in a state."""
        self.terminal.until(rf"P\d.*  {state}  ", gone="F2")

    def verb(self, key: str, event: str, *typed: str | tuple[str, ...], state: str, sure: bool = False) -> None:
        """Press a verb's key, type into its form, save, and wait for the state."""
        see, title = self.terminal, found("fault", event).label
        see.press(key, shown=rf"{title}: HZ1-\d+.*(?s:.*)F2")
        for part in typed:
            if isinstance(part, tuple):
                see.press(*part)
            else:
                see.write(part)
        self.seen(f"{title}: key {key}, then F2")
        see.press("f2")
        if sure:
            see.until(rf"{title} HZ1-\d+\?")
            self.seen("What ends something asks first, with “Go back” in focus: Right, Enter")
            see.press("right", "enter")
        self.now(state)
        self.seen(f"The ticket is {state}")

    def whole_way(self) -> None:
        """Take the ticket in sight through every state from registered to archived."""
        tab = ("tab",)
        self.verb("a", "accept", ("1",), state="accepted")
        waiting = ("no_access", tab, "Ms Wang", tab, "+2h")
        self.verb("w", "wait_customer", *waiting, state="waiting for customer")
        self.verb("w", "resume", state="accepted")
        self.verb("o", "wait_third_party", *outside(), state="waiting for third party")
        self.verb("w", "resume", state="accepted")
        self.terminal.press("d")
        self.now("diagnosing")
        self.verb("l", "locate", "AC-CPE-FAIL", tab, "at the customer's", tab, "-31 dBm", state="located")
        plan = ("new terminal", tab, ("3",), tab, "put the old one back", tab, tab, ("5",))
        self.verb("p", "plan", *plan, state="planned")
        self.verb("a", "approve", ("3",), state="approved")
        self.verb("x", "execute", state="executing")
        self.verb("b", "restore", "now", tab, "speed test", state="restored")
        told = ("works again", tab, "terminal was defective", tab, "none needed")
        self.verb("f", "feed_back", *told, state="feedback given")
        said = ("Ms Wang", tab, ("1",), tab, "she opened a page", tab, "9")
        self.verb("F", "confirm", *said, state="closed", sure=True)
        self.verb("A", "archive", tab, "nothing new in it", state="archived", sure=True)

    def back(self) -> None:
        """Go back to the queue."""
        self.terminal.press("escape", shown="filter: ")

    def leave(self) -> int:
        """Leave the console from the queue and return its exit code."""
        return self.terminal.leave("q")


def outside() -> tuple[str | tuple[str, ...], ...]:
    """Return what is typed of a wait for a third party: the reason, until when, no name, their case."""
    return ("spare_part", ("tab",), "+2h", ("tab", "tab"), "V-7")


def raw_words(raw: bytes) -> str:
    """Return what was sent to a terminal without its control sequences."""
    text = raw.decode("utf-8", "replace")
    return re.sub(r"\x1b(\[[0-9;:<=>?]*[ -/]*[@-~]|[PX^_\]][^\x07\x1b]*(\x07|\x1b\\)?|.)", "", text)
