"""A run of a tree on a store: what leads on, what holds it up, what stays on record, and what it gives the ticket."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from noc_console.desk import diagnosis, diagnosis_end, files, ticket, tree_import
from noc_console.desk.diagnosis import Evidence
from noc_console.desk.diagnosis_view import RunView
from noc_console.desk.ticket_view import show
from noc_console.errors import BadInput, NotFound, Refused
from noc_console.i18n import set_language
from tests.desk.grove import BY_CLASS, ONU, PORT, THRESHOLDS, planted, written
from tests.desk.scene import Scene


class Walk:
    """A run in which somebody answers."""

    def __init__(self, scene: Scene, folder: Path) -> None:
        self.scene = scene
        planted(scene.admin, folder)
        self.ticket = scene.to(scene.register(domain="access"), "accepted")
        self.run = diagnosis.start(scene.desk("wei"), self.ticket, "lx-t1").ref

    def answers(self, choice: str = "", value: str = "", name: str = "wei", **more: Any) -> RunView:
        """Answer, and return where the run stands then."""
        inputs = {"choice": choice, "value": value, **more}
        given = {key: text for key, text in inputs.items() if text}
        self.scene.later(minutes=1)
        diagnosis.answer(self.scene.desk(name), self.run, given)
        return self.view

    def acts(self, event: str, name: str = "wei", **inputs: Any) -> RunView:
        """Do another event of the run."""
        self.scene.later(minutes=1)
        diagnosis.act(self.scene.desk(name), self.run, event, inputs)
        return self.view

    def refused(self, act: Callable[..., Any], *args: Any, **inputs: Any) -> set[str]:
        """Return why something is refused; that nothing of it is stored is tested too."""
        before = self.scene.admin.token()
        with pytest.raises(Refused) as caught:
            act(*args, **inputs)
        assert self.scene.admin.token() == before
        return {reason.code for reason in caught.value.reasons}

    def at_act(self) -> None:
        """Come to the step that changes something."""
        self.answers(value="6 %")
        self.answers(value="-31.2 dBm")
        self.answers("I have read")

    @property
    def view(self) -> RunView:
        """Return where the run stands."""
        return diagnosis.show(self.scene.desk("wei"), self.run)


@pytest.fixture
def walk(any_scene: Scene, tmp_path: Path) -> Walk:
    """A run at its first step, on each kind of store."""
    return Walk(any_scene, tmp_path / "trees")


def test_a_value_decides_by_bounds_and_by_threshold(walk: Walk) -> None:
    assert walk.scene.state(walk.ticket) == "diagnosing"
    assert (walk.view.position, walk.view.at_most) == (1, 4)
    assert walk.answers(value="6 %").row["step"] == "S02"
    assert [entry["value"] for entry in walk.view.thresholds_json()] == ["-27..-8"]
    view = walk.answers(value="Rx power (dBm): −31.2", note="by OLT")
    assert view.row["step"] == "S03"
    answer = view.way[-1].json()
    assert (answer["value"], answer["unit"], answer["verdict"], answer["answer"]) == ("-31.2", "dBm", "low", "Weak")
    assert [(entry["id"], entry["tag"], entry["source"]) for entry in answer["thresholds"]] == [
        ("LX-P01", "V2", "class B+ window")
    ]
    assert (answer["said"], answer["note"]) == ("Rx power (dBm): −31.2", "by OLT")
    assert walk.scene.is_sound()


def test_a_value_without_its_unit_is_asked_again(walk: Walk) -> None:
    assert walk.refused(walk.answers, value="6") == {"value_unit_missing"}
    assert walk.refused(walk.answers, value="6 dB") == {"value_other_unit"}
    assert walk.refused(walk.answers, value="106 %") == {"value_implausible"}
    assert walk.refused(walk.answers, "80", "6 %") == {"choice_contradicts"}
    assert walk.view.row["step"] == "S01"


def test_an_answer_is_named_by_number_words_or_their_beginning_in_both_languages(walk: Walk) -> None:
    for said in ("2", "fewer", "FEW", "不足", "Fewer "):
        assert walk.answers(said).row["step"] == "S02", said
        walk.acts("go_back")
    assert walk.refused(walk.answers, "many") == {"choice_unknown"}
    assert walk.refused(walk.answers) == {"choice_needed"}
    assert len([one for one in walk.view.answers if not one.stands]) == 5


def test_a_choice_without_bounds_stands_beside_a_value(walk: Walk) -> None:
    walk.answers(value="6 %")
    view = walk.answers("No light", "-45 dBm")
    assert view.way[-1].json()["answer"] == "No light"


def test_a_warning_cannot_be_left_unread_and_says_who_read_it(walk: Walk) -> None:
    walk.answers(value="6 %")
    walk.answers(value="-31 dBm")
    assert walk.refused(walk.acts, "jump", tree="LX-T2", why="faster") == {"warning_not_read"}
    view = walk.answers("1")
    assert (view.way[-1].row["kind"], view.way[-1].row["answered_by"]) == ("warn", "wei")


def test_an_act_waits_for_somebody_elses_approval(walk: Walk) -> None:
    walk.at_act()
    assert walk.refused(walk.answers, "Works") == {"step_not_approved"}
    assert walk.refused(walk.acts, "approve_step", how="here") == {"approver_too_low"}
    walk.acts("approve_step", "chen", how="here")
    assert walk.refused(walk.acts, "approve_step", "gao", how="here") == {"step_approved_already"}
    view = walk.answers("Works")
    assert view.way[-1].row["approval"]["by"] == "chen"
    assert (view.row["step"], view.end_json()["cause_code"]) == ("E1", "AC-ONU-FAIL")


def test_who_runs_it_approves_nothing_even_as_a_lead(walk: Walk) -> None:
    walk.answers(value="6 %")
    walk.answers(value="-31.2 dBm")
    walk.scene.says("chen", walk.ticket, "take_over")
    walk.answers("I have read", name="chen")
    assert walk.refused(walk.acts, "approve_step", "chen", how="here") == {"approver_runs"}


def test_an_approval_by_voice_is_to_be_ratified_on_the_ticket(walk: Walk) -> None:
    walk.at_act()
    spoken = {"how": "voice", "given_by": "chen", "given_at": walk.scene.now, "number": "555"}
    assert walk.refused(walk.acts, "approve_step", **spoken) == {"approver_too_low"}
    walk.scene.says("wei", walk.ticket, "regrade", grade="P1", why="all of them")
    early = spoken | {"given_at": walk.scene.now - timedelta(hours=5)}
    assert walk.refused(walk.acts, "approve_step", **early) == {"instant_too_early"}
    walk.acts("approve_step", **spoken)
    assert [voice["by"] for voice in walk.scene.row(walk.ticket)["voices"]] == ["chen"]
    walk.answers("Works")
    walk.scene.says("chen", walk.ticket, "ratify")
    assert walk.scene.row(walk.ticket)["ratify_due"] is None
    assert walk.scene.is_sound()


def test_cannot_do_and_unsafe_are_always_there(walk: Walk) -> None:
    walk.at_act()
    view = walk.answers("E99")
    assert (view.row["step"], view.end_json()["id"]) == ("E99", "E99")
    assert walk.acts("finish").row["state"] == "not_located"


def test_what_is_unsafe_is_told_to_the_lead_and_stopped(walk: Walk) -> None:
    walk.answers("unsafe")
    assert walk.refused(walk.acts, "finish") == {"run_unsafe"}
    assert walk.acts("stop", why="live cable").row["state"] == "stopped"
    assert ("diagnosis_unsafe", "role:lead") in walk.scene.alerts(walk.ticket)


def test_another_tree_takes_the_answers_along_and_each_is_entered_once(walk: Walk) -> None:
    view = walk.answers(value="90 %")
    assert (view.row["here"], view.row["step"], [one.row["tree"] for one in view.way]) == ("LX-T2", "S01", ["LX-T1"])
    assert walk.answers("Yes").row["step"] == "E99"
    view = walk.acts("go_back", step="LX-T1.S01", why="counted again")
    assert (view.row["here"], view.row["step"]) == ("LX-T1", "S01")
    assert view.earlier is not None and view.earlier.row["value"] == "90"
    assert [entry["id"] for entry in view.row["entered"]] == ["LX-T1"]
    assert walk.acts("jump", tree="lx-t2", why="the port is dark").row["here"] == "LX-T2"
    assert len(walk.view.answers) == 3
    assert walk.scene.is_sound()


def test_a_tree_is_begun_once_for_a_ticket(walk: Walk) -> None:
    desk = walk.scene.desk("wei")
    assert walk.refused(diagnosis.start, desk, walk.ticket, "LX-T1") == {"tree_entered"}
    walk.acts("stop", why="wrong customer")
    assert diagnosis.start(desk, walk.ticket, "LX-T1").state == "running"


def test_only_who_handles_the_ticket_runs_its_diagnosis(walk: Walk) -> None:
    assert walk.refused(walk.answers, "2", name="fang") == {"not_handler"}
    assert walk.refused(walk.answers, "2", name="anna") == {"right_missing"}
    desk = walk.scene.desk("fang")
    assert walk.refused(diagnosis.start, desk, walk.ticket, "LX-T2") == {"not_handler"}


def test_a_run_waits_for_days(walk: Walk) -> None:
    walk.answers(value="6 %")
    walk.scene.later(days=4)
    assert walk.answers(value="-20 dBm").row["step"] == "E1"
    assert walk.view.way[0].row["at"] < walk.scene.now - timedelta(days=3)


def test_a_finished_run_locates_the_fault(walk: Walk) -> None:
    walk.answers(value="6 %")
    where = {"location": "flat 402", "evidence": "seen", "cause_code": "AC-ONU-FAIL"}
    locate = (walk.scene.says, "wei", walk.ticket, "locate")
    assert walk.refused(*locate, **where) == {"run_unfinished"}
    walk.answers(value="-20 dBm")
    assert walk.refused(*locate, **where) == {"run_unfinished"}
    walk.acts("finish")
    assert walk.refused(*locate, **where | {"cause_code": "TX-FIBRE-CUT"}) == {"run_other_cause"}
    assert walk.refused(*locate, from_run="HZ1-99", **where) == {"run_unknown"}
    form = ticket.form(walk.scene.desk("wei"), walk.ticket, "locate")
    begun = {one.field.name: one.default for one in form.fields}
    assert (begun["cause_code"], begun["from_run"]) == ("AC-ONU-FAIL", walk.run)
    assert "-20 dBm" in begun["evidence"]
    walk.scene.says("wei", walk.ticket, "locate", from_run=walk.run, location="flat 402")
    row = walk.scene.row(walk.ticket)
    assert (row["state"], row["cause_code"]) == ("located", "AC-ONU-FAIL")
    assert "Receive power" in row["evidence"]
    plan = {one.field.name: one.default for one in ticket.form(walk.scene.desk("wei"), walk.ticket, "plan").fields}
    assert plan["plan"].startswith("Replace it") and plan["interrupts"] == "no"
    assert [run["run"] for run in show(walk.scene.desk("wei"), walk.ticket).json()["diagnoses"]] == [walk.run]
    assert walk.scene.is_sound()


def test_a_named_run_that_gives_nothing_is_the_reason_not_the_fields_it_would_give(walk: Walk) -> None:
    locate = (walk.scene.says, "wei", walk.ticket, "locate")
    with pytest.raises(Refused) as going_on:
        walk.scene.says("wei", walk.ticket, "locate", from_run=walk.run.lower(), location="flat 402")
    (reason,) = going_on.value.reasons
    assert (reason.code, reason.params) == ("run_goes_on", {"ref": walk.run, "place": "LX-T1.S01"})
    assert walk.refused(*locate, from_run=walk.run) == {"input_missing"}, "the place is nowhere in a run"
    plan = (walk.scene.says, "wei", walk.ticket, "plan")
    assert "run_goes_on" in walk.refused(*plan, from_run=walk.run, backout="the old one back")
    walk.acts("stop", why="wrong customer")
    assert walk.refused(*locate, from_run=walk.run, location="flat 402") == {"run_given_up"}
    walk.run = diagnosis.start(walk.scene.desk("wei"), walk.ticket, "LX-T1").ref
    walk.answers("E99")
    walk.acts("finish")
    assert walk.refused(*locate, from_run=walk.run, location="flat 402") == {"run_found_nothing"}


@pytest.fixture
def advice(walk: Walk) -> Walk:
    """A performance request instead of the fault, that a run looks into."""
    walk.ticket = walk.scene.register(kind="request", service_type="performance", domain="access")
    walk.scene.says("wei", walk.ticket, "accept")
    walk.run = diagnosis.start(walk.scene.desk("wei"), walk.ticket, "LX-T1").ref
    return walk


def test_a_request_is_looked_into_by_a_tree_which_gives_its_answer(advice: Walk) -> None:
    walk, scene = advice, advice.scene
    assert scene.state(walk.ticket) == "working", "who begins is at work"
    answer = (scene.says, "wei", walk.ticket, "answer")
    assert walk.refused(*answer, from_run=walk.run) == {"run_goes_on"}
    walk.answers(value="6 %")
    walk.answers(value="-20 dBm")
    walk.acts("finish")
    begun = {one.field.name: one.default for one in ticket.form(scene.desk("wei"), walk.ticket, "answer").fields}
    assert (begun["answer"], begun["from_run"]) == ("We replace it", walk.run)
    assert "6 %" in begun["series"] and "-20 dBm" in begun["series"]
    assert walk.refused(*answer, from_run="HZ1-99") == {"run_unknown"}
    scene.says("wei", walk.ticket, "answer", from_run=walk.run, series="weekly, attached")
    row = scene.row(walk.ticket)
    assert (row["state"], row["answer"]) == ("answered", "We replace it")
    last = show(scene.desk("wei"), walk.ticket).timeline[-1]
    assert "weekly, attached" in last.text, "what the person says comes first"
    assert scene.is_sound()


def test_an_answer_is_given_without_a_run_too_and_a_run_that_found_nothing_gives_none(advice: Walk) -> None:
    walk, scene = advice, advice.scene
    walk.answers("E99")
    walk.acts("finish")
    answer = (scene.says, "wei", walk.ticket, "answer")
    assert walk.refused(*answer, from_run=walk.run) == {"run_found_nothing"}
    assert walk.refused(*answer) == {"input_missing"}
    scene.says("wei", walk.ticket, "answer", answer="Nothing is wrong with it")
    assert scene.state(walk.ticket) == "answered"


@pytest.mark.parametrize("kind", ["change", "version", "document"])
def test_a_request_that_asks_for_something_else_is_not_diagnosed(walk: Walk, kind: str) -> None:
    ref = walk.scene.register(kind="request", service_type=kind, domain="access")
    walk.scene.says("wei", ref, "accept")
    desk = walk.scene.desk("wei")
    assert walk.refused(diagnosis.start, desk, ref, "LX-T1") == {"ticket_not_diagnosed"}
    visit = diagnosis.start(desk, ref, "SITE-T1").ref
    assert walk.scene.state(ref) == "accepted", "the list of a visit is no work of its own"
    walk.scene.says("wei", ref, "visit", dispatched_at=walk.scene.now, run=visit)


def test_the_act_of_a_request_is_approved_here_and_not_by_voice(advice: Walk) -> None:
    walk, scene = advice, advice.scene
    walk.at_act()
    scene.says("wei", walk.ticket, "visit", dispatched_at=scene.now, arrived_at=scene.now)
    voice = {"how": "voice", "given_by": "chen", "given_at": scene.now, "number": "+86 1"}
    act_ = (walk.acts, "approve_step")
    assert walk.refused(*act_, **voice, interrupts="no") == {"voice_for_faults"}
    walk.acts("approve_step", "chen", how="here", interrupts="no")
    walk.answers("Works again")
    assert walk.view.row["step"] == "E1"


def test_a_fault_is_located_without_its_diagnosis_for_a_reason(walk: Walk) -> None:
    where = {"location": "flat 402", "evidence": "seen", "cause_code": "AC-ONU-FAIL"}
    walk.scene.says("wei", walk.ticket, "locate", free_reason="the customer found it", **where)
    assert walk.scene.state(walk.ticket) == "located"


def test_evidence_belongs_to_its_step_and_comes_back_whole(walk: Walk, tmp_path: Path) -> None:
    raw = b"Rx power \xff\x00 -31.2"
    evidence = Evidence("power.txt", raw, "show onu 3")
    desk = walk.scene.desk("wei")
    diagnosis.answer(desk, walk.run, {"value": "6 %"}, evidence=[evidence])
    (item,) = walk.view.evidence
    assert (item["tree"], item["step"], item["command"]) == ("LX-T1", "S01", "show onu 3")
    assert files.save(desk, walk.ticket, 1, str(tmp_path / "out")) == len(raw)
    assert (tmp_path / "out").read_bytes() == raw
    assert walk.refused(diagnosis.answer, desk, walk.run, {"value": "6"}, evidence=[evidence]) == {"value_unit_missing"}
    assert len(walk.view.evidence) == 1


def test_evidence_over_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    large = tmp_path / "large.pcap"
    with large.open("wb") as file:
        file.truncate(files.MAX_FILE + 1)
    large.chmod(0)
    with pytest.raises(BadInput, match="larger than"):
        diagnosis.evidence_of(str(large))


def test_a_run_shows_as_it_was_whatever_is_imported_later(walk: Walk, tmp_path: Path) -> None:
    walk.answers(value="6 %")
    walk.answers(value="-27.5 dBm")
    walk.acts("finish")
    text = ONU.replace("Receive power", "Optical power").replace("Weak", "Feeble")
    limits = THRESHOLDS.replace("bad_below = -28", "bad_below = -27.2")
    folder = written(tmp_path / "more", LX_T1=text, LX_T2=PORT, thresholds=limits)
    actions = [one.action for one in tree_import.import_folder(walk.scene.admin, str(folder))]
    assert actions == ["imported", "unchanged", "imported"]
    last = walk.view.way[-1].json()
    assert (last["text"], last["answer"], last["verdict"]) == ("Receive power", "Inside the window", "watch")
    other = walk.scene.to(walk.scene.register(domain="access"), "accepted")
    run = diagnosis.start(walk.scene.desk("wei"), other, "LX-T1").ref
    diagnosis.answer(walk.scene.desk("wei"), run, {"value": "6 %"})
    diagnosis.answer(walk.scene.desk("wei"), run, {"value": "-27.5 dBm"})
    last = diagnosis.show(walk.scene.desk("wei"), run).way[-1].json()
    assert (last["text"], last["answer"], last["verdict"]) == ("Optical power", "Feeble", "low")
    assert walk.scene.is_sound()


def test_a_broken_tree_is_named_and_stops_no_other(walk: Walk, tmp_path: Path) -> None:
    broken = ONU.replace("LX-T1", "LX-T5").replace('kind = "warn"', 'kind = "alarm"')
    lost = PORT.replace("LX-T2", "LX-T6").replace('to = "LX-T1"', 'to = "LX-T7"')
    leads = PORT.replace("LX-T2", "LX-T8").replace('to = "LX-T1"', 'to = "LX-T6"')
    good = PORT.replace("LX-T2", "LX-T9")
    folder = written(tmp_path / "more", LX_T5=broken, LX_T6=lost, LX_T8=leads, LX_T9=good)
    found = {Path(one.file).stem: one for one in tree_import.import_folder(walk.scene.admin, str(folder))}
    assert {name: one.action for name, one in found.items()} == {
        "LX-T5": "refused", "LX-T6": "refused", "LX-T8": "refused", "LX-T9": "imported",
    }  # fmt: skip
    assert found["LX-T5"].findings[0].line == broken[: broken.index('kind = "alarm"')].count("\n") + 1
    assert "LX-T7" in found["LX-T6"].findings[0].what
    with pytest.raises(BadInput):
        tree_import.import_folder(walk.scene.admin, str(tmp_path / "nothing"))


def test_a_trial_stores_nothing(walk: Walk) -> None:
    before = walk.scene.admin.token()
    desk = walk.scene.desk("wei")
    assert diagnosis.answer(desk, walk.run, {"value": "6 %"}, dry_run=True).state == "running"
    assert walk.scene.admin.token() == before
    with pytest.raises(NotFound):
        diagnosis.show(desk, "HZ1-999")


def test_the_words_are_those_of_the_reader(walk: Walk) -> None:
    walk.answers(value="6 %")
    set_language("zh")
    found = walk.view.json()
    assert (found["text"], found["options"][1]) == ("收光功率", "过弱")
    assert walk.answers("过弱").row["step"] == "S03"
    assert "过弱" in diagnosis_end.evidence_text(walk.view)


@pytest.mark.parametrize("said", ["cplus", "C+", "GPON C+ 级", "gpon CLASS c+"])
def test_a_class_is_named_by_code_or_words(scene: Scene, tmp_path: Path, said: str) -> None:
    run = at_classes(scene, tmp_path)
    diagnosis.answer(scene.desk("wei"), run, {"value": "-30 dBm", "variant": said})
    assert diagnosis.show(scene.desk("wei"), run).row["step"] == "E1"


@pytest.mark.parametrize(
    ("inputs", "code"),
    [({}, "class_needed"), ({"variant": "D+"}, "class_unknown"), ({"variant": "GPON"}, "class_unknown")],
)
def test_a_class_that_is_missing_or_unknown_is_told(
    scene: Scene, tmp_path: Path, inputs: dict[str, str], code: str
) -> None:
    run = at_classes(scene, tmp_path)
    with pytest.raises(Refused) as refused:
        diagnosis.answer(scene.desk("wei"), run, {"value": "-30 dBm", **inputs})
    assert [reason.code for reason in refused.value.reasons] == [code]
    diagnosis.answer(scene.desk("wei"), run, {"value": "-30 dBm", "choice": "1"})
    assert diagnosis.show(scene.desk("wei"), run).row["step"] == "E1", "a person can judge without a class"


def at_classes(scene: Scene, tmp_path: Path) -> str:
    """Return a run at a value whose limits differ by class."""
    tree_import.import_folder(scene.admin, str(written(tmp_path / "c", LX_T1=ONU, LX_T2=PORT, thresholds=BY_CLASS)))
    ref = scene.register(domain="access")
    scene.to(ref, "accepted")
    run = diagnosis.start(scene.desk("wei"), ref, "LX-T1").ref
    diagnosis.answer(scene.desk("wei"), run, {"value": "6 %"})
    return run


def test_the_story_of_a_ticket_has_its_runs_where_they_happened(scene: Scene, tmp_path: Path) -> None:
    walk = Walk(scene, tmp_path / "trees")
    scene.later(minutes=1)
    scene.says("wei", walk.ticket, "note", text="called")
    walk.acts("stop", why="no need any more")
    scene.later(minutes=1)
    scene.says("wei", walk.ticket, "note", text="done")
    told = [one.text for one in show(scene.desk("wei"), walk.ticket).story[-4:]]
    begun, ended = f"diagnosis {walk.run} begun: LX-T1", f"diagnosis {walk.run} stopped at LX-T1.S01: no need any more"
    assert told == [begun, "called", ended, "done"]
