"""``noc diagnosis``: trees, and their runs for tickets.

A static table: what a verb needs is imported when it is named.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from noc_console.cli.options import Entry, later, noun
from noc_console.i18n import N_

if TYPE_CHECKING:
    from noc_console.cli.options import Noun as Group

_RUNS: Final = "noc_console.cli.diagnosis_runs"
_TREES: Final = "noc_console.cli.diagnosis_trees"


def command() -> Group:
    """Return the command of this noun."""
    known = {
        "trees": later(_TREES, "list_trees", N_("List the trees that are in force"), name="trees"),
        "tree": later(_TREES, "show_tree", N_("Show a tree with its steps, answers and ends"), name="tree"),
        "import": later(
            _TREES, "import_folder", N_("Take in local trees, thresholds, alarms, roles and messages of a folder"),
            name="import", writes=True,
        ),
        "check": later(_TREES, "check", N_("Check all that is in force: targets, units, codes, words"), name="check"),
        "thresholds": later(
            _TREES, "list_thresholds", N_("List the thresholds that are in force with their source"), name="thresholds"
        ),
        "alarms": later(
            _TREES, "list_alarms", N_("List the alarms that are in force with the trees that fit them"), name="alarms"
        ),
        "roles": later(_TREES, "list_roles", N_("List the teams that trees escalate to"), name="roles"),
        "messages": later(
            _TREES, "list_messages", N_("List the messages to customers that trees name"), name="messages"
        ),
        "export": later(_TREES, "export", N_("Write what was imported into a folder"), name="export"),
        "retire": later(
            _TREES, "retire", N_("Take a local tree, or a local catalogue such as access/messages, out of force"),
            name="retire", writes=True,
        ),
        "propose": later(_TREES, "propose", N_("Say which trees fit a ticket, best first"), name="propose"),
        "start": later(_RUNS, "start", N_("Begin a tree for a ticket"), name="start", writes=True),
        "answer": later(_RUNS, "answer", N_("Answer the step that a run stands at"), name="answer", writes=True),
        "show": later(_RUNS, "show", N_("Show a run: the way so far, and the step that it stands at"), name="show"),
        "list": later(_RUNS, "list_runs", N_("List runs, newest first"), name="list"),
        "go-back": later(
            _RUNS, "go_back", N_("Answer an earlier step anew; the old answer stays"), name="go-back", writes=True
        ),
        "jump": later(
            _RUNS, "jump", N_("Go on in another tree; the answers come along"), name="jump", writes=True
        ),
        "attach": later(_RUNS, "attach", N_("A file, or what was pasted, for this step"), name="attach", writes=True),
        "run": later(
            _RUNS, "run_command", N_("Run the command that the step offers; its output becomes evidence"),
            name="run", writes=True,
        ),
        "finish": later(_RUNS, "finish", N_("Accept what the run has come to"), name="finish", writes=True),
    }  # fmt: skip
    return noun("diagnosis", N_("Find a fault step by step, with evidence"), known, _events)


def _events() -> Mapping[str, Entry]:
    from noc_console.cli.diagnosis_runs import entries

    return entries()
