"""The console's own commands: one row each feeds key, footer, palette, help and the id for remapping.

Verbs of a ticket are not here: those rows are the events of the machines (``keymap.py`` joins both).
It must not import Textual, so that the table can be read without a screen.
"""

from __future__ import annotations

from dataclasses import dataclass

from noc_console.i18n import N_


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
    Command("app.store", "7", "app.area('store')", N_("Store"), N_("where the data is, and whether it is well")),
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
    Command("form.cancel", "escape", "cancel", N_("leave"), N_("leave the form"), palette=False),
)

STORE = (
    Command("store.refresh", "f5", "refresh_store", N_("check again"), N_("run the checks again")),
    Command("store.leave", "q", "app.leave", N_("quit"), N_("leave the console; nothing is lost"), palette=False),
    Command("store.up", "escape", "app.area('queue')", N_("back"), N_("to the queue"), palette=False),
)

#: Screens by the name that their commands go by; ``app`` holds everywhere.
SCOPES = {"app": APP, "queue": QUEUE, "ticket": TICKET, "form": FORM, "store": STORE}
#: Scopes in which a ticket's verbs have keys as well.
VERB_SCOPES = ("queue", "ticket")
#: Dialogs take every key for themselves: what holds everywhere else does not hold there.
DIALOGS = ("form",)
