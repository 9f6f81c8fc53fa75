"""Says which words of an intent can be searched for: those of its text inputs. It must not know how search works."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from noc_console.store.search import text_of
from noc_console.workflows.catalogue import workflow
from noc_console.workflows.fields import Kind

#: Kinds of records whose texts are found from the queue.
SEARCHED = frozenset({"fault", "request"})


def text_of_intent(kind: str, event: str, body: Mapping[str, Any]) -> str:
    """Return the searchable text of an intent, empty where it has none."""
    return text_of(body, _inputs(kind, event)) if kind in SEARCHED else ""


@cache
def _inputs(kind: str, event: str) -> tuple[str, ...]:
    row = workflow(kind).event(event)
    return tuple(field.name for field in row.inputs if field.kind in (Kind.TEXT, Kind.PROSE)) if row else ()
