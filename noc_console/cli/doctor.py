"""``noc doctor``: everything that a support call would ask for, with nothing changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import typer

from noc_console.cli import render
from noc_console.cli.options import globals_of, verb
from noc_console.errors import StoreUnavailable
from noc_console.i18n import N_, _
from noc_console.text import cell_width, clean, fit, wrap

if TYPE_CHECKING:
    from noc_console.desk.doctor import Check

HELP = N_("Look at release, store, journal, clock and disk, and say what is not well")
#: Cells for what was seen, and for what would help, where the terminal is narrower than that.
_LEAST: Final = 30


def command() -> Any:
    """Return the command."""
    return verb(_doctor, HELP, name="doctor")


def _doctor(context: typer.Context) -> int:
    from noc_console.desk import doctor

    said = globals_of(context)
    checks = doctor.doctor(said.where(), said.settings())
    if said.output == "text":
        for line in _lines(checks):
            render.line(line)
    else:
        items = [{"name": check.name, "ok": check.ok, "seen": check.seen, "hint": check.hint} for check in checks]
        render.many(items, said.output, (), id_field="name")
    return StoreUnavailable.exit_code if any(check.is_fault for check in checks) else 0


def _lines(checks: Sequence[Check]) -> Iterator[str]:
    """Yield the checks with what would help under each: whole, because who reads it now needs every word."""
    rows = [(_(check.name), _mark(check), check) for check in checks]
    names = max(cell_width(name) for name in (_("CHECK"), *(name for name, _verdict, _check in rows)))
    marks = max(cell_width(mark) for _name, mark, _check in rows)
    yield "  ".join((fit(_("CHECK"), names), fit("", marks), _("SEEN")))
    room = max(_LEAST, (render.columns() or 10_000) - names - marks - 4)
    blank = " " * (names + marks + 4)
    for name, mark, check in rows:
        head = f"{fit(name, names)}  {fit(mark, marks)}  "
        for line in wrap(clean(check.seen), room):
            yield head + line
            head = blank
        if check.hint:
            yield from (blank + line for line in wrap(f"> {clean(check.hint)}", room))


def _mark(check: Check) -> str:
    if check.ok:
        return _("ok")
    return _("FAULT") if check.is_fault else _("look")
