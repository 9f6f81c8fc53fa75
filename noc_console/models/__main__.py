"""Writes ``layout.py`` from the models: ``python -m noc_console.models``, after each change of a model."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Integer, LargeBinary
from sqlmodel import SQLModel

MODULES = ("journal", "ticket", "intake", "register", "diagnosis", "consult")
HEAD = '''\
"""Every table and column as plain text, so that a command need not load SQLModel, which takes a tenth of a second.

Written by ``python -m noc_console.models``; a test holds it to the models.
A line is a column: name, type, ``key``, ``unique`` or ``null`` where it is one, and the value of a new row.
"""

from typing import Final

LAYOUT: Final = {
'''
#: Of a more special type first.
_TYPES = ((BigInteger, "bigint"), (Boolean, "boolean"), (Integer, "integer"), (LargeBinary, "bytes"))


def layout() -> str:
    """Return the text of ``layout.py`` as the models are now."""
    lines = [HEAD]
    for module in MODULES:
        found = vars(import_module(f"noc_console.models.{module}")).values()
        for model in found:
            if isinstance(model, type) and issubclass(model, SQLModel) and hasattr(model, "__table__"):
                lines += [f'    "{model.__tablename__}": """\n', *_columns(model), '    """,\n']
    return "".join([*lines, "}\n"])


def _columns(model: Any) -> list[str]:
    return [f"        {_line(column, model)}\n" for column in model.__table__.c]


def _line(column: Column[Any], model: Any) -> str:
    kind = next((name for type_, name in _TYPES if isinstance(column.type, type_)), "text")
    marks = [mark for mark, is_so in (("key", column.primary_key), ("unique", column.unique)) if is_so]
    field = model.model_fields.get(column.name)
    if column.nullable:
        marks.append("null")
    elif field is not None and not field.is_required():
        marks.append(f"= {json.dumps(field.default)}")
    return " ".join([column.name, kind, *marks])


if __name__ == "__main__":
    Path(__file__).with_name("layout.py").write_text(layout(), encoding="utf-8")
