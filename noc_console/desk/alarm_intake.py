"""Alarms come in: each becomes a ticket, a row of one, a watched alarm, or a quarantined item; nothing is lost.

Many to a transaction, and none longer than a reader can wait. It must not parse, and does not decide what an alarm
does: ``alarm_judge.py`` does.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from noc_console.desk import alarm_why
from noc_console.desk.alarm_judge import Answer, Judge
from noc_console.desk.alarm_places import due_watches, refs_of, watched
from noc_console.desk.alarm_reports import Parse, Report, Unread, reports
from noc_console.desk.intake_item import IntakeItem, hold, refusal
from noc_console.desk.rows import Values
from noc_console.errors import BadInput, Refused
from noc_console.i18n import _
from noc_console.store.canonical import derived_id
from noc_console.store.engine import retried, writing
from noc_console.store.journal import records_of
from noc_console.workflows.drafts import AlarmDraft

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk
    from noc_console.intake.raw_files import RawInput

#: Alarms and seconds of one transaction; a reader waits for no longer than 0.2 s, the commit included.
MOST, BUDGET_S = 100, 0.04
Take = Callable[["Desk", "Iterable[RawInput]", bool], Iterator[IntakeItem]]
Answered = Callable[[list[Report]], list[Answer | IntakeItem]]


def taker(channel: str, parse: Parse) -> Take:
    """Return the function that takes in the inputs of a channel of alarms, in order, many to a transaction."""

    def take(desk: Desk, inputs: Iterable[RawInput], dry_run: bool) -> Iterator[IntakeItem]:
        answers = _Dry(desk, channel).answers if dry_run else partial(_answers, desk, channel)
        said: list[Report | Unread] = []
        places: dict[str, int] = {}
        for found in inputs:
            first = places.get(found.source, found.index)
            fresh = list(reports(found, parse, desk.now(), first))
            places[found.source] = first + sum(len(_positions(one)) for one in fresh)
            said += fresh
            if len(said) >= MOST:
                yield from _all(desk, channel, said, answers, dry_run)
                said = []
        yield from _all(desk, channel, said, answers, dry_run)

    return take


def _positions(one: Report | Unread) -> tuple[int, ...]:
    return one.positions if isinstance(one, Report) else (one.position,)


def _all(
    desk: Desk, channel: str, said: list[Report | Unread], answered: Answered, dry_run: bool
) -> Iterator[IntakeItem]:
    """Take reports in, and yield their items in the order of the input."""
    alarms = [one for one in said if isinstance(one, Report)]
    answers = dict(zip(map(id, alarms), answered(alarms), strict=True))
    items: list[tuple[int, int, IntakeItem]] = []
    sources: dict[str, int] = {}
    for one in said:
        at = sources.setdefault(one.source, len(sources))
        if isinstance(one, Unread):
            place = (one.source, one.position, one.raw)
            item = hold(desk, channel, *place, one.code, one.text, dry_run=dry_run)
            items.append((at, one.position, item))
        else:
            items += [(at, item.index, item) for item in _items(one, answers[id(one)])]
    yield from (item for _at, _position, item in sorted(items, key=lambda entry: entry[:2]))


def _items(report: Report, answer: Answer | IntakeItem) -> Iterator[IntakeItem]:
    """Yield an item for each time that a report was made."""
    if isinstance(answer, IntakeItem):
        yield answer
        return
    kind = "ticket" if answer.on_ticket else None
    parsed = report.draft.to_json()
    for n, position in enumerate(report.positions):
        action = answer.action if n == 0 or answer.action in ("duplicate", "quarantined") else answer.again
        yield IntakeItem(report.source, position, action, kind, answer.ref, answer.reason, parsed)


def _answers(desk: Desk, channel: str, alarms: list[Report]) -> list[Answer | IntakeItem]:
    answers: list[Answer | IntakeItem] = []
    while len(answers) < len(alarms):
        batch = _Batch(desk, channel, alarms[len(answers) : len(answers) + MOST])
        try:
            answers += retried(batch.work)
        except (Refused, BadInput):  # one of them; by itself it is told which
            answers += [_alone(desk, channel, report) for report in batch.reports]
    return answers


def _alone(desk: Desk, channel: str, report: Report) -> Answer | IntakeItem:
    """Take one alarm in a transaction of its own, or quarantine it with the reason."""
    try:
        (answer,) = retried(_Batch(desk, channel, [report]).work)
    except (Refused, BadInput) as error:
        return _held(desk, channel, report, error, dry_run=False)
    return answer


def _held(desk: Desk, channel: str, report: Report, error: Refused | BadInput, *, dry_run: bool) -> IntakeItem:
    place = (report.source, report.positions[0], report.raw)
    return hold(desk, channel, *place, *refusal(error), dry_run=dry_run)


@dataclass(slots=True)
class _Batch:
    """The alarms of one transaction; what it has done once it does not undo when it is tried again."""

    desk: Desk
    channel: str
    reports: list[Report]
    #: answers of an attempt whose commit nobody could confirm
    earlier: dict[str, Answer] = field(default_factory=dict)

    def work(self) -> list[Answer | IntakeItem]:
        """Take in as many as the time allows, at least one."""
        with writing(self.desk.engine) as connection:
            judge = Judge(self.desk, connection, self.channel, [report.draft for report in self.reports])
            answers = _decided(judge, connection, self.reports, BUDGET_S, {})
            judge.record()
        told = [self.earlier.setdefault(report.intent_id, answer) for report, answer in answers]
        return list(told)


def _decided(
    judge: Judge, connection: Connection, alarms: list[Report], budget_s: float, seen: dict[str, str]
) -> list[tuple[Report, Answer]]:
    """Decide about as many as the time allows; ``seen`` are records of reports that were decided earlier."""
    began = time.monotonic()
    done = records_of(connection, [report.intent_id for report in alarms]) | seen
    refs = refs_of(connection, set(done.values()))
    answers: list[tuple[Report, Answer]] = []
    for report in alarms:
        if report.intent_id in done:
            record = done[report.intent_id]
            known = _("this was taken in before")
            answer = Answer("duplicate", refs.get(record), known, record, on_ticket=record in refs)
        else:
            answer = judge.decide(report)
            done[report.intent_id] = answer.record
            if answer.ref is not None:
                refs[answer.record] = answer.ref
        answers.append((report, answer))
        if time.monotonic() - began > budget_s:
            break
    return answers


class _Dry:
    """Decides in the same way and stores nothing: what the first alarm would open takes in the next."""

    def __init__(self, desk: Desk, channel: str) -> None:
        self.desk = desk
        self.channel = channel
        self._judge: Judge | None = None
        self._seen: dict[str, str] = {}

    def answers(self, alarms: list[Report]) -> list[Answer | IntakeItem]:
        """Return what would become of alarms; a reader's transaction for each part, so that nobody waits."""
        answers: list[Answer | IntakeItem] = []
        while len(answers) < len(alarms):
            answers += self._some(alarms[len(answers) : len(answers) + MOST])
        return answers

    def _some(self, alarms: list[Report]) -> list[Answer | IntakeItem]:
        drafts = [report.draft for report in alarms]
        with self.desk.reading() as connection:
            if self._judge is None:
                self._judge = Judge(self.desk, connection, self.channel, drafts, dry=True)
            else:
                self._judge.attach(connection, drafts)
            try:
                answers = _decided(self._judge, connection, alarms, BUDGET_S, self._seen)
            except BadInput as error:  # one of them
                bad = error
            else:
                self._seen |= {report.intent_id: answer.record for report, answer in answers}
                return [answer for _report, answer in answers]
        if len(alarms) == 1:
            return [_held(self.desk, self.channel, alarms[0], bad, dry_run=True)]
        return [answer for report in alarms for answer in self._some([report])]


# --- Alarms without a ticket ---------------------------------------------------------------------------------


def page(desk: Desk, *, limit: int | None = 200) -> tuple[Values, ...]:
    """Return the alarms that are held back or ignored, those heard of last first."""
    policy, now = desk.policy().alarms, desk.now()
    with desk.reading() as connection:
        return tuple(alarm_why.told(row, policy, now) for row in watched(connection, limit=limit))


def open_held(desk: Desk, most: int, *, dry_run: bool = False) -> Iterator[tuple[str, Answer]]:
    """Open a ticket for each alarm that was held back until now and is still raised, or fold it; yield its name."""
    with desk.reading() as connection:
        due = due_watches(connection, desk.now(), most)
    for row in due:
        work = _would_open_held if dry_run else _open_held
        answer = retried(partial(work, desk, row["channel"], _report_of(row)))
        if answer is not None:
            yield row["name"], answer


def _open_held(desk: Desk, channel: str, report: Report) -> Answer | None:
    with writing(desk.engine) as connection:
        judge = Judge(desk, connection, channel, [report.draft])
        answer = judge.overdue(report)
        judge.record()
        return answer


def _would_open_held(desk: Desk, channel: str, report: Report) -> Answer | None:
    with desk.reading() as connection:
        return Judge(desk, connection, channel, [report.draft], dry=True).overdue(report)


def _report_of(row: Values) -> Report:
    draft = AlarmDraft(
        fingerprint=row["fingerprint"],
        name=row["name"],
        severity=row["severity"],
        state="raised",
        object_=row["object"],
        source_ip=row["source_ip"],
        raised_at=row["raised_at"],
        text=row["text"] or "",
        labels=row["labels"],
    )
    intent_id = derived_id(row["id"], "due", row["due_at"].isoformat())
    return Report(draft, row["channel"], (0,) * row["count"], intent_id, row["raised_at"], b"", row["source"] or "")
