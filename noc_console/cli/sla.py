"""``noc sla``: the arithmetic behind a ticket's deadlines, what is due soon, and reckoning again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import tzinfo
from typing import TYPE_CHECKING, Annotated, Any

import typer

from noc_console.cli import render, shown
from noc_console.cli.arguments import LIMIT, most_of, plain, references
from noc_console.cli.options import entry, globals_of, noun
from noc_console.cli.render import Column
from noc_console.cli.several import Several
from noc_console.cli.ticket_list import columns
from noc_console.cli.ticket_show import MANY_REFS
from noc_console.errors import UsageError
from noc_console.i18n import N_, _
from noc_console.workflows.durations import parse_duration

if TYPE_CHECKING:
    from noc_console.cli.options import Noun as Group
    from noc_console.workflows.clock_explain import Explanation

    #: a reference with the arithmetic of its clocks
    Explained = tuple[str, tuple[Explanation, ...]]

_MOVED = (
    Column(N_("REF"), lambda item: item["ref"], 14),
    Column(N_("MOVED"), lambda item: _("yes") if item["moved"] else _("no"), 8),
)


def command() -> Group:
    """Return the command of this noun."""
    return noun(
        "sla",
        N_("Deadlines: why they are where they are, and what is due"),
        {
            "explain": entry(_explain, N_("The arithmetic of a ticket's clocks, stretch by stretch"), name="explain"),
            "due": entry(_due, N_("Open tickets with a clock that runs out soon, the late ones first"), name="due"),
            "recompute": entry(
                _recompute,
                N_("Reckon all deadlines again, as after a change of holidays"),
                name="recompute",
                writes=True,
            ),
        },
    )


def _explain(context: typer.Context, refs: MANY_REFS) -> int:
    from noc_console.desk import sla

    said = globals_of(context)
    with said.desk() as desk:
        if len(refs) == 1 and refs[0] != "-":
            found = (plain(refs[0]), sla.explain(desk, plain(refs[0])))
            if said.output == "text":
                for text in _texts(found, desk.zone):
                    render.line(text)
            else:
                render.many(_items(found), said.output, (), id_field="clock")
            return 0
        several = Several(
            said,
            lambda ref: (ref, sla.explain(desk, ref)),
            _items,
            lambda found: [found[0], *(f"  {text}" for text in _texts(found, desk.zone)), ""],
            id_field="clock",
        )
        return several.tell(references(refs))


def _items(found: Explained) -> Iterator[dict[str, Any]]:
    ref, clocks = found
    return ({"ref": ref, **asdict(clock)} for clock in clocks)


def _texts(found: Explained, zone: tzinfo) -> Iterator[str]:
    for clock in found[1]:
        yield from _lines(clock, zone)


def _lines(clock: Explanation, zone: tzinfo) -> Iterator[str]:
    told = shown.duration if clock.whole_days else shown.working
    target = told(clock.target_s) if clock.target_s is not None else "-"
    source = " ".join(part for part in (clock.tag, clock.source) if part)
    yield _("{clock}, round {n}: target {target} in {calendar} ({source})",
            clock=clock.clock, n=clock.round, target=target, calendar=clock.calendar, source=source or "-")  # fmt: skip
    for line in clock.lines:
        start, end = shown.instant(line.start, zone), shown.instant(line.end, zone)
        if line.running:
            what, counted = line.label or _("running"), line.working_s
        else:
            what = _("paused: {reason}, {time} not counted", reason=line.label, time=told(line.working_s))
            counted = 0
        yield f"  {start} - {end}  {what}  +{told(counted)} = {told(line.sum_s)}"
    parts = [_("used {time}", time=told(clock.used_s)), clock.verdict]
    if clock.due:
        parts.append(_("due {instant}", instant=shown.instant(clock.due, zone)))
    if clock.left_s is not None:
        sign = "-" if clock.left_s < 0 else ""
        parts.append(_("left {time}", time=sign + told(abs(clock.left_s))))
    yield "  " + "  ".join(part for part in parts if part)
    if clock.breach:
        why = _("why: {reason}; {words} ({name})",
                reason=clock.breach.label, words=clock.breach.words, name=clock.breach.by)  # fmt: skip
        yield f"  {why}"


def _due(
    context: typer.Context,
    within: Annotated[str, typer.Option("--within", metavar="DURATION", help=N_("Such as 30m, 4h"))] = "4h",
    limit: LIMIT = None,
) -> int:
    from noc_console.desk import sla
    from noc_console.desk.ticket import row_of
    from noc_console.desk.ticket_view import list_json

    said = globals_of(context)
    try:
        seconds = parse_duration(plain(within))
    except ValueError as error:
        raise UsageError(f"--within: {error}") from error
    most = most_of(limit, said.output)
    with said.desk() as desk:
        page = sla.due(desk, seconds, limit=most)
        if said.output == "text":
            render.many(page.rows, "text", columns(desk.now()))
        else:
            render.many(list_json(desk, [row_of(desk, row.id) for row in page.rows]), said.output, ())
    return 0


def _recompute(context: typer.Context) -> int:
    from noc_console.desk import sla

    said = globals_of(context)
    with said.desk() as desk:
        items = ({"ref": ref, "moved": moved} for ref, moved in sla.recompute(desk, dry_run=said.dry_run))
        render.many(items, said.output, _MOVED)
    return 0
