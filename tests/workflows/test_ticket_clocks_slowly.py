"""Whatever happens to a ticket, its clocks say what counting the minutes one after the other says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import event as seen
from hypothesis import given
from hypothesis import strategies as st

from noc_console.workflows.clocks import used_s
from tests.workflows.clock_bench import Bench
from tests.workflows.slow_ticket import OBJECTIONS, WAITS, SlowTicket, instant, mixed_policy

GRADES = ("P1", "P2", "P3", "P4", "P5")
#: state -> what may happen in it
HAPPENINGS = {
    "working": ("accept", "inform", "wait", "regrade", "restore"),
    "waiting": ("inform", "regrade", "resume", "restore", "receive"),
    "restored": ("inform", "regrade", "dissatisfied"),
}
NEXT = {"wait": "waiting", "resume": "working", "restore": "restored", "dissatisfied": "working"}


@dataclass
class Pair:
    """The ticket under test and the slow one, told the same."""

    draw: Any
    now: int
    bench: Bench = field(init=False)
    slow: SlowTicket = field(init=False)

    def register(self) -> None:
        grade = self.draw(st.sampled_from(GRADES))
        line = self.draw(st.sampled_from((None, "AA")))
        alarm = self.now - self.draw(st.integers(0, 3000)) if self.draw(st.booleans()) else None
        network = {"channel": "monitoring", "requester_type": "monitoring"} if alarm is not None else {}
        occurred = instant(self.now - 30 if alarm is None else alarm)
        self.bench = Bench(mixed_policy(), grade=grade, contract=line, occurred_at=occurred, **network)
        self.bench.act("register", instant(self.now))
        self.slow = SlowTicket(self.now, grade, line, alarm)

    def act(self, event: str, **inputs: Any) -> None:
        self.bench.act(event, instant(self.now), **inputs)

    def earlier(self) -> int:
        return self.now - self.draw(st.integers(0, 600))

    def accept(self) -> None:
        self.act("accept", contacted=True)
        self.slow.contact(self.now)

    def inform(self) -> None:
        word = self.now + self.draw(st.integers(1, 3000)) if self.draw(st.booleans()) else None
        self.act("inform", next_news_at=None if word is None else instant(word))
        self.slow.inform(self.now, word)

    def wait(self) -> None:
        reason = self.draw(st.sampled_from(sorted(WAITS)))
        third = reason in ("carrier", "vendor")
        self.act("wait_third_party" if third else "wait_customer", reason=reason)
        self.slow.wait(self.now, reason)

    def resume(self) -> None:
        at = self.earlier()
        self.act("resume", resumed_at=instant(at))
        self.slow.resumed(at)

    def receive(self) -> None:
        at = self.earlier()
        self.act("receive", **{"at": instant(at)})
        self.slow.restore.flip(at, True)

    def regrade(self) -> None:
        grade = self.draw(st.sampled_from([one for one in GRADES if one != self.bench.values["grade"]]))
        self.act("regrade", puts={"grade": grade})
        self.slow.regrade(self.now, grade)

    def restore(self) -> None:
        at = self.earlier()
        self.act("restore", restored_at=instant(at))
        self.slow.restored(at)

    def dissatisfied(self) -> None:
        reason = self.draw(st.sampled_from(sorted(OBJECTIONS)))
        self.act("dissatisfied", reason=reason)
        self.slow.objected(self.now, OBJECTIONS[reason])

    def compare(self) -> None:
        values, dues = self.bench.values, self.slow.dues()
        first = min(dues, key=lambda name: dues[name], default=None)
        assert (values["next_clock"], values["next_due"]) == (first, dues.get(first or ""))
        for name, column in (("response", "response_due"), ("restore", "restore_due"), ("news", "update_due")):
            assert values[column] == dues.get(name), column
        assert set(values["breached"]) == self.slow.breached
        for name in ("response", "restore"):
            clock, slow = self.bench.clock(name), getattr(self.slow, name)
            calendar = mixed_policy().calendars[clock.calendar]
            assert used_s(clock, calendar, instant(self.now)) == slow.used(self.now) * 60
            assert clock.margin_s == (None if slow.margin is None else slow.margin * 60)


@given(st.data())
def test_the_clocks_agree_with_counting_minutes(data: st.DataObject) -> None:
    pair = Pair(data.draw, now=data.draw(st.integers(3 * 1440, 20 * 1440)))
    pair.register()
    pair.compare()
    state = "working"
    for _turn in range(data.draw(st.integers(1, 9))):
        pair.now += data.draw(st.integers(0, 2 * 1440))
        happening = data.draw(st.sampled_from(HAPPENINGS[state]))
        seen(happening)
        getattr(pair, happening)()
        state = NEXT.get(happening, state)
        pair.compare()
