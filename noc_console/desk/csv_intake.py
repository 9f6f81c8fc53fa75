"""Tables of tickets: taken in by a mapping, row by row from a stream, or looked at to propose a mapping.

It must not know what columns mean (``intake/csv_map.py``) nor what becomes of a ticket (``ticket_intake.py``).
"""

from __future__ import annotations

import csv
import io
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from noc_console.desk.intake_item import IntakeItem, hold
from noc_console.desk.ticket_intake import Entry, Way, take
from noc_console.errors import BadInput
from noc_console.i18n import _
from noc_console.intake import csv_guess, csv_map, csv_table
from noc_console.intake.csv_guess import Guess
from noc_console.intake.csv_map import Mapper, TableMap
from noc_console.intake.csv_table import SAMPLE, Layout, Row
from noc_console.intake.raw_files import MAX_INPUT, STANDARD_INPUT, opened
from noc_console.workflows.drafts import Quarantined, TicketDraft

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk
    from noc_console.intake.raw_files import RawInput

CHANNEL: Final = "csv"
#: Rows of one case that are taken together; what follows is a later word on the same ticket.
MOST_ROWS: Final = 1_000
#: What of standard input is kept in memory; more lies in a file while it is read.
_IN_MEMORY: Final = 8 * 1024 * 1024
#: A mapping is written by hand.
_MAX_MAP: Final = 1024 * 1024


def guess(place: str) -> Guess:
    """Say what a table seems to hold. Raises BadInput for what is no table."""
    with _table(place) as stream:
        layout = csv_table.layout_of(_sample(stream), where=place)
        return csv_guess.guess(stream, layout)


def read_map(path: str) -> TableMap:
    """Read a mapping from a file. Raises BadInput naming the file, the key, and the nearest that there is."""
    with opened(Path(path)) as stream:
        raw = stream.read(_MAX_MAP + 1)
    if len(raw) > _MAX_MAP:
        raise BadInput(_("{where}: this is too large for a mapping", where=path))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(_("{file} is not UTF-8 (byte {place})", file=path, place=error.start)) from error
    return csv_map.parse(text, where=path)


def take_table(
    desk: Desk, place: str, table_map: TableMap, *, where: str, dry_run: bool = False
) -> Iterator[IntakeItem]:
    """Take in the rows of a table in order, as a mapping says; ``where`` names the mapping in errors.

    Raises BadInput for a file that does not have the columns of the mapping; what is no table at all, and a row that
    cannot be taken, are quarantined and stop no other.
    """
    way = Way(
        CHANNEL, table_map.source, originals=False, ended=table_map.ended == "open",
        default_channel=table_map.defaults.get("channel", "work_order"),
    )  # fmt: skip
    if not desk.policy().channel(way.default_channel):
        known = ", ".join(channel.code for channel in desk.policy().channels)
        raise BadInput(
            _("{where}: {key} is unknown", where=where, key=f"defaults.channel = {way.default_channel}"),
            _("one of: {names}", names=known),
        )
    service = desk.as_service("intake", "system")
    with _table(place) as stream:
        try:
            layout = csv_table.layout_of(
                _sample(stream), where=place, delimiter=table_map.delimiter, encoding=table_map.encoding
            )
        except BadInput as error:  # what is no table is kept, because it may be something else that matters
            yield hold(service, CHANNEL, place, 0, stream.read(MAX_INPUT), "not_a_table", str(error), dry_run=dry_run)
            return
        mapper = Mapper(table_map, layout.columns, zone=desk.zone, where=where)
        rows = csv_table.rows(stream, layout)
        drafts = ((row.index, _draft(mapper, layout, row)) for row in rows)
        entries = _cases(place, drafts) if table_map.rows == "history" else _each(place, drafts)
        yield from take(service, way, entries, dry_run=dry_run)


def without_map(desk: Desk, found: RawInput, dry_run: bool) -> Iterator[IntakeItem]:
    """Quarantine a table that came without its mapping, as one from the spool does."""
    text = _("a table needs its mapping: noc intake csv FILE --map MAP.toml")
    yield hold(desk, CHANNEL, found.source, found.index, found.raw, "needs_mapping", text, dry_run=dry_run)


def _draft(mapper: Mapper, layout: Layout, row: Row) -> TicketDraft | Quarantined:
    said = row.why
    draft = None if said else mapper.draft(row)
    if draft is not None and not draft.subject and not draft.symptom:
        said = _("it has neither subject nor symptom")
    if draft is not None and not said:
        return draft
    raw = f"{_written(layout)}\n{row.text}".encode("utf-8", "surrogatepass")
    return Quarantined.of("bad_row", _("row {n}: {why}", n=row.index + 1, why=said), raw, _cells(layout, row))


def _cells(layout: Layout, row: Row) -> dict[str, object]:
    return dict(zip(layout.columns, row.cells, strict=False))


def _written(layout: Layout) -> str:
    """Return the header as a line, so that a row that is kept can be read by itself."""
    line = io.StringIO()
    csv.writer(line, delimiter=layout.delimiter, lineterminator="").writerow(layout.columns)
    return line.getvalue()


def _each(place: str, drafts: Iterator[tuple[int, TicketDraft | Quarantined]]) -> Iterator[Entry]:
    return (Entry(place, index, draft) for index, draft in drafts)


def _cases(place: str, drafts: Iterator[tuple[int, TicketDraft | Quarantined]]) -> Iterator[Entry]:
    """Yield one entry for each run of rows of one case; a case that comes again later is a later word on its ticket."""
    entry: Entry | None = None
    rest: list[tuple[int, TicketDraft]] = []
    for index, draft in drafts:
        if entry is not None and _same_case(entry, draft) and len(rest) < MOST_ROWS:
            assert isinstance(draft, TicketDraft)
            rest.append((index, draft))
            continue
        if entry is not None:
            yield replace(entry, rest=tuple(rest))
        entry, rest = Entry(place, index, draft), []
    if entry is not None:
        yield replace(entry, rest=tuple(rest))


def _same_case(entry: Entry, draft: TicketDraft | Quarantined) -> bool:
    if isinstance(draft, Quarantined) or isinstance(entry.draft, Quarantined):
        return False
    return bool(draft.external_id) and draft.external_id == entry.draft.external_id


@contextmanager
def _table(place: str) -> Iterator[BinaryIO]:
    """Open a table that can be read twice: a file, or standard input kept aside in flat memory."""
    if place == STANDARD_INPUT:
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as kept:
            shutil.copyfileobj(sys.stdin.buffer, kept)
            kept.seek(0)
            yield kept  # type: ignore[misc]
        return
    path = Path(place)
    if path.is_dir():
        raise BadInput(_("{path} is a folder", path=place), _("name the table in it"))
    with opened(path) as stream:
        yield stream


def _sample(stream: BinaryIO) -> bytes:
    sample = stream.read(SAMPLE)
    stream.seek(0)
    return sample
