"""``noc doctor``: everything that a support call would ask for, with nothing changed."""

from __future__ import annotations

from typing import Any

import typer

from noc_console.cli import render
from noc_console.cli.options import globals_of, verb
from noc_console.cli.render import Column
from noc_console.errors import StoreUnavailable
from noc_console.i18n import N_, _

HELP = N_("Look at release, store, journal and disk, and say what is not well")
_COLUMNS = (
    Column(N_("CHECK"), lambda item: _(item["name"]), 12),
    Column("", lambda item: _("ok") if item["ok"] else _("look"), 6),
    Column(N_("SEEN"), lambda item: _with_hint(item["seen"], item["hint"]), 160),
)
#: What a store that is not well shows here is damage; the rest is work to do.
_DAMAGE = frozenset({"store", "journal", "integrity"})


def command() -> Any:
    """Return the command."""
    return verb(_doctor, HELP, name="doctor")


def _with_hint(seen: str, hint: str) -> str:
    return _("{text} ({remedy})", text=seen, remedy=hint) if hint else seen


def _doctor(context: typer.Context) -> int:
    from noc_console.desk import store

    said = globals_of(context)
    checks = store.doctor(said.where(), said.settings())
    items = [{"name": check.name, "ok": check.ok, "seen": check.seen, "hint": check.hint} for check in checks]
    render.many(items, said.output, _COLUMNS, id_field="name")
    return StoreUnavailable.exit_code if any(c.name in _DAMAGE and not c.ok for c in checks) else 0
