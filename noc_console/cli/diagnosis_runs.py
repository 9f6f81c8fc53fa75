"""``noc diagnosis start``, ``answer``, ``show``, ``list`` and the other events of a run."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from noc_console.cli import render
from noc_console.cli.arguments import LIMIT, most_of, plain, state_of, state_option
from noc_console.cli.events import Noun, event_entries, state_line
from noc_console.cli.inputs import Reader
from noc_console.cli.options import Entry, Globals, globals_of
from noc_console.cli.render import Column
from noc_console.errors import BadInput, UsageError
from noc_console.i18n import N_, _
from noc_console.workflows.catalogue import workflow

if TYPE_CHECKING:
    from noc_console.desk.act import Outcome
    from noc_console.desk.desk import Desk
    from noc_console.desk.diagnosis import Evidence

_STATES: Final = ("running", "located", "not_located", "stopped", "all")
RUN = Annotated[str, typer.Argument(metavar="RUN", help=N_("The run, or the ticket that has one running"))]
PLATFORM = Annotated[
    str | None, typer.Option("--platform", metavar="NAME", help=N_("What the device is, such as cisco_ios"))
]
WHY = Annotated[str | None, typer.Option("--why", metavar="TEXT|-", help=N_("Why"))]
EVIDENCE = Annotated[
    list[str] | None,
    typer.Option("--evidence", metavar="FILE|-", help=N_("A file that backs the answer; - reads standard input")),
]
_COLUMNS: Final = (
    Column(N_("RUN"), lambda item: item["run"], 14),
    Column(N_("TICKET"), lambda item: item["ticket"], 14),
    Column(N_("STATE"), lambda item: item["state"], 12),
    Column(N_("TREE"), lambda item: item["tree"], 10),
    Column(N_("STEP"), lambda item: item["step"], 8),
    Column(N_("BY"), lambda item: item["started_by"], 14),
    Column(N_("SUBJECT"), lambda item: item["subject"], 80),
)


def entries() -> dict[str, Entry]:
    """Return the verbs that need nothing but the inputs of their events."""
    noun = Noun((workflow("diagnosis"),), _row_of, _json_of, lambda _desk, ref: ref)
    return event_entries(noun, leave_out=("answer", "go_back", "jump", "attach", "finish"))


def _row_of(desk: Desk, run: str) -> tuple[str, str]:
    from noc_console.desk import diagnosis

    return diagnosis.row_of(desk, run)["id"], "diagnosis"


def _json_of(desk: Desk, record: str) -> Mapping[str, Any]:
    from noc_console.desk import diagnosis

    return diagnosis.show(desk, record).json()


def start(
    context: typer.Context,
    ticket: Annotated[str, typer.Argument(metavar="TICKET")],
    tree: Annotated[str, typer.Argument(metavar="TREE")],
) -> int:
    from noc_console.desk import diagnosis

    said = globals_of(context)
    with said.desk() as desk:
        return _tell(said, desk, diagnosis.start(desk, plain(ticket), plain(tree), dry_run=said.dry_run))


def answer(
    context: typer.Context,
    run: RUN,
    choice: Annotated[
        str | None,
        typer.Option("--choice", metavar="LABEL", help=N_("The answer: its number, its words or their beginning")),
    ] = None,
    value: Annotated[
        str | None, typer.Option("--value", metavar="VALUE", help=N_("With its unit, such as -27.5 dBm"))
    ] = None,
    variant: Annotated[
        str | None, typer.Option("--variant", metavar="CLASS", help=N_("Whose limits hold, such as B+"))
    ] = None,
    evidence: EVIDENCE = None,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT|-", help=N_("Note"))] = None,
) -> int:
    from noc_console.desk import diagnosis

    said = globals_of(context)
    found = _evidence(evidence or ())
    with said.desk() as desk:
        texts = {"choice": choice, "value": value, "variant": variant, "note": note}
        inputs = _inputs(desk, "answer", texts, stdin_taken="-" in (evidence or ()))
        done = diagnosis.answer(desk, plain(run), inputs, evidence=found, dry_run=said.dry_run)
        return _tell(said, desk, done)


def go_back(
    context: typer.Context,
    run: RUN,
    step: Annotated[str | None, typer.Option("--step", metavar="STEP", help=N_("Empty for the last one"))] = None,
    why: WHY = None,
) -> int:
    return _act(context, run, "go_back", {"step": step, "why": why})


def jump(
    context: typer.Context,
    run: RUN,
    tree: Annotated[str | None, typer.Option("--tree", metavar="TREE", help=N_("Such as AC-T1"))] = None,
    why: WHY = None,
) -> int:
    return _act(context, run, "jump", {"tree": tree, "why": why})


def finish(context: typer.Context, run: RUN) -> int:
    return _act(context, run, "finish", {})


def attach(
    context: typer.Context,
    run: RUN,
    file: Annotated[
        str | None, typer.Option("--file", metavar="FILE|-", help=N_("A file; - reads standard input"))
    ] = None,
    comment: Annotated[str | None, typer.Option("--comment", metavar="TEXT", help=N_("Comment"))] = None,
    platform: PLATFORM = None,
    line: Annotated[str | None, typer.Option("--line", metavar="TEXT", help=N_("What was typed on the device"))] = None,
) -> int:
    from noc_console.desk import device_output, diagnosis

    said = globals_of(context)
    if file is None:
        raise UsageError(_("which file?"), "--file FILE")
    if bool(platform) != bool(line):
        raise UsageError(_("--platform and --line go together"), '--platform cisco_ios --line "show processes cpu"')
    if platform:
        device_output.check(plain(platform))
    (found,) = _evidence([file])
    with said.desk() as desk:
        step = diagnosis.show(desk, plain(run)).step
        done = diagnosis.attach(desk, plain(run), replace(found, command=plain(line or "")), plain(comment or ""),
                                dry_run=said.dry_run)  # fmt: skip
        code = _tell(said, desk, done)
    if platform and line and step:
        text = found.content.decode("utf-8", "replace")
        _tell_value(device_output.value_in(text, plain(platform), plain(line), step))
    return code


def _tell_value(value: str) -> None:
    if value:
        render.note(_("the step asks for: {value}", value=value))


def show(context: typer.Context, run: RUN) -> int:
    from noc_console.cli.diagnosis_text import run_lines
    from noc_console.desk import diagnosis

    said = globals_of(context)
    with said.desk() as desk:
        view = diagnosis.show(desk, plain(run))
    render.single(view.json(), said.output, run_lines(view), id_field="run")
    return 0


def list_runs(
    context: typer.Context,
    ticket: Annotated[str | None, typer.Argument(metavar="[TICKET]")] = None,
    state: Annotated[str | None, state_option(_STATES, N_("Which runs"))] = None,
    limit: LIMIT = None,
) -> int:
    from noc_console.desk import diagnosis

    said = globals_of(context)
    wanted = state_of(state or ("all" if ticket else "running"), _STATES)
    with said.desk() as desk:
        found = diagnosis.page(desk, state=wanted, ref=plain(ticket or ""), limit=most_of(limit, said.output))
    render.many((diagnosis.line_json(row) for row in found), said.output, _COLUMNS, id_field="run")
    return 0


def _act(context: typer.Context, run: str, event: str, texts: Mapping[str, str | None]) -> int:
    from noc_console.desk import diagnosis

    said = globals_of(context)
    with said.desk() as desk:
        inputs = _inputs(desk, event, texts)
        return _tell(said, desk, diagnosis.act(desk, plain(run), event, inputs, dry_run=said.dry_run))


def _inputs(desk: Desk, event: str, texts: Mapping[str, str | None], *, stdin_taken: bool = False) -> dict[str, Any]:
    found = workflow("diagnosis").event(event)
    assert found is not None
    given = {name: text for name, text in texts.items() if text is not None}
    return Reader(desk, stdin_taken=stdin_taken).read(found.inputs, given)


def _tell(said: Globals, desk: Desk, done: Outcome) -> int:
    """Print where the run stands now; of a dry run, what would be."""
    from noc_console.cli.diagnosis_text import heading, place_lines
    from noc_console.desk import diagnosis

    if said.dry_run:
        item = {"run": done.ref or None, "event": done.event, "state": done.state, "dry_run": True}
        render.single(item, said.output, [state_line(done, said.dry_run)], id_field="run")
        return 0
    view = diagnosis.show(desk, done.record)
    lines = [heading(view), *place_lines(view)] if done.state == "running" else [f"{done.ref} {done.state}"]
    render.single(view.json(), said.output, lines, id_field="run")
    return 0


def _evidence(paths: list[str] | tuple[str, ...]) -> list[Evidence]:
    from noc_console.desk.diagnosis import Evidence, evidence_of
    from noc_console.desk.files import MAX_FILE

    found = []
    for path in paths:
        if path != "-":
            found.append(evidence_of(path))
            continue
        content = sys.stdin.buffer.read(MAX_FILE + 1)
        if len(content) > MAX_FILE:
            raise BadInput(
                _("{path} is larger than {limit} MiB", path=_("standard input"), limit=MAX_FILE // 1024**2),
                _("keep it elsewhere and note where"),
            )
        found.append(Evidence("stdin.txt", content))
    return found


def run_command(
    context: typer.Context,
    run: RUN,
    host: Annotated[str | None, typer.Option("--host", metavar="HOST", help=N_("Name or address"))] = None,
    port: Annotated[str | None, typer.Option("--port", metavar="PORT", help=N_("Port"))] = None,
    oid: Annotated[str | None, typer.Option("--oid", metavar="OID", help=N_("Object identifier"))] = None,
    name: Annotated[str | None, typer.Option("--name", metavar="NAME", help=N_("Name of the DNS"))] = None,
    line: Annotated[
        str | None, typer.Option("--line", metavar="TEXT", help=N_("A line that begins with show or display"))
    ] = None,
    platform: PLATFORM = None,
    yes: Annotated[bool, typer.Option("--yes", help=N_("Run it; otherwise it is only shown"))] = False,
) -> int:
    from noc_console.desk import diagnosis_command

    said = globals_of(context)
    texts = {"host": host, "port": port, "oid": oid, "name": name, "line": line}
    given = {slot: plain(text) for slot, text in texts.items() if text is not None}
    with said.desk() as desk:
        offer = diagnosis_command.offered(desk, plain(run), given)
        if said.dry_run or not yes:
            item = {"command": offer.line, "missing": list(offer.missing), "ran": False}
            render.single(item, said.output, [offer.line], id_field="command")
            if not said.dry_run:
                render.note(_("not run; --yes runs it"))
            return 0
        printed, view, value = diagnosis_command.run(desk, plain(run), offer, platform=plain(platform or ""))
    item = {
        "command": offer.line,
        "missing": [],
        "ran": True,
        "exit_code": printed.code,
        "ended": printed.ended or None,
        "output": printed.text,
        "value": value or None,
        "evidence": len(view.evidence),
    }
    render.single(item, said.output, [printed.text.rstrip()], id_field="command")
    if printed.ended:
        render.note(printed.ended)
    _tell_value(value)
    return 0
