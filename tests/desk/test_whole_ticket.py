"""Whole tickets through the door: to the archive, mass faults, merges, voices, rounds, refusals in words."""

from __future__ import annotations

from typing import Any

import pytest

from noc_console import i18n
from noc_console.desk import outbox, solve, ticket
from noc_console.desk.act import Wish, act
from noc_console.desk.ticket_view import show
from noc_console.errors import NotFound, Refused, UsageError
from noc_console.workflows.fault import FAULT
from noc_console.workflows.reasons import say
from noc_console.workflows.request import REQUEST
from noc_console.workflows.ticket_inputs import CHILDREN
from tests.desk.scene import REPORT, Scene, confirmation, feedback


def said(scene: Scene, name: str, ref: str, event: str, **inputs: Any) -> str:
    """Let somebody do an event and return the state after."""
    return scene.says(name, ref, event, **inputs).state


def test_a_fault_through_every_state_to_the_archive(any_scene: Scene) -> None:
    scene = any_scene
    ref = scene.register()
    states = [scene.state(ref)]
    for state in ("accepted", "diagnosing", "located", "planned", "approved", "executing", "restored"):
        scene.later(minutes=5)
        states.append(scene.state(scene.to(ref, state)))
    assert states == ["registered", *FAULT_WORK, "restored"]
    scene.to(ref, "closed")
    assert said(scene, "chen", ref, "archive", why_none="well known") == "archived"
    row = scene.row(ref)
    assert (row["closure_how"], row["open"], row["owner"]) == ("confirmed", False, "wei")
    view = show(scene.admin, ref).json()
    assert [entry["to"] for entry in view["timeline"]][-3:] == ["feedback_given", "closed", "archived"]
    assert {clock["name"]: clock["verdict"] for clock in view["clocks"]}["restore"] == "met"
    assert all(not step["allowed"] or step["event"] for step in view["next"])
    assert scene.is_sound()


FAULT_WORK = ["accepted", "diagnosing", "located", "planned", "approved", "executing"]


def test_a_request_through_every_state_to_the_archive(scene: Scene) -> None:
    ref = scene.register(kind="request", grade="P5")
    assert said(scene, "wei", ref, "accept") == "accepted"
    assert said(scene, "wei", ref, "start") == "working"
    assert scene.no("wei", ref, "confirm", **confirmation()) == ("wrong_state",)
    assert said(scene, "wei", ref, "answer", answer="set MTU 1492", channel="email", sent="by_us") == "answered"
    assert said(scene, "wei", ref, "dissatisfied", words="unclear", reason="not_explained") == "working"
    assert said(scene, "wei", ref, "answer", answer="in steps: ...", channel="phone") == "answered"
    assert said(scene, "wei", ref, "confirm", **confirmation(score=9)) == "closed"
    scene.later(days=8)
    assert said(scene, "wei", ref, "archive", article="K-1") == "archived"
    assert show(scene.admin, ref).json()["closure"]["score"] == 9
    assert scene.is_sound()


# --- Mass faults ---------------------------------------------------------------------------------------------


@pytest.fixture
def mass(scene: Scene) -> tuple[str, list[str]]:
    """A mass fault in work, with three reporters."""
    parent = scene.to(scene.register(subject="cable cut"), "executing")
    children = [scene.register(parent=scene.row(parent)["id"], contact=f"+86 57{n}") for n in range(3)]
    return parent, children


def test_who_has_no_open_children_is_not_asked_about_them(scene: Scene, mass: tuple[str, list[str]]) -> None:
    parent, children = mass

    def asks(ref: str, *others: str) -> bool:
        made = ticket.form(scene.desk("wei"), ref, "inform", others=[scene.row(other)["id"] for other in others])
        return "children" in [one.field.name for one in made.fields]

    lone = scene.register()
    assert asks(parent) and not asks(lone) and not asks(children[0])
    assert asks(lone, parent), "of several, one has children"
    for child in children:
        scene.says("chen", child, "cancel", words="no longer wanted", who="Ms Wang", channel="phone")
    assert not asks(parent)


def test_what_is_done_to_the_parent_is_offered_to_its_children(scene: Scene, mass: tuple[str, list[str]]) -> None:
    parent, children = mass
    scene.says("wei", parent, "inform", channel="sms", text="we splice", sent="by_us")
    assert [scene.row(child)["contacted_at"] for child in children] == [scene.now] * 3
    assert [len(scene.rows("outbox", child)) for child in children] == [2, 2, 2], "acknowledgement and news"
    scene.later(hours=1)
    outcome = scene.says("wei", parent, "restore", restored_at=scene.now, how_verified="light")
    assert [cause.state for cause in outcome.causes] == ["restored"] * 3
    assert [scene.row(child)["cleared_how"] for child in children] == ["parent"] * 3
    assert scene.no("chen", parent, "confirm", **confirmation()) == ("wrong_state",)
    scene.says("wei", parent, "feed_back", **feedback())
    assert [scene.state(child) for child in children] == ["feedback_given"] * 3
    assert [scene.row(child)["cause_code"] for child in children] == ["TX-FIBRE-CUT"] * 3


def test_a_child_ends_by_word_by_objection_or_by_silence(scene: Scene, mass: tuple[str, list[str]]) -> None:
    parent, (one, two, three) = mass
    for child in (one, two, three):
        scene.says("fang", child, "accept", contacted=True)
    scene.says("wei", parent, "restore", restored_at=scene.now, how_verified="light")
    scene.says("wei", parent, "feed_back", **feedback(sent="by_us", channel="sms"))
    assert scene.no("fang", three, "close_informed") == ("message_unsent",)
    scene.sends("fang", one)
    assert scene.no("fang", one, "close_informed") == ("silence_too_short",)
    assert said(scene, "chen", one, "confirm", **confirmation()) == "closed"
    assert said(scene, "fang", two, "dissatisfied", words="still red", reason="not_restored") == "diagnosing"
    assert scene.row(two)["parent"] is None, "it goes on alone"
    scene.later(hours=25)
    assert scene.no("fang", three, "close_informed") == ("message_unsent",), "silent to what nobody has sent"
    scene.sends("fang", three)
    assert scene.no("fang", three, "close_informed") == ("silence_too_short",), "told only now"
    scene.later(hours=25)
    assert said(scene, "fang", three, "close_informed") == "closed"
    assert scene.row(three)["closure_how"] == "informed"
    assert said(scene, "chen", parent, "confirm", **confirmation()) == "closed"
    assert scene.is_sound()


def test_the_parent_is_not_confirmed_before_its_children_have_feedback(
    scene: Scene, mass: tuple[str, list[str]]
) -> None:
    parent, children = mass
    scene.says("wei", parent, "restore", restored_at=scene.now, how_verified="light", children=False)
    scene.says("wei", parent, "feed_back", **feedback(), children=False)
    assert scene.no("chen", parent, "confirm", **confirmation()) == ("children_not_informed",)
    assert {scene.state(child) for child in children} == {"registered"}


def test_a_refused_consequence_is_an_inbox_item_and_no_rollback(scene: Scene, mass: tuple[str, list[str]]) -> None:
    parent, (child, *_others) = mass
    scene.to(child, "executing", name="fang")
    outcome = scene.says("wei", parent, "restore", restored_at=scene.now, how_verified="light")
    assert [cause.verdict for cause in outcome.causes] == ["refused", "applied", "applied"]
    assert (scene.state(parent), scene.state(child)) == ("restored", "executing")
    assert ("wrong_state", "fang") in scene.alerts(child)
    assert scene.is_sound()


# --- Merging and healing -------------------------------------------------------------------------------------


def test_a_merged_ticket_is_healed_by_a_new_one_that_follows_it(scene: Scene) -> None:
    kept, doubled = scene.register(), scene.register()
    assert said(scene, "wei", doubled, "merge", into=scene.row(kept)["id"]) == "merged"
    assert scene.no("wei", doubled, "note", text="x") == ("wrong_state",)
    assert f"Into: {kept}" in show(scene.admin, doubled).timeline[-1].text, "people know tickets by their references"
    new = scene.register(follows=scene.row(doubled)["id"])
    assert [(link["type"], link["other"]) for link in scene.rows("link", new)] == [
        ("follows", scene.row(doubled)["id"])
    ]
    assert scene.state(new) == "registered"


def test_merging_is_for_true_duplicates_into_open_ones(scene: Scene) -> None:
    one, other = scene.register(), scene.register(contact="+86 10 1111")
    assert scene.no("wei", one, "merge", into=scene.row(other)["id"]) == ("not_same_matter",)
    assert scene.no("wei", one, "merge", into=scene.row(one)["id"])[0] == "ticket_itself"
    scene.says("wei", other, "cancel", words="gone", who="Ms Wang", channel="phone")
    assert "target_closed" in scene.no("chen", one, "merge", into=scene.row(other)["id"])


# --- Emergencies, voices, rounds -----------------------------------------------------------------------------


def test_an_emergency_is_registered_with_little_and_completed_before_feedback(scene: Scene) -> None:
    bare = dict.fromkeys(("symptom", "scope", "contact", "domain", "occurred_at"))
    ref = scene.register(**bare, emergency=True)
    assert (scene.row(ref)["grade"], set(scene.row(ref)["missing"])) == ("P1", set(bare))
    scene.to(ref, "planned")
    given = {"how": "voice", "given_by": "gao", "given_at": scene.now, "number": "+86 1"}
    scene.says("wei", ref, "approve", **given)
    scene.says("wei", ref, "execute")
    scene.says("wei", ref, "restore", restored_at=scene.now, how_verified="light")
    assert scene.no("wei", ref, "feed_back", **feedback()) == ("fields_missing",)
    scene.says("wei", ref, "complete", **{name: REPORT.get(name, scene.now) for name in bare})
    assert said(scene, "wei", ref, "feed_back", **feedback()) == "feedback_given"
    assert scene.no("chen", ref, "confirm", **confirmation()) == ("not_ratified",)
    assert scene.no("chen", ref, "ratify") == ("ratified_by_giver",)
    scene.says("gao", ref, "ratify")
    assert scene.no("wei", ref, "confirm", **confirmation()) == ("confirmed_by_handler",)
    assert said(scene, "chen", ref, "confirm", **confirmation()) == "closed"
    assert scene.is_sound()


def test_rounds_go_on_until_the_customer_accepts(scene: Scene) -> None:
    ref = scene.to(scene.register(), "feedback_given")
    scene.says("wei", ref, "dissatisfied", words="still slow", reason="partly_restored", who="Ms Wang", channel="phone")
    assert scene.no("chen", ref, "confirm", **confirmation()) == ("wrong_state",)
    row = scene.row(ref)
    assert (row["round"], row["feedback_result"], row["restored_at"], row["approved_version"]) == (2, None, None, 0)
    assert ("dissatisfied", "role:lead") in scene.alerts(ref)
    scene.to(ref, "closed")
    scene.later(days=1)
    assert said(scene, "wei", ref, "dissatisfied", words="again", reason="came_back") == "diagnosing"
    scene.to(ref, "closed")
    assert said(scene, "chen", ref, "reopen", why="closed the wrong one") == "diagnosing"
    assert scene.no("wei", scene.to(ref, "closed"), "reopen", why="x") == ("right_missing",)
    clocks = [clock["round"] for clock in scene.rows("clock", ref) if clock["name"] == "restore"]
    assert sorted(clocks) == [1, 2, 3, 4]
    assert scene.is_sound()


def test_closing_without_the_customers_word_takes_tries_and_a_lead(scene: Scene) -> None:
    ref = scene.to(scene.register(), "feedback_given")
    for _try in range(2):
        scene.says("wei", ref, "attempt", channel="phone")
    assert scene.no("chen", ref, "close_unconfirmed") == ("attempts_too_few",)
    scene.later(days=1)
    scene.says("wei", ref, "attempt", channel="phone")
    scene.says("wei", ref, "attempt", channel="sms", text="please call", sent="by_us")
    assert scene.no("chen", ref, "close_unconfirmed") == ("message_unsent",)
    scene.sends("wei", ref)
    assert scene.no("wei", ref, "close_unconfirmed") == ("closing_needs_role",)
    assert said(scene, "chen", ref, "close_unconfirmed") == "closed"
    assert scene.row(ref)["closure_how"] == "unconfirmed"


def test_what_monitoring_reported_is_verified_by_the_alarm(scene: Scene) -> None:
    ref = scene.register(channel="monitoring", requester_type="monitoring", contact=None, requester=None)
    assert scene.rows("outbox", ref) == ()
    desk = scene.admin.as_service("intake", "alarm")

    def observe(state: str) -> None:
        seen = {"fingerprint": "f1", "name": "LOS", "alarm_state": state, "last": scene.now}
        act(desk, Wish("fault", scene.row(ref)["id"], "observe", seen))

    observe("raised")
    scene.says("wei", ref, "accept")
    clear = {"how": "by_itself", "cleared_at": scene.now, "how_verified": "light", "cause_code": "X-NFF"}
    scene.says("wei", ref, "come_clear", **clear)
    scene.says("wei", ref, "feed_back", **feedback(channel=None))
    assert scene.no("wei", ref, "confirm", how_tested="alarm list") == ("alarm_raised",)
    observe("cleared")
    assert scene.no("wei", ref, "confirm", how_tested="alarm list") == ("alarm_clear_too_short",)
    scene.later(minutes=16)
    assert said(scene, "wei", ref, "confirm", how_tested="alarm list") == "closed"
    assert scene.row(ref)["closure_how"] == "verified"


# --- The short way -------------------------------------------------------------------------------------------

ANSWERS = {
    "cause_code": "AC-ONT-FAIL",
    "remedy": "terminal_replace",
    "how_verified": "Ms Wang opened a page",
    "result": "replaced",
    "prevention": "surge protector",
    "confirmed_by": "Ms Wang",
}


def _cause(scene: Scene) -> str:
    from noc_console.checklists.cause_codes import load

    return next(code for code, entry in load().by_code.items() if entry.domain == "access")


def test_a_small_matter_is_solved_in_one_go(any_scene: Scene) -> None:
    scene = any_scene
    ref = scene.register(grade="P4", domain="access")
    before = scene.admin.token()
    answers = {**ANSWERS, "cause_code": _cause(scene)}
    result = solve.solve(scene.desk("wei"), ref, answers, intent_id="0199-solve")
    assert (result.state, result.refused) == ("closed", None)
    assert len(result.done) == scene.admin.token() - before == 9
    again = solve.solve(scene.desk("wei"), ref, answers, intent_id="0199-solve")
    assert (again.state, again.done) == (result.state, result.done)
    assert scene.admin.token() - before == 9, "a retry makes no double"
    assert scene.is_sound()


def test_side_rows_of_one_instant_are_in_the_order_in_which_they_were_added(any_scene: Scene) -> None:
    scene = any_scene
    ref = scene.to(scene.register(grade="P4", domain="access"), "accepted")
    row, words = scene.row(ref), [f"word {n}" for n in (5, 2, 8, 1, 9, 3)]
    for text in words:
        wish = Wish("fault", row["id"], "receive", {"channel": "sms", "sender": "+8613800000000", "text": text})
        act(scene.desk("wei").as_service("intake", "mail"), wish)
    told = show(scene.admin, ref)
    assert len({message["at"] for message in told.messages[-6:]}) == 1
    assert [message["text"] for message in told.messages if message["text"] in words] == words
    for name in ("fang", "chen", "wei"):
        for event in ({"dispatched_at": scene.now}, {"arrived_at": scene.now}, {"left_at": scene.now}):
            scene.says("wei", ref, "visit", engineer=name, **event)
    assert [visit["engineer"] for visit in show(scene.admin, ref).visits] == ["fang", "chen", "wei"]
    planned = scene.to(scene.register(grade="P4", domain="access"), "accepted")
    scene.says("wei", planned, "visit", engineer="fang", permit="P-7")
    scene.says("wei", planned, "visit", engineer="chen", dispatched_at=scene.now)
    assert [visit["engineer"] for visit in show(scene.admin, planned).visits] == ["chen", "fang"], "who has not set out"


def test_the_short_way_stops_at_the_first_refusal_where_it_legally_got_to(scene: Scene) -> None:
    ref = scene.register(grade="P4", domain="access")
    answers = {**ANSWERS, "cause_code": _cause(scene), "confirmed_by": "wei"}
    result = solve.solve(scene.desk("wei"), ref, answers)
    assert (result.state, scene.state(ref)) == ("feedback_given", "feedback_given")
    assert result.refused is not None and [r.code for r in result.refused.reasons] == ["confirmed_by_us"]
    rest = solve.solve(scene.desk("wei"), ref, {**answers, "confirmed_by": "Ms Wang"})
    assert (rest.done, rest.state) == (("confirm",), "closed")


def test_a_dry_run_of_the_short_way_stores_nothing(scene: Scene) -> None:
    ref = scene.register(grade="P4", domain="access")
    token = scene.admin.token()
    answers = {**ANSWERS, "cause_code": _cause(scene)}
    assert solve.solve(scene.desk("wei"), ref, answers, dry_run=True).state == "closed"
    assert (scene.state(ref), scene.admin.token()) == ("registered", token)


def test_the_short_way_is_for_small_matters_with_known_remedies(scene: Scene) -> None:
    big, small = scene.register(grade="P2"), scene.register(grade="P4", domain="data")
    for ref, code in ((big, "solve_grade"), (small, "solve_remedy")):
        with pytest.raises(Refused) as raised:
            solve.solve(scene.desk("wei"), ref, ANSWERS)
        assert [reason.code for reason in raised.value.reasons] == [code]
    with pytest.raises(Refused):
        solve.form(scene.desk("wei"), big)
    assert {field.field.name for field in solve.form(scene.desk("wei"), small)} >= set(ANSWERS)
    with pytest.raises(UsageError, match="colour"):
        solve.solve(scene.desk("wei"), small, {**ANSWERS, "colour": "red"})


def test_a_request_is_solved_from_registered(scene: Scene) -> None:
    ref = scene.register(kind="request", grade="P5")
    answers = {"result": "set MTU 1492", "how_verified": "asked back", "confirmed_by": "Ms Wang"}
    assert solve.solve(scene.desk("wei"), ref, answers).done == ("accept", "start", "answer", "confirm")


# --- Many at once, and words ---------------------------------------------------------------------------------


def test_each_of_many_is_judged_by_itself(scene: Scene) -> None:
    mine, others, small = scene.register(), scene.to(scene.register(), "diagnosing", name="fang"), scene.register()
    refs = [mine, others, "HZ1-99", small]
    dry = ticket.bulk(scene.desk("wei"), refs, "accept", {}, dry_run=True)
    assert [scene.state(ref) for ref in (mine, small)] == ["registered", "registered"]
    done = ticket.bulk(scene.desk("wei"), refs, "accept", {})
    for items in (dry, done):
        assert [item.error.code if item.error else "" for item in items] == ["", "refused", "not_found", ""]
    assert [scene.state(ref) for ref in (mine, others, small)] == ["accepted", "diagnosing", "accepted"]


def test_what_was_said_is_told_with_names_and_local_times_and_kept_as_codes(scene: Scene) -> None:
    ref = scene.register(channel="email")
    view = show(scene.desk("wei"), ref)
    entry, zone = view.timeline[0], scene.desk("wei").zone
    at = view.row["occurred_at"]
    assert "Channel: e-mail" in entry.text
    assert at.astimezone(zone).strftime("Since when: %Y-%m-%d %H:%M %Z") in entry.text
    assert "Channel: email" in view.json()["timeline"][0]["text"]
    assert at.strftime("Since when: %Y-%m-%dT%H:%MZ") in view.json()["timeline"][0]["text"]


def test_a_second_try_of_a_bulk_act_acts_once(scene: Scene) -> None:
    desk, refs = scene.desk("wei"), [scene.register() for _number in range(3)]
    first = ticket.bulk(desk, refs, "note", {"text": "power cut"}, bulk_id="one", go_on=lambda done: done < 2)
    assert [item.ref for item in first] == refs[:2]
    again = ticket.bulk(desk, refs, "note", {"text": "power cut"}, bulk_id="one")
    assert [item.outcome.verdict for item in again if item.outcome] == ["noop", "noop", "applied"]
    notes = [[entry.event for entry in show(desk, ref).timeline].count("note") for ref in refs]
    assert notes == [1, 1, 1]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_blocked_step_says_why_and_what_would_help(scene: Scene, language: str) -> None:
    refs = [scene.register(), *(scene.to(scene.register(), state) for state in (*FAULT_WORK, "restored", "closed"))]
    refs.append(scene.register(kind="request"))
    i18n.set_language(language)
    blocked = 0
    for name in ("wei", "fang", "chen", "anna"):
        for ref in refs:
            for step in ticket.next_steps(scene.desk(name), ref):
                assert not step.event.internal
                for reason in step.reasons:
                    blocked += 1
                    text, remedy = say(reason)
                    assert text and remedy and "{" not in text + remedy
    assert blocked > 100


def test_every_form_of_every_event_can_be_shown(scene: Scene) -> None:
    ref, request = scene.to(scene.register(), "feedback_given"), scene.register(kind="request")
    for machine, one in ((FAULT, ref), (REQUEST, request)):
        for event in machine.events:
            made = ticket.form(scene.desk("wei"), one, event.name)
            assert [field.field for field in made.fields] == [one for one in event.inputs if one != CHILDREN]
            for field in made.fields:
                if field.options and field.default is not None and not field.field.many:
                    assert field.default in {option.code for option in field.options}
    by_name = {field.field.name: field for field in ticket.form(scene.desk("wei"), ref, "regrade").fields}
    assert by_name["grade"].default is None, "a regrade to the present grade is none"


def test_a_form_offers_what_is_known_and_never_what_is_said_anew(scene: Scene) -> None:
    ref = scene.to(scene.register(), "restored")
    for event, name in (
        ("approve", "number"), ("inform", "channel"), ("execute", "executor"), ("restore", "restored_at"),
        ("restore", "how_verified"), ("feed_back", "channel"), ("mark_affected", "customer"),
    ):  # fmt: skip
        fields = {one.field.name: one for one in ticket.form(scene.desk("wei"), ref, event).fields}
        assert fields[name].default is None, (event, name)
    planned = {one.field.name: one for one in ticket.form(scene.desk("wei"), ref, "plan").fields}
    assert planned["plan"].default == scene.row(ref)["plan_text"]


# --- Ways round that there must not be -----------------------------------------------------------------------


def test_a_ticket_obeys_its_own_machine_only(scene: Scene) -> None:
    ref = scene.to(scene.register(), "accepted")
    with pytest.raises(NotFound):
        act(scene.desk("wei"), Wish("request", scene.row(ref)["id"], "start"))
    assert scene.state(ref) == "accepted"


def test_what_a_person_reported_is_not_made_monitorings(scene: Scene) -> None:
    codes = scene.no("chen", scene.register(), "complete", requester_type="monitoring", why="typo")
    assert codes == ("requester_is_person",), "not by a lead either"
    with pytest.raises(Refused):
        scene.register(requester_type="monitoring")


def test_a_mass_fault_has_no_requests_in_it(scene: Scene) -> None:
    fault, request = scene.register(), scene.register(kind="request")
    for one, other in ((fault, request), (request, fault)):
        wanted = scene.row(other)["id"]
        assert scene.no("wei", one, "link", type="parent", other=wanted) == ("parent_not_fault",)


def test_a_voice_that_was_acted_on_stays_to_be_ratified_whatever_follows(scene: Scene) -> None:
    ref = scene.to(scene.register(grade="P1"), "planned")
    given = {"how": "voice", "given_by": "gao", "given_at": scene.now, "number": "+86 1"}
    scene.says("wei", ref, "approve", **given)
    scene.says("wei", ref, "execute")
    scene.says("wei", ref, "revise", outcome="no_effect", done="spliced", why="still dark", way_back="left as it is")
    scene.says("wei", ref, "plan", plan="other fibre", interrupts="no", backout="back", restore_first=True)
    assert scene.row(ref)["ratify_due"] is not None
    clear = {"how": "third_party", "cleared_at": scene.now, "how_verified": "light"}
    assert scene.no("wei", ref, "come_clear", **clear) == ("act_of_ours",)


def test_feedback_sent_by_us_needs_no_channel_and_tells_all_three(scene: Scene) -> None:
    ref = scene.to(scene.register(contact="wang@mill.example"), "restored")
    scene.says("wei", ref, "feed_back", **feedback(channel=None, sent="by_us"))
    queued = next(item for item in outbox.page(scene.admin) if item["template"] == "feedback")
    assert queued["channel"] == "email"
    for text in ("works again", "cable cut", "marked the trench"):
        assert text in queued["text"]


@pytest.mark.parametrize(
    ("channel", "sent", "queued"),
    [
        (None, None, True), ("email", None, True), ("sms", None, True), ("phone", None, False),
        ("on_site", None, False), ("email", "by_hand", False), ("other", "by_us", True),
    ],
)  # fmt: skip
def test_what_is_written_waits_in_the_outbox_unless_it_was_said_to_be_sent(
    scene: Scene, channel: str | None, sent: str | None, queued: bool
) -> None:
    ref = scene.to(scene.register(contact="wang@mill.example"), "restored")
    scene.says("wei", ref, "feed_back", **feedback(channel=channel, sent=sent))
    assert any(item["template"] == "feedback" for item in outbox.page(scene.admin)) is queued


@pytest.mark.parametrize("channel", ["phone", "hotline", "on_site"])
def test_what_is_spoken_is_on_record_as_it_was_said_and_never_queued(scene: Scene, channel: str) -> None:
    ref = scene.to(scene.register(contact="wang@mill.example"), "accepted")
    queued = len(outbox.page(scene.admin))
    said = {"channel": channel, "text": "we splice"}
    assert scene.no("wei", ref, "inform", **said, sent="by_us") == ("spoken_not_sent",)
    scene.says("wei", ref, "inform", **said, sent="by_hand")
    assert [message["text"] for message in scene.rows("message", ref)].count("we splice") == 1
    assert len(outbox.page(scene.admin)) == queued


def test_a_message_to_a_merged_ticket_goes_on_to_its_target_of_another_kind(scene: Scene) -> None:
    fault, request = scene.register(), scene.register(kind="request")
    scene.says("wei", request, "merge", into=scene.row(fault)["id"])
    intake = scene.admin.as_service("intake", "mail")
    told = {"channel": "email", "text": "any news?", "sender": "wang@mill.example"}
    act(intake, Wish("request", scene.row(request)["id"], "receive", told))
    assert [message["text"] for message in scene.rows("message", fault)] == ["any news?"]
