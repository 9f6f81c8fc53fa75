"""Which key does what: the console's own commands, the events of the machines, and the settings' changes to both.

One row each feeds key, footer, palette, help, the id for remapping, and ``noc keys``. A conflict is an error that names
both. It must not know what a key does, nor import Textual: the table is read without a screen too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from noc_console.errors import UsageError
from noc_console.i18n import N_, _

if TYPE_CHECKING:
    from noc_console.workflows.machine import Event, Workflow


@dataclass(frozen=True, slots=True)
class Command:
    """A command of a screen: ``keys`` in Textual's names, ``action`` a method of the screen or the app."""

    id: str
    keys: str
    action: str
    label: str
    help: str = ""
    priority: bool = False
    #: listed in the palette; movement and closing are not
    palette: bool = True


APP = (
    Command("app.palette", "ctrl+p,colon", "app.palette", N_("palette"), N_("every command by name"), palette=False),
    Command(
        "app.help", "question_mark,f1", "app.help", N_("help"), N_("the keys of this screen and why some are blocked")
    ),
    Command("app.quit", "ctrl+q", "app.leave", N_("quit"), N_("leave the console; nothing is lost")),
    Command("app.interrupt", "ctrl+c", "app.interrupt", N_("how to quit"), palette=False),
    Command("app.queue", "1", "app.area('queue')", N_("Queue"), N_("the tickets")),
    Command("app.diagnosis", "2", "app.area('diagnosis')", N_("Diagnosis"), N_("trees that are being gone through")),
    Command(
        "app.store",
        "7",
        "app.area('store')",
        N_("Store"),
        N_("outbox, inbox, and whether the data is well"),
    ),
    Command("app.inbox", "9", "app.inbox", N_("Inbox"), N_("what waits for you: !n in the header; it is in Store")),
    Command(
        "app.quarantine",
        "0",
        "app.quarantine",
        N_("Quarantine"),
        N_("what came in and could not be taken: ?n in the header"),
    ),
)

QUEUE = (
    Command("queue.filter", "slash", "filter", N_("filter"), N_("narrow the list: state:open grade<=2 words")),
    Command("queue.new", "n", "new", N_("new"), N_("register a ticket")),
    Command("queue.views", "v", "views", N_("views"), N_("named filters; save the present one")),
    Command(
        "queue.preview", "f3", "preview", N_("preview"), N_("show or hide the pane of the ticket under the cursor")
    ),
    Command(
        "queue.copy_ref", "y", "copy_ref", N_("copy reference"), N_("send the reference to the terminal's clipboard")
    ),
    Command(
        "queue.copy_handover", "Y", "copy_handover", N_("copy hand-over text"), N_("send a text for the next shift")
    ),
    Command("queue.leave", "q", "app.leave", N_("quit"), N_("leave the console; nothing is lost"), palette=False),
    Command("queue.up", "escape", "climb", N_("back"), N_("one level up: marks, filter, list"), palette=False),
)

TICKET = (
    Command("ticket_screen.up", "escape,q", "climb", N_("back"), N_("one level up"), palette=False),
    Command(
        "ticket_screen.previous", "left_square_bracket", "step(-1)", N_("previous"), N_("the ticket above in the list")
    ),
    Command("ticket_screen.next", "right_square_bracket", "step(1)", N_("next"), N_("the ticket below in the list")),
    Command("ticket_screen.clocks", "f3", "arithmetic", N_("clock arithmetic"), N_("every segment of the clocks")),
    Command("ticket_screen.diagnosis", "D", "diagnosis", N_("diagnosis"), N_("the run that is going on, or a new one")),
    Command(
        "ticket_screen.consults",
        "f9",
        "consults",
        N_("consultations"),
        N_("experts asked together on this fault"),
    ),
    Command(
        "ticket_screen.similar",
        "S",
        "similar",
        N_("similar tickets"),
        N_("earlier tickets with causes and remedies"),
    ),
    Command("ticket_screen.log", "f4", "log", N_("machine log"), N_("what machines observed, beside what people did")),
    Command("ticket_screen.older", "f8", "older", N_("older"), N_("the older entries; then the newest again")),
    Command("ticket_screen.copy_ref", "y", "copy_ref", N_("copy reference"), N_("send the reference to the clipboard")),
    Command(
        "ticket_screen.copy_handover",
        "Y",
        "copy_handover",
        N_("copy hand-over text"),
        N_("send a text for the next shift"),
    ),
    Command(
        "ticket_screen.solve", "f6", "solve", N_("solve"), N_("the short way for P4 and P5 with a pre-approved remedy")
    ),
)

FORM = (
    Command("form.submit", "f2", "submit", N_("save"), N_("judge and store what is filled in"), priority=True),
    Command("form.check", "f3", "check", N_("try"), N_("ask the rules without storing anything"), priority=True),
    Command("form.interrupt", "ctrl+c", "app.interrupt", N_("how to quit"), palette=False),
    Command("form.cancel", "escape,ctrl+q", "cancel", N_("leave"), N_("leave the form"), palette=False),
)

#: The form of a registration has the keys of every form, and one for what is like the matter.
REGISTRATION = (
    Command(
        "registration.similar", "f4", "similar", N_("similar tickets"), N_("earlier tickets with causes and remedies"),
        priority=True,
    ),
)  # fmt: skip

CONSULT = (
    Command("consult.up", "escape,q", "climb", N_("back"), N_("to the ticket"), palette=False),
    Command("consult.new", "n", "new", N_("new"), N_("call another consultation")),
    Command(
        "consult.previous",
        "left_square_bracket",
        "step(-1)",
        N_("previous consultation"),
        N_("the newer one of the ticket"),
    ),
    Command(
        "consult.next", "right_square_bracket", "step(1)", N_("next consultation"), N_("the older one of the ticket")
    ),
)

STORE = (
    Command("store.refresh", "f5", "refresh_store", N_("check again"), N_("run the checks again")),
    Command("store.down", "j", "move(1)", N_("down"), palette=False),
    Command("store.above", "k", "move(-1)", N_("up"), palette=False),
    Command("store.leave", "q", "app.leave", N_("quit"), N_("leave the console; nothing is lost"), palette=False),
    Command("store.up", "escape", "app.area('queue')", N_("back"), N_("to the queue"), palette=False),
)

DIAGNOSIS = (
    Command("diagnosis.down", "j", "move(1)", N_("down"), palette=False),
    Command("diagnosis.above", "k", "move(-1)", N_("up"), palette=False),
    Command("diagnosis.up", "escape,q", "app.area('queue')", N_("back"), N_("to the queue"), palette=False),
)

#: A run of a tree; its digits answer, whatever they do elsewhere.
RUN = (
    Command("run.back", "b", "back", N_("back"), N_("take the last answer back; it stays on record")),
    Command("run.evidence", "e", "event('attach')", N_("evidence"), N_("add a file; what is pasted is kept too")),
    Command("run.command", "x", "command", N_("run command"), N_("the one of the step; it is shown before it runs")),
    Command("run.class", "v", "class", N_("class"), N_("choose the class whose limits judge the value")),
    Command("run.cannot", "c", "cannot", N_("cannot do -> E99"), N_("no tool, or unclear: it is escalated")),
    Command("run.unsafe", "u", "unsafe", N_("unsafe -> E98"), N_("not safe, or consent refused: tell the lead")),
    Command("run.approve", "p", "event('approve_step')", N_("approve"), N_("approve the act; never one's own run")),
    Command("run.go_back", "r", "event('go_back')", N_("go back to"), N_("an earlier step, by its name")),
    Command("run.jump", "t", "event('jump')", N_("other tree"), N_("go on in another tree; the answers come along")),
    Command("run.finish", "F", "event('finish')", N_("finish"), N_("accept what the run has come to")),
    Command("run.stop", "S", "event('stop')", N_("stop"), N_("give the run up; what was found stays")),
    Command("run.similar", "s", "similar", N_("similar tickets"), N_("earlier tickets with causes and remedies")),
    Command("run.ticket", "o", "ticket", N_("ticket"), N_("open the ticket of the run")),
    Command("run.down", "j", "move(1)", N_("down"), palette=False),
    Command("run.above", "k", "move(-1)", N_("up"), palette=False),
    Command("run.up", "escape,q", "climb", N_("leave"), N_("the run waits as it stands"), palette=False),
)

QUARANTINE = (
    Command(
        "quarantine.correct", "n", "correct", N_("make a ticket"), N_("the form is filled with what could be read")
    ),
    Command("quarantine.again", "r", "read_again", N_("read again"), N_("after a repair or an update of the reader")),
    Command("quarantine.down", "j", "move(1)", N_("down"), palette=False),
    Command("quarantine.above", "k", "move(-1)", N_("up"), palette=False),
    Command("quarantine.up", "escape,q", "climb", N_("back"), N_("one level up"), palette=False),
)

#: The list itself, wherever there is one.
TABLE = (
    Command("table.down", "down,j", "move(1)", N_("down"), palette=False),
    Command("table.up", "up,k", "move(-1)", N_("up"), palette=False),
    Command("table.page_down", "pagedown", "page(1)", N_("page down"), palette=False),
    Command("table.page_up", "pageup", "page(-1)", N_("page up"), palette=False),
    Command("table.first", "home,g", "first", N_("first"), palette=False),
    Command("table.last", "end,G", "last", N_("last"), palette=False),
    Command("table.mark", "space", "mark", N_("mark"), palette=False),
    Command("table.restore_marks", "X", "restore_marks", N_("restore marks"), palette=False),
    Command("table.open", "enter", "open", N_("open"), palette=False),
)

#: Screens by the name that their commands go by; ``app`` holds everywhere.
SCOPES = {
    "app": APP,
    "queue": QUEUE,
    "table": TABLE,
    "ticket": TICKET,
    "form": FORM,
    "registration": REGISTRATION,
    "store": STORE,
    "quarantine": QUARANTINE,
    "diagnosis": DIAGNOSIS,
    "consult": CONSULT,
    "run": RUN,
}
#: Scopes that hold inside another: the list is in the queue, the keys of forms in the registration.
INSIDE = {"queue": ("table",), "registration": ("form",)}
#: Scopes in which a ticket's verbs have keys as well.
VERB_SCOPES = ("queue", "ticket")
#: Dialogs take every key for themselves: what holds everywhere else does not hold there.
DIALOGS = ("form", "registration")

#: Terminals send these as Enter, Tab, Backspace, flow control or a multiplexer's prefix.
NEVER = frozenset({"ctrl+j", "ctrl+m", "ctrl+i", "ctrl+h", "ctrl+s", "ctrl+a", "ctrl+b", "ctrl+enter"})
_NAMES = {
    "slash": "/",
    "question_mark": "?",
    "colon": ":",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "escape": "Esc",
    "space": "Space",
    "enter": "Enter",
    "tab": "Tab",
    "up": "Up",
    "down": "Down",
    "left": "Left",
    "right": "Right",
    "home": "Home",
    "end": "End",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "insert": "Ins",
    "delete": "Del",
}


@dataclass(frozen=True, slots=True)
class Keymap:
    """The effective keys: ``console`` by command id, ``verbs`` by event name (``""`` for none)."""

    console: Mapping[str, str]
    verbs: Mapping[str, str]

    def of_event(self, event: Event) -> str:
        """Return the key of an event, as Textual spells it."""
        return self.verbs.get(event.name, event.key)

    def of_command(self, command: Command) -> str:
        """Return the keys of a command, comma-separated."""
        return self.console.get(command.id, command.keys)

    def shown(self, command: Command) -> str:
        """Return a command's first key as people read it."""
        return key_name(self.of_command(command).split(",")[0])


def key_name(key: str) -> str:
    """Return a key as people read it: ``/``, ``Esc``, ``^p``, ``F2``."""
    if key in _NAMES:
        return _NAMES[key]
    if key.startswith("ctrl+"):
        return "^" + key.removeprefix("ctrl+")
    return key.upper() if len(key) > 1 and key[0] == "f" and key[1:].isdigit() else key


def keymap(changes: Mapping[str, str], workflows: Iterable[Workflow], path: Path | None = None) -> Keymap:
    """Apply ``[keys]`` of the settings; UsageError for an unknown id, a key nobody receives, or a conflict."""
    machines = tuple(workflows)
    commands = {command.id: command for scope in SCOPES.values() for command in scope}
    events = {f"ticket.{event.name}" for machine in machines for event in machine.events if not event.internal}
    for name, keys in changes.items():
        if name not in commands and name not in events:
            from noc_console.config import unknown_key

            raise unknown_key(f"keys.{name}", tuple(f"keys.{one}" for one in (*commands, *sorted(events))), path)
        for key in keys.split(","):
            _check_key(name, key.strip())
    verbs = {name.removeprefix("ticket."): keys.strip() for name, keys in changes.items() if name in events}
    made = Keymap({name: keys for name, keys in changes.items() if name in commands}, verbs)
    _check_conflicts(made, machines)
    return made


def _check_key(name: str, key: str) -> None:
    if key in NEVER or key.startswith(("alt+", "super+")):
        hint = _("terminals take it for something else; use a letter or a function key")
        raise UsageError(_("[keys] {name}: {key} cannot be used", name=name, key=key), hint)
    known = len(key) == 1 or key in _NAMES or key.startswith(("ctrl+", "shift+")) or key in _function_keys()
    if not known:
        import difflib

        near = difflib.get_close_matches(key, [*_NAMES, *_function_keys()], n=1, cutoff=0.0)[0]
        raise UsageError(
            _("[keys] {name}: no key is called {key}", name=name, key=repr(key)), _("nearest: {near}", near=near)
        )


def _function_keys() -> tuple[str, ...]:
    return tuple(f"f{number}" for number in range(1, 25))


def _check_conflicts(keys: Keymap, machines: tuple[Workflow, ...]) -> None:
    console: dict[str, str] = {}
    for scope, commands in SCOPES.items():
        taken: dict[str, str] = {}
        around = () if scope in DIALOGS or scope == "app" else SCOPES["app"]
        inside = (command for name in INSIDE.get(scope, ()) for command in SCOPES[name])
        for command in (*around, *inside, *commands):
            for key in keys.of_command(command).split(","):
                _take(taken, _textual_name(key.strip()), command.id)
        if scope in VERB_SCOPES:
            console |= taken
    for machine in machines:
        for state in machine.states:
            used = dict(console)
            for event in machine.of_state(state.name):
                key = keys.of_event(event)
                if key and not event.internal:
                    _take(used, _textual_name(key), f"ticket.{event.name}")


def _textual_name(key: str) -> str:
    return next((name for name, character in _NAMES.items() if character == key), key)


def _take(taken: dict[str, str], key: str, name: str) -> None:
    if taken.get(key, name) != name:
        text = _("key {key} is both {one} and {two}", key=key_name(key), one=taken[key], two=name)
        raise UsageError(text, _("give one of them another key under [keys] in the settings"))
    taken[key] = name
