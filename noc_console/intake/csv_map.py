"""How the columns of a table become tickets: reads a mapping (TOML), checks it whole, and applies it to rows.

It must not read the table (``csv_table.py``) nor guess (``csv_guess.py``).
"""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from noc_console.errors import BadInput
from noc_console.i18n import _
from noc_console.intake.csv_table import Row
from noc_console.intake.instants import instant
from noc_console.intake.ticket_words import grade_of, service_type_of, status_of
from noc_console.text import clean
from noc_console.workflows.drafts import Party, StatusChange, TicketDraft, TicketNote

#: What a column may be: the field of a ticket, in the order in which a mapping is written.
FIELDS: Final = (
    "external_id", "subject", "symptom", "status", "reason", "grade", "service_type", "domain", "occurred_at",
    "changed_at", "resolved_at", "requester", "organisation", "contact", "objects", "note",
)  # fmt: skip
#: Fields that several columns may make together.
SEVERAL: Final = frozenset({"subject", "symptom", "objects", "note"})
STATUSES: Final = ("acknowledged", "inProgress", "pending", "held", "resolved", "closed", "cancelled", "rejected")
GRADES: Final = ("P1", "P2", "P3", "P4", "P5")
SERVICE_TYPES: Final = ("fault", "consultation", "change", "performance", "version", "document")
DOMAINS: Final = ("transmission", "switching", "data", "wireless", "access", "bss_oss")
ENDED: Final = frozenset({"closed", "cancelled", "rejected"})
_TABLES: Final = {"states": STATUSES, "grades": GRADES, "types": SERVICE_TYPES, "domains": DOMAINS}
_DEFAULTS: Final = ("channel", "domain", "grade", "service_type", "organisation")
_SECTIONS: Final = {
    "file": ("source", "rows", "ended", "delimiter", "encoding", "object_type"),
    "columns": FIELDS,
    "time": ("formats", "zone"),
    **dict.fromkeys(_TABLES, ()),
    "defaults": _DEFAULTS,
}
#: Cells that say nothing.
NOTHING: Final = frozenset({"", "?", "-", "--", "n/a", "na", "null", "none", "nil", "(empty)", "无", "空", "/"})
_SUBJECT: Final = 300
_TEXT: Final = 20_000
_ID: Final = 400
_LINE: Final = 200


@dataclass(frozen=True, slots=True)
class TableMap:
    """A mapping, checked. ``rows``: each row is a ticket, or a step in the history of its case.

    ``ended``: whether tickets that have ended in their own system are left out or opened here too.
    """

    columns: Mapping[str, tuple[str, ...]]
    source: str = "csv"
    rows: Literal["tickets", "history"] = "tickets"
    ended: Literal["skip", "open"] = "skip"
    delimiter: str = ""
    encoding: str = ""
    object_type: str = "element"
    formats: tuple[str, ...] = ()
    zone: str = ""
    tables: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the mapping in the shape of its TOML."""
        file = {name: getattr(self, name) for name in _SECTIONS["file"] if getattr(self, name)}
        time = {name: value for name, value in (("formats", list(self.formats)), ("zone", self.zone)) if value}
        columns = {name: list(found) if len(found) > 1 else found[0] for name, found in self.columns.items()}
        shape = {"file": file, "columns": columns, "time": time}
        shape |= {name: dict(self.tables[name]) for name in _TABLES if self.tables.get(name)}
        return {name: part for name, part in {**shape, "defaults": dict(self.defaults)}.items() if part}

    def toml(self) -> str:
        """Return the mapping as a file that ``parse`` reads."""
        lines: list[str] = []
        for section, values in self.to_json().items():
            lines += ["", f"[{section}]"] if lines else [f"[{section}]"]
            lines += [f"{_toml(key, key=True)} = {_toml(value)}" for key, value in values.items()]
        return "\n".join(lines)


def _toml(value: Any, *, key: bool = False) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_toml(one) for one in value)}]"
    if key and value.isascii() and value.replace("_", "").isalnum():
        return str(value)
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def parse(text: str, *, where: str) -> TableMap:
    """Read a mapping. Raises BadInput naming the file, the key, and the nearest that there is."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput(_("{where}: this is no TOML: {why}", where=where, why=clean(str(error), limit=200))) from error
    return checked(given, where=where)


def checked(given: Mapping[str, Any], *, where: str) -> TableMap:
    """Return a mapping given as plain values, checked as ``parse`` does."""
    for section, values in given.items():
        _known(section, tuple(_SECTIONS), where, "")
        if not isinstance(values, Mapping):
            raise BadInput(_("{where}: {key} is not a section of values", where=where, key=f"[{section}]"))
        for key in values if section not in _TABLES else ():
            _known(key, _SECTIONS[section], where, section)
    file, defaults = given.get("file", {}), given.get("defaults", {})
    time = given.get("time", {})
    made = TableMap(
        columns=_columns(given.get("columns", {}), where),
        source=_word(file, "source", where, "csv")[:40],
        rows=_one_of(file, "rows", ("tickets", "history"), where, "tickets"),
        ended=_one_of(file, "ended", ("skip", "open"), where, "skip"),
        delimiter=_word(file, "delimiter", where, "")[:1],
        encoding=_word(file, "encoding", where, ""),
        object_type=_word(file, "object_type", where, "element"),
        formats=tuple(_words(time.get("formats", ()), where, "time.formats")),
        zone=_word(time, "zone", where, ""),
        tables={name: _table(given.get(name, {}), codes, where, name) for name, codes in _TABLES.items()},
        defaults={name: _word(defaults, name, where, "") for name in defaults},
    )
    for name, codes in (("domain", DOMAINS), ("grade", GRADES), ("service_type", SERVICE_TYPES)):
        if name in made.defaults:
            _known(made.defaults[name], codes, where, f"defaults.{name}")
    if made.rows == "history" and "external_id" not in made.columns:
        raise BadInput(_("{where}: a history needs columns.external_id, which says whose it is", where=where))
    zone_of(made, UTC, where=where)
    return made


def zone_of(table_map: TableMap, usual: tzinfo, *, where: str) -> tzinfo:
    """Return the zone of times without an offset. Raises BadInput for one that there is not."""
    if not table_map.zone:
        return usual
    try:
        return ZoneInfo(table_map.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadInput(
            _("{where}: there is no time zone {name}", where=where, name=table_map.zone), "Asia/Shanghai, UTC"
        ) from error


def _known(name: str, known: Iterable[str], where: str, section: str) -> None:
    names = tuple(known)
    if name not in names:
        near = difflib.get_close_matches(name, names, 1)
        key = f"{section}.{name}" if section else name
        hint = _("did you mean {name}?", name=near[0]) if near else _("one of: {names}", names=", ".join(names))
        raise BadInput(_("{where}: {key} is unknown", where=where, key=key), hint)


def _word(values: Mapping[str, Any], name: str, where: str, default: str) -> str:
    value = values.get(name, default)
    if not isinstance(value, str):
        raise BadInput(_("{where}: {key} is not a text", where=where, key=name), f'{name} = "..."')
    return value


def _words(value: Any, where: str, key: str) -> list[str]:
    given: list[Any] = [value] if isinstance(value, str) else list(value) if isinstance(value, list | tuple) else [None]
    words = [word for word in given if isinstance(word, str)]
    if len(words) < len(given):
        raise BadInput(_("{where}: {key} is not a text", where=where, key=key), f'{key} = ["...", "..."]')
    return words


def _one_of(values: Mapping[str, Any], name: str, known: tuple[str, ...], where: str, default: str) -> Any:
    word = _word(values, name, where, default)
    _known(word, known, where, f"file.{name}")
    return word


def _columns(values: Mapping[str, Any], where: str) -> dict[str, tuple[str, ...]]:
    found = {name: tuple(_words(values[name], where, f"columns.{name}")) for name in FIELDS if name in values}
    for name, columns in found.items():
        if len(columns) > 1 and name not in SEVERAL:
            raise BadInput(_("{where}: {key} takes one column", where=where, key=f"columns.{name}"))
    if not found.keys() & {"subject", "symptom"}:
        raise BadInput(_("{where}: it names no column for the subject", where=where), '[columns] subject = "..."')
    return found


def _table(values: Mapping[str, Any], codes: tuple[str, ...], where: str, name: str) -> dict[str, str]:
    for said, code in values.items():
        if not isinstance(code, str):
            raise BadInput(_("{where}: {key} is not a text", where=where, key=f"{name}.{said}"))
        _known(code, codes, where, f"{name}.{said}")
    return {said.strip(): code for said, code in values.items()}


# --- Applying ------------------------------------------------------------------------------------------------


class Mapper:
    """Makes drafts of rows by one mapping; made once a file, because it looks up the columns."""

    def __init__(self, table_map: TableMap, columns: tuple[str, ...], *, zone: tzinfo, where: str) -> None:
        self.map = table_map
        self.columns = columns
        self.zone = zone_of(table_map, zone, where=where)
        place = {name: number for number, name in enumerate(columns)}
        for name, wanted in table_map.columns.items():
            for column in wanted:
                if column not in place:
                    near = difflib.get_close_matches(column, columns, 1)
                    hint = _("did you mean {name}?", name=near[0]) if near else ", ".join(columns[:20])
                    key = f"columns.{name}"
                    raise BadInput(_("{where}: there is no column {column}, which {key} names",
                                     where=where, column=column, key=key), hint)  # fmt: skip
        self.places = {name: tuple(place[column] for column in wanted) for name, wanted in table_map.columns.items()}
        self.used = frozenset(number for numbers in self.places.values() for number in numbers)
        self.single = {name: places[0] for name, places in self.places.items() if name not in SEVERAL}
        self._codes: dict[tuple[str, str], str | None] = {}

    def draft(self, row: Row) -> TicketDraft:
        """Return a row as a draft; what its cells say and no column is named for stands in ``labels``."""
        cells = row.cells
        said = self._cell(cells, "status")
        status: Any = self._code("states", said, status_of) if said else None
        at, reason = self._instant(cells, "changed_at"), self._cell(cells, "reason")
        symptom = self._prose(cells, "symptom")
        name = self._cell(cells, "external_id")[:_ID]
        subject = " ".join(self._each(cells, "subject")) or next(iter(symptom.splitlines()), "") or name
        kind = self._cell(cells, "service_type")
        domain, grade = self._cell(cells, "domain"), self._cell(cells, "grade")
        note = self._prose(cells, "note")
        occurred = self._instant(cells, "occurred_at")
        labels = {name: cells[n] for n, name in enumerate(self.columns) if n not in self.used and cells[n]}
        return TicketDraft(
            external_id=name,
            subject=_cut(subject, _SUBJECT),
            symptom=_cut(symptom, _TEXT),
            service_type=self._service_type(kind),
            status=status,
            status_reason=reason,
            grade=(self._code("grades", grade, grade_of) if grade else None) or self.map.defaults.get("grade"),
            domain=(self._code("domains", domain, _domain_of) if domain else None) or self.map.defaults.get("domain"),
            created_at=occurred,
            occurred_at=occurred,
            changed_at=at,
            resolved_at=self._instant(cells, "resolved_at"),
            parties=tuple(self._parties(cells)),
            objects=tuple(f"{self.map.object_type}:{name}"[:_LINE] for name in self._each(cells, "objects")),
            notes=(TicketNote(at, "", note),) if note else (),
            history=(StatusChange(at or occurred, status, said, reason),) if said else (),
            said=dict(zip(self.columns, cells, strict=True)),
            labels=labels,
            body=row.text.encode("utf-8", "surrogatepass"),
        )

    def _cell(self, cells: tuple[str, ...], name: str) -> str:
        place = self.single.get(name)
        if place is None:
            return ""
        text = clean(cells[place], limit=_TEXT).strip()
        return "" if text.casefold() in NOTHING else text

    def _each(self, cells: tuple[str, ...], name: str) -> list[str]:
        texts = (clean(cells[place], limit=_TEXT).strip() for place in self.places.get(name, ()))
        return [text for text in texts if text.casefold() not in NOTHING]

    def _prose(self, cells: tuple[str, ...], name: str) -> str:
        texts = (clean(cells[place], multiline=True, limit=_TEXT).strip() for place in self.places.get(name, ()))
        return "\n".join(text for text in texts if text.casefold() not in NOTHING)

    def _instant(self, cells: tuple[str, ...], name: str) -> Any:
        text = self._cell(cells, name)
        return instant(text, zone=self.zone, formats=self.map.formats) if text else None

    def _code(self, table: str, said: str, usual: Callable[[str], str | None]) -> str | None:
        """Return the code that the mapping has for a word, else what the word is known for."""
        key = (table, said)
        if key not in self._codes:
            if len(self._codes) > _TEXT:
                self._codes.clear()
            self._codes[key] = self.map.tables.get(table, {}).get(said) or usual(said)
        return self._codes[key]

    def _service_type(self, said: str) -> str:
        found = self._code("types", said, service_type_of) if said else None
        return found or self.map.defaults.get("service_type") or "fault"

    def _parties(self, cells: tuple[str, ...]) -> Iterable[Party]:
        name, contact = self._cell(cells, "requester"), self._cell(cells, "contact")
        organisation = self._cell(cells, "organisation") or self.map.defaults.get("organisation", "")
        if name or contact:
            yield Party("requester", "Individual", "", _cut(name, _LINE), contact if len(contact) <= _SUBJECT else "")
        if organisation:
            yield Party("customer", "Organization", "", _cut(organisation, _LINE))


_DOMAINS_SAID: Final = {
    "transmission": "transmission transport optical otn ptn sdh wdm 传输 传输网 光缆 线路",
    "switching": "switching core voice ims 核心网 交换 语音 核心",
    "data": "data ip datacom bras router internet 数据 数通 数据网 承载网 ip承载网",
    "wireless": "wireless radio ran mobile 4g 5g 无线 基站 无线网",
    "access": "access broadband gpon pon ftth fixed 接入 接入网 宽带 家宽",
    "bss_oss": "bss oss it billing crm 网管 支撑 计费 业务支撑",
}
_DOMAIN_OF: Final = {word: domain for domain, words in _DOMAINS_SAID.items() for word in words.split()}


def _domain_of(word: str) -> str | None:
    return _DOMAIN_OF.get(word.casefold().removesuffix("专业").strip())


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
