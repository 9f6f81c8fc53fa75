"""The policy in force: the imported version that is not retired, or the shipped one; importing and exporting it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from noc_console.checklists import holidays
from noc_console.desk.rows import Values, values_of
from noc_console.errors import BadInput, NotFound
from noc_console.i18n import _
from noc_console.store.canonical import canonical, derived_id
from noc_console.store.prepared import Prepared
from noc_console.store.tables import table
from noc_console.workflows import policy_file
from noc_console.workflows.policy import Policy, from_data, load_default, shipped_text, to_data

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from noc_console.desk.act import Outcome
    from noc_console.desk.desk import Desk

#: A policy is some hundred lines; a file larger than this is something else.
MAX_BYTES = 2_000_000


def current(connection: Connection, known: tuple[int, Policy] | None) -> tuple[int, Policy]:
    """Return the version in force and its policy; ``known`` is given back where it still is, 0 is the shipped one."""
    newest = _newest().rows(connection)[0]["version"] or 0
    if known is not None and known[0] == newest:
        return known
    if not newest:
        return 0, load_default()
    rows = table("policy")
    body = connection.execute(select(rows.c.body).where(rows.c.version == newest)).scalar_one()
    return newest, from_data(json.loads(body))


@cache
def _newest() -> Prepared:
    rows = table("policy")
    return Prepared(select(func.max(rows.c.version).label("version")).where(rows.c.state == "current"))


def check(path: str) -> Policy:
    """Read an operator's file over the shipped policy. Raises BadInput that lists everything wrong with it."""
    try:
        file = Path(path)
        if file.stat().st_size > MAX_BYTES:
            raise BadInput(_("{path} is too large for a policy", path=path), _("at most {n} bytes", n=MAX_BYTES))
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadInput(_("cannot read {path}: {error}", path=path, error=error.strerror or error)) from error
    except UnicodeDecodeError as error:
        raise BadInput(_("{path} is not UTF-8 (byte {place})", path=path, place=error.start)) from error
    return from_data(holidays.expand(policy_file.read(text, path)))


def import_file(desk: Desk, path: str, *, dry_run: bool = False) -> Outcome:
    """Import a file as the next version; tickets keep the targets that were frozen when they were registered."""
    from noc_console.desk.act import Wish, act

    data: dict[str, Any] = to_data(check(path))
    with desk.reading() as connection:
        newest = connection.execute(select(func.max(table("policy").c.version))).scalar_one()
    version = int(newest or load_default().version) + 1
    inputs = {"version": version, "body": canonical(data | {"version": version})}
    return act(desk, Wish("policy", derived_id("policy", version), "put", inputs), dry_run=dry_run)


def retire(desk: Desk, version: int, why: str = "", *, dry_run: bool = False) -> Outcome:
    """Retire an imported version, after which the shipped policy is in force. Raises NotFound."""
    from noc_console.desk.act import Wish, act

    inputs = {"why": why} if why else {}
    return act(desk, Wish("policy", _row(desk, version)["id"], "retire", inputs), dry_run=dry_run)


def body(desk: Desk, version: int) -> dict[str, Any]:
    """Return an imported version as plain data. Raises NotFound."""
    return dict(json.loads(_row(desk, version)["body"]))


def _row(desk: Desk, version: int) -> Values:
    rows = table("policy")
    with desk.reading() as connection:
        row = connection.execute(select(rows).where(rows.c.version == version)).one_or_none()
    if row is None:
        raise NotFound(_("there is no version {n} of the policy", n=version), _("noc policy list shows them"))
    return values_of("policy", row)


def versions(desk: Desk) -> tuple[Values, ...]:
    """Return the imported versions, newest first, without their bodies."""
    rows = table("policy")
    with desk.reading() as connection:
        found = connection.execute(select(rows).order_by(rows.c.version.desc()))
        return tuple({k: v for k, v in values_of("policy", row).items() if k != "body"} for row in found)


def export(desk: Desk) -> dict[str, Any]:
    """Return the policy in force as plain data."""
    return to_data(desk.policy())


def shipped() -> str:
    """Return the shipped policy file with its comments, to begin one's own from."""
    return shipped_text()
