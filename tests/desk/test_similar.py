"""Repeats and likeness: what raises a grade and when it does not, what is chronic, and what is found by words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from noc_console.desk import consult, policy, similar
from noc_console.desk.similar import Traits, telling_words
from noc_console.desk.ticket_view import show
from tests.desk.scene import Scene

CIRCUIT = ("circuit:HZ-JX-0042",)


def ended(scene: Scene, **inputs: Any) -> str:
    """Register a fault of the circuit and bring it to its end."""
    given = {"objects": CIRCUIT, "grade": "P3", **inputs}
    ref = scene.to(scene.register(**given), "closed")
    scene.later(days=2)
    return ref


def located(scene: Scene, cause: str = "TX-FIBRE-CUT", **inputs: Any) -> str:
    """Register a fault of the circuit and locate it."""
    given = {"objects": CIRCUIT, "grade": "P3", **inputs}
    ref = scene.to(scene.register(**given), "diagnosing")
    scene.says("wei", ref, "locate", cause_code=cause, location="km 12", evidence="OTDR")
    return ref


def test_the_same_object_and_cause_group_raise_the_grade_when_located(any_scene: Scene) -> None:
    scene = any_scene
    first = ended(scene)
    again = scene.to(scene.register(objects=("CIRCUIT:hz-jx-0042", "olt:bj3"), grade="P3"), "diagnosing")
    assert scene.row(again)["grade"] == "P3"
    (shown,) = show(scene.admin, again).json()["similar"]
    assert (shown["ref"], shown["cause_code"], shown["result"], shown["repeat"]) == (
        first, "TX-FIBRE-CUT", "works again", True
    )  # fmt: skip
    scene.says("wei", again, "locate", cause_code="TX-SPLICE-FAIL", location="km 3", evidence="OTDR")
    row = scene.row(again)
    assert (row["grade"], row["chronic"], row["repeat_round"]) == ("P2", False, 1)
    assert ("repeat_raised", "wei") in scene.alerts(again)
    targets = {clock["name"]: clock["target_s"] for clock in show(scene.admin, again).json()["clocks"]}
    assert targets["restore"] == 6 * 3600
    assert scene.is_sound()


def test_a_repeat_is_raised_once_a_round(scene: Scene) -> None:
    ended(scene)
    again = located(scene)
    assert scene.row(again)["grade"] == "P2"
    scene.says("wei", again, "revise", outcome="new_facts", done="measured", why="another splice", way_back="none")
    scene.says("wei", again, "locate", cause_code="TX-FIBRE-CUT", location="km 3", evidence="OTDR")
    assert scene.row(again)["grade"] == "P2"


@pytest.mark.parametrize(
    ("grade", "more", "becomes"),
    [("P1", {"urgent": True}, "P1"), ("P2", {}, "P1"), ("P4", {}, "P3"), ("P5", {}, "P5")],
)
def test_a_repeat_goes_one_step_up_and_never_down(scene: Scene, grade: str, more: dict[str, Any], becomes: str) -> None:
    ended(scene)
    assert scene.row(located(scene, grade=grade, **more))["grade"] == becomes


NO_REPEATS: dict[str, dict[str, Any]] = {
    "another object": {"objects": ("circuit:HZ-JX-00421",)},
    "no object": {"objects": None},
    "another cause group": {"cause": "TX-POWER-FAIL"},
}


@pytest.mark.parametrize("name", sorted(NO_REPEATS))
def test_what_is_no_repeat_keeps_its_grade(scene: Scene, name: str) -> None:
    from noc_console.checklists.cause_codes import load

    given = dict(NO_REPEATS[name])
    if "cause" in given:  # any code of the domain that is of another group
        codes = load().of_domain("transmission")
        given["cause"] = next(code.code for code in codes if code.group not in ("fibre", "parent", "planned"))
    ended(scene)
    assert scene.row(located(scene, **given))["grade"] == "P3"


def test_a_fault_long_ago_or_still_open_is_not_repeated(scene: Scene) -> None:
    ended(scene)
    scene.later(days=29)
    assert scene.row(located(scene))["grade"] == "P3"
    assert scene.row(located(scene))["grade"] == "P3"  # beside one that is not restored


def test_children_of_one_mass_fault_repeat_nothing(scene: Scene) -> None:
    parent = scene.to(scene.register(objects=CIRCUIT, grade="P3"), "accepted")
    child = scene.to(scene.register(objects=CIRCUIT, grade="P3"), "accepted")
    scene.says("wei", child, "link", type="parent", other=scene.row(parent)["id"])
    clear = {"how": "by_itself", "cleared_at": scene.now, "how_verified": "rang", "cause_code": "TX-FIBRE-CUT"}
    scene.says("wei", child, "come_clear", **clear)
    scene.later(minutes=5)
    other = scene.to(scene.register(objects=CIRCUIT, grade="P3"), "accepted")
    scene.says("wei", other, "link", type="parent", other=scene.row(parent)["id"])
    scene.says("wei", other, "diagnose")
    scene.says("wei", other, "locate", cause_code="TX-FIBRE-CUT", location="km 3", evidence="OTDR")
    assert scene.row(other)["grade"] == "P3"


def test_the_third_time_is_chronic_and_calls_for_a_consultation(any_scene: Scene) -> None:
    scene = any_scene
    ended(scene)
    ended(scene)
    third = located(scene)
    assert (scene.row(third)["grade"], scene.row(third)["chronic"]) == ("P2", True)
    asked = {code for code, _who in scene.alerts(third)}
    assert {"chronic_fault", "call_consult", "repeat_raised"} <= asked
    assert consult.page(scene.admin, state="all") == ()
    assert scene.is_sound()


def test_the_operator_says_how_much_a_repeat_weighs(scene: Scene, tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    text = 'version = 2\n[hard_cases]\nrepeat_raise = 0\nchronic_from = 2\nrepeat_within = "3d"\n'
    path.write_text(text, encoding="utf-8")
    policy.import_file(scene.admin, str(path))
    ended(scene)
    again = located(scene)
    assert (scene.row(again)["grade"], scene.row(again)["chronic"]) == ("P3", True)


# --- Likeness ------------------------------------------------------------------------------------------------


def test_words_in_both_languages_find_what_sounds_the_same(any_scene: Scene) -> None:
    scene = any_scene
    chinese = scene.register(subject="海宁 宽带中断", symptom="光猫红灯闪烁，无法上网", contact="+86 571 1111")
    english = scene.register(subject="VPN tunnel drops", symptom="the IPsec tunnel resets", contact="a@x.cn")
    scene.register(subject="Handset broken", symptom="no dial tone", contact="+86 571 2222")
    found = similar.of_words(scene.admin, Traits(words="用户光猫红灯闪烁 无法上网"))
    assert [one.row["ref"] for one in found] == [chinese]
    assert found[0].because == ["words"]
    found = similar.of_words(scene.admin, Traits(words="IPsec tunnel down since noon"))
    assert [one.row["ref"] for one in found] == [english]
    assert similar.of_words(scene.admin, Traits(words="the and with")) == ()
    assert similar.of_words(scene.admin, Traits()) == ()


def test_the_same_contact_is_found_by_itself_and_not_by_its_beginning(scene: Scene) -> None:
    first = scene.register(contact="13800001111", subject="A", symptom="b")
    scene.register(contact="138000011112", subject="C", symptom="d")
    found = similar.of_words(scene.admin, Traits(contacts=("13800001111",)))
    assert [(one.row["ref"], one.because) for one in found] == [(first, ["contact"])]
    second = scene.register(contact="13800001111", subject="E", symptom="f")
    assert [one.row["ref"] for one in similar.at_registration(scene.admin, second)] == [first]


@pytest.mark.parametrize(
    "said", ['" OR 1', "NEAR(a b)", "'; DROP TABLE ticket; --", "\x1b[31m", "*" * 50, "光" * 5_000]
)
def test_hostile_words_are_only_words(any_scene: Scene, said: str) -> None:
    any_scene.register()
    similar.of_words(any_scene.admin, Traits(objects=(said,), contract=said, contacts=(said,), words=said))
    assert any_scene.admin.token()


def test_few_words_are_looked_up_of_a_long_text() -> None:
    assert len(telling_words("link flap router reset " * 500 + "光缆中断，" * 500)) <= similar.WORDS
    assert telling_words("光缆中断") == ("光缆", "中断")
    assert set(telling_words("BGP session 中断")) == {"session", "bgp", "中断"}
