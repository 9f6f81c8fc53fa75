"""The columns in which every command says what became of inputs. It must not know any command."""

from __future__ import annotations

from typing import Any, Final

from noc_console.cli.render import Column
from noc_console.i18n import N_
from noc_console.workflows.labels import label


def _subject(item: dict[str, Any]) -> str:
    """Return what an item is about: the subject of a mail, alarm and object, and why where it needs saying."""
    parsed = item["parsed"] or {}
    about = parsed.get("subject") or " ".join(str(parsed[key]) for key in ("name", "object") if parsed.get(key))
    return ": ".join(part for part in (about, item["reason"]) if part) or "-"


COLUMNS: Final = (
    Column(N_("SOURCE"), lambda item: item["source"], 40),
    Column(N_("N"), lambda item: str(item["index"]), 6, "right"),
    Column(N_("ACTION"), lambda item: label(item["action"]), 12),
    Column(N_("REF"), lambda item: item["ref"] or "-", 14),
    Column(N_("SUBJECT"), _subject, 80),
)
