"""``noc engineer``: who may act, with which roles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from noc_console.cli import render
from noc_console.cli.arguments import plain
from noc_console.cli.inputs import Reader
from noc_console.cli.options import entry, globals_of, noun
from noc_console.cli.registers import NAME, Register
from noc_console.cli.render import Column
from noc_console.i18n import N_
from noc_console.workflows.policy_values import ROLES

if TYPE_CHECKING:
    from noc_console.cli.options import Noun as Group

_ENGINEERS = Register(
    "engineer",
    (
        Column(N_("NAME"), lambda row: row["name"], 30),
        Column(N_("STATE"), lambda row: row["state"], 10),
        Column(N_("ROLES"), lambda row: ", ".join(row["roles"]), 60),
        Column(N_("SKILLS"), lambda row: ", ".join(row["skills"]), 60),
    ),
)


def command() -> Group:
    """Return the command of this noun."""
    return noun(
        "engineer",
        N_("People who may act, and their roles"),
        {
            **_ENGINEERS.entries(),
            "role": entry(_role, N_("Set a person's roles, or say them where none is given"), name="role", writes=True),
        },
    )


def _role(
    context: typer.Context,
    name: NAME,
    roles: Annotated[
        list[str] | None,
        typer.Argument(metavar="ROLE...", help=", ".join(ROLES), autocompletion=lambda: list(ROLES)),
    ] = None,
) -> int:
    from noc_console.desk import register

    said = globals_of(context)
    with said.desk() as desk:
        row = register.show(desk, "engineer", plain(name))
        if roles:
            inputs = Reader(desk).read(_ENGINEERS.fields, {"name": row["name"], "roles": roles})
            _ENGINEERS.put(said, desk, inputs)
        else:
            render.single({"name": row["name"], "roles": row["roles"]}, said.output, row["roles"], id_field="name")
    return 0
