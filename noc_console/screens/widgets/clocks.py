"""The clocks of one ticket in words, and their arithmetic segment by segment. It computes no deadline."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from noc_console.i18n import _
from noc_console.screens.widgets.due import SOON_S, left_s, span
from noc_console.screens.widgets.record_columns import Cell
from noc_console.workflows import clocks
from noc_console.workflows.calendars import runs_always
from noc_console.workflows.clock_explain import Explanation
from noc_console.workflows.clock_rows import NAMES, calendar_of
from noc_console.workflows.clocks import Clock
from noc_console.workflows.labels import label
from noc_console.workflows.policy import Policy


def newest(found: Sequence[Clock]) -> tuple[Clock, ...]:
    """Return the last round of each clock, in the order in which they matter."""
    last: dict[str, Clock] = {}
    for clock in sorted(found, key=lambda clock: clock.round):
        last[clock.name] = clock
    return tuple(last[name] for name in NAMES if name in last)


def words(clock: Clock, policy: Policy, now: datetime, zone: ZoneInfo) -> Cell:
    """Say one clock: ``restore 04:41 of 04:00 LATE``, ``news due in 00:09 (23:50)``, ``respond met 00:03 of 00:05``."""
    calendar = calendar_of(policy, clock.calendar)
    name = label(clock.name)
    told = partial(span, whole_days=runs_always(calendar))
    used = told(clocks.used_s(clock, calendar, now))
    amount = used if clock.target_s is None else _("{used} of {target}", used=used, target=told(clock.target_s))
    if clock.stopped_at is not None:
        verdict = label(clock.verdict) if clock.verdict else _("stopped")
        return Cell(f"{name} {verdict} {amount}", "late" if clock.verdict == clocks.MISSED else "done")
    if clock.paused:
        return Cell(_("{clock} paused at {amount}", clock=name, amount=amount), "paused")
    if clocks.is_late(clock, calendar, now):
        return Cell(_("{clock} {amount} LATE", clock=name, amount=amount), "late")
    due = clocks.due(clock, calendar)
    if due is None:
        return Cell(f"{name} {amount}", "plain")
    left, local = left_s(due, now), due.astimezone(zone)
    # a time of day alone would be taken for today's
    at = local.strftime("%H:%M" if local.date() == now.astimezone(zone).date() else "%m-%d %H:%M")
    text = _("{clock} due in {left} ({at}), {amount}", clock=name, left=span(max(left, 0)), at=at, amount=amount)
    return Cell(text, "warning" if left < SOON_S else "plain")


def arithmetic(explained: Explanation, zone: ZoneInfo) -> list[str]:
    """Return the lines of a clock's sum: target with its source, each segment, and what follows."""
    told = partial(span, whole_days=explained.whole_days)
    target = _("no target") if explained.target_s is None else told(explained.target_s)
    origin = " ".join(part for part in (explained.tag, explained.source) if part)
    lines = [
        _("{clock}, round {round}: target {target}, calendar {calendar}",
          clock=label(explained.clock), round=explained.round, target=target, calendar=explained.calendar),
    ]  # fmt: skip
    if origin:
        lines.append(_("  from: {origin}", origin=origin))
    for line in explained.lines:
        start, end = (at.astimezone(zone).strftime("%m-%d %H:%M") for at in (line.start, line.end))
        working, wall, used = told(line.working_s), span(line.wall_s), told(line.sum_s)
        if line.running:
            lines.append(
                _("  {start} to {end}  {what}: {working} of {wall}; used so far {sum}",
                  start=start, end=end, what=line.label or _("running"), working=working, wall=wall, sum=used)
            )  # fmt: skip
        else:
            lines.append(
                _("  {start} to {end}  paused, {reason}: {working} of {wall} not counted; used so far {sum}",
                  start=start, end=end, reason=line.label, working=working, wall=wall, sum=used)
            )  # fmt: skip
    if explained.due is not None:
        lines.append(_("  due {at}", at=explained.due.astimezone(zone).strftime("%Y-%m-%d %H:%M %Z")))
    if explained.verdict and explained.margin_s is not None:
        margin = told(abs(explained.margin_s))
        lines.append(_("  {verdict}, margin {margin}", verdict=label(explained.verdict), margin=margin))
    elif explained.late:
        lines.append(_("  late"))
    if explained.breach is not None:
        why = explained.breach
        lines.append("  " + _("why: {reason}; {words} ({name})", reason=why.label, words=why.words, name=why.by))
    return lines
