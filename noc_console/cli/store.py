"""``noc store``: make, find, check, rebuild and copy the store itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from noc_console.cli import render
from noc_console.cli.arguments import plain
from noc_console.cli.options import entry, globals_of, noun
from noc_console.cli.render import Column
from noc_console.errors import StoreUnavailable, UsageError
from noc_console.i18n import N_, _

if TYPE_CHECKING:
    from noc_console.cli.options import Globals
    from noc_console.cli.options import Noun as Group
    from noc_console.desk.store import Finding

_FINDINGS = (
    Column(N_("TABLE"), lambda item: item["table"], 16),
    Column(N_("RECORD"), lambda item: item["key"], 60),
    Column(N_("FINDING"), lambda item: item["code"], 40),
)
_PARTS: Final = ("server", "rights")
FILE = Annotated[str, typer.Argument(metavar="FILE")]


def command() -> Group:
    """Return the command of this noun."""
    return noun(
        "store",
        N_("The store itself: make, check, rebuild, back up"),
        {
            "init": entry(_init, N_("Make a new store"), name="init", writes=True),
            "path": entry(_path, N_("Say where the store is"), name="path"),
            "migrate": entry(_migrate, N_("Bring its tables to this release"), name="migrate", writes=True),
            "verify": entry(_verify, N_("Compare everything in it with its journal"), name="verify"),
            "rebuild": entry(_rebuild, N_("Make its rows again from the journal"), name="rebuild", writes=True),
            "backup": entry(_backup, N_("Write a checked copy to a new file"), name="backup", writes=True),
            "restore": entry(_restore, N_("Bring a backup to a place that is empty"), name="restore", writes=True),
            "grants": entry(_grants, N_("Print the SQL of roles and rights for a team's PostgreSQL"), name="grants"),
        },
    )


def _init(
    context: typer.Context,
    training: Annotated[bool, typer.Option("--training", help=N_("For practice: NOC_NOW may set its clock"))] = False,
    code: Annotated[
        str, typer.Option("--code", metavar="CODE", help=N_("What its references begin with; otherwise three letters"))
    ] = "",
) -> int:
    from noc_console.desk import store

    said = globals_of(context)
    made = store.init(said.where(), said.settings(), training=training, code=plain(code), dry_run=said.dry_run)
    where = store.path(said.where(), said.settings())
    item = {"path": where, "code": made or None, "training": training}
    text = _("a store would be made at {path}", path=where) if said.dry_run else f"{made} {where}"
    render.single(_judged(said, item), said.output, [text], id_field="code")
    return 0


def _judged(said: Globals, item: dict[str, Any]) -> dict[str, Any]:
    """Return what a command tells as JSON, saying where nothing was done."""
    return {**item, "dry_run": True} if said.dry_run else item


def _path(context: typer.Context) -> int:
    from noc_console.desk import store

    said = globals_of(context)
    where = store.path(said.where(), said.settings())
    render.single({"path": where}, said.output, [where], id_field="path")
    return 0


def _migrate(context: typer.Context) -> int:
    from noc_console.desk import store

    said = globals_of(context)
    before, after = store.migrate(said.where(), said.settings(), dry_run=said.dry_run)
    text = _("is at {revision} already", revision=after) if before == after else f"{before} > {after}"
    render.single(_judged(said, {"before": before, "after": after}), said.output, [text], id_field="after")
    return 0


def _verify(context: typer.Context) -> int:
    from noc_console.desk import store

    said = globals_of(context)
    found = _findings(said, store.verify_store(said.where(), said.settings()))
    if found:
        raise StoreUnavailable(
            _("{n} things do not fit the journal", n=found),
            _("noc store rebuild puts rows right; noc doctor says how to save a damaged file"),
        )
    return 0


def _rebuild(context: typer.Context) -> int:
    from noc_console.desk import store

    said = globals_of(context)
    found = _findings(said, store.rebuild(said.where(), said.settings(), dry_run=said.dry_run))
    told = _("{n} rows would be put right", n=found) if said.dry_run else _("{n} rows were put right", n=found)
    render.note(told)
    return 0


def _findings(said: Globals, findings: Iterable[Finding]) -> int:
    count = 0

    def items() -> Iterable[dict[str, str]]:
        nonlocal count
        for finding in findings:
            count += 1
            yield {"table": finding.table, "key": finding.key, "code": finding.code}

    render.many(items(), said.output, _FINDINGS, id_field="key")
    return count


def _backup(context: typer.Context, file: FILE) -> int:
    from noc_console.desk import store

    said = globals_of(context)
    copy = store.backup(said.where(), said.settings(), plain(file), dry_run=said.dry_run)
    if copy.saved:
        render.note(
            _(
                "the file of the store is damaged; this copy was made again from its journal, and nothing is missing:"
                " move the damaged file away, and run noc store restore {file}",
                file=file,
            )
        )
    item = {"file": file, "size": copy.size, "saved": copy.saved}
    render.single(_judged(said, item), said.output, [_("{n} bytes", n=copy.size)], id_field="file")
    return 0


def _restore(context: typer.Context, file: FILE) -> int:
    from noc_console.desk import store

    said = globals_of(context)
    where = store.restore(said.where(), said.settings(), plain(file), dry_run=said.dry_run)
    render.single(_judged(said, {"path": where}), said.output, [where], id_field="path")
    return 0


def _grants(
    context: typer.Context,
    people: Annotated[list[str] | None, typer.Argument(metavar="[PERSON...]")] = None,
    part: Annotated[
        str | None,
        typer.Option(
            "--part",
            metavar="|".join(_PARTS),
            help=N_("Only what the server's administrator runs, or only the rights of the tables"),
            autocompletion=lambda: list(_PARTS),
        ),
    ] = None,
) -> int:
    from noc_console.desk import store

    said = globals_of(context)
    if part not in (None, *_PARTS):
        raise UsageError(_("there is no part {name}", name=plain(part)), _("one of: {names}", names=", ".join(_PARTS)))
    names = [plain(name) for name in people or ()]
    statements = store.grants(said.where(), said.settings(), names)
    chosen = {name: "\n".join(lines) for name, lines in statements.items() if part in (None, name)}
    text = [each for name, lines in chosen.items() for each in (f"-- {name}", *lines.splitlines())]
    render.single(chosen, said.output, text, id_field=next(iter(chosen)))
    return 0
