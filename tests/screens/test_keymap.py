"""Keys: remapping, and conflicts that are told at start-up with both names."""

from __future__ import annotations

from pathlib import Path

import pytest

from noc_console.errors import UsageError
from noc_console.keys import SCOPES, key_name, keymap
from noc_console.workflows.catalogue import workflow
from tests.screens.driver import Office, console

MACHINES = (workflow("fault"), workflow("request"))
SETTINGS = Path("config.toml")


def test_the_keys_as_shipped_are_free_of_conflicts() -> None:
    assert keymap({}, MACHINES).verbs == {}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"ticket.locate": "p"}, ("ticket.locate", "ticket.plan")),
        ({"ticket.locate": "n"}, ("queue.new", "ticket.locate")),
        ({"ticket.locate": "/"}, ("queue.filter", "ticket.locate")),
        ({"queue.new": "j"}, ("table.down", "queue.new")),
        ({"ticket.locat": "f5"}, ("keys.ticket.locat", "keys.ticket.locate")),
        ({"ticket.locate": "ctrl+m"}, ("ticket.locate", "ctrl+m")),
        ({"ticket.locate": "alt+l"}, ("ticket.locate", "alt+l")),
        ({"ticket.locate": "f99"}, ("f99",)),
        ({"form.submit": "escape"}, ("form.submit", "form.cancel")),
    ],
)
def test_a_wrong_key_is_refused_with_both_names(changes: dict[str, str], said: tuple[str, ...]) -> None:
    with pytest.raises(UsageError) as refused:
        keymap(changes, MACHINES, SETTINGS)
    for word in said:
        assert word in str(refused.value)


def test_a_key_may_move_to_where_it_is_free() -> None:
    keys = keymap({"ticket.locate": "f5", "ticket.plan": "l", "queue.new": "f9", "table.down": "down"}, MACHINES)
    fault = MACHINES[0]
    locate, plan = fault.event("locate"), fault.event("plan")
    assert locate is not None
    assert plan is not None
    assert (keys.of_event(locate), keys.of_event(plan)) == ("f5", "l")
    new = next(command for command in SCOPES["queue"] if command.id == "queue.new")
    assert keys.shown(new) == "F9"


@pytest.mark.parametrize(
    ("key", "name"), [("slash", "/"), ("ctrl+p", "^p"), ("f2", "F2"), ("G", "G"), ("escape", "Esc")]
)
def test_keys_are_named_as_people_read_them(key: str, name: str) -> None:
    assert key_name(key) == name


async def test_a_remapped_key_works_and_is_shown(office: Office) -> None:
    made = office.ticket()
    office.act("accept", made.record, contacted=True)
    async with console(office, keys={"ticket.diagnose": "f7", "queue.new": "f9"}) as person:
        assert "F9 new" in person.text
        await person.press("enter")
        assert "f7" in person.text.casefold()
        await person.press("f7")
        assert "diagnosing" in person.text
        await person.press("escape", "n")
        assert not person.app.screen.is_modal
        await person.press("f9")
        assert person.form
