"""Tickets of other systems by command: tables with a guess and a mapping, TMF621 in and out, many at once."""

from __future__ import annotations

import json
from pathlib import Path

from noc_console.desk.bulk import BATCH
from tests.cli.conftest import Noc, register

TABLE = "单号,标题,状态\nA-1,光猫红灯,处理中\nA-2,宽带中断,已归档\n"


def test_a_guess_is_a_mapping_that_takes_the_table_in(training: Noc, tmp_path: Path) -> None:
    table, table_map = tmp_path / "t.csv", tmp_path / "map.toml"
    table.write_bytes(TABLE.encode("gbk"))
    guess = training("intake", "csv", str(table), "--guess")
    table_map.write_text(guess.out, encoding="utf-8")
    said = training("intake", "csv", str(table), "--map", str(table_map), "-o", "json")
    assert [(item["action"], item["ref"], item["index"]) for item in said.json] == [
        ("opened", "TRN-1", 0), ("ignored", None, 1),
    ]  # fmt: skip
    assert said.json[0]["parsed"]["标题"] == "光猫红灯", "what was received stands beside how it is understood"
    piped = training("intake", "csv", "-", "--map", str(table_map), "-o", "json", stdin=TABLE.encode("gbk"))
    assert piped.json[0]["action"] == "duplicate"


def test_rows_whose_work_is_over_are_said_and_how_to_have_them(training: Noc, tmp_path: Path) -> None:
    table, table_map = tmp_path / "t.csv", tmp_path / "map.toml"
    table.write_text(TABLE, encoding="utf-8")
    table_map.write_text(training("intake", "csv", str(table), "--guess").out, encoding="utf-8")
    said = training("intake", "csv", str(table), "--map", str(table_map))
    assert said.code == 0 and "1 of 2 rows were ignored" in said.err and 'ended = "open"' in said.err
    table.write_text("单号,标题,状态\nA-3,宽带中断,已归档\n", encoding="utf-8")
    said = training("intake", "csv", str(table), "--map", str(table_map), "-o", "ids")
    assert (said.code, said.out) == (0, "") and "nothing was taken in" in said.err
    table_map.write_text(table_map.read_text("utf-8").replace('"skip"', '"open"'), encoding="utf-8")
    said = training("intake", "csv", str(table), "--map", str(table_map), "-o", "ids")
    assert (said.code, said.out, said.err) == (0, "TRN-2\n", "")


def test_a_guess_as_json(training: Noc, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_bytes(TABLE.encode("utf-16"))
    found = training("intake", "csv", str(table), "--guess", "-o", "json").json
    assert {"rows", "delimiter", "encoding", "columns", "states", "map"} <= found.keys()
    assert (found["rows"], found["delimiter"], found["states"]) == (2, ",", {"处理中": 1, "已归档": 1})
    assert found["columns"] == ["单号", "标题", "状态"]


def test_a_table_without_a_mapping_says_what_would_help(training: Noc, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text(TABLE, encoding="utf-8")
    said = training("intake", "csv", str(table))
    assert (said.code, "--guess > MAP.toml" in said.err) == (2, True)
    said = training("intake", "csv", str(tmp_path / "none.csv"), "--guess")
    assert (said.code, "none.csv" in said.err) == (4, True)
    wrong = tmp_path / "map.toml"
    wrong.write_text('[columns]\nsubjct = "x"', encoding="utf-8")
    said = training("intake", "csv", str(table), "--map", str(wrong))
    assert (said.code, "did you mean subject?" in said.err) == (4, True)


def test_as_names_a_format_and_who_acts(training: Noc) -> None:
    ref = register(training)
    v4 = training("ticket", "export", ref, "-o", "json", "--as", "tmf621").json
    v5 = training("ticket", "export", ref, "-o", "json", "--as", "tmf621-v5").json
    assert (v4["id"], v4["status"], "statusChange" in v4, "statusChangeHistory" in v5) == (
        ref,
        "acknowledged",
        True,
        True,
    )
    assert training("ticket", "export", ref, "-o", "json").json[0]["ref"] == ref
    assert training("ticket", "export", ref, "--as", "nobody").code == 3
    assert training("ticket", "export", "TRN-9", "--as", "tmf621").code == 3
    several = training("ticket", "export", ref, ref, "-o", "json", "--as", "TMF621").json
    assert [ticket["id"] for ticket in several] == [ref, ref]


def test_many_tickets_are_imported_in_order_and_one_refused_stops_no_other(training: Noc) -> None:
    items = [{"ref": f"X-{n}", "id": f"x{n}", "channel": "email", "subject": f"row {n}"} for n in range(BATCH + 20)]
    items[3] = {**items[3], "domain": "moon"}
    items[7] = {**items[7], "state": "closed"}
    items[9] = items[8]
    said = training("ticket", "import", "-", "-o", "json", stdin=json.dumps(items).encode())
    actions = [item["action"] for item in said.json]
    assert (actions[3], actions[7], actions[8], actions[9]) == ("refused", "refused", "registered", "known")
    assert actions.count("registered") == len(items) - 3
    assert [item["from"] for item in said.json] == [item["ref"] for item in items]
    again = training("ticket", "import", "-", "-o", "json", stdin=json.dumps(items).encode())
    assert {item["action"] for item in again.json} == {"known", "refused"}
