"""What one alarm does: open a ticket, come to one that is there, wait, or be ignored; said as wishes to the machines.

One judge a transaction. Grades, keys and reasons are the policy's (``workflows/alarm_rules.py``); gates and effects the
machines'. It must not parse, and opens no transaction of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from noc_console.desk.act import Court, Outcome, Wish, storable
from noc_console.desk.alarm_places import Host, Place, Places
from noc_console.desk.alarm_reports import Report
from noc_console.desk.alarm_why import cleared_early, why
from noc_console.desk.intake_item import Action, cut
from noc_console.desk.rows import Values, one
from noc_console.i18n import _
from noc_console.store import blobs
from noc_console.store.canonical import canonical, derived_id, plain
from noc_console.workflows.alarm_effects import changed
from noc_console.workflows.alarm_rules import GRAVITY, Ruling, key_of, part_of, ruling
from noc_console.workflows.drafts import AlarmDraft
from noc_console.workflows.policy_values import GRADES
from noc_console.workflows.ticket_inputs import SUBJECT, SYMPTOM

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk

#: An instant that a machine states is believed when it lies within this time; clocks of devices are often wrong.
BELIEVED = timedelta(days=7)
#: Labels longer than this are in the original only.
MOST_LABELS = 16_000
_TEXT = 20_000
_LINE = 400


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a report: ``record`` is the ticket or the watched alarm, ``ref`` the ticket's."""

    action: Action
    ref: str | None
    reason: str | None
    record: str
    #: how the same report is answered when it is made again in the same input
    again: Action = "updated"
    on_ticket: bool = True


class Judge:
    """Decides about the alarms of one transaction, in order, each seeing what those before it did."""

    def __init__(
        self, desk: Desk, connection: Connection, channel: str, drafts: Sequence[AlarmDraft], *, dry: bool = False
    ) -> None:
        """Read what is known of the alarms; a ``dry`` judge decides from that alone and has nothing done."""
        self.connection = connection
        self.channel = channel
        self.dry = dry
        self.court = Court(desk, connection, ())
        self.now = self.court.now
        self.policy = self.court.policy
        self.places = Places(connection, (draft.fingerprint for draft in drafts))
        self._kept: dict[int, str] = {}
        self._would_open: Counter[str] = Counter()

    def attach(self, connection: Connection, drafts: Sequence[AlarmDraft]) -> None:
        """Let a dry judge go on in another transaction, with further alarms."""
        self.connection = connection
        self.places.attach(connection, (draft.fingerprint for draft in drafts))

    def decide(self, report: Report) -> Answer:
        """Say what a report does, and have it judged. Raises Refused, BadInput."""
        place = self.places.of(report.draft.fingerprint)
        if place is not None and place.host is not None and (place.host.open or self._ends(report, place)):
            return self._observed(report, place.host, place)
        if place is not None and place.watch is not None:
            return self._watched(report, place.watch)
        if report.draft.state == "cleared":
            return self._watch(report, "ignore", "", None, None)
        return self._by_rule(report, self._ruling(report), None)

    def overdue(self, report: Report) -> Answer | None:
        """Decide about an alarm whose time of being held back is up, unless it has cleared or gone on since."""
        place = self.places.of(report.draft.fingerprint)
        watch = place.watch if place is not None else None
        if watch is None or watch["due_at"] is None or watch["due_at"] > self.now:
            return None
        return self._by_rule(report, self._ruling(report, held=True), watch)

    def keep_message(self, report: Report, message: Mapping[str, Any]) -> None:
        """Keep the mail that told of an alarm with the ticket that the alarm came to."""
        place = self.places.of(report.draft.fingerprint)
        if place is not None and place.host is not None:
            self._hear(place.host.kind, place.host.id, "receive", message, report, "receive")

    def record(self) -> None:
        """Write the journal: the transaction's last act."""
        self.court.record()

    # --- Known alarms ----------------------------------------------------------------------------------------

    def _ends(self, report: Report, place: Place) -> bool:
        """Tell whether it is the end of an alarm whose ticket was closed while it was still raised."""
        return report.draft.state == "cleared" and place.state == "raised"

    def _observed(self, report: Report, host: Host, place: Place) -> Answer:
        draft = report.draft
        self._observe(report, host)
        self.places.put(draft.fingerprint, host, draft.state, draft.severity)
        if draft.state == "raised" and GRAVITY[draft.severity] > GRAVITY.get(place.severity, 0):
            self._raise_grade(report, host, self._ruling(report).grade)
        ends = draft.state == "cleared" and place.state == "raised"
        return Answer("cleared" if ends else "updated", host.ref, None, host.id)

    def _watched(self, report: Report, watch: Values) -> Answer:
        """Go on with an alarm that has no ticket; the rules are always those of today."""
        if report.draft.state == "cleared":
            ended = watch["alarm_state"] == "raised" and watch["action"] == "hold"
            self._report(report, watch, watch["action"], watch["rule"], watch["reason"], None)
            if ended:
                return Answer("cleared", None, cleared_early(), watch["id"], on_ticket=False)
            reason = why({**watch, "alarm_state": "cleared"}, self.policy.alarms, self.now)
            return Answer("ignored", None, reason, watch["id"], again="ignored", on_ticket=False)
        ruled = self._ruling(report)
        if ruled.action == "hold" and self._is_over(watch, ruled):
            ruled = self._ruling(report, held=True)
        return self._by_rule(report, ruled, watch)

    def _is_over(self, watch: Values, ruled: Ruling) -> bool:
        """Tell whether an alarm was held back long enough, or flaps, which no holding back may hide."""
        due = watch["due_at"]
        policy = self.policy.alarms
        since = watch["changes_at"]
        within = since is not None and self.now - since <= timedelta(seconds=policy.flapping_within_s)
        changes = watch["changes"] + (watch["alarm_state"] == "cleared")
        flaps = within and changes >= policy.flapping_changes
        return flaps or (watch["alarm_state"] == "raised" and due is not None and due <= self.now)

    # --- New alarms ------------------------------------------------------------------------------------------

    def _ruling(self, report: Report, *, held: bool = False) -> Ruling:
        policy = self.policy
        return ruling(policy.alarms, report.draft, self.channel, self.now, policy.off_peak_zone, held=held)

    def _by_rule(self, report: Report, ruled: Ruling, watch: Values | None) -> Answer:
        rule = ruled.rule
        if rule is not None and rule.action == "ignore":
            return self._watch(report, "ignore", rule.name, None, watch)
        if rule is not None and rule.action == "hold":
            return self._hold(report, rule.name, rule.for_s, watch)
        return self.place(report, ruled, watch)

    def _hold(self, report: Report, rule: str, for_s: int, watch: Values | None) -> Answer:
        due = self.now + timedelta(seconds=for_s)
        if watch is not None and watch["alarm_state"] == "raised" and watch["due_at"] is not None:
            due = watch["due_at"]
        return self._watch(report, "hold", rule, due, watch)

    def place(self, report: Report, ruled: Ruling, watch: Values | None) -> Answer:
        """Bring an alarm to the ticket that takes it in, or open one."""
        host, reason, key = self._taking_in(report, ruled)
        if host is None:
            storm = key.startswith("storm/")
            host = self._open(report, ruled, key, storm=storm)
            answer = Answer("opened", host.ref, reason, host.id)
        else:
            host = self._raise_grade(report, host, ruled.grade)
            answer = Answer("appended", host.ref, reason, host.id)
        self._observe(report, host, ruled)
        self.places.put(report.draft.fingerprint, host, report.draft.state, report.draft.severity)
        if not key.startswith("single/"):
            self.places.folded(key, host, self.now)
        if watch is not None:
            self._hear("alarm_watch", watch["id"], "open", {"ticket": host.id}, report, "open")
        return answer

    def _taking_in(self, report: Report, ruled: Ruling) -> tuple[Host | None, str | None, str]:
        """Return the ticket that takes an alarm in, why, and the key by which it does so."""
        policy = self.policy.alarms
        self.court.minutes.settle()  # what came to a ticket just now counts
        if ruled.key and ruled.rule is not None:
            key = f"fold/{cut(ruled.key, 380)}"
            reason = _("folded by rule {rule}", rule=ruled.rule.name)
            return self.places.parent(key, self.now, ruled.rule.within_s), reason, key
        of_kind = cut(key_of(policy.storm_by, report.draft, ruled.domain) or "-", 380)
        key = f"storm/{of_kind}"
        parent = self.places.parent(key, self.now, policy.storm_quiet_s)
        if parent is not None:
            return parent, _("part of an alarm storm"), key
        single = f"single/{of_kind}"
        newest = self.places.newest(single, self.now, policy.storm_within_s, policy.storm_tickets)
        if len(newest) + self._would_open[single] >= policy.storm_tickets:
            return None, _("an alarm storm: what follows is folded into this ticket"), key
        return None, None, single

    def _open(self, report: Report, ruled: Ruling, key: str, *, storm: bool) -> Host:
        draft = report.draft
        record = derived_id(report.intent_id, "ticket")
        before = self.places.last_closed(draft.fingerprint)
        inputs = self._registration(report, ruled, key, storm=storm)
        lately = self.now - timedelta(days=self.policy.reopen_days)
        if before is not None and before.closed_at is not None and before.closed_at >= lately:
            inputs["follows"] = before.id
        outcome = self._hear("fault", record, "register", inputs, report, "register")
        host = Host(record, outcome.ref if outcome else None, "fault", True, ruled.grade)
        self._would_open[key] += self.dry
        if storm:
            self._adopt(host, key, report)
        return host

    def _adopt(self, host: Host, key: str, report: Report) -> None:
        """Make the tickets that the storm began with children of its ticket, where nobody has them yet."""
        if self.dry:
            return
        policy = self.policy.alarms
        self.court.minutes.settle()
        single = f"single/{key.removeprefix('storm/')}"
        for row in self.places.newest(single, self.now, policy.storm_within_s, policy.storm_tickets):
            if row["state"] == "registered" and row["owner"] is None and row["parent"] is None:
                inputs = {"type": "parent", "other": host.id}
                self._hear("fault", row["id"], "link", inputs, report, f"link/{row['id']}")

    def _registration(self, report: Report, ruled: Ruling, key: str, *, storm: bool) -> dict[str, Any]:
        draft, rule = report.draft, ruled.rule
        policy = self.policy
        subject = f"{draft.name} {draft.object_ or draft.source_ip or ''}".strip()
        if storm:
            what = key.removeprefix("storm/")
            subject = _("Alarm storm: {what}", what=what) if what != "-" else _("Alarm storm")
        elif ruled.key and rule is not None:
            what = "/".join(part_of(by, draft, ruled.domain) for by in rule.by)
            subject = f"{draft.name}: {what}"
        inputs = {
            "channel": "monitoring" if policy.channel("monitoring") else "other",
            "requester_type": "monitoring",
            "subject": cut(subject, SUBJECT.max_length),
            "symptom": cut(symptom(draft), SYMPTOM.max_length),
            "occurred_at": self._believed(report.first),
            "scope": cut(draft.object_ or draft.source_ip or draft.name, 2_000),
            "domain": ruled.domain,
            "grade": ruled.grade,
            "service_affecting": rule.service_affecting if rule else None,
            "users_affected": rule.users if rule else None,
            "objects": (cut(draft.object_, 200),) if draft.object_ else (),
            "source_channel": self.channel,
            "fingerprint": cut(draft.fingerprint, _LINE),
            "alarm_key": key,
        }
        return {name: value for name, value in inputs.items() if value not in (None, "", ())}

    def _believed(self, at: datetime | None) -> datetime:
        return at if at is not None and timedelta(0) <= self.now - at <= BELIEVED else self.now

    # --- Wishes ----------------------------------------------------------------------------------------------

    def _raise_grade(self, report: Report, host: Host, grade: str) -> Host:
        """Let a graver alarm raise the grade of the ticket that it comes to; nothing lowers it."""
        if not host.open or GRADES.index(grade) >= GRADES.index(host.grade):
            return host
        why = _("the alarm {name} is {severity}", name=cut(report.draft.name, 200), severity=report.draft.severity)
        self._hear(host.kind, host.id, "regrade", {"grade": grade, "why": why}, report, "regrade")
        return self.places.graded(host, grade)

    def _observe(self, report: Report, host: Host, ruled: Ruling | None = None) -> None:
        draft = report.draft
        rule = ruled.rule if ruled else None
        circuit = part_of(rule.circuit, draft, None) if rule and rule.circuit else ""
        inputs = {
            **self._said(report),
            "fingerprint": cut(draft.fingerprint, _LINE),
            "name": cut(draft.name, _LINE),
            "object": cut(draft.object_ or "", _LINE),
            "channel": self.channel,
            "circuit": cut(circuit, 200),
        }
        given = {name: value for name, value in inputs.items() if value not in (None, "")}
        self._wish(Wish(host.kind, host.id, "observe", given, intent_id=report.intent_id))

    def _said(self, report: Report) -> dict[str, Any]:
        """Return what a report says of the state of its alarm, as events ask it."""
        draft = report.draft
        labels = canonical(plain(dict(draft.labels)))
        return {
            "severity": draft.severity,
            "alarm_state": draft.state,
            "count": report.count,
            "first": report.first or self.now,
            "last": self.now,
            "cleared_at": min(draft.cleared_at or self.now, self.now) if draft.state == "cleared" else None,
            "text": cut(draft.text, _TEXT),
            "labels": labels if len(labels) <= MOST_LABELS else None,
            "source": self._original(report),
        }

    def _original(self, report: Report) -> str:
        """Keep the original once for all its alarms, and return its hash."""
        if self.dry or report.kept:
            return report.kept
        known = self._kept.get(id(report.raw))
        if known is None:
            known = self._kept[id(report.raw)] = blobs.keep(self.connection, report.raw)
        return known

    def _watch(self, report: Report, action: str, rule: str, due: datetime | None, watch: Values | None) -> Answer:
        draft = report.draft
        row = {"action": action, "rule": rule, "due_at": due, "alarm_state": draft.state, "reason": None}
        reason = why(row, self.policy.alarms, self.now)
        again: Action = "updated" if action == "hold" else "ignored"
        if watch is not None:
            self._report(report, watch, action, rule, reason, due)
            return Answer(again, None, reason, watch["id"], again=again, on_ticket=False)
        record = derived_id(report.intent_id, "watch")
        inputs = {
            **self._said(report),
            **_ruled(action, rule, reason, due),
            "channel": self.channel,
            "fingerprint": cut(draft.fingerprint, _LINE),
            "name": cut(draft.name, _LINE),
            "object": cut(draft.object_ or "", _LINE),
            "source_ip": draft.source_ip,
        }
        self._to_watch("watch", record, inputs, report)
        return Answer("ignored", None, reason, record, again=again, on_ticket=False)

    def _report(
        self, report: Report, watch: Values, action: str, rule: str | None, reason: str | None, due: datetime | None
    ) -> None:
        inputs = {**self._said(report), **_ruled(action, rule or "", reason, due)}
        self._to_watch("report", watch["id"], inputs, report)

    def _to_watch(self, event: str, record: str, inputs: Mapping[str, Any], report: Report) -> None:
        given = {name: value for name, value in inputs.items() if value not in (None, "")}
        self._wish(Wish("alarm_watch", record, event, given, intent_id=report.intent_id))
        if self.dry:
            self.places.watch(report.draft.fingerprint, self._as_it_would_be(record, inputs, report))
            return
        self.court.minutes.settle()
        row = one(self.connection, "alarm_watch", record)
        if row is not None:
            self.places.watch(report.draft.fingerprint, row)

    def _as_it_would_be(self, record: str, inputs: Mapping[str, Any], report: Report) -> Values:
        place = self.places.of(report.draft.fingerprint)
        before = place.watch if place is not None and place.watch is not None else {"changes": 0, "changes_at": None}
        row = {**before, **inputs, "id": record}
        if before.get("alarm_state") not in (None, inputs["alarm_state"]):
            row |= changed(before, self.now, self.policy.alarms.flapping_within_s)
        return row

    def _hear(
        self, kind: str, record: str, event: str, inputs: Mapping[str, Any], report: Report, what: str
    ) -> Outcome | None:
        return self._wish(Wish(kind, record, event, inputs, intent_id=derived_id(report.intent_id, what)))

    def _wish(self, wish: Wish) -> Outcome | None:
        """Have a wish judged; a dry judge only makes sure that it could be stored."""
        wish = storable(wish)
        return None if self.dry else self.court.hear(wish)


def _ruled(action: str, rule: str, reason: str | None, due: datetime | None) -> dict[str, Any]:
    """Say the ruling; the reason as text alone, because a reader is told it anew by the rule."""
    return {"action": action, "rule": rule, "reason": reason and str(reason), "due_at": due}


def symptom(draft: AlarmDraft) -> str:
    """Return an alarm as people read it: its text, then its labels one a line."""
    lines = [draft.text.strip() or draft.name, ""]
    lines += [f"{name}: {cut(str(value), 500)}" for name, value in list(draft.labels.items())[:50]]
    return "\n".join(lines).strip()
