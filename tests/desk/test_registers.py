"""Engineers, customers, views, policy, outbox and inbox at the desk."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from noc_console import i18n
from noc_console.checklists import messages
from noc_console.config import Config
from noc_console.desk import inbox, outbox, policy, register, ticket
from noc_console.desk.act import Wish, act
from noc_console.desk.desk import Desk
from noc_console.errors import BadInput, NotFound, Refused, UsageError
from noc_console.store.engine import writing
from noc_console.workflows.policy import load_default, to_data
from noc_console.workflows.policy_values import ROLES
from tests.desk.scene import PEOPLE, Scene, feedback


def refusal(error: pytest.ExceptionInfo[Refused]) -> list[str]:
    """Return the codes of a refusal."""
    return [reason.code for reason in error.value.reasons]


# --- Engineers -----------------------------------------------------------------------------------------------


def test_the_first_person_has_all_roles_and_later_unknown_ones_are_told_the_command(tmp_path: Path) -> None:
    store = str(tmp_path / "new.db")
    with Desk.open(store=store, actor="li.na", config=Config()) as desk:
        assert (desk.actor.name, desk.actor.roles) == ("li.na", frozenset(ROLES))
    with pytest.raises(NotFound) as raised:
        Desk.open(store=store, actor="wang.wu", config=Config())
    assert "noc engineer add wang.wu --roles engineer" in raised.value.hint
    with Desk.open(store=store, actor="li.na", config=Config()) as desk:
        register.put(desk, "engineer", {"name": "wang.wu", "roles": ("engineer", "lead")})
    with Desk.open(store=store, actor="wang.wu", config=Config()) as desk:
        assert desk.actor.roles == {"engineer", "lead"}


@pytest.mark.parametrize("name", ["timer", "rule", "Intake", "role:lead", " wei"])
def test_nobody_acts_under_the_name_of_a_rule(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refused) as raised:
        Desk.open(store=str(tmp_path / "new.db"), actor=name, config=Config())
    assert refusal(raised) == ["name_taken"]


def test_engineers_are_put_by_an_admin_and_retired_by_another(scene: Scene) -> None:
    with pytest.raises(Refused) as raised:
        register.put(scene.desk("chen"), "engineer", {"name": "new", "roles": ("engineer",)})
    assert refusal(raised) == ["right_missing"]
    with pytest.raises(Refused) as raised:
        register.put(scene.admin, "engineer", {"name": "new"})
    assert refusal(raised) == ["input_missing"]
    with pytest.raises(Refused) as raised:
        register.put(scene.admin, "engineer", {"name": "new", "roles": ("king",)})
    assert refusal(raised) == ["input_choice"]
    register.put(scene.admin, "engineer", {"name": "wei", "phone": "+86 1"})
    wei = register.show(scene.admin, "engineer", "wei")
    assert (wei["roles"], wei["phone"]) == (["engineer"], "+86 1"), "what is not given stays"
    register.retire(scene.admin, "engineer", "fang", "moved")
    assert "fang" not in [row["name"] for row in register.page(scene.admin, "engineer")]
    assert "fang" in [row["name"] for row in register.page(scene.admin, "engineer", retired=True)]
    with pytest.raises(NotFound):
        Desk.open(store=scene.store, actor="fang", config=Config())
    ref = scene.to(scene.register(), "accepted")
    assert scene.no("wei", ref, "hand_over", to="fang", why="x") == ("person_unknown",)
    assert scene.is_sound()


def test_nobody_is_retired_on_whom_tickets_still_wait(any_scene: Scene) -> None:
    scene = any_scene
    owned = scene.to(scene.register(), "accepted")
    offered = scene.to(scene.register(), "accepted", name="fang")
    scene.says("fang", offered, "hand_over", to="wei", why="Shift ends")
    with pytest.raises(Refused) as raised:
        register.retire(scene.admin, "engineer", "wei")
    assert refusal(raised) == ["owns_tickets", "offered_tickets"]
    assert [reason.params["refs"] for reason in raised.value.reasons] == [owned, offered]
    scene.says("chen", owned, "take_over")
    scene.says("fang", offered, "hand_over", to="sun", why="Shift ends")
    register.retire(scene.admin, "engineer", "wei")
    assert scene.is_sound()


def test_who_gave_a_voice_signs_it_before_they_go_or_an_approver_does(any_scene: Scene) -> None:
    scene = any_scene
    ref = scene.to(scene.register(grade="P2", users_affected=1), "planned")
    scene.says("wei", ref, "approve", how="voice", given_by="gao", given_at=scene.now, number="+86 1")
    scene.says("wei", ref, "execute")
    with pytest.raises(Refused) as raised:
        register.retire(scene.admin, "engineer", "gao")
    assert refusal(raised) == ["voices_to_ratify"]
    assert scene.no("chen", ref, "ratify", comment="gao leaves") == ("ratified_by_giver",)
    scene.later(hours=24)
    scene.says("chen", ref, "ratify", comment="gao is ill; the recording of the call says so")
    register.retire(scene.admin, "engineer", "gao")
    assert scene.is_sound()


def test_who_was_retired_comes_back_under_their_name_with_roles_given_anew(any_scene: Scene) -> None:
    scene = any_scene
    before = register.show(scene.admin, "engineer", "wei")
    register.retire(scene.admin, "engineer", "wei", "left")
    with pytest.raises(Refused) as raised:
        register.put(scene.admin, "engineer", {"name": "wei"})
    assert refusal(raised) == ["input_missing"]
    register.put(scene.admin, "engineer", {"name": "wei", "roles": ("engineer", "lead")})
    after = register.show(scene.admin, "engineer", "wei")
    assert (after["id"], after["state"], after["roles"]) == (before["id"], "current", ["engineer", "lead"])
    assert scene.is_sound()


def test_a_store_keeps_an_admin(scene: Scene, tmp_path: Path) -> None:
    root = scene.admin.actor.name
    policy.import_file(scene.admin, written(tmp_path, '[rights]\n"engineer.put" = ["admin", "lead"]\n'))
    for attempt in (
        lambda: register.retire(scene.desk("chen"), "engineer", root),
        lambda: register.put(scene.desk("chen"), "engineer", {"name": root, "roles": ("engineer",)}),
    ):
        with pytest.raises(Refused) as raised:
            attempt()
        assert refusal(raised) == ["last_admin"]
    register.put(scene.admin, "engineer", {"name": "sun", "roles": ("engineer", "admin")})
    register.retire(scene.desk("chen"), "engineer", root)
    assert scene.is_sound()


def test_who_is_retired_or_demoted_at_an_open_console_acts_no_more(scene: Scene) -> None:
    lead, gone = scene.desk("chen"), scene.desk("fang")
    register.retire(scene.admin, "engineer", "fang")
    register.put(scene.admin, "engineer", {"name": "chen", "roles": ("engineer",)})
    ref = scene.register()
    row = scene.row(ref)
    for desk, event, given, code in (
        (gone, "accept", {}, "right_missing"),
        (lead, "reject", {"reason": "no_matter"}, "reject_needs_lead"),
    ):
        with pytest.raises(Refused) as raised:
            act(desk, Wish("fault", row["id"], event, given))
        assert refusal(raised) == [code]
        assert not any(step.allowed and step.event.name == event for step in ticket.next_steps(desk, ref))


def test_people_are_listed_in_order_of_their_names_page_by_page(scene: Scene) -> None:
    names = sorted([*PEOPLE, scene.admin.actor.name])
    found: list[str] = []
    last = None
    while run := register.page(scene.admin, "engineer", after=last, limit=3):
        found += [row["name"] for row in run]
        last = run[-1]
    assert found == names


# --- Customers -----------------------------------------------------------------------------------------------


def test_a_customer_is_matched_when_a_ticket_is_registered(any_scene: Scene) -> None:
    scene = any_scene
    mill = {
        "name": "Mill", "type": "partner", "address": "NOC@mill.example", "phone": "+86 571 1", "contract": "C-7",
        "contract_class": "AAA", "language": "zh",
    }  # fmt: skip
    register.put(scene.desk("chen"), "customer", mill)
    customer = register.show(scene.admin, "customer", "Mill")
    for given in ({"contact": "noc@Mill.example"}, {"contact": "+86 571 1"}, {"contact": "+86 2", "contract": "C-7"}):
        row = scene.row(scene.register(**given, requester_type=None, grade="P3"))
        assert (row["customer"], row["requester_type"]) == (customer["id"], "partner")
        assert row["restore_due"] - row["registered_at"] == timedelta(hours=6), "the line's class: P3 of AAA"
    other = scene.row(scene.register(contact="+86 3", requester_type=None))
    assert (other["customer"], other["requester_type"]) == (None, "unknown")
    register.put(scene.desk("chen"), "customer", {"name": "Twin", "phone": "+86 571 1"})
    assert scene.row(scene.register(contact="+86 571 1"))["customer"] is None, "two have it: nobody guesses"


def test_a_retired_customer_is_not_matched_and_the_name_is_free(scene: Scene) -> None:
    mill = {"name": "Mill", "phone": "+86 1"}
    first = register.put(scene.admin, "customer", mill).record
    register.retire(scene.admin, "customer", "Mill")
    assert scene.row(scene.register(contact="+86 1"))["customer"] is None
    second = register.put(scene.admin, "customer", mill).record
    assert first != second and register.show(scene.admin, "customer", "Mill")["id"] == second
    assert scene.is_sound()


def test_several_of_one_name_are_told_by_id(scene: Scene) -> None:
    ids = {register.put(scene.admin, "customer", {"name": "Wang", "phone": phone}).record for phone in "12"}
    with pytest.raises(UsageError) as raised:
        register.show(scene.admin, "customer", "Wang")
    assert all(one in raised.value.hint for one in ids)
    with pytest.raises(NotFound, match="nobody"):
        register.show(scene.admin, "customer", "nobody")


# --- Views ---------------------------------------------------------------------------------------------------


def test_views_are_ones_own_or_shared(scene: Scene) -> None:
    register.put(scene.desk("wei"), "view", {"name": "mine", "filter": "owner:me"})
    register.put(scene.desk("wei"), "view", {"name": "late", "filter": "is:late", "shared": True})
    register.put(scene.desk("fang"), "view", {"name": "mine", "filter": "owner:me grade<=2"})
    assert [row["name"] for row in register.page(scene.desk("wei"), "view")] == ["late", "mine"]
    assert register.show(scene.desk("fang"), "view", "mine")["filter"] == "owner:me grade<=2"
    assert [row["name"] for row in register.page(scene.desk("chen"), "view")] == ["late"]
    with pytest.raises(Refused) as raised:
        register.retire(scene.desk("fang"), "view", "late")
    assert refusal(raised) == ["view_of_other"]
    register.retire(scene.desk("wei"), "view", "late")
    register.put(scene.desk("wei"), "view", {"name": "late", "filter": "is:late grade<=2"})
    assert [row["filter"] for row in register.page(scene.desk("wei"), "view")] == ["is:late grade<=2", "owner:me"]


@pytest.mark.parametrize("bad", [{"filter": "grad:1"}, {"filter": "", "sort": "colour"}])
def test_a_view_that_cannot_be_read_is_not_kept(scene: Scene, bad: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        register.put(scene.desk("wei"), "view", {"name": "x", **bad})
    assert register.page(scene.desk("wei"), "view") == ()


# --- Policy --------------------------------------------------------------------------------------------------


def written(tmp_path: Path, text: str) -> str:
    """Write a policy file."""
    path = tmp_path / "policy.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_policy_is_imported_in_versions_and_holds_at_once(any_scene: Scene, tmp_path: Path) -> None:
    scene = any_scene
    frozen = scene.row(scene.register(grade="P1"))
    file = written(tmp_path, '[grades.P1]\nresponse = "4m"\n')
    token = scene.admin.token()
    policy.import_file(scene.admin, file, dry_run=True)
    assert scene.admin.token() == token
    policy.import_file(scene.admin, file)
    assert scene.admin.policy().grades["P1"].response_s == 240
    fresh = scene.row(scene.register(grade="P1"))
    assert fresh["response_due"] - fresh["registered_at"] == timedelta(minutes=4)
    assert scene.row(frozen["ref"])["response_due"] == frozen["response_due"], "frozen with its ticket"
    policy.import_file(scene.admin, written(tmp_path, '[grades.P1]\nresponse = "3m"\n'))
    versions = policy.versions(scene.admin)
    assert [(row["version"], row["state"]) for row in versions] == [(3, "current"), (2, "retired")]
    assert policy.export(scene.admin) == json.loads(json.dumps(policy.export(scene.admin)))
    assert policy.export(scene.admin)["grades"]["P1"]["response"]["value"] == "3m"
    assert scene.is_sound()


def test_a_policy_is_imported_by_an_admin_only(scene: Scene, tmp_path: Path) -> None:
    with pytest.raises(Refused) as raised:
        policy.import_file(scene.desk("chen"), written(tmp_path, '[grades.P1]\nresponse = "4m"\n'))
    assert refusal(raised) == ["right_missing"]


@pytest.mark.parametrize(
    "bad",
    ["[grades.P1]\nresponse = 'soon'\n", "[grades.P1\n", "[colours]\nx = 1\n", "[grades.P1]\nresponse = '9h'\n"],
)
def test_a_bad_policy_is_told_and_not_taken(scene: Scene, tmp_path: Path, bad: str) -> None:
    file = written(tmp_path, bad)
    for attempt in (lambda: policy.check(file), lambda: policy.import_file(scene.admin, file)):
        with pytest.raises(BadInput):
            attempt()
    assert policy.versions(scene.admin) == ()


def test_a_policy_file_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes(b"# \xe9\n")
    (tmp_path / "huge.toml").write_bytes(b"#" * (policy.MAX_BYTES + 1))
    for name in ("none.toml", "latin.toml", "huge.toml", "."):
        with pytest.raises(BadInput):
            policy.check(str(tmp_path / name))
    assert to_data(policy.check(written(tmp_path, "")))["grades"] == to_data(load_default())["grades"]
    assert "[grades.P1]" in policy.shipped()


# --- Outbox --------------------------------------------------------------------------------------------------


def test_words_are_in_the_customers_language(scene: Scene) -> None:
    register.put(scene.admin, "customer", {"name": "Mill", "phone": "+86 1", "language": "zh"})
    scene.register(contact="+86 1")
    scene.register(contact="+49 1", language="en")
    scene.register(contact="+86 2", language="zh")
    for language in ("en", "zh"):
        i18n.set_language(language)
        firsts = ["尊敬的" in item["text"] for item in outbox.page(scene.admin)]
        assert sorted(firsts) == [False, True, True], "whoever lists them"


def test_what_somebody_wrote_stands_in_the_frame_of_a_message(scene: Scene) -> None:
    ref = scene.to(scene.register(subject="two\nlines"), "diagnosing")
    scene.says("wei", ref, "inform", channel="sms", text="{ref} we splice {name}", sent="by_us")
    (item,) = (item for item in outbox.page(scene.admin) if item["template"] == "news")
    assert "{ref} we splice {name}" in item["text"], "what people write is no template"
    assert item["text"].startswith("Dear Ms Wang") and f"[{ref}]" in item["text"]
    assert item["subject"] == f"[{ref}] two lines"


def test_the_ways_to_reach_us_are_told(scene: Scene, tmp_path: Path) -> None:
    policy.import_file(scene.admin, written(tmp_path, '[channels.hotline]\ncontact = "+86 571 10000"\n'))
    scene.register()
    text = outbox.page(scene.admin)[-1]["text"]
    assert "hotline: +86 571 10000 (day and night)" in text


def test_a_message_is_marked_as_told_or_discarded(any_scene: Scene) -> None:
    scene = any_scene
    scene.register()
    scene.register()
    one, two = (item["id"] for item in outbox.page(scene.admin))
    outbox.mark_sent(scene.desk("wei"), one, {"how": "by_hand"})
    sent = outbox.show(scene.admin, one[:13])
    assert (sent["state"], sent["sent_by"], sent["sent_how"]) == ("sent", "wei", "by_hand")
    with pytest.raises(Refused):
        outbox.mark_sent(scene.desk("wei"), one)
    with pytest.raises(Refused):
        outbox.discard(scene.desk("wei"), two, "")
    outbox.discard(scene.desk("wei"), two, "called instead")
    assert outbox.page(scene.admin) == ()
    assert {item["state"] for item in outbox.page(scene.admin, state="all")} == {"sent", "discarded"}
    assert scene.is_sound()


@pytest.mark.parametrize("item", ["", "zz", "%", "_", "nul\0"])
def test_no_message_is_meant_by_nothing(scene: Scene, item: str) -> None:
    scene.register()
    with pytest.raises(NotFound):
        outbox.show(scene.admin, item)


def test_a_beginning_that_several_have_is_not_enough(scene: Scene) -> None:
    for _n in range(17):
        scene.register()
    first = [item["id"][0] for item in outbox.page(scene.admin)]
    shared = next(char for char in first if first.count(char) > 1)
    with pytest.raises(UsageError):
        outbox.show(scene.admin, shared)


def test_every_message_that_a_machine_queues_has_words_in_both_languages(scene: Scene) -> None:
    package = Path(messages.__file__).parent.parent
    queued = {
        code
        for file in (package / "workflows").glob("*.py")
        for code in re.findall(r'(?:outgoing|tell)\(facts, inputs, "(\w+)"', file.read_text(encoding="utf-8"))
    } | set(load_default().acknowledgements.values())
    assert len(queued) > 6 and queued <= set(messages.names())
    ticket: dict[str, Any] = {
        "ref": "HZ1-1",
        "feedback_result": "R1",
        "feedback_cause": "C1",
        "feedback_prevention": "P1",
    }
    for code in queued:
        said = {
            lang: messages.rendered(code, {**ticket, "language": lang}, load_default()).text for lang in ("en", "zh")
        }
        assert said["en"] != said["zh"] and all("HZ1-1" in text for text in said.values())
    assert messages.rendered("of_a_newer_release", ticket, load_default()).text.count("of_a_newer_release") == 1


def test_feedback_tells_result_cause_and_prevention(scene: Scene) -> None:
    ref = scene.to(scene.register(), "restored")
    scene.says("wei", ref, "feed_back", **feedback(sent="by_us"))
    (text,) = (item["text"] for item in outbox.page(scene.admin) if item["template"] == "feedback")
    assert all(part in text for part in ("works again", "cable cut", "marked the trench"))


# --- Inbox ---------------------------------------------------------------------------------------------------


def test_alerts_are_for_a_person_or_a_role_until_somebody_has_looked(any_scene: Scene) -> None:
    scene = any_scene
    ref = scene.to(scene.register(), "accepted")
    scene.says("wei", ref, "hand_over", to="fang", why="shift ends")
    scene.says("wei", ref, "escalate", management="lead", why="difficult")
    assert [(item.ref, item.code) for item in inbox.page(scene.desk("fang"))] == [(ref, "offered_to_you")]
    (alert,) = inbox.page(scene.desk("chen"))
    assert (alert.code, alert.recipient, inbox.count(scene.desk("chen"))) == ("escalated_management", "role:lead", 1)
    assert ref in alert.text and alert.remedy
    assert inbox.page(scene.desk("wei")) == ()
    with pytest.raises(Refused) as raised:
        inbox.done(scene.desk("wei"), alert.id)
    assert refusal(raised) == ["not_addressed"]
    inbox.done(scene.desk("chen"), alert.id)
    assert (inbox.page(scene.desk("chen")), inbox.count(scene.desk("chen"))) == ((), 0)
    assert scene.is_sound()


def test_an_alert_of_a_newer_release_is_told_by_its_code(scene: Scene) -> None:
    ref = scene.to(scene.register(), "accepted")
    scene.says("wei", ref, "hand_over", to="fang", why="x")

    with writing(scene.admin.engine) as connection:
        connection.exec_driver_sql("UPDATE inbox SET code = 'of_a_newer_release'")
    assert [item.text for item in inbox.page(scene.desk("fang"))] == ["of_a_newer_release"]
