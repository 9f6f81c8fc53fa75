"""``noc diagnosis``: the shapes that scripts rely on, exit codes, and a run from its start to the located fault."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Noc, register
from tests.desk.grove import ONU, PORT, THRESHOLDS, written
from tests.desk.test_catalogues import ALARMS, MESSAGES, ROLES
from tests.desk.test_device_output import ONT

ANSWER = ("run", "tree", "step", "kind", "text", "options", "unit", "thresholds", "verdict", "end")


@pytest.fixture
def grown(training: Noc, tmp_path: Path) -> Noc:
    """A training store with trees of its own, a ticket and a run."""
    folder = written(tmp_path / "trees", LX_T1=ONU, LX_T2=PORT, thresholds=THRESHOLDS)
    assert training("diagnosis", "import", str(folder)).code == 0
    ref = register(training)
    training("ticket", "accept", ref, "--contacted")
    assert training("diagnosis", "start", ref, "LX-T1").code == 0
    return training


def test_the_list_of_trees_has_the_shape_that_is_promised(grown: Noc) -> None:
    trees = grown("diagnosis", "trees", "-o", "json").json
    assert all(set(tree) == {"id", "domain", "title", "steps", "source", "hash"} for tree in trees)
    by_id = {tree["id"]: tree for tree in trees}
    assert (by_id["LX-T1"]["source"], by_id["LX-T1"]["steps"], by_id["AC-T1"]["source"]) == ("local", 4, "shipped")
    assert len(by_id["AC-T1"]["hash"]) == 64
    whole = grown("diagnosis", "tree", "LX-T1", "-o", "json").json
    assert [step["id"] for step in whole["steps"]] == ["S01", "S02", "S03", "S04"]
    assert grown("diagnosis", "tree", "LX-T7").code == 3


def test_an_answer_gives_the_next_step_in_the_shape_that_is_promised(grown: Noc) -> None:
    found = grown("diagnosis", "answer", "TRN-2", "--value", "6 %", "-o", "json").json
    assert list(found)[: len(ANSWER)] == list(ANSWER)
    assert (found["run"], found["tree"], found["step"], found["kind"]) == ("TRN-2", "LX-T1", "S02", "measure")
    assert found["options"][:3] == ["Inside the window", "Weak", "No light"]
    assert (found["unit"], found["end"]) == ("dBm", None)
    (threshold,) = found["thresholds"]
    assert {"value", "unit", "source", "tag"} <= set(threshold)
    assert grown("diagnosis", "answer", "TRN-2", "--value", "-31 dBm", "-o", "json").json["verdict"] == "low"
    assert grown("diagnosis", "answer", "TRN-2", "--choice", "I have read this").code == 0
    end = grown("diagnosis", "answer", "TRN-2", "--choice", "E99", "-o", "json").json
    assert (end["kind"], end["end"]["id"]) == ("end", "E99")


def test_a_refusal_says_the_unit_and_the_answers(grown: Noc) -> None:
    said = grown("diagnosis", "answer", "TRN-2", "--value", "6", "-o", "json")
    assert (said.code, said.reasons) == (1, ["value_unit_missing"])
    assert "%" in said.json["refused"][0]["remedy"]
    said = grown("diagnosis", "answer", "TRN-2", "--choice", "perhaps")
    assert said.code == 1 and "1 80 or more / 80 及以上" in said.err and "E99" in said.err
    assert grown("diagnosis", "answer", "TRN-99", "--choice", "1").code == 3
    assert grown("diagnosis", "answer", "TRN-2", "--choic", "1").code == 2


def test_evidence_from_standard_input_and_from_files(grown: Noc, tmp_path: Path) -> None:
    raw = b"Rx power -31.2 dBm \xff"
    (tmp_path / "photo 1.jpg").write_bytes(b"\xff\xd8")
    said = grown(
        "diagnosis", "answer", "TRN-2", "--value", "6 %", "--evidence", "-", "--evidence",
        str(tmp_path / "photo 1.jpg"), "--note", "by the OLT", "-o", "json", stdin=raw,
    )  # fmt: skip
    kept = {item["name"]: (item["size"], item["step"]) for item in said.json["evidence"]}
    assert kept == {"stdin.txt": (len(raw), "S01"), "photo 1.jpg": (2, "S01")}
    assert said.json["path"][0]["note"] == "by the OLT"
    assert grown("diagnosis", "answer", "TRN-2", "--value", "-20 dBm", "--evidence", str(tmp_path / "no")).code == 4
    assert grown("diagnosis", "show", "TRN-2", "-o", "json").json["step"] == "S02", "all or nothing"


def test_a_trial_stores_nothing(grown: Noc) -> None:
    said = grown("diagnosis", "answer", "TRN-2", "--value", "6 %", "--dry-run", "-o", "json")
    assert said.json == {"run": "TRN-2", "event": "answer", "state": "running", "dry_run": True}
    assert grown("diagnosis", "show", "TRN-1", "-o", "json").json["step"] == "S01", "known by its ticket too"


def test_from_the_start_to_the_located_fault(grown: Noc) -> None:
    grown("diagnosis", "answer", "TRN-2", "--value", "90 %")
    assert grown("diagnosis", "go-back", "TRN-2", "--why", "counted again").code == 0
    grown("diagnosis", "answer", "TRN-2", "--value", "6 %")
    grown("diagnosis", "answer", "TRN-2", "--value", "-20 dBm")
    assert grown("diagnosis", "finish", "TRN-2").out == "TRN-2 located\n"
    said = grown("ticket", "locate", "TRN-1", "--from-run", "TRN-2", "--location", "flat 402")
    assert said.out == "TRN-1 located\n", said.err
    assert grown("ticket", "plan", "TRN-1", "--from-run", "TRN-2").code == 1, "how it is undone is nowhere proposed"
    text = ("--plan", "Another one", "--interrupts", "no", "--backout", "Old one back")
    said = grown("ticket", "plan", "TRN-1", "--from-run", "TRN-9", *text, "-o", "json")
    assert said.reasons == ["run_unknown"]
    assert grown("ticket", "plan", "TRN-1", "--from-run", "trn-2", "--backout", "Old one back").code == 0
    assert grown("ticket", "show", "TRN-1", "-o", "json").json["plan"]["text"].startswith("Replace it")
    shown = grown("ticket", "show", "TRN-1", "-o", "json").json
    assert shown["cause_code"] == "AC-ONU-FAIL"
    assert [run["run"] for run in shown["diagnoses"]] == ["TRN-2"]
    assert [entry["event"] for entry in shown["timeline"]] == ["register", "accept", "diagnose", "locate", "plan"], (
        "of the ticket alone: what moved it, not each answer"
    )
    lines = grown("ticket", "show", "TRN-1").out.splitlines()
    told = [line for line in lines if "diagnosis TRN-2" in line]
    assert [line.split("  ")[-1] for line in told] == [
        "diagnosis TRN-2 begun: LX-T1", "diagnosis TRN-2 located at LX-T1.E1: AC-ONU-FAIL",
    ]  # fmt: skip
    runs = grown("diagnosis", "list", "TRN-1", "-o", "json").json
    assert [(run["run"], run["ticket"], run["state"]) for run in runs] == [("TRN-2", "TRN-1", "located")]


def test_a_broken_tree_names_file_line_and_rule_and_stops_no_other(training: Noc, tmp_path: Path) -> None:
    folder = written(tmp_path / "trees", LX_T1=ONU, LX_T2=PORT.replace('kind = "check"', 'kind = "chek"'))
    said = training("diagnosis", "import", str(folder), "-o", "json")
    assert said.code == 4
    assert {Path(item["file"]).stem: item["action"] for item in said.json} == {"LX-T1": "refused", "LX-T2": "refused"}
    line = PORT[: PORT.index('kind = "check"')].count("\n") + 1
    assert f"LX-T2.toml:{line}: steps.S01.kind" in said.err
    good = written(tmp_path / "good", LX_T2=PORT.replace('to = "LX-T1"', 'to = "E1"'), thresholds="[x]\n")
    said = training("diagnosis", "import", str(good), "-o", "json")
    assert {item["kind"]: item["action"] for item in said.json} == {"tree": "imported", "thresholds": "refused"}


def test_local_trees_and_thresholds_come_back_as_they_were(grown: Noc, tmp_path: Path) -> None:
    rows = {row["id"]: row for row in grown("diagnosis", "thresholds", "-o", "json").json}
    assert (rows["LX-P01"]["origin"], rows["LX-P01"]["tag"], rows["AC-P01"]["origin"]) == ("local", "V2", "shipped")
    assert grown("diagnosis", "export", str(tmp_path / "out")).code == 0
    assert (tmp_path / "out" / "access" / "LX-T1.toml").read_text(encoding="utf-8") == ONU
    assert grown("diagnosis", "export", str(tmp_path / "out")).code == 5
    said = grown("diagnosis", "import", str(tmp_path / "out"), "-o", "json")
    assert {item["action"] for item in said.json} == {"unchanged"}
    assert grown("diagnosis", "retire", "LX-T1", "--why", "a new one").code == 0
    assert grown("diagnosis", "tree", "LX-T1").code == 3
    assert grown("diagnosis", "show", "TRN-2").code == 0, "a run shows as it was"
    assert grown("diagnosis", "check").code == 4, "LX-T2 leads to it"


def test_what_trees_name_is_listed_with_where_it_is_from(grown: Noc, tmp_path: Path) -> None:
    (tmp_path / "own" / "access").mkdir(parents=True)
    for kind, text in (("alarms", ALARMS), ("roles", ROLES), ("messages", MESSAGES)):
        (tmp_path / "own" / "access" / f"{kind}.toml").write_text(text, encoding="utf-8")
    assert grown("diagnosis", "import", str(tmp_path / "own")).code == 0

    def rows(kind: str, *more: str) -> dict[str, dict[str, Any]]:
        return {row["id"]: row for row in grown("diagnosis", kind, "-o", "json", *more).json}

    alarms, roles, messages = rows("alarms"), rows("roles", "--domain", "access"), rows("messages", "--lang", "zh")
    own = alarms["LX-A01"]
    assert (own["origin"], own["domain"], own["trees"], own["severities"]) == ("local", "access", ["LX-T2"], ["major"])
    assert alarms["AC-A01"]["origin"] == "shipped" and "pon los" in alarms["AC-A01"]["words"]
    assert (roles["DIVER"]["does"], roles["DIVER"]["origin"], roles["FIELD"]["origin"]) == (
        "Work under water", "local", "shipped"
    )  # fmt: skip
    assert (messages["MSG-LX-1"]["text"], messages["MSG-LX-1"]["en"]) == ("我们正在排水。", "We pump the water out.")
    assert {row["domain"] for row in rows("alarms", "--domain", "data").values()} == {"data"}
    assert {row["domain"] for row in rows("thresholds", "--domain", "access").values()} == {"access"}
    said = grown("diagnosis", "roles", "--domain", "acces")
    assert said.code == 2 and said.out == "" and "access" in said.err


def test_roles_that_two_domains_call_alike_are_both_listed(training: Noc) -> None:
    found = [(row["domain"], row["id"]) for row in training("diagnosis", "roles", "-o", "json").json]
    assert len(found) == len(set(found)) > len({name for _domain, name in found})


def test_a_command_is_shown_and_not_run_without_a_yes(training: Noc, tmp_path: Path) -> None:
    folder = written(tmp_path / "trees", LX_T1=ONU, LX_T2=PORT, thresholds=THRESHOLDS)
    training("diagnosis", "import", str(folder))
    ref = register(training)
    training("ticket", "accept", ref, "--contacted")
    training("diagnosis", "start", ref, "LX-T1")
    said = training("diagnosis", "run", ref, "--host", "192.0.2.7", "-o", "json")
    assert (said.json["ran"], said.json["command"].split()[-1]) == (False, "192.0.2.7")
    assert training("diagnosis", "run", ref, "--host", "-f").code == 4
    assert training("diagnosis", "show", ref, "-o", "json").json["evidence"] == []


def test_a_run_for_people_says_unit_threshold_and_what_to_do_next(grown: Noc) -> None:
    said = grown("diagnosis", "answer", "TRN-2", "--value", "6 %").out
    assert "S02 measure (dBm)" in said and "LX-P01 Receive power" in said
    grown("diagnosis", "answer", "TRN-2", "--value", "-31 dBm")
    assert "(unknown)" not in grown("diagnosis", "show", "TRN-2").out, "no verdict where no threshold judges"
    end = grown("diagnosis", "answer", "TRN-2", "--choice", "E99").out
    assert "noc diagnosis finish TRN-2" in end


def test_pasted_output_of_a_device_offers_the_value(training: Noc, tmp_path: Path) -> None:
    pytest.importorskip("ntc_templates")
    shipped = written(tmp_path / "trees", LX_T1=ONU.replace("LX-P01", "AC-P01"), LX_T2=PORT)
    assert training("diagnosis", "import", str(shipped)).code == 0
    ref = register(training)
    training("ticket", "accept", ref, "--contacted")
    assert training("diagnosis", "start", ref, "LX-T1").code == 0
    training("diagnosis", "answer", "TRN-2", "--value", "6 %")
    line = "display ont optical-info 1 3"
    said = training(
        "diagnosis", "attach", "TRN-2", "--file", "-", "--platform", "huawei_smartax", "--line", line,
        stdin=ONT.encode(),
    )  # fmt: skip
    assert said.code == 0 and "the step asks for: -27.45 dBm" in said.err
    (kept,) = training("diagnosis", "show", "TRN-2", "-o", "json").json["evidence"]
    assert (kept["size"], kept["command"]) == (len(ONT), line)
    assert training("diagnosis", "attach", "TRN-2", "--file", "-", "--platform", "cisco_ios", stdin=b"x").code == 2
    assert training(
        "diagnosis", "attach", "TRN-2", "--file", "-", "--platform", "nokia", "--line", line, stdin=b"x"
    ).code == 2  # fmt: skip
    assert len(training("diagnosis", "show", "TRN-2", "-o", "json").json["evidence"]) == 1, "refused before it is kept"
