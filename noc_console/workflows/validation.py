"""Judges inputs against their fields: what is missing, unknown, too long or in the future.

It must not read text; values are typed already (``reading.py`` does that).
"""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from noc_console.workflows.fields import Field, Inputs, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from noc_console.workflows.machine import Facts, Reason

_TEXTS = (Kind.TEXT, Kind.PROSE)
#: A device's clock may run this much ahead before a reported instant counts as the future.
FUTURE_TOLERANCE = timedelta(minutes=2)


def input_reasons(fields: Sequence[Field], inputs: Inputs, facts: Facts) -> tuple[Reason, ...]:
    """Return the reasons against these inputs, in the order of the fields."""
    reasons: list[Reason] = []
    for field in fields:
        value = inputs.get(field.name)
        if (value is not None or field.required) and not _is_plain(field, value):
            reasons += _reasons(field, value, inputs, facts)
    return tuple(reasons)


def _is_plain(field: Field, value: Any) -> bool:
    """Tell quickly that a text is there and not too long, or a code of the field's own, as nearly all inputs are."""
    kind = type(value)
    if kind is not str:
        return (kind is bool and field.kind is Kind.YESNO) or (kind is tuple and _are_plain(field, value))
    if field.kind is Kind.CHOICE:
        return value in field.choices and not field.options_from and not field.many
    return field.kind in _TEXTS and 0 < len(value) <= field.max_length and not field.many


def _are_plain(field: Field, values: tuple[Any, ...]) -> bool:
    most = field.max_length
    return (
        len(values) > 0
        and field.many
        and field.kind in _TEXTS
        and all(type(one) is str and len(one) <= most for one in values)
    )


def options(field: Field, policy: Any) -> tuple[str, ...]:
    """Return the codes that a choice offers, from the field itself or from a table of the policy."""
    return _codes(policy, field.options_from) if field.options_from else field.choices


@lru_cache(maxsize=64)
def _codes(policy: Any, table: str) -> tuple[str, ...]:
    return tuple(getattr(entry, "code", entry) for entry in getattr(policy, table))


def _reasons(field: Field, value: Any, inputs: Inputs, facts: Facts) -> Iterator[Reason]:
    from noc_console.workflows.machine import Reason  # which judges with this module

    about = {"field": field.name, "field_label": field.label}
    if value in (None, "", ()):
        if field.required and not inputs.get(field.given_by):
            yield Reason("input_missing", about)
        return
    values = value if field.many else (value,)
    if field.kind is Kind.CHOICE:
        offered = options(field, facts.policy)
        for one in values:
            if one not in offered:
                yield Reason("input_choice", {**about, "value": one, "options": ", ".join(offered)})
    elif field.kind in _TEXTS:
        for one in values:
            if len(one) > field.max_length:
                yield Reason("input_too_long", {**about, "limit": field.max_length})
    elif field.kind in (Kind.NUMBER, Kind.DURATION):
        yield from (reason for one in values for reason in _range(field, one, about))
    elif field.kind is Kind.INSTANT and field.past and any(one > facts.now + FUTURE_TOLERANCE for one in values):
        yield Reason("input_future", about)


def _range(field: Field, value: int, about: dict[str, Any]) -> Iterator[Reason]:
    from noc_console.workflows.machine import Reason

    if field.minimum is not None and value < field.minimum:
        yield Reason("input_range", {**about, "limit": field.minimum, "unit": field.unit})
    if field.maximum is not None and value > field.maximum:
        yield Reason("input_range", {**about, "limit": field.maximum, "unit": field.unit})
