"""``noc diagnosis trees`` and ``tree``, and what trees name: thresholds, alarms, roles, messages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

import typer

from noc_console.cli import render
from noc_console.cli.arguments import plain
from noc_console.cli.events import state_line
from noc_console.cli.options import globals_of
from noc_console.cli.render import Column
from noc_console.errors import BadInput
from noc_console.i18n import N_

_COLUMNS: Final = (
    Column(N_("TREE"), lambda item: item["id"], 18),
    Column(N_("DOMAIN"), lambda item: item["domain"], 14),
    Column(N_("STEPS"), lambda item: str(item["steps"]), 6),
    Column(N_("SOURCE"), lambda item: item["source"], 8),
    Column(N_("TITLE"), lambda item: item["title"], 90),
)
_PROPOSALS: Final = (
    Column(N_("TREE"), lambda item: item["id"], 18),
    Column(N_("DOMAIN"), lambda item: item["domain"], 14),
    Column(N_("FITS BY"), lambda item: ", ".join(alarm["id"] for alarm in item["alarms"]) or "-", 24),
    Column(N_("TITLE"), lambda item: item["title"], 90),
)
_THRESHOLDS: Final = (
    Column(N_("ID"), lambda item: item["id"], 12),
    Column(N_("SOURCE"), lambda item: item["origin"], 8),
    Column(N_("UNIT"), lambda item: item["unit"], 8),
    Column(N_("VALUE"), lambda item: item["value"], 30),
    Column(N_("TAG"), lambda item: item["tag"], 6),
    Column(N_("NAME"), lambda item: item["name"], 60),
)
_ALARMS: Final = (
    Column(N_("ID"), lambda item: item["id"], 12),
    Column(N_("SOURCE"), lambda item: item["origin"], 8),
    Column(N_("DOMAIN"), lambda item: item["domain"], 14),
    Column(N_("SEVERITY"), lambda item: ", ".join(item["severities"]), 24),
    Column(N_("TREES"), lambda item: ", ".join(item["trees"]), 24),
    Column(N_("NAME"), lambda item: item["name"], 60),
)
_ROLES: Final = (
    Column(N_("ID"), lambda item: item["id"], 16),
    Column(N_("SOURCE"), lambda item: item["origin"], 8),
    Column(N_("DOMAIN"), lambda item: item["domain"], 14),
    Column(N_("NAME"), lambda item: item["name"], 40),
    Column(N_("WHAT IT DOES"), lambda item: item["does"], 120),
)
_MESSAGES: Final = (
    Column(N_("ID"), lambda item: item["id"], 16),
    Column(N_("SOURCE"), lambda item: item["origin"], 8),
    Column(N_("DOMAIN"), lambda item: item["domain"], 14),
    Column(N_("TEXT"), lambda item: item["text"], 200),
)
_WRITTEN: Final = (Column(N_("FILE"), lambda item: item["file"], 120),)
_FILES: Final = (
    Column(N_("FILE"), lambda item: item["file"], 60),
    Column(N_("TREE"), lambda item: item["id"], 12),
    Column(N_("RESULT"), lambda item: item["action"], 10),
    Column(N_("PROBLEMS"), lambda item: str(len(item["problems"]) or ""), 8),
)
_PROBLEMS: Final = (
    Column(N_("FILE"), lambda item: item["file"], 30),
    Column(N_("PLACE"), lambda item: item["key"], 30),
    Column(N_("PROBLEM"), lambda item: item["text"], 120),
)

DOMAIN = Annotated[str | None, typer.Option("--domain", metavar="NAME", help=N_("Only of this domain, such as access"))]


def list_trees(context: typer.Context) -> int:
    from noc_console.desk import diagnosis_trees

    said = globals_of(context)
    with said.desk() as desk:
        render.many(diagnosis_trees.listed(desk), said.output, _COLUMNS, id_field="id")
    return 0


def show_tree(context: typer.Context, name: Annotated[str, typer.Argument(metavar="ID")]) -> int:
    from noc_console.cli.diagnosis_text import tree_lines
    from noc_console.desk import diagnosis_trees

    said = globals_of(context)
    with said.desk() as desk:
        found = diagnosis_trees.find(desk, plain(name))
        item = diagnosis_trees.whole(desk, found)
    render.single(item, said.output, tree_lines(found.tree), id_field="id")
    return 0


def propose(context: typer.Context, ticket: Annotated[str, typer.Argument(metavar="TICKET")]) -> int:
    from noc_console.desk.diagnosis_proposals import proposals

    said = globals_of(context)
    with said.desk() as desk:
        found = proposals(desk, plain(ticket))
    render.many((one.json() for one in found), said.output, _PROPOSALS, id_field="id")
    return 0


def import_folder(context: typer.Context, folder: Annotated[str, typer.Argument(metavar="DIR")]) -> int:
    from noc_console.desk import tree_import

    said = globals_of(context)
    with said.desk() as desk:
        found = tree_import.import_folder(desk, plain(folder), dry_run=said.dry_run)
    render.many((file.json() for file in found), said.output, _FILES, id_field="id")
    for file in found:
        for finding in file.findings:
            render.note(f"error: {finding}")
    return BadInput.exit_code if any(file.action == "refused" for file in found) else 0


def check(context: typer.Context) -> int:
    from noc_console.desk import tree_import

    said = globals_of(context)
    with said.desk() as desk:
        found = tree_import.check(desk)
    items = [{"file": one.file, "line": one.line or None, "key": one.key, "text": one.what} for one in found]
    render.many(items, said.output, _PROBLEMS, id_field="file")
    return BadInput.exit_code if found else 0


def list_thresholds(context: typer.Context, domain: DOMAIN = None) -> int:
    return _list(context, "thresholds", domain, _THRESHOLDS)


def list_alarms(context: typer.Context, domain: DOMAIN = None) -> int:
    return _list(context, "alarms", domain, _ALARMS)


def list_roles(context: typer.Context, domain: DOMAIN = None) -> int:
    return _list(context, "roles", domain, _ROLES)


def list_messages(context: typer.Context, domain: DOMAIN = None) -> int:
    return _list(context, "messages", domain, _MESSAGES)


def _list(context: typer.Context, kind: str, domain: str | None, columns: Sequence[Column]) -> int:
    from noc_console.desk import catalogue_lists

    said = globals_of(context)
    with said.desk() as desk:
        render.many(catalogue_lists.page(desk, kind, plain(domain or "")), said.output, columns, id_field="id")
    return 0


def export(context: typer.Context, folder: Annotated[str, typer.Argument(metavar="DIR")]) -> int:
    from noc_console.desk import tree_import

    said = globals_of(context)
    with said.desk() as desk:
        written = tree_import.export(desk, plain(folder))
    render.many([{"file": path} for path in written], said.output, _WRITTEN, id_field="file")
    return 0


def retire(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="ID")],
    why: Annotated[str | None, typer.Option("--why", metavar="TEXT", help=N_("Why"))] = None,
) -> int:
    from noc_console.desk import tree_import

    said = globals_of(context)
    with said.desk() as desk:
        done = tree_import.retire(desk, plain(name), plain(why or ""), dry_run=said.dry_run)
    item = {"id": done.ref, "state": done.state, "dry_run": said.dry_run}
    render.single(item, said.output, [state_line(done, said.dry_run)], id_field="id")
    return 0
