"""Files of a ticket: read with a limit, kept by content in the transaction that attaches them, given back whole."""

from __future__ import annotations

import mimetypes
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from noc_console.desk.act import Outcome, Wish, act_in
from noc_console.desk.ticket import kind_of, row_of
from noc_console.errors import BadInput, Conflict, NotFound
from noc_console.i18n import _
from noc_console.store import blobs
from noc_console.store.engine import retried, writing
from noc_console.store.tables import table
from noc_console.text import clean

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk

#: The largest file of a ticket in bytes; a trace larger than this belongs on a file server.
MAX_FILE = 25 * 1024 * 1024
MAX_NAME = 200


def attach(desk: Desk, ref: str, path: str, comment: str = "", *, dry_run: bool = False) -> Outcome:
    """Attach a file to a ticket. Raises BadInput, before it is read, for one that is too large or not a file."""
    name, content = read(path)
    row = row_of(desk, ref)
    inputs: dict[str, Any] = {"file": described(name, content)} | ({"comment": comment} if comment else {})
    return act_with(desk, Wish(kind_of(row), row["id"], "attach", inputs), content, dry_run=dry_run)


def act_with(desk: Desk, wish: Wish, content: bytes, *, dry_run: bool = False) -> Outcome:
    """Have a wish judged whose input ``file`` is described, and keep the content in the same transaction."""

    def work() -> Outcome:
        with writing(desk.engine) as connection:
            blobs.keep(connection, content)
            outcome = act_in(desk, connection, [wish])[0]
            if dry_run:
                connection.rollback()
            return outcome

    return retried(work)


def read(path: str) -> tuple[str, bytes]:
    """Return the name and the content of a file within the limit."""
    file = Path(path)
    try:
        size = file.stat().st_size
        if not file.is_file():
            raise BadInput(_("{path} is not a file", path=path))
        if size > MAX_FILE:
            limit = MAX_FILE // 1024**2
            raise BadInput(
                _("{path} is larger than {limit} MiB", path=path, limit=limit), _("keep it elsewhere and note where")
            )
        return safe_name(file.name), file.read_bytes()
    except OSError as error:
        raise BadInput(_("cannot read {path}: {error}", path=path, error=error.strerror or error)) from error


def described(name: str, content: bytes) -> dict[str, Any]:
    """Return what the journal holds of a file: its name, type, size and hash."""
    from hashlib import sha256

    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return {"name": name, "type": kind, "size": len(content), "sha256": sha256(content).hexdigest()}


def safe_name(name: str) -> str:
    """Return a name that is only a name: no folder of any system, no control character, not too long."""
    last = PureWindowsPath(PurePosixPath(name).name).name
    cleaned = clean(last).strip(" .") or "file"
    return cleaned if len(cleaned) <= MAX_NAME else cleaned[-MAX_NAME:]


def save(desk: Desk, ref: str, number: int, target: str) -> int:
    """Write the n-th attachment of a ticket (from 1) to a new file and return its size in bytes."""
    row = row_of(desk, ref)
    rows = table("attachment")
    with desk.reading() as connection:
        found = connection.execute(select(rows).where(rows.c.record == row["id"]).order_by(rows.c.at, rows.c.id)).all()
        if not 0 < number <= len(found):
            raise NotFound(_("{ref} has no attachment {number}", ref=ref, number=number))
        content = blobs.read(connection, found[number - 1].sha256)
    path = Path(target)
    try:
        with path.open("xb") as file:
            return file.write(content)
    except FileExistsError as error:
        raise Conflict(_("{path} is there already", path=target), _("name a new file")) from error
    except OSError as error:
        raise BadInput(_("cannot write {path}: {error}", path=target, error=error.strerror or error)) from error
