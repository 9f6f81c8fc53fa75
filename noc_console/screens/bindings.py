"""Turns rows of ``keys.py`` into Textual's bindings. It must not decide what a key does."""

from __future__ import annotations

from textual.binding import Binding, BindingType

from noc_console.keys import SCOPES


def bindings(scope: str) -> list[BindingType]:
    """Return the bindings of a scope; their ids let the settings give them other keys."""
    return [
        Binding(command.keys, command.action, command.label, id=command.id, priority=command.priority, show=False)
        for command in SCOPES[scope]
    ]
