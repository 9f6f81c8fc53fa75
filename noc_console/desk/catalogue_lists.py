"""What trees name and tickets are matched by, as it is in force: thresholds, alarms, roles and messages, for people.

Reading only, in the language of the reader. ``origin`` is ``shipped``, or ``local`` for what was imported.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from noc_console.checklists.catalogue_files import Alarm, Role
from noc_console.checklists.trees import FOLDERS
from noc_console.desk import catalogues
from noc_console.desk.diagnosis_view import shown_threshold
from noc_console.errors import UsageError
from noc_console.i18n import _, language
from noc_console.workflows.policy_values import Label
from noc_console.workflows.tree import Threshold
from noc_console.workflows.tree_walk import as_data

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk


def page(desk: Desk, kind: str, domain: str = "") -> tuple[dict[str, Any], ...]:
    """Return what is in force of a kind (``thresholds``, ``alarms``, ``roles``, ``messages``), of one domain or all.

    Raises UsageError for a domain that does not exist.
    """
    if domain and domain not in FOLDERS:
        names = ", ".join(FOLDERS)
        raise UsageError(_("there is no domain {name}", name=domain[:60]), _("one of: {names}", names=names))
    with desk.reading() as connection:
        found = catalogues.listed(connection, kind)
    return tuple(
        {"id": one.id, "domain": one.folder, **_SAID[kind](one.entry), "origin": one.source}
        for one in found
        if domain in ("", one.folder)
    )


def _threshold(one: Threshold) -> dict[str, Any]:
    shown = shown_threshold(as_data(one, one.limits))
    shown.pop("verdict")
    return {**shown, "name": one.name.text(language())}


def _alarm(one: Alarm) -> dict[str, Any]:
    said = language()
    return {
        "name": one.name.text(said),
        "meaning": one.meaning.text(said),
        "causes": one.causes.text(said),
        "severities": list(one.severities),
        "probable_cause": one.probable_cause or None,
        "defined_in": one.defined_in or None,
        "words": list(one.words),
        "trees": list(one.trees),
        "tags": list(one.tags),
    }


def _role(one: Role) -> dict[str, Any]:
    return {"name": one.name.text(language()), "does": one.does.text(language())}


def _message(one: Label) -> dict[str, Any]:
    return {"text": one.text(language()), "en": one.en, "zh": one.zh}


_SAID: Final[Mapping[str, Callable[[Any], dict[str, Any]]]] = {
    "thresholds": _threshold, "alarms": _alarm, "roles": _role, "messages": _message,
}  # fmt: skip
