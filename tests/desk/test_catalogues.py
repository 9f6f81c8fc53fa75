"""Local thresholds, alarms, roles and messages: taken, pinned by runs, refused with their line; what customers hear."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from noc_console.checklists import trees
from noc_console.desk import catalogue_lists, catalogues, diagnosis, tree_import
from noc_console.desk.catalogues import PINNED, shipped
from noc_console.desk.diagnosis_end import plan_of
from noc_console.desk.diagnosis_proposals import proposals
from noc_console.desk.diagnosis_view import RunView
from noc_console.desk.ticket import row_of
from noc_console.errors import UsageError
from noc_console.i18n import set_language
from noc_console.store.engine import writing
from noc_console.store.tables import table
from noc_console.workflows.tree import Tree, is_internal
from tests.desk.grove import ONU, PORT, THRESHOLDS, planted, written
from tests.desk.scene import Scene

ALARMS = """[LX-A01]
name = { en = "Splitter drowned", zh = "分光器进水" }
meaning = { en = "Light is lost behind a splitter", zh = "分光器后无光" }
causes = { en = "Water", zh = "进水" }
severity = ["major"]
words = ["splitter flooded"]
trees = ["LX-T2"]
"""
ROLES = """[DIVER]
name = { en = "Divers", zh = "潜水员" }
does = { en = "Work under water", zh = "水下作业" }
"""
MESSAGES = """[MSG-LX-1]
en = "We pump the water out."
zh = "我们正在排水。"

[MSG-LX-2]
en = "We call you then."
zh = "完成后与您联系。"

[MSG-LX-0]
en = "(Internal, not for customers) Nobody is told."
zh = "（内部掌握，不告知客户）不通知。"
"""
OWN_WORDS = 'customer = { en = "We replace it", zh = "将更换" }'
NAMES = 'messages = ["MSG-LX-1", "MSG-LX-0", "MSG-LX-2"]\nescalate_to = ["DIVER"]'
WET = PORT.replace(OWN_WORDS, NAMES)


def wet(folder: Path, **more: str) -> Path:
    """Write a folder with a tree that names a local role and local messages, beside their files."""
    files = {"LX_T1": ONU, "LX_T2": WET, "alarms": ALARMS, "roles": ROLES, "messages": MESSAGES, **more}
    folder.mkdir()
    written(folder / "access", **{name: text for name, text in files.items() if text})
    written(folder / "access", thresholds=THRESHOLDS)
    return folder


def actions(scene: Scene, folder: Path) -> dict[str, str]:
    """Import a folder and return what became of each file."""
    found = tree_import.import_folder(scene.admin, str(folder))
    return {Path(one.file).stem: one.action for one in found}


def at_end(scene: Scene) -> str:
    """Return a run that has come to the end of the tree with the local names."""
    ref = scene.to(scene.register(domain="access", subject="Splitter flooded again", symptom="dark"), "accepted")
    run = diagnosis.start(scene.desk("wei"), ref, "LX-T2").ref
    diagnosis.answer(scene.desk("wei"), run, {"choice": "No"})
    return run


def test_local_alarms_propose_trees_and_local_roles_and_messages_are_said(any_scene: Scene, tmp_path: Path) -> None:
    scene = any_scene
    assert set(actions(scene, wet(tmp_path / "wet")).values()) == {"imported"}
    run = at_end(scene)
    ticket = diagnosis.show(scene.admin, run).ticket["ref"]
    best = proposals(scene.admin, ticket)[0]
    assert (best.tree.id, [alarm.id for alarm in best.alarms]) == ("LX-T2", ["LX-A01"])
    view = diagnosis.show(scene.admin, run)
    assert view.customer_text() == "We pump the water out. We call you then."
    assert "Needs: Divers\n" in plan_of(view)["plan"]
    set_language("zh")
    assert view.customer_text() == "我们正在排水。完成后与您联系。"
    assert tree_import.check(scene.admin) == ()
    assert scene.is_sound()


def test_a_run_goes_on_with_what_held_when_it_entered_its_tree(any_scene: Scene, tmp_path: Path) -> None:
    scene = any_scene
    tree_import.import_folder(scene.admin, str(wet(tmp_path / "wet")))
    ended = at_end(scene)
    ref = scene.to(scene.register(domain="access"), "accepted")
    run = diagnosis.start(scene.desk("wei"), ref, "LX-T1").ref
    diagnosis.answer(scene.desk("wei"), run, {"value": "6 %"})
    (tmp_path / "new").mkdir()
    folder = written(
        tmp_path / "new" / "access",
        thresholds=THRESHOLDS.replace("bad_below = -28, watch_below = -27", "bad_below = -27.2, watch_below = -20"),
        roles=ROLES.replace("Divers", "Swimmers"),
        messages=MESSAGES.replace("We pump", "They pump"),
    )
    assert set(actions(scene, folder.parent).values()) == {"imported"}
    view = diagnosis.show(scene.admin, run)
    assert [entry["value"] for entry in view.thresholds_json()] == ["-27..-8"]
    diagnosis.answer(scene.desk("wei"), run, {"value": "-27.5 dBm"})
    assert diagnosis.show(scene.admin, run).way[-1].json()["verdict"] == "watch"
    old = diagnosis.show(scene.admin, ended)
    assert (old.customer_text() or "").startswith("We pump")
    assert old.role_names() == ("Divers",)
    again = diagnosis.show(scene.admin, at_end(scene))
    assert (again.customer_text() or "").startswith("They pump")
    assert again.role_names() == ("Swimmers",)
    tree_import.retire(scene.admin, "access/thresholds", "test")
    assert [entry["value"] for entry in diagnosis.show(scene.admin, run).json()["path"][-1]["thresholds"]] == [
        "-27..-8"
    ]
    assert scene.is_sound()


def test_shipped_thresholds_are_pinned_as_well(scene: Scene) -> None:
    ref = scene.to(scene.register(domain="access"), "accepted")
    run = diagnosis.start(scene.desk("wei"), ref, "AC-T1").ref
    entry = diagnosis.show(scene.admin, run).row["entered"][0]
    rows = table("checklist")
    with scene.admin.reading() as connection:
        kept = {row.id: (row.kind, row.source) for row in connection.execute(rows.select())}
    assert ("thresholds", "shipped") in {kept[digest] for digest in entry["catalogues"]}
    other = scene.to(scene.register(domain="access"), "accepted")
    before = len(kept)
    diagnosis.start(scene.desk("wei"), other, "AC-T1")
    with scene.admin.reading() as connection:
        assert len(connection.execute(rows.select()).all()) == before


def test_a_run_that_has_pinned_nothing_goes_by_what_is_in_force(scene: Scene, tmp_path: Path) -> None:
    planted(scene.admin, tmp_path / "trees")
    ref = scene.to(scene.register(domain="access"), "accepted")
    run = diagnosis.start(scene.desk("wei"), ref, "LX-T1")
    row = diagnosis.show(scene.admin, run.ref).row
    runs = table("diagnosis")
    earlier = [{"id": entry["id"], "hash": entry["hash"]} for entry in row["entered"]]
    with writing(scene.admin.engine) as connection:
        connection.execute(update(runs).where(runs.c.ref == run.ref).values(entered=json.dumps(earlier)))
    diagnosis.answer(scene.desk("wei"), run.ref, {"value": "6 %"})
    assert [entry["value"] for entry in diagnosis.show(scene.admin, run.ref).thresholds_json()] == ["-27..-8"]


BROKEN = {
    "alarms": (ALARMS.replace("LX-T2", "LX-T7"), 7, "there is no tree LX-T7"),
    "roles": (ROLES.replace(', zh = "潜水员"', ""), 2, "zh"),
    "messages": (MESSAGES.replace("We call", "{we} call"), 5, "gap"),
    "thresholds": ("[LX-P01]\nname = \n", 2, "Invalid value"),
}


@pytest.mark.parametrize("kind", sorted(BROKEN))
def test_a_broken_catalogue_is_told_with_its_line_and_stops_no_other(scene: Scene, tmp_path: Path, kind: str) -> None:
    text, line, what = BROKEN[kind]
    folder = wet(tmp_path / "wet", LX_T2=PORT)
    (folder / "access" / f"{kind}.toml").write_text(text, encoding="utf-8")
    found = {Path(one.file).stem: one for one in tree_import.import_folder(scene.admin, str(folder))}
    refused = {name for name, one in found.items() if one.action == "refused"}
    # without its threshold the tree is broken, and what leads to it
    assert refused == ({kind, "LX-T1", "LX-T2", "alarms"} if kind == "thresholds" else {kind})
    (finding, *_more) = found[kind].findings
    assert (finding.line, Path(finding.file).name) == (line, f"{kind}.toml")
    assert what in finding.what


def test_the_same_text_in_another_folder_is_refused_and_not_passed_over(scene: Scene, tmp_path: Path) -> None:
    (tmp_path / "roles").mkdir()
    for folder in ("access", "data"):
        written(tmp_path / "roles" / folder, roles=ROLES)
    found = tree_import.import_folder(scene.admin, str(tmp_path / "roles"))
    assert [one.action for one in found] == ["imported", "refused"]
    assert "same text" in found[1].findings[0].what
    (tmp_path / "roles" / "access" / "roles.toml").unlink()
    (later,) = tree_import.import_folder(scene.admin, str(tmp_path / "roles"))
    assert (later.action, "access/roles" in later.findings[0].what) == ("refused", True)
    written(tmp_path / "roles" / "data", roles=f"# data\n{ROLES}")
    assert actions(scene, tmp_path / "roles") == {"roles": "imported"}


def test_a_tree_that_names_what_only_a_broken_file_says_is_broken_too(scene: Scene, tmp_path: Path) -> None:
    folder = wet(tmp_path / "wet", messages=MESSAGES.replace("[MSG-LX-1]", "[msg]"))
    found = actions(scene, folder)
    assert {name for name, action in found.items() if action == "refused"} == {"messages", "LX-T2", "LX-T1", "alarms"}


def test_one_language_alone_cannot_be_for_colleagues_only(scene: Scene, tmp_path: Path) -> None:
    half = MESSAGES.replace("（内部掌握，不告知客户）不通知。", "无需操作。")
    assert actions(scene, wet(tmp_path / "wet", LX_T2=PORT, messages=half))["messages"] == "refused"


def test_what_a_tree_in_force_names_cannot_be_left_out(scene: Scene, tmp_path: Path) -> None:
    tree_import.import_folder(scene.admin, str(wet(tmp_path / "wet")))
    less = tmp_path / "less"
    less.mkdir()
    written(less / "access", messages=MESSAGES.replace("MSG-LX-2", "MSG-LX-3"), roles="")
    (found, roles) = tree_import.import_folder(scene.admin, str(less))
    assert (found.action, roles.action) == ("refused", "refused")
    assert "LX-T2" in found.findings[0].what


def test_catalogues_come_back_as_they_were_and_are_retired_by_name(scene: Scene, tmp_path: Path) -> None:
    tree_import.import_folder(scene.admin, str(wet(tmp_path / "wet")))
    files = {Path(path).name: path for path in tree_import.export(scene.admin, str(tmp_path / "out"))}
    assert {"alarms.toml", "roles.toml", "messages.toml", "thresholds.toml"} < set(files)
    assert Path(files["messages.toml"]).read_text(encoding="utf-8") == MESSAGES
    with pytest.raises(UsageError, match="several"):
        tree_import.retire(scene.admin, "access")
    tree_import.retire(scene.admin, "access/alarms")
    ref = scene.register(domain="access", subject="Splitter flooded again")
    assert "LX-A01" not in {alarm.id for one in proposals(scene.admin, ref) for alarm in one.alarms}


def test_the_shipped_text_imported_again_ends_an_override(scene: Scene, tmp_path: Path) -> None:
    ref = scene.to(scene.register(domain="access"), "accepted")
    diagnosis.start(scene.desk("wei"), ref, "AC-T1")  # keeps the shipped thresholds
    text = shipped("thresholds", "access").text  # type: ignore[union-attr]
    (tmp_path / "access").mkdir()
    for body in (text.replace("AC-P01", "AC-P01", 1) + "\n# ours\n", text):
        (tmp_path / "access" / "thresholds.toml").write_text(body, encoding="utf-8", newline="")
        assert set(actions(scene, tmp_path).values()) == {"imported"}
    assert {row["origin"] for row in catalogue_lists.page(scene.admin, "thresholds")} == {"shipped"}


ENDS = [(tree, end.id) for tree in trees.shipped().trees.values() for end in tree.ends]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_end_tells_a_customer_what_is_for_colleagues(language: str) -> None:
    set_language(language)
    silent = 0
    for tree, place in ENDS:
        view = at(tree, place)
        told = view.customer_text() or ""
        for text in (told, plan_of(view)["plan"]):
            assert not any(mark in text for mark in ("Internal", "内部掌握")), (tree.id, place)
        own = [words for words in (view.end.customer,) if words] if view.end else []
        own += [trees.shipped().messages[code] for code in (view.end.messages if view.end and not own else ())]
        if own and all(map(is_internal, own)):
            silent += 1
            assert (told, bool(view.internal_text())) == ("", True), (tree.id, place)
        else:
            assert told, (tree.id, place)
            assert "。 " not in told
    assert silent > 20


def at(tree: Tree, place: str) -> RunView:
    """Return a run that has come to an end of a shipped tree."""
    files = [file for kind in PINNED for folder in trees.FOLDERS if (file := shipped(kind, folder))]
    of_tree = [file for file in files if file.kind != "roles" or file.folder == tree.domain]
    return RunView(
        row={"step": place, "state": "running"},
        ticket={},
        tree=tree,
        step=None,
        end=tree.end(place),
        named=catalogues.named(tree, of_tree),
        answers=(),
        evidence=(),
        now=datetime(2026, 1, 1, tzinfo=UTC),
    )


def test_the_form_of_a_plan_says_nothing_to_the_customer_that_is_internal(scene: Scene, tmp_path: Path) -> None:
    from noc_console.desk.ticket import form

    words = 'customer = { en = "(Internal, not for customers) Our slip", zh = "（内部掌握）我方失误" }'
    folder = written(tmp_path / "t", LX_T1=ONU, LX_T2=PORT.replace(OWN_WORDS, words), thresholds=THRESHOLDS)
    tree_import.import_folder(scene.admin, str(folder))
    run = at_end(scene)
    diagnosis.act(scene.desk("wei"), run, "finish", {})
    ref = diagnosis.show(scene.admin, run).ticket["ref"]
    scene.says("wei", ref, "locate", from_run=run, location="box 4")
    plan = next(one.default for one in form(scene.desk("wei"), ref, "plan").fields if one.field.name == "plan")
    assert "slip" not in plan
    scene.says("wei", ref, "plan", from_run=run, backout="the old one back")
    assert "slip" not in row_of(scene.admin, ref)["plan_text"]
    assert diagnosis.show(scene.admin, run).end_json()["internal"].endswith("Our slip")  # type: ignore[index]
