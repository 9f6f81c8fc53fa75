"""Reads the value that a step asks for out of what a device printed, by ntc-templates (extra ``templates``).

Which field of which template fills which step is data (``checklists/commands.toml``). What it cannot read it leaves.
"""

from __future__ import annotations

from typing import Final

from noc_console.checklists import commands
from noc_console.errors import UsageError
from noc_console.i18n import _
from noc_console.workflows import measured
from noc_console.workflows.tree import Step

#: Of what was printed, as much is read; the evidence is kept whole.
MAX_CHARACTERS: Final = 100_000
_SHOW: Final = "show"


def platforms() -> tuple[str, ...]:
    """Return the platforms whose output can be read, as ntc-templates calls them."""
    return tuple(sorted({one.platform for one in commands.load()[_SHOW].templates}))


def check(platform: str) -> None:
    """Raise UsageError for a platform that cannot be read, or where the libraries for it are not installed."""
    if platform not in platforms():
        names = ", ".join(platforms())
        raise UsageError(_("no template reads {name}", name=platform), _("one of: {names}", names=names))
    try:
        import ntc_templates.parse  # noqa: F401
        import textfsm.clitable  # noqa: F401  # ntc_templates imports without it, and fails when it is used
    except ImportError as error:
        raise UsageError(
            _("reading the output of a device needs ntc-templates"),
            _("install it: pip install 'noc-console[templates]'; or leave the platform out and type the value"),
        ) from error


def value_in(printed: str, platform: str, line: str, step: Step) -> str:
    """Return the value that a step asks for with its unit; empty where the output does not tell it, or tells several.

    The platform was checked. ``line`` is what was typed on the device.
    """
    from ntc_templates.parse import ParsingException, parse_output
    from textfsm import TextFSMError

    typed = " ".join(line.split())
    for one in commands.load()[_SHOW].templates:
        fits = one.platform == platform and one.unit == step.unit and set(one.thresholds) & set(step.thresholds)
        if not fits or not one.line.fullmatch(typed):
            continue
        try:
            rows = parse_output(platform=platform, command=one.template, data=printed[:MAX_CHARACTERS])
        except (ParsingException, TextFSMError):
            continue
        found = {str(row[one.field]) for row in rows if row.get(one.field)}
        if len(found) != 1:
            continue
        value = f"{found.pop()} {one.unit}"
        if isinstance(measured.read(value, step.unit, step.plausible), measured.Measured):
            return value
    return ""
