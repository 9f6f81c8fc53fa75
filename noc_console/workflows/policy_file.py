"""From the text of an operator's policy file to checked data for ``policy.from_data``.

The file is laid over the shipped one key by key: tables merge, single values and lists replace, ``key = false``
removes an entry of a table whose keys are free (channels, reasons, calendars, classes). Every problem of a file is
told at once, each with its dotted key, the value and what would help. It must not touch the store or the disk.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from typing import Any

from noc_console.errors import BadInput
from noc_console.i18n import _, ngettext
from noc_console.workflows import policy_checks
from noc_console.workflows.policy import shipped_data
from noc_console.workflows.policy_codec import entries
from noc_console.workflows.policy_nodes import REMOVED, Reading, dotted, nearest
from noc_console.workflows.policy_schema import schema


def read(text: str, name: str) -> dict[str, Any]:
    """Return the whole policy that a file makes of the shipped one; BadInput lists every problem of the file.

    Days off that are named by country are left for ``checklists.holidays.expand``.
    """
    given = _data(text.removeprefix("\ufeff"), name)
    shipped = shipped_data()
    whole = schema(tuple(entries(shipped["rights"])))
    first = Reading(name)
    merged = _merged(whole.read(shipped, "", Reading("default_policy.toml")), whole.read(given, "", first), "", first)
    second = Reading(name, complete=True, excused=frozenset(first.problems))
    policy = whole.read(merged, "", second)
    policy_checks.check(policy, merged["calendars"], second)
    found = (*first.problems.items(), *second.problems.items())
    if found:
        raise _bad(name, [f"{key}: {problem}" for key, problems in found for problem in problems])
    return dict(policy)


def _data(text: str, name: str) -> dict[str, Any]:
    """Read TOML as people write it, or JSON as ``noc policy export`` does."""
    is_json = text.lstrip().startswith("{")
    try:
        return dict(json.loads(text) if is_json else tomllib.loads(text))
    except (ValueError, RecursionError) as error:  # TOMLDecodeError is one, JSONDecodeError too
        hint = _("the file is not JSON") if is_json else _("the file is not TOML")
        raise BadInput(_("{file}: {error}", file=name, error=error), hint) from error


def _merged(base: Mapping[str, Any], given: Mapping[str, Any], key: str, reading: Reading) -> dict[str, Any]:
    """Lay what was given over a table of the shipped policy."""
    result = dict(base)
    for name, value in given.items():
        below = base.get(name)
        if isinstance(below, Mapping) and isinstance(value, Mapping):
            result[name] = _merged(below, value, dotted(key, name), reading)
        elif value is not REMOVED:
            result[name] = value
        elif name in base:
            del result[name]
        else:
            near = nearest(name, entries(base))
            reading.report(dotted(key, name), _("there is no {name} to be removed{nearest}", name=name, nearest=near))
    return result


def _bad(name: str, problems: list[str]) -> BadInput:
    count = ngettext("{file}: {n} problem", "{file}: {n} problems", len(problems), file=name)
    lines = "".join(f"\n  {problem}" for problem in problems)
    return BadInput(count + lines, _("nothing of the file was taken; the shipped policy shows every key"))
