"""Why a deadline stands where it stands: a clock's arithmetic, line by line, with the source of its target.

It computes nothing of its own (``clocks.py`` does) and must not lay out text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from noc_console.i18n import N_, _, language
from noc_console.workflows import clocks
from noc_console.workflows.calendars import runs_always
from noc_console.workflows.clock_rows import NEWS, REAL_TIME, THIRD_PARTY, calendar_of
from noc_console.workflows.clocks import CARRIED_OVER, Clock
from noc_console.workflows.policy import Policy

CARRIED_LABEL = N_("used in earlier rounds")
PROMISE_SOURCE = N_("the instant that was promised")
#: A ticket keeps the origin of its present limits alone; a regrade or a contract gives it others.
EARLIER_SOURCE = N_("an earlier limit of this ticket")


@dataclass(frozen=True, slots=True)
class ExplainedLine:
    """One stretch: its working and its real seconds, and the sum that was used when it ended.

    ``reason`` is the code of a pause, ``label`` what people read; both are empty while the clock runs.
    """

    start: datetime
    end: datetime
    running: bool
    reason: str
    label: str
    working_s: int
    wall_s: int
    sum_s: int


@dataclass(frozen=True, slots=True)
class Breach:
    """Why a clock was missed: the code, what people read for it, the words, and who said so when."""

    reason: str
    label: str
    words: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Explanation:
    """A clock as of an instant: where its target comes from, every stretch, and what follows from them.

    ``used_s`` is time of the calendar, ``wall_s`` real time of this round (c.2: both are shown); ``left_s`` is negative
    when late. ``due`` is empty while paused and once stopped, as nothing can be said then or nothing is due.
    """

    clock: str
    round: int
    calendar: str
    zone: str
    target_s: int | None
    tag: str
    source: str
    lines: tuple[ExplainedLine, ...]
    used_s: int
    wall_s: int
    left_s: int | None
    due: datetime | None
    late: bool
    verdict: str
    margin_s: int | None
    #: why it was missed (R24), once somebody has said so: a code of the policy with its name, words, and whose
    breach: Breach | None = None
    #: whether a day of the calendar has 24 hours: in another, a length of time is not to be told in days
    whole_days: bool = True


def breach_of(row: Mapping[str, Any], policy: Policy) -> Breach | None:
    """Return why the clock of a row was missed, None where nobody has said so."""
    code = row.get("breach_reason")
    if not code:
        return None
    label = policy.breach_reasons[code].text(language()) if code in policy.breach_reasons else code
    words = " ".join((row["breach_words"] or "").split())
    return Breach(code, label, words, row["breach_by"] or "", row["breach_at"])


def explain_clock(
    clock: Clock, ticket: Mapping[str, Any], policy: Policy, now: datetime, row: Mapping[str, Any] | None = None
) -> Explanation:
    """Return the arithmetic of a clock of a ticket up to ``now``, in the language in use.

    ``ticket`` needs ``sla`` and ``grade``; ``row`` is that of the clock, which also holds why it was missed.
    """
    calendar = calendar_of(policy, clock.calendar)
    lines = tuple(
        ExplainedLine(
            line.start, line.end, line.running, line.reason, reason_label(line.reason, policy),
            line.working_s, line.wall_s, line.sum_s,
        )
        for line in clocks.explain(clock, calendar, now)
    )  # fmt: skip
    tag, source = _origin(clock, ticket, policy)
    used_s = clocks.used_s(clock, calendar, now)
    return Explanation(
        clock=clock.name,
        round=clock.round,
        calendar=clock.calendar,
        zone=calendar.zone,
        target_s=clock.target_s,
        tag=tag,
        source=source,
        lines=lines,
        used_s=used_s,
        wall_s=sum(line.wall_s for line in lines),
        left_s=None if clock.target_s is None else clock.target_s - used_s,
        due=clocks.due(clock, calendar),
        late=clocks.is_late(clock, calendar, now),
        verdict=clock.verdict,
        margin_s=clock.margin_s,
        breach=breach_of(row or {}, policy),
        whole_days=runs_always(calendar),
    )


def reason_label(code: str, policy: Policy) -> str:
    """Return what people read for the reason of a stretch; a code that the policy has dropped is its own name."""
    if code == CARRIED_OVER:
        return _(CARRIED_LABEL)
    reason = policy.wait_reasons.get(code)
    return reason.label.text(language()) if reason else code


def _origin(clock: Clock, ticket: Mapping[str, Any], policy: Policy) -> tuple[str, str]:
    """Return tag and source of the target; those of a frozen limit are the frozen ones."""
    if clock.name == THIRD_PARTY:
        return policy.source_of(f"third_party.{ticket['grade']}")
    if clock.calendar == REAL_TIME.name:
        return "", _(PROMISE_SOURCE)
    limit = "update" if clock.name == NEWS else clock.name
    if ticket["sla"].get(f"{limit}_s") != clock.target_s:
        return "", _(EARLIER_SOURCE)
    frozen = ticket["sla"]["tags"].get(limit, {})
    return frozen.get("tag", ""), frozen.get("source", "")
