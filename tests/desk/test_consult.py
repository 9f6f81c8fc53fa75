"""Consultations on a store: called, gathered, concluded; their decisions begin the plan; what the timers ask for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from noc_console.desk import consult, dispatch, register, ticket, timers
from noc_console.desk.act import Outcome, Wish, act
from noc_console.desk.ticket_view import show
from noc_console.errors import Conflict, NotFound, Refused
from tests.desk.scene import Scene


class Meeting:
    """A fault on which experts are called together."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.ticket = scene.to(scene.register(grade="P2"), "diagnosing")
        self.ref = ""

    def call(self, name: str = "wei", **inputs: Any) -> Outcome:
        """Call it."""
        given = {"ticket": self.scene.row(self.ticket)["id"], "reason": "not_located", **inputs}
        outcome = act(self.scene.desk(name), Wish("consult", "", "call", given))
        self.ref = outcome.ref
        return outcome

    def does(self, name: str, event: str, /, **inputs: Any) -> Outcome:
        """Let somebody do an event of it."""
        self.scene.later(minutes=1)
        row = consult.row_of(self.scene.admin, self.ref)
        return act(self.scene.desk(name), Wish("consult", row["id"], event, inputs))

    def no(self, name: str, event: str, /, **inputs: Any) -> set[str]:
        """Return why something is refused; nothing of it is stored."""
        before = self.scene.admin.token()
        with pytest.raises(Refused) as caught:
            if event == "call":
                self.call(name, **inputs)
            else:
                self.does(name, event, **inputs)
        assert self.scene.admin.token() == before
        return {reason.code for reason in caught.value.reasons}

    def gathered(self) -> None:
        """Bring it as far as the meeting."""
        self.call(chair="chen", facts_known="收光 -31 dBm since 01:00")
        self.does("chen", "join", domain="transmission", level="lead")
        self.does("wei", "gather")

    @property
    def view(self) -> consult.ConsultView:
        """Return it whole."""
        return consult.show(self.scene.admin, self.ref)


@pytest.fixture
def meeting(any_scene: Scene) -> Meeting:
    """A fault that is being diagnosed, on each kind of store."""
    return Meeting(any_scene)


def test_a_consultation_keeps_all_that_is_asked_of_its_record(meeting: Meeting) -> None:
    scene = meeting.scene
    meeting.call(chair="chen", invite=("fang",), facts_known="收光 -31 dBm")
    assert {("consult_called", "chen"), ("consult_called", "fang")} <= set(scene.alerts(meeting.ticket))
    meeting.does("chen", "join", domain="transmission", level="lead")
    meeting.does("chen", "join", name="老王", company="设备厂商", level="vendor")
    meeting.does("wei", "gather", started_at=scene.now)
    meeting.does("chen", "suppose", cause="bad amplifier", test="swap the card")
    meeting.does("wei", "suppose", cause="弯折损耗", test="OTDR 1625 nm", rank=1)
    meeting.does("wei", "exclude", cause="power", evidence="-53.5 V, steady")
    meeting.does("wei", "minute", vendor_case="VC-77", customer_informed="every 30 min")
    until = scene.now + timedelta(hours=2)
    meeting.does("chen", "decide", who="老王", what="bring a spare card", until=until)
    meeting.does("chen", "conclude", result="two causes left", who="wei", what="OTDR", until=until, risk="none")
    meeting.does("wei", "approve_minutes")
    made = meeting.view.json()
    assert (made["state"], made["ticket"], made["reason"]) == ("concluded", meeting.ticket, "not_located")
    assert [(one["name"], one["company"], one["level"]) for one in made["participants"]] == [
        ("wei", None, None), ("chen", None, "lead"), ("老王", "设备厂商", "vendor")
    ]  # fmt: skip
    assert [(one["rank"], one["cause"]) for one in made["hypotheses"]] == [(1, "弯折损耗"), (2, "bad amplifier")]
    assert made["excluded"] == [{"cause": "power", "evidence": "-53.5 V, steady"}]
    assert [(one["who"], one["what"]) for one in made["decisions"]] == [("老王", "bring a spare card"), ("wei", "OTDR")]
    assert (made["vendor_case"], made["risk"], made["minutes_by"]) == ("VC-77", "none", "wei")
    assert (made["facts_known"], made["customer_informed"]) == ("收光 -31 dBm", "every 30 min")
    assert ("consult_concluded", "wei") in scene.alerts(meeting.ticket)
    assert [one["ref"] for one in show(scene.admin, meeting.ticket).json()["consults"]] == [meeting.ref]
    assert scene.row(meeting.ticket)["owner"] == "wei"
    assert scene.is_sound()


def test_who_joins_in_one_instant_is_listed_in_the_order_of_joining(meeting: Meeting) -> None:
    meeting.call()
    row, names = consult.row_of(meeting.scene.admin, meeting.ref), [f"guest {n}" for n in (3, 1, 4, 8, 5, 9, 2, 6, 7)]
    for name in names:
        act(meeting.scene.desk("wei"), Wish("consult", row["id"], "join", {"name": name, "company": "a vendor"}))
    assert len({member["at"] for member in meeting.view.members}) == 1
    assert [member["name"] for member in meeting.view.members] == ["wei", *names]
    assert meeting.scene.is_sound()


def test_its_decisions_begin_the_next_plan_and_hold_up_one_that_is_made_beside_it(meeting: Meeting) -> None:
    scene = meeting.scene
    meeting.gathered()
    scene.to(meeting.ticket, "located")
    plan = {"plan": "splice", "interrupts": "no", "backout": "leave it"}
    assert scene.no("wei", meeting.ticket, "plan", **plan) == ("consult_going_on",)
    scene.says("wei", meeting.ticket, "plan", **plan, restore_first=True)
    until = scene.now + timedelta(hours=3)
    meeting.does("chen", "conclude", result="the splice", who="wei", what="放新光缆 500 m", until=until)
    made = ticket.form(scene.desk("wei"), meeting.ticket, "plan")
    begun = next(one.default for one in made.fields if one.field.name == "plan")
    assert meeting.ref in begun
    assert "放新光缆 500 m" in begun
    scene.says("wei", meeting.ticket, "plan", **plan)
    made = ticket.form(scene.desk("wei"), meeting.ticket, "plan")
    assert next(one.default for one in made.fields if one.field.name == "plan") == "splice"


def test_who_may_call_join_lead_and_sign(meeting: Meeting) -> None:
    assert meeting.no("fang", "call") == {"not_handler"}
    assert meeting.no("anna", "call") == {"right_missing"}
    assert meeting.no("wei", "call", invite=("nobody",)) == {"person_unknown"}
    assert meeting.no("wei", "call", ticket="none") == {"ticket_unknown"}
    meeting.call()
    assert meeting.no("chen", "call") == {"consult_exists"}
    assert meeting.no("fang", "gather") == {"not_of_consult", "consult_alone"}
    meeting.does("fang", "join", domain="data")
    assert meeting.no("fang", "join") == {"joined_already"}
    assert meeting.no("wei", "gather") == {"chair_missing", "input_missing"}
    assert meeting.no("wei", "gather", chair="sun", facts_known="dark") == {"chair_absent"}
    early = meeting.scene.now - timedelta(hours=1)
    assert meeting.no("wei", "gather", chair="fang", facts_known="dark", started_at=early) == {"consult_times"}
    meeting.does("wei", "gather", chair="fang", facts_known="dark")
    assert meeting.no("sun", "suppose", cause="a", test="b") == {"not_joined"}
    assert meeting.no("wei", "minute") == {"nothing_given"}
    assert meeting.no("wei", "conclude", result="r") == {"not_chair"}
    assert meeting.no("fang", "conclude", result="r") == {"nothing_decided"}
    assert meeting.no("fang", "conclude", result="r", what="measure") == {"input_missing"}
    meeting.does("fang", "decide", who="wei", what="measure", until=meeting.scene.now + timedelta(hours=1))
    meeting.does("fang", "conclude", result="r")
    assert meeting.no("fang", "approve_minutes") == {"minutes_own"}
    assert meeting.no("sun", "approve_minutes") == {"not_joined"}
    meeting.does("wei", "approve_minutes")
    assert meeting.no("chen", "approve_minutes") == {"minutes_approved"}


def test_only_an_open_fault_is_consulted_on(meeting: Meeting) -> None:
    scene = meeting.scene
    asked = scene.row(scene.register(kind="request"))["id"]
    assert meeting.no("chen", "call", ticket=asked) == {"ticket_not_consulted"}
    scene.to(meeting.ticket, "restored")
    assert meeting.no("wei", "call") == {"ticket_not_consulted"}


def test_one_that_is_not_needed_is_cancelled_and_its_people_are_told(meeting: Meeting) -> None:
    meeting.call(chair="chen")
    meeting.does("wei", "cancel", why="found it")
    assert meeting.view.row["state"] == "cancelled"
    assert meeting.scene.alerts(meeting.ticket)[-1] == ("consult_cancelled", "chen")
    first = meeting.ref
    meeting.call()
    assert consult.row_of(meeting.scene.admin, meeting.ticket)["ref"] == meeting.ref != first
    assert [view.row["ref"] for view in consult.page(meeting.scene.admin, state="all")] == [meeting.ref, first]
    with pytest.raises(NotFound):
        consult.row_of(meeting.scene.admin, "HZ1-999")


def test_what_was_changed_meanwhile_is_a_conflict(meeting: Meeting) -> None:
    meeting.call()
    row = consult.row_of(meeting.scene.admin, meeting.ref)
    meeting.does("wei", "cancel", why="found it")
    with pytest.raises(Conflict):
        act(meeting.scene.desk("wei"), Wish("consult", row["id"], "cancel", {"why": "x"}, seen={"state": "called"}))


# --- What time brings ----------------------------------------------------------------------------------------


def fired(scene: Scene) -> list[tuple[str, str]]:
    """Run the timers and return what of consultations and reports they did."""
    done = timers.run(scene.admin)
    return [(one.ref, one.what) for one in done if one.what.startswith("consult") or one.what == "report"]


@pytest.mark.parametrize(("grade", "minutes"), [("P1", 30), ("P2", 120), ("P3", 480)])
def test_a_fault_that_is_not_located_in_time_calls_for_a_consultation_once(
    scene: Scene, grade: str, minutes: int
) -> None:
    ref = scene.to(scene.register(grade=grade), "diagnosing")
    scene.later(minutes=minutes - 1)
    assert fired(scene) == []
    scene.later(minutes=1)
    assert fired(scene) == [(ref, "consult not_located")]
    asked = [who for code, who in scene.alerts(ref) if code == "call_consult"]
    assert sorted(asked) == ["role:lead", "wei"]
    scene.later(hours=5)
    assert fired(scene) == []
    assert consult.page(scene.admin, state="all") == ()  # it is never called by itself


def waits_for(scene: Scene, ref: str, vendor: str, case: str) -> None:
    """Wait for a vendor, and come back."""
    until = scene.now + timedelta(hours=2)
    scene.says("wei", ref, "wait_third_party", reason="vendor", until=until, vendor=vendor, vendor_case=case)
    scene.later(minutes=1)
    scene.says("wei", ref, "resume")


def test_a_second_vendor_on_a_fault_that_is_not_located_calls_for_a_consultation(any_scene: Scene) -> None:
    scene = any_scene
    ref = scene.to(scene.register(grade="P4"), "diagnosing")
    waits_for(scene, ref, "Nordlicht  Optik", "NL-1")
    waits_for(scene, ref, "NORDLICHT optik", "NL-2")
    assert "call_consult" not in dict(scene.alerts(ref)), "one vendor, however it is written"
    scene.says("wei", ref, "escalate", function="vendor", vendor="华北光电", vendor_case="HB-7", why="their card")
    asked = [item for item in scene.rows("inbox", ref) if item["code"] == "call_consult"]
    assert sorted(item["recipient"] for item in asked) == ["role:lead", "wei"]
    assert all("several_domains" in str(item["params"]) for item in asked)
    waits_for(scene, ref, "Third Ltd", "T-1")
    assert len([code for code, _who in scene.alerts(ref) if code == "call_consult"]) == 2, "once a round"
    assert show(scene.admin, ref).json()["vendors"] == [
        {"name": "Nordlicht Optik", "case": "NL-2", "round": 1}, {"name": "华北光电", "case": "HB-7", "round": 1},
        {"name": "Third Ltd", "case": "T-1", "round": 1},
    ]  # fmt: skip
    assert scene.row(ref)["vendor_case"] == "T-1"
    assert scene.is_sound()


def test_a_company_with_a_name_in_two_languages_is_one_vendor(scene: Scene) -> None:
    ref = scene.to(scene.register(grade="P4"), "diagnosing")
    waits_for(scene, ref, "华为", "HW-1")
    waits_for(scene, ref, "Huawei", "HW-2")
    assert "call_consult" not in dict(scene.alerts(ref))
    assert show(scene.admin, ref).json()["vendors"] == [{"name": "华为", "case": "HW-2", "round": 1}]
    waits_for(scene, ref, "中兴通讯", "Z-1")
    assert "call_consult" in dict(scene.alerts(ref))


def test_a_second_vendor_is_a_level_of_its_own(scene: Scene) -> None:
    ref = scene.to(scene.register(), "diagnosing")
    raised = {"function": "vendor", "why": "their card"}
    scene.says("wei", ref, "escalate", vendor="One", **raised)
    assert scene.no("wei", ref, "escalate", vendor="one", **raised) == ("level_reached",)
    assert scene.no("wei", ref, "escalate", **raised) == ("level_reached",)
    assert scene.no("wei", ref, "escalate", management="lead", vendor="Two", why="x") == ("vendor_without_function",)
    scene.says("wei", ref, "escalate", vendor="Two", **raised)
    assert [vendor["case"] for vendor in scene.row(ref)["vendors"]] == [None, None]


@pytest.mark.parametrize("state", ["located", "restored"])
def test_vendors_of_what_is_located_or_of_a_request_call_for_none(scene: Scene, state: str) -> None:
    located = scene.to(scene.register(), state)
    asked = scene.register(kind="request")
    scene.says("wei", asked, "accept")
    for ref in (located, asked):
        for vendor in ("One", "Two"):
            scene.says("wei", ref, "escalate", function="vendor", vendor=vendor, why="their card")
        assert "call_consult" not in dict(scene.alerts(ref))
        assert [vendor["name"] for vendor in scene.row(ref)["vendors"]] == ["One", "Two"]


def test_what_is_located_or_consulted_on_calls_for_none(scene: Scene) -> None:
    meeting = Meeting(scene)
    meeting.call()
    scene.to(scene.register(grade="P2"), "located")
    general = scene.to(scene.register(grade="P4"), "diagnosing")
    scene.later(minutes=59)
    assert fired(scene) == []
    scene.later(hours=3)
    assert fired(scene) == [(meeting.ref, "consult due")]  # the meeting's own time has come
    assert fired(scene) == []
    assert "call_consult" not in {code for code, _who in scene.alerts(general)}


def test_a_pause_for_the_customer_is_not_time_in_which_nothing_was_found(scene: Scene) -> None:
    ref = scene.to(scene.register(grade="P2"), "diagnosing")
    scene.later(minutes=60)
    until = scene.now + timedelta(hours=5)
    scene.says("wei", ref, "wait_customer", reason="no_access", who_agreed="Ms Wang", until=until)
    scene.later(hours=4)
    assert fired(scene) == []
    scene.says("wei", ref, "resume")
    scene.later(minutes=60)
    assert fired(scene) == [(ref, "consult not_located")]


def test_a_new_round_asks_anew(scene: Scene) -> None:
    ref = scene.to(scene.register(grade="P2"), "diagnosing")
    scene.later(hours=2)
    assert fired(scene) == [(ref, "consult not_located")]
    scene.to(ref, "feedback_given")
    words = {"words": "down again", "reason": "came_back", "back_to": "diagnosing", "who": "Ms Wang"}
    scene.says("wei", ref, "dissatisfied", **{k: v for k, v in words.items() if k != "who"})
    scene.later(hours=3)
    assert fired(scene) == [(ref, "consult not_located")]
    assert scene.is_sound()


# --- Reports upward ------------------------------------------------------------------------------------------


def test_reports_upward_are_on_record_and_the_next_one_is_asked_for(any_scene: Scene) -> None:
    scene = any_scene
    ref = scene.to(scene.register(grade="P1", urgent=True), "diagnosing")
    scene.says("wei", ref, "escalate", management="mim", to="gao", why="核心网中断", report="first")
    assert scene.row(ref)["report_due"] == scene.now + timedelta(minutes=30)
    scene.later(minutes=30)
    assert (ref, "report") in fired(scene)
    assert ("report_due", "wei") in scene.alerts(ref)
    assert (ref, "report") not in fired(scene)
    scene.says("wei", ref, "escalate", management="lead", why="half is back", report="follow_up")
    scene.later(minutes=5)
    scene.says("wei", ref, "escalate", management="mim", to="gao", why="all is back", report="final")
    row = scene.row(ref)
    assert (row["report_due"], row["management_level"]) == (None, "mim")
    reports = show(scene.admin, ref).json()["reports"]
    assert [(one["report"], one["level"], one["recipient"], one["words"]) for one in reports] == [
        ("first", "mim", "gao", "核心网中断"), ("follow_up", "lead", "role:lead", "half is back"),
        ("final", "mim", "gao", "all is back"),
    ]  # fmt: skip
    assert scene.no("wei", ref, "escalate", management="mim", why="x", report="follow_up") == ("report_ended",)
    assert scene.is_sound()


# --- Visits --------------------------------------------------------------------------------------------------


def test_a_visit_names_the_run_of_its_list(scene: Scene) -> None:
    from noc_console.desk import diagnosis

    ref = scene.to(scene.register(), "located")
    run = diagnosis.start(scene.desk("wei"), ref, "SITE-T1").ref
    assert scene.state(ref) == "located"
    other = diagnosis.start(scene.desk("wei"), scene.to(scene.register(), "diagnosing"), "SITE-T1").ref
    assert scene.no("wei", ref, "visit", arrived_at=scene.now, run=other) == ("run_not_on_site",)
    scene.says("wei", ref, "visit", arrived_at=scene.now, run=run.lower())
    assert [visit["run"] for visit in scene.rows("visit", ref)] == [run]
    assert scene.is_sound()


def test_the_list_of_a_visit_is_no_diagnosis_that_must_find_the_cause(scene: Scene) -> None:
    from noc_console.desk import diagnosis

    ref = scene.to(scene.register(), "accepted")
    diagnosis.start(scene.desk("wei"), ref, "SITE-T1")
    assert scene.state(ref) == "accepted"
    scene.to(ref, "located")


def test_who_could_go_is_proposed_by_skill_who_is_free_and_what_they_have(scene: Scene) -> None:
    for name, skills in (("wei", ("data",)), ("fang", ("Transmission",)), ("sun", ("otdr",))):
        roles = ("engineer",)
        register.put(scene.admin, "engineer", {"name": name, "roles": roles, "skills": skills})
    ref = scene.to(scene.register(domain="transmission", objects=("otdr:7",)), "accepted", name="fang")
    found = {one.name: one for one in dispatch.candidates(scene.admin, ref)}
    order = list(found)
    assert order[:2] == ["sun", "fang"]  # both fit, and fang owns a ticket
    assert (found["wei"].fits, found["fang"].open, "gao" in found) == (False, 1, False)
    scene.says("fang", ref, "visit", engineer="sun", dispatched_at=scene.now)
    found = {one.name: one for one in dispatch.candidates(scene.admin, ref)}
    assert next(iter(found)) == "fang"
    assert found["sun"].json()["on_site_at"] == ref
    scene.later(hours=1)
    scene.says("fang", ref, "visit", engineer="sun", left_at=scene.now)
    assert dispatch.candidates(scene.admin, ref)[0].name == "sun"
