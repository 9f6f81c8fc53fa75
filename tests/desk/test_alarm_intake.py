"""What alarms become: tickets, rows of one, alarms watched without one; repeats, clears, folds, storms, flapping."""

from __future__ import annotations

from datetime import timedelta

import pytest

from noc_console.desk import alarm_intake, quarantine, ticket, timers
from noc_console.desk.ticket_view import show
from noc_console.store import blobs, refold
from noc_console.store.engine import writing
from noc_console.store.journal import BODY
from tests.desk.alarms import Alarms, alarm, of_time, sequence, tickets
from tests.desk.scene import Scene


@pytest.fixture
def alarms(scene: Scene) -> Alarms:
    """A channel of alarms into the scene."""
    return Alarms(scene)


# --- One alarm -----------------------------------------------------------------------------------------------


def test_a_new_alarm_opens_a_ticket_with_what_it_says(scene: Scene, alarms: Alarms) -> None:
    raised = of_time(scene.now - timedelta(minutes=3))
    said = alarm("bgpPeerDown", "R1", severity="critical", text="peer gone", labels={"as": 65001}, raised_at=raised)
    item = alarms.one(said, delivery="")
    assert (item.action, item.kind, item.reason) == ("opened", "ticket", None)
    assert item.parsed is not None and item.parsed["fingerprint"] == "bgpPeerDown/R1"
    row = scene.row(item.ref or "")
    assert (row["subject"], row["grade"], row["domain"], row["state"]) == ("bgpPeerDown R1", "P2", "data", "registered")
    assert (row["channel"], row["requester_type"], row["source_channel"]) == ("monitoring", "monitoring", "snmptrap")
    assert (row["fingerprint"], row["missing"], row["objects"]) == ("bgpPeerDown/R1", [], ["R1"])
    assert row["occurred_at"] == scene.now - timedelta(minutes=3)
    assert row["symptom"] == "peer gone\n\nas: 65001"
    (kept,) = scene.rows("alarm", item.ref or "")
    assert (kept["state"], kept["count"], kept["object"], kept["labels"]) == ("raised", 1, "R1", {"as": 65001})
    with scene.admin.reading() as connection:
        assert blobs.read(connection, kept["source"]).startswith(b"[{")
    assert scene.alerts(item.ref or "") == []
    assert scene.is_sound()


def test_an_alarm_whose_words_were_erased_can_be_made_again(scene: Scene, alarms: Alarms) -> None:
    ref = alarms.one(alarm(labels={"as": 65001}, text="peer gone")).ref or ""
    alarms.one(alarm("x", "R9", state="cleared", labels={"as": 65002}))
    with writing(scene.admin.engine) as connection:
        connection.execute(BODY.delete())
    list(refold.rows(scene.admin.engine, repair=True))
    (kept,) = scene.rows("alarm", ref)
    assert (kept["labels"], kept["text"], kept["name"]) == ({}, None, "")
    (watched,) = alarm_intake.page(scene.admin)
    assert (watched["labels"], watched["fingerprint"], watched["object"]) == ({}, "", None)
    assert list(refold.rows(scene.admin.engine, repair=False)) == []


def test_the_same_file_given_again_changes_nothing(scene: Scene, alarms: Alarms) -> None:
    file = alarms.inputs(alarm(), alarm(state="cleared"), alarm("x", state="cleared"), name="a.json")
    first = alarms.raw(file)
    token = scene.admin.token()
    again = alarms.raw(file)
    assert [item.action for item in first] == ["opened", "cleared", "ignored"]
    assert sequence(again) == [("duplicate", first[0].ref), ("duplicate", first[0].ref), ("duplicate", None)]
    assert [item.parsed for item in again] == [item.parsed for item in first]
    assert scene.admin.token() == token
    assert [item.action for item in alarms.raw(file, dry_run=True)] == ["duplicate"] * 3


def test_an_equal_alarm_of_a_new_delivery_is_counted(scene: Scene, alarms: Alarms) -> None:
    opened = alarms.one(alarm())
    scene.later(minutes=2)
    again = alarms.one(alarm())
    assert sequence([again]) == [("updated", opened.ref)]
    (kept,) = scene.rows("alarm", opened.ref or "")
    assert (kept["count"], kept["last_at"]) == (2, scene.now)
    row = scene.row(opened.ref or "")
    assert (row["alarms"], row["alarms_raised"], row["alarm_reports"]) == (1, 1, 2)


def test_repeats_of_one_run_are_one_event(scene: Scene, alarms: Alarms) -> None:
    items = alarms.take(*[alarm()] * 5, alarm("other", "R2"), *[alarm()] * 3)
    assert [item.action for item in items] == ["opened", *["updated"] * 4, "opened", *["updated"] * 3]
    assert [item.index for item in items] == list(range(9))
    seen = [entry for entry in show(scene.admin, items[0].ref or "").log if entry.event == "observe"]
    assert len(seen) == 1
    assert scene.rows("alarm", items[0].ref or "")[0]["count"] == 8


def test_a_repeat_of_a_machine_does_not_hide_that_nobody_acts(scene: Scene, alarms: Alarms) -> None:
    ref = alarms.one(alarm()).ref or ""
    since = scene.row(ref)["last_event_at"]
    scene.later(hours=1)
    alarms.one(alarm())
    assert scene.row(ref)["last_event_at"] == since
    scene.later(hours=4)
    assert ("silent" in [fired.event for fired in timers.run(scene.admin)]) is True


def test_a_clear_is_logged_and_proposed_and_restores_nothing(scene: Scene, alarms: Alarms) -> None:
    ref = alarms.one(alarm()).ref or ""
    scene.later(minutes=5)
    at = of_time(scene.now - timedelta(minutes=1))
    item = alarms.one(alarm(state="cleared", cleared_at=at))
    assert sequence([item]) == [("cleared", ref)]
    row = scene.row(ref)
    assert (row["state"], row["restored_at"]) == ("registered", None)
    assert row["cleared_at"] == scene.now - timedelta(minutes=1)
    assert scene.alerts(ref) == [("alarm_cleared", "role:lead")]
    first = ticket.next_steps(scene.desk("wei"), ref)[0]
    assert (first.event.name, first.allowed, first.proposed) == ("come_clear", True, True)
    filled = {field.field.name: field.default for field in ticket.form(scene.admin, ref, "come_clear").fields}
    assert filled["cleared_at"] == scene.now - timedelta(minutes=1)
    assert alarms.actions(alarm(state="cleared")) == ["updated"], "the clear that is repeated is no second one"
    assert len(scene.alerts(ref)) == 1
    scene.says("wei", ref, "come_clear", how="by_itself", cleared_at=row["cleared_at"], how_verified="looked")
    assert scene.state(ref) == "restored"


def test_raised_again_takes_the_proposal_back(scene: Scene, alarms: Alarms) -> None:
    ref = alarms.one(alarm()).ref or ""
    alarms.take(alarm(state="cleared"))
    scene.later(minutes=1)
    assert sequence(alarms.take(alarm())) == [("updated", ref)]
    assert scene.row(ref)["cleared_at"] is None
    assert [code for code, _to in scene.alerts(ref)] == ["alarm_cleared", "alarm_again"]
    assert ticket.next_steps(scene.desk("wei"), ref)[0].event.name != "come_clear"


def test_a_clear_of_nothing_known_is_ignored_with_its_reason_and_kept(scene: Scene, alarms: Alarms) -> None:
    item = alarms.one(alarm(state="cleared"))
    assert (item.action, item.kind, item.ref) == ("ignored", None, None)
    assert item.reason == "clear of an alarm that is not known here"
    assert [row["name"] for row in alarm_intake.page(scene.admin)] == ["linkDown"]
    assert alarms.actions(alarm()) == ["opened"], "it is no rule to ignore what comes later"
    assert alarm_intake.page(scene.admin) == ()


def test_an_alarm_after_the_ticket_was_closed_opens_one_that_follows_it(scene: Scene, alarms: Alarms) -> None:
    ref = alarms.one(alarm()).ref or ""
    scene.to(ref, "feedback_given")
    alarms.take(alarm(state="cleared"))
    scene.later(minutes=20)
    scene.says("chen", ref, "confirm", how_tested="watched")
    item = alarms.one(alarm())
    assert item.action == "opened" and item.ref != ref
    assert [link["other"] for link in scene.rows("link", item.ref or "")] == [scene.row(ref)["id"]]


def test_an_alarm_of_a_merged_ticket_goes_to_the_one_that_goes_on(scene: Scene, alarms: Alarms) -> None:
    one, two = alarms.one(alarm()).ref or "", alarms.one(alarm("other")).ref or ""
    scene.says("wei", two, "merge", into=scene.row(one)["id"])
    assert sequence(alarms.take(alarm("other"))) == [("updated", one)]
    assert scene.row(one)["alarms"] == 2


def test_a_graver_alarm_raises_the_grade_and_nothing_lowers_it(scene: Scene, alarms: Alarms) -> None:
    ref = alarms.one(alarm(severity="minor")).ref or ""
    assert scene.row(ref)["grade"] == "P4"
    alarms.take(alarm(severity="critical"))
    assert scene.row(ref)["grade"] == "P2"
    alarms.take(alarm(severity="minor"))
    assert scene.row(ref)["grade"] == "P2"


def test_what_cannot_be_read_is_quarantined_and_the_others_go_on(scene: Scene, alarms: Alarms) -> None:
    items = alarms.take(alarm(), "broken", alarm("other"))
    assert [(item.action, item.index) for item in items] == [("opened", 0), ("quarantined", 1), ("opened", 2)]
    assert len(quarantine.page(scene.admin)) == 1
    (whole,) = alarms.raw(alarms.inputs().__class__("file", 0, b"\x00"))
    assert whole.action == "quarantined"


def test_an_alarm_that_no_store_can_hold_is_quarantined_alone(scene: Scene, alarms: Alarms) -> None:
    items = alarms.take(alarm(), alarm("bad", text="\ud800"), alarm("other"))
    assert [item.action for item in items] == ["opened", "quarantined", "opened"]
    assert tickets(scene) == 2
    assert scene.is_sound()


# --- Rules ---------------------------------------------------------------------------------------------------

CUT = (
    '[[alarm_rules]]\nname = "cut"\naction = "fold"\nby = ["label:cable"]\nwithin = "10m"\ncircuit = "label:circuit"\n'
)
CUT += 'match.labels.cable = "*"\nset.grade = "P3"\n'
HOLD = '[[alarm_rules]]\nname = "wait"\naction = "hold"\nfor = "5m"\nmatch.name = "*"\n'
LAB = '[[alarm_rules]]\nname = "lab"\naction = "ignore"\nreason = "the lab"\nmatch.object = "LAB*"\n'


def circuit(n: int, cable: str = "A17") -> dict[str, object]:
    """Say that a circuit of a cable has no light."""
    return alarm("LOS", f"CIR-{n}", labels={"cable": cable, "circuit": f"C{n}"})


def test_a_fibre_cut_is_one_ticket_with_many_circuits(scene: Scene, alarms: Alarms) -> None:
    alarms.rules(CUT)
    items = alarms.take(*[circuit(n) for n in range(60)])
    assert [item.action for item in items] == ["opened", *["appended"] * 59]
    assert {item.ref for item in items} == {items[0].ref}
    assert items[5].reason == "folded by rule cut"
    ref = items[0].ref or ""
    row = scene.row(ref)
    assert (row["subject"], row["grade"], row["alarms"], row["alarms_raised"]) == ("LOS: A17", "P3", 60, 60)
    assert {affected["circuit"] for affected in scene.rows("affected", ref)} == {f"C{n}" for n in range(60)}
    assert {each["circuit"] for each in show(scene.admin, ref).json()["affected"]} == {f"C{n}" for n in range(60)}
    assert alarms.take(circuit(99, "B2"))[0].action == "opened", "another cable is another matter"
    cleared = alarms.take(*[circuit(n) | {"state": "cleared"} for n in range(59)])
    assert {item.action for item in cleared} == {"cleared"}
    assert (scene.row(ref)["cleared_at"], scene.alerts(ref)) == (None, [])
    alarms.take(circuit(59) | {"state": "cleared"})
    assert scene.row(ref)["cleared_at"] == scene.now
    assert scene.alerts(ref) == [("alarm_cleared", "role:lead")], "one word, not sixty"
    assert scene.is_sound()


def test_what_comes_after_the_time_or_after_the_repair_is_a_new_matter(scene: Scene, alarms: Alarms) -> None:
    alarms.rules(CUT)
    first = alarms.one(circuit(1)).ref
    scene.later(minutes=9)
    assert alarms.one(circuit(2)).ref == first
    scene.later(minutes=9)
    assert alarms.one(circuit(3)).ref == first, "the time runs from the last alarm"
    scene.later(minutes=11)
    second = alarms.one(circuit(4)).ref or ""
    assert second != first
    scene.to(second, "restored")
    assert alarms.one(circuit(5)).ref not in (first, second)


def test_a_repeat_keeps_its_ticket_open_for_what_comes_with_it(scene: Scene, alarms: Alarms) -> None:
    alarms.rules(CUT)
    first = alarms.one(circuit(1)).ref
    scene.later(minutes=11)
    items = alarms.take(circuit(1), circuit(2))
    assert [(item.action, item.ref) for item in items] == [("updated", first), ("appended", first)]
    assert scene.is_sound()


def test_a_rule_to_ignore_counts_and_holds_only_as_long_as_it_stands(scene: Scene, alarms: Alarms) -> None:
    alarms.rules(LAB)
    items = [*alarms.take(alarm(obj="LAB1")), *alarms.take(alarm(obj="LAB1")), *alarms.take(alarm(obj="R1"))]
    assert [(item.action, item.reason) for item in items] == [("ignored", "the lab")] * 2 + [("opened", None)]
    (watched,) = alarm_intake.page(scene.admin)
    assert (watched["count"], watched["rule"], watched["reason"]) == (2, "lab", "the lab")
    alarms.rules("alarm_rules = []")
    assert alarms.one(alarm(obj="LAB1")).action == "opened"
    assert scene.is_sound()


def test_an_alarm_held_back_opens_a_ticket_when_it_is_still_raised(scene: Scene, alarms: Alarms) -> None:
    alarms.rules(HOLD)
    item = alarms.one(alarm())
    assert (item.action, item.ref) == ("ignored", None)
    assert item.reason == "held back for 5m by rule wait: a ticket if it is still raised"
    assert timers.run(scene.admin) == ()
    scene.later(minutes=4)
    assert alarms.one(alarm()).action == "updated"
    scene.later(minutes=1)
    (fired,) = timers.run(scene.admin)
    assert (fired.event, fired.what) == ("opened", "linkDown")
    assert timers.run(scene.admin) == ()
    row = scene.row(fired.ref)
    assert (row["alarm_reports"], row["occurred_at"]) == (2, scene.now - timedelta(minutes=5))
    assert alarm_intake.page(scene.admin) == ()
    assert alarms.one(alarm()).ref == fired.ref
    assert scene.is_sound()


def test_an_alarm_held_back_that_clears_needs_no_ticket(scene: Scene, alarms: Alarms) -> None:
    alarms.rules(HOLD)
    alarms.take(alarm())
    item = alarms.one(alarm(state="cleared"))
    assert (item.action, item.reason) == ("cleared", "cleared before its time was up: no ticket")
    scene.later(minutes=10)
    assert timers.run(scene.admin) == ()
    assert alarms.one(alarm()).action == "updated", "it waits anew"
    scene.later(minutes=5)
    assert [fired.event for fired in timers.run(scene.admin)] == ["opened"]


def test_an_alarm_that_flaps_is_not_held_back_for_ever(scene: Scene, alarms: Alarms) -> None:
    alarms.rules(HOLD)
    found: list[str] = []
    for _round in range(4):
        found += alarms.actions(alarm())
        scene.later(minutes=2)
        found += alarms.actions(alarm(state="cleared"))
        scene.later(minutes=2)
    assert "opened" in found and found.index("opened") == 6
    assert tickets(scene) == 1


# --- Flapping and storms -------------------------------------------------------------------------------------


def test_a_flapping_alarm_is_one_ticket_with_a_mark_and_one_word(scene: Scene, alarms: Alarms) -> None:
    ref = alarms.one(alarm()).ref or ""
    for _round in range(5):
        scene.later(minutes=1)
        alarms.take(alarm(state="cleared"))
        scene.later(minutes=1)
        alarms.take(alarm())
    assert tickets(scene) == 1
    row = scene.row(ref)
    assert row["flapping_until"] == scene.now + timedelta(minutes=30)
    codes = [code for code, _to in scene.alerts(ref)]
    assert codes.count("alarm_flapping") == 1
    assert codes.count("alarm_cleared") == 3, "told until it is known to flap"
    assert scene.rows("alarm", ref)[0]["changes"] == 10


def test_a_storm_becomes_a_handful_of_tickets(scene: Scene, alarms: Alarms) -> None:
    items = alarms.take(*[alarm("bgpPeerDown", f"R{n}") for n in range(300)])
    assert len(items) == 300
    assert tickets(scene) == 11
    assert [item.action for item in items[:12]] == [*["opened"] * 11, "appended"]
    storm = scene.row(items[10].ref or "")
    assert (storm["subject"], storm["alarms"]) == ("Alarm storm: data", 290)
    assert {scene.row(item.ref or "")["parent"] for item in items[:10]} == {storm["id"]}
    assert {item.reason for item in items[11:]} == {"part of an alarm storm"}
    other = alarms.one(alarm("VSWR", "BTS7"))
    assert other.action == "opened", "another domain has no storm"
    scene.later(minutes=11)
    assert alarms.one(alarm("bgpPeerDown", "late")).action == "opened", "the storm is over"
    assert scene.is_sound()


def test_the_gravest_alarm_of_a_storm_grades_its_ticket(scene: Scene, alarms: Alarms) -> None:
    alarms.take(*[alarm("bgpPeerDown", f"R{n}", severity="minor") for n in range(12)])
    item = alarms.one(alarm("bgpPeerDown", "CORE", severity="critical"))
    assert (item.action, scene.row(item.ref or "")["grade"]) == ("appended", "P2")


def test_tickets_that_come_slowly_are_no_storm(scene: Scene, alarms: Alarms) -> None:
    for n in range(12):
        scene.later(seconds=31)
        assert alarms.one(alarm("bgpPeerDown", f"R{n}")).action == "opened"


# --- Without storing -----------------------------------------------------------------------------------------


def test_a_dry_run_decides_the_same_and_stores_nothing(scene: Scene, alarms: Alarms) -> None:
    alarms.rules(CUT + LAB + HOLD.replace('"*"', '"slow"'))
    said = [
        *[circuit(n) for n in range(3)],
        alarm("slow"),
        alarm(obj="LAB1"),
        alarm("slow", state="cleared"),
        alarm("slow"),
        *[alarm("bgpPeerDown", f"R{n}") for n in range(13)],
        circuit(0) | {"state": "cleared"},
        alarm("x", state="cleared"),
        alarm("bgpPeerDown", "R1"),
    ]
    token = scene.admin.token()
    dry = alarms.take(*said, delivery="d", dry_run=True)
    assert scene.admin.token() == token
    wet = alarms.take(*said, delivery="d")
    assert [item.action for item in dry] == [item.action for item in wet]
    assert [(item.kind, item.reason) for item in dry] == [(item.kind, item.reason) for item in wet]
    assert all(item.ref is None for item in dry)


def test_storms_repeats_and_clears_are_the_same_on_each_kind_of_store(any_scene: Scene) -> None:
    alarms = Alarms(any_scene)
    labels = [{"cable": "A1", "circuit": f"C{n}"} if n % 2 else {} for n in range(40)]
    said = [alarm("bgpPeerDown", f"R{n}", labels=found) for n, found in enumerate(labels)]
    items = alarms.take(*said, delivery="d")
    assert len({item.ref for item in items}) == 12, "ten and a storm, and the cut"
    assert {item.action for item in alarms.take(*said, delivery="d")} == {"duplicate"}
    assert {item.action for item in alarms.take(*said)} == {"updated"}
    cleared = alarms.take(*[one | {"state": "cleared"} for one in said])
    assert {item.action for item in cleared} == {"cleared"}
    cut = any_scene.row(items[1].ref or "")
    assert (cut["alarms"], cut["alarms_raised"], cut["alarm_reports"]) == (20, 0, 60)
    assert len(show(any_scene.admin, cut["ref"]).alarms) == 20
    assert any_scene.is_sound()
