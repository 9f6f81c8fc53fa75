"""What time brings: each warning, rung and waking once, whoever runs the timers and however often (complaint 6)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from noc_console.clock import to_ms
from noc_console.config import Config
from noc_console.desk import sla, timers
from noc_console.desk.desk import Desk
from noc_console.desk.policy import import_file
from noc_console.errors import UsageError
from noc_console.store.journal import INTENT
from noc_console.workflows.calendars import add_ms
from noc_console.workflows.fault import FAULT
from tests.desk.scene import Scene


def fired(scene: Scene) -> list[str]:
    """Run the timers and say what was done."""
    return [item.what for item in timers.run(scene.admin)]


def test_warnings_at_shares_of_the_target_and_the_ladder(scene: Scene) -> None:
    ref = scene.to(scene.register(grade="P2"), "diagnosing")
    happened = {}
    for minute in range(0, 13 * 30, 30):
        scene.at(scene.row(ref)["registered_at"] + timedelta(minutes=minute))
        happened[minute] = [what for what in fired(scene) if what.startswith("restore")]
    assert {minute: what for minute, what in happened.items() if what} == {
        180: ["restore 50", "restore L2"],
        300: ["restore 80", "restore lead"],
        360: ["restore 100"],
    }
    assert ("clock_warning", "wei") in scene.alerts(ref)
    assert ("clock_late", "wei") in scene.alerts(ref) and ("clock_late", "role:lead") in scene.alerts(ref)
    assert ("escalated_function", "role:dispatcher") in scene.alerts(ref)
    assert ("escalated_management", "role:lead") in scene.alerts(ref)
    assert (scene.row(ref)["function_level"], scene.row(ref)["management_level"]) == ("L2", "lead")
    assert scene.is_sound()


def test_everything_is_fired_once_however_long_nobody_looked(any_scene: Scene) -> None:
    scene = any_scene
    ref = scene.to(scene.register(grade="P1"), "diagnosing")
    scene.later(days=30)
    first = fired(scene)
    assert len(first) == len(set(first)) and {"restore 50", "restore 100", "restore mim", "news 100"} <= set(first)
    alerts, token = scene.alerts(ref), scene.admin.token()
    for _run in range(3):
        assert fired(scene) == []
        scene.later(days=1)
    assert (scene.alerts(ref), scene.admin.token()) == (alerts, token), "nothing is stored again and again"


def test_each_level_fires_once_per_round(scene: Scene) -> None:
    ref = scene.to(scene.register(grade="P4"), "feedback_given")
    scene.later(hours=30)
    assert not [what for what in fired(scene) if what.startswith("restore")], "a clock that stopped in time is silent"
    scene.says("wei", ref, "dissatisfied", words="no", reason="came_back")
    scene.later(hours=25)
    second = [what for what in fired(scene) if what.startswith("restore")]
    assert second == ["restore 50", "restore 80", "restore 100", "restore lead"]
    assert fired(scene) == []


def test_a_regrade_does_not_fire_a_level_again(scene: Scene) -> None:
    ref = scene.to(scene.register(grade="P3"), "diagnosing")
    scene.later(hours=7)
    assert "restore 50" in fired(scene)
    scene.says("chen", ref, "regrade", grade="P2", why="more users")
    assert "restore 50" not in fired(scene)


def test_two_desks_at_once_fire_each_thing_once(any_scene: Scene) -> None:
    scene = any_scene
    refs = [scene.to(scene.register(grade="P1"), "accepted") for _n in range(3)]
    scene.later(hours=5)
    desks = [scene.desk("wei"), scene.desk("fang")]
    with ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(timers.run, desks))
    keys = [(item.ref, item.what) for run in runs for item in run]
    assert len(keys) == len(set(keys))
    for ref in refs:
        levels = [clock["fired"] for clock in scene.rows("clock", ref)]
        assert all(len(codes) == len(set(codes)) for codes in levels)
        assert len(scene.alerts(ref)) == len({item["id"] for item in scene.rows("inbox", ref)})
    assert scene.is_sound()


def test_nobody_is_warned_of_what_they_have_acknowledged_until_it_ends(scene: Scene) -> None:
    ref = scene.to(scene.register(grade="P2"), "diagnosing")
    scene.says("wei", ref, "ack", until=scene.now + timedelta(hours=4))
    scene.later(hours=3, minutes=30)
    assert fired(scene) == ["restore L2", "consult not_located"], "others are still told"
    scene.later(minutes=31)
    assert {"ack", "restore 50"} <= set(fired(scene))


def test_a_rung_that_somebody_has_climbed_already_is_not_climbed_again(scene: Scene) -> None:
    ref = scene.to(scene.register(grade="P1"), "diagnosing")
    scene.says("wei", ref, "escalate", management="mim", why="hospital is dark")
    scene.later(minutes=31)
    fired(scene)
    assert scene.row(ref)["management_level"] == "mim"
    assert "level_reached" not in [code for code, _to in scene.alerts(ref)], "and nobody is bothered with that"


# --- Wakings -------------------------------------------------------------------------------------------------


def test_a_snooze_wakes_by_itself_once(scene: Scene) -> None:
    ref = scene.to(scene.register(grade="P5"), "diagnosing")
    scene.says("wei", ref, "snooze", until=scene.now + timedelta(hours=2))
    scene.later(hours=1, minutes=59)
    assert fired(scene) == []
    scene.later(minutes=1)
    assert fired(scene) == ["snooze"]
    assert (scene.row(ref)["snoozed_until"], scene.alerts(ref)[-1]) == (None, ("woke_up", "wei"))
    assert fired(scene) == []


def test_a_wait_ends_at_the_agreed_time_and_its_clock_runs_on(scene: Scene) -> None:
    ref = scene.to(scene.register(grade="P3"), "diagnosing")
    until = scene.now + timedelta(hours=6)
    scene.says("wei", ref, "wait_customer", reason="no_access", who_agreed="Ms Wang", until=until)
    assert scene.row(ref)["restore_due"] is None
    scene.later(hours=9)
    assert "wait" in fired(scene)
    assert scene.row(ref)["restore_due"] == scene.row(ref)["registered_at"] + timedelta(hours=18), "six hours paused"
    assert ("wait_over", "wei") in scene.alerts(ref)
    assert "wait" not in fired(scene)
    assert scene.says("wei", ref, "resume").state == "diagnosing"


def test_a_claim_ends(scene: Scene) -> None:
    ref = scene.register(grade="P5")
    scene.says("wei", ref, "accept", hold_for=3_600)
    scene.later(hours=1)
    assert fired(scene)[0] == "take"
    assert (scene.row(ref)["owner"], scene.row(ref)["state"]) == (None, "accepted")
    assert ("claim_ended", "wei") in scene.alerts(ref)


def test_a_voice_that_is_not_ratified_in_time_is_asked_for_once(scene: Scene) -> None:
    ref = scene.to(scene.register(grade="P1"), "planned")
    given = {"how": "voice", "given_by": "gao", "given_at": scene.now, "number": "+86 1"}
    scene.says("wei", ref, "approve", **given)
    scene.later(hours=24)
    assert fired(scene).count("ratify") == 1
    assert ("ratify_overdue", "gao") in scene.alerts(ref)
    assert "ratify" not in fired(scene)


def test_an_emergency_entry_must_be_completed_in_time(scene: Scene) -> None:
    bare: dict[str, Any] = dict.fromkeys(("symptom", "scope", "contact", "domain"))
    late, done = (scene.register(**bare, emergency=True) for _n in range(2))
    scene.says("wei", done, "complete", symptom="x", scope="y", contact="+86 1", domain="data")
    scene.later(minutes=15)
    assert [item.ref for item in timers.run(scene.admin) if item.what == "complete"] == [late]
    assert ("complete_overdue", "role:lead") in scene.alerts(late)
    assert "complete" not in fired(scene)


# --- Silence (R43) -------------------------------------------------------------------------------------------


def test_silence_for_one_update_interval_is_told_once(scene: Scene) -> None:
    ref = scene.to(scene.register(grade="P3"), "diagnosing")
    scene.later(hours=3, minutes=59)
    assert "silent" not in fired(scene)
    scene.later(minutes=1)
    assert "silent" in fired(scene), "warnings of clocks are nothing that happened"
    assert scene.alerts(ref).count(("no_event", "wei")) == scene.alerts(ref).count(("no_event", "role:lead")) == 1
    scene.later(hours=8)
    assert "silent" not in fired(scene)
    scene.says("wei", ref, "note", text="still looking")
    scene.later(hours=4)
    assert "silent" in fired(scene)


def test_a_snoozed_ticket_is_silent_on_purpose(scene: Scene) -> None:
    ref = scene.to(scene.register(grade="P3"), "diagnosing")
    scene.says("wei", ref, "snooze", until=scene.now + timedelta(hours=10))
    scene.later(hours=9)
    assert "silent" not in fired(scene)


def test_closed_tickets_bring_nothing(scene: Scene) -> None:
    ref = scene.to(scene.register(grade="P1"), "closed")
    scene.later(days=3)
    assert fired(scene) == []
    assert scene.state(ref) == "closed"


def test_the_list_of_what_is_ahead(scene: Scene) -> None:
    later, sooner = scene.register(grade="P3"), scene.register(grade="P1")
    ahead = timers.listing(scene.admin)
    assert [item.check_at for item in ahead] == sorted(item.check_at for item in ahead)
    assert ahead[0].ref == sooner and later in {item.ref for item in ahead}


# --- Reckoning again -----------------------------------------------------------------------------------------


def test_a_change_of_the_calendar_moves_deadlines_and_no_targets(any_scene: Scene, tmp_path: Any) -> None:
    scene = any_scene
    moving, staying = scene.register(kind="request", grade="P5"), scene.register(grade="P2")
    scene.to(staying, "accepted")
    before = scene.row(moving)
    assert list(sla.recompute(scene.admin)) == [(ref, False) for ref in _by_id(scene, moving, staying)]
    token = scene.admin.token()
    file = tmp_path / "policy.toml"
    file.write_text('[calendars.business]\nholidays = ["2026-04-27", "2026-04-28"]\n[grades.P2]\nrestore = "5h"\n')
    import_file(scene.admin, str(file))
    assert dict(sla.recompute(scene.admin)) == {moving: True, staying: False}
    after = scene.row(moving)
    calendar = scene.admin.policy().calendars["business"]
    assert after["restore_due"] == add_ms(calendar, before["registered_at"], before["sla"]["restore_s"] * 1000)
    assert after["restore_due"] > before["restore_due"]
    assert after["sla"] == before["sla"], "targets stay as they were frozen"
    assert after["last_event_at"] == before["last_event_at"], "nothing happened to the ticket"
    assert dict(sla.recompute(scene.admin)) == {moving: False, staying: False}
    assert scene.admin.token() == token + 2, "one version of the policy and one ticket that moved"
    assert scene.is_sound()


def _by_id(scene: Scene, *refs: str) -> list[str]:
    return sorted(refs, key=lambda ref: str(scene.row(ref)["id"]))


# --- The clock of a training store ---------------------------------------------------------------------------


def test_timers_run_as_timer_with_the_runner_on_record(scene: Scene) -> None:
    scene.to(scene.register(grade="P1"), "accepted")
    scene.later(hours=5)
    timers.run(scene.desk("wei"))
    with scene.admin.reading() as connection:
        rows = connection.execute(select(INTENT).where(INTENT.c.via == "timer")).all()
    assert {row.actor for row in rows} == {"timer"}
    assert {row.submitted_by for row in rows} == {scene.admin.submitter}
    assert {row.occurred_ms for row in rows} == {to_ms(scene.now)}


@pytest.mark.parametrize("event", ["warn", "wake", "silent", "recompute"])
def test_what_timers_fire_has_no_verb_for_people(scene: Scene, event: str) -> None:
    found = FAULT.event(event)
    assert found is not None and found.internal


def test_two_rounds_of_news(scene: Scene) -> None:
    ref = scene.to(scene.register(grade="P2"), "diagnosing")
    scene.later(minutes=50)
    assert "news 80" in fired(scene)
    scene.says("wei", ref, "inform", channel="phone", text="we splice")
    scene.later(minutes=50)
    assert "news 80" in fired(scene), "each promise is a round of its own"
    scene.says("wei", ref, "inform", channel="phone", text="soon", next_news_at=scene.now + timedelta(hours=10))
    scene.later(hours=4)
    assert not [what for what in fired(scene) if what.startswith("news")]


def test_a_desk_on_a_live_store_has_no_clock_to_move(scene: Scene, tmp_path: Any) -> None:
    with pytest.raises(UsageError, match="training"):
        Desk.open(store=str(tmp_path / "live.db"), config=Config())


def test_what_lasts_twice_its_target_is_raised_once_a_round_and_a_pause_survives(any_scene: Scene) -> None:
    scene = any_scene
    ref = scene.register(grade="P4")
    scene.says("wei", ref, "accept", contacted=True)
    scene.later(hours=2 * 24)
    timers.run(scene.admin)
    assert scene.row(ref)["grade"] == "P4", "twice the target is not longer than that"
    waiting = {"reason": "no_access", "who_agreed": "Ms Wang", "until": scene.now + timedelta(hours=20)}
    scene.says("wei", ref, "wait_customer", **waiting)
    scene.later(hours=10)
    timers.run(scene.admin)
    assert scene.row(ref)["grade"] == "P4", "the clock is paused"
    scene.says("wei", ref, "resume")
    scene.later(seconds=1)
    timers.run(scene.admin)
    row = scene.row(ref)
    assert (row["grade"], row["state"]) == ("P3", "accepted")
    (restore,) = (clock for clock in scene.rows("clock", ref) if clock["name"] == "restore")
    assert (restore["target_s"], len(restore["segments"])) == (12 * 3_600, 3)
    scene.later(days=9)
    timers.run(scene.admin)
    timers.run(scene.admin)
    assert scene.row(ref)["grade"] == "P3", "once a round"
    assert scene.is_sound()


def test_who_acknowledges_a_ticket_does_not_stop_its_escalation(scene: Scene) -> None:
    ref = scene.register(grade="P1")
    scene.says("wei", ref, "accept", contacted=True)
    scene.says("wei", ref, "ack", until=scene.now + timedelta(hours=20))
    scene.later(hours=5)
    timers.run(scene.admin)
    assert scene.row(ref)["management_level"] == "dept_head"
    assert "clock_warning" not in [code for code, _who in scene.alerts(ref)], "warnings are quiet"
    scene.later(hours=16)
    timers.run(scene.admin)
    assert ("clock_late_explain", "wei") in scene.alerts(ref), "until the acknowledgement ends"
