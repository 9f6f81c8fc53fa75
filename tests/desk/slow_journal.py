"""Clocks of tickets counted again from the journal, minute by minute, and compared with the stored rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from noc_console.clock import to_ms
from noc_console.desk.act import Wish, act
from noc_console.store.canonical import canonical, derived_id
from noc_console.workflows.policy import to_data
from tests.desk.history import CLOSES, ENDS, Granted
from tests.desk.scene import Scene, scene_at
from tests.workflows.slow_ticket import OBJECTIONS as _NEVER_WORKED
from tests.workflows.slow_ticket import ORIGIN, WAITS, Slow, SlowTicket, mixed_policy

#: Reasons of objections that say that it never worked.
NEVER_WORKED = {code for code, never in _NEVER_WORKED.items() if never}
CONTACTS = {"inform", "notice", "feed_back", "answer"}


def mixed_store(path: Path) -> Path:
    """Make a peopled store whose policy measures P4 in business hours, so that a regrade can change the calendar."""
    with scene_at(str(path)) as scene:
        body = canonical(to_data(mixed_policy()) | {"version": 2})
        act(scene.admin, Wish("policy", derived_id("policy", 2), "put", {"version": 2, "body": body}))
    return path


def minute(ms: int) -> int:
    """Return the whole minutes since ORIGIN; every instant of a wild run is one."""
    minutes, rest = divmod(ms - to_ms(ORIGIN), 60_000)
    assert rest == 0
    return minutes


class Replay:
    """One ticket's clocks, told every granted event in order."""

    def __init__(self, act: Granted, grade: str) -> None:
        by_network = act.inputs["channel"] == "monitoring"
        occurred = act.inputs.get("occurred_at")
        alarm = minute(occurred) if by_network and occurred is not None else None
        self.slow = SlowTicket(minute(to_ms(act.at)), grade, None, alarm)
        self.monitoring = (act.inputs.get("requester_type") or "") == "monitoring" or (
            by_network and not act.inputs.get("requester_type")
        )
        self.slow.owed_to_somebody = not self.monitoring
        self.slow.news = None
        self.slow.promise(minute(to_ms(act.at)), None)
        self.waits_for_customer = False
        self.until = 0
        self.open = True
        #: every clock whose lateness must be explained, and of which it was (R24)
        self.owed: list[tuple[str, Slow]] = [("response", self.slow.response), ("restore", self.slow.restore)]
        self.explained: list[Slow] = []
        self.complaints: list[str] = []

    def late(self, now: int) -> list[tuple[str, Slow]]:
        """Return the clocks that were missed, or that run late."""
        return [(name, one) for name, one in self.owed if one.target is not None and one.used(now) > one.target]

    def tell(self, act: Granted) -> None:
        now = minute(to_ms(act.at))
        bare = [name for name, one in self.late(now) if not any(one is said for said in self.explained)]
        if act.event in CLOSES and self.slow.grade in ("P1", "P2", "P3") and bare:
            self.complaints.append(f"R24: closed while nobody said why {bare} was late")
        if act.event == "explain_breach":
            wanted = act.inputs.get("clock")
            self.explained += [one for name, one in self.late(now) if wanted in (None, name)]
        self.note(act, now)
        if self.slow.restore is not self.owed[-1][1]:
            self.owed.append(("restore", self.slow.restore))
        if act.event in CLOSES | (ENDS - {"archive"}):
            self.slow.contact(now)
            self.slow.restored(now)
            self.slow.end_news(now)
            self.slow.word = None
            self.open = False

    def note(self, act: Granted, now: int) -> None:
        event, given = act.event, act.inputs
        if event == "accept" and (given.get("contacted") or self.monitoring):
            self.slow.contact(now)
        elif event == "complete" and given.get("requester_type"):
            self.monitoring = given["requester_type"] == "monitoring"
            self.slow.owed_to_somebody = not self.monitoring
        elif event in CONTACTS:
            self.contact(act, now)
        elif event in ("wait_customer", "wait_third_party"):
            self.slow.wait(now, given["reason"] if event == "wait_customer" else "vendor")
            self.waits_for_customer = event == "wait_customer"
            self.until = minute(given["until"])
        elif event == "resume":
            at = given.get("resumed_at")
            self.slow.resumed(now if at is None else minute(at))
            self.waits_for_customer = False
        elif event == "receive" and self.waits_for_customer:
            at = given.get("at")
            self.slow.restore.flip(min(now, minute(at)) if at is not None else now, True)
        elif event == "wake" and given["what"] == "wait" and self.waits_for_customer:
            self.slow.restore.flip(min(now, self.until), True)  # the time agreed, however late the timer came
        elif event in ("restore", "come_clear"):
            self.restored(act)
        elif event == "regrade" and given["grade"] != self.slow.grade:
            self.slow.regrade(now, given["grade"])
        elif event in ("dissatisfied", "reopen"):
            told = given.get("never_worked")
            never = given.get("reason") in NEVER_WORKED if told is None else told
            self.open = True
            self.slow.objected(now, bool(never))

    def contact(self, act: Granted, now: int) -> None:
        if act.via in ("mail", "alarm", "timer"):
            return
        if act.event == "answer":
            self.slow.restored(now)
        word = act.inputs.get("next_news_at")
        if self.open:
            self.slow.inform(now, None if word is None else minute(word))
        else:
            self.slow.contact(now)

    def restored(self, act: Granted) -> None:
        at = act.inputs["restored_at" if act.event == "restore" else "cleared_at"]
        self.slow.restored(minute(at))
        self.waits_for_customer = False


def clock_complaints(scene: Scene, journal: list[Granted]) -> Iterator[str]:
    """Yield each due or breached promise of a row that is not what the count says."""
    assert set(WAITS) <= set(mixed_policy().wait_reasons)
    reasons = mixed_policy().wait_reasons
    WAITS.update({code: entry.pauses and not entry.needs_contract for code, entry in reasons.items()})
    replays: dict[str, Replay] = {}
    for act_ in journal:
        if act_.event == "register":
            replays[act_.record] = Replay(act_, first_grade(act_))
        else:
            replays[act_.record].tell(act_)
    for record, replay in replays.items():
        row = scene.row(record)
        yield from (f"{row['ref']} {complaint}" for complaint in replay.complaints)
        for column, (stored, counted) in compared(row, replay).items():
            if stored != counted:
                yield f"{row['ref']} {row['state']} {column}: stored {stored}, counted {counted}"


def compared(row: Any, replay: Replay) -> dict[str, tuple[Any, Any]]:
    """Return stored and counted value of each column."""
    dues = replay.slow.dues() if replay.open else {}
    first = min(dues, key=lambda name: dues[name], default=None)
    return {
        "response_due": (row["response_due"], dues.get("response")),
        "restore_due": (row["restore_due"], dues.get("restore")),
        "update_due": (row["update_due"], dues.get("news")),
        "next": ((row["next_clock"], row["next_due"]), (first, dues.get(first or ""))),
        "breached": (set(row["breached"]), replay.slow.breached),
    }


def first_grade(act: Granted) -> str:
    """Return the grade of a registration: urgent is P1, what nobody graded is the middle, or a request."""
    ungraded = "P3" if act.inputs.get("service_type", "fault") == "fault" else "P5"
    return "P1" if act.inputs.get("urgent") else str(act.inputs.get("grade") or ungraded)
