"""Tables as other programs export them: charset, delimiter, header, rows; guesses; mappings and what they make."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noc_console.errors import BadInput
from noc_console.intake import csv_guess, csv_map, csv_table
from noc_console.intake.csv_map import Mapper, TableMap
from noc_console.intake.csv_table import Row
from noc_console.workflows.drafts import TicketDraft

CHINESE = "工单号,工单状态,标题,申告时间,优先级,联系电话\nGD-1,处理中,光猫红灯,2026/3/1 9:05,紧急,13900000001\n"
CHINESE += "GD-2,已归档,宽带中断,2026/3/1 10:00,一般,13900000002\n"


def layout(raw: bytes, **known: str) -> csv_table.Layout:
    return csv_table.layout_of(raw[: csv_table.SAMPLE], where="t.csv", **known)


def rows(raw: bytes) -> list[Row]:
    return list(csv_table.rows(io.BytesIO(raw), layout(raw)))


def guessed(raw: bytes) -> csv_guess.Guess:
    return csv_guess.guess(io.BytesIO(raw), layout(raw))


def drafts(raw: bytes, table_map: TableMap | None = None) -> list[TicketDraft]:
    found = table_map or guessed(raw).map
    assert found is not None
    mapper = Mapper(found, layout(raw).columns, zone=ZoneInfo("Asia/Shanghai"), where="map.toml")
    return [mapper.draft(row) for row in rows(raw)]


# --- Layout --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_charset_and_delimiter_are_found(encoding: str, mark: str) -> None:
    raw = CHINESE.replace(",", mark).encode(encoding)
    found = layout(raw)
    assert found.delimiter == mark
    assert found.columns == ("工单号", "工单状态", "标题", "申告时间", "优先级", "联系电话")
    assert [row.cells[2] for row in rows(raw)] == ["光猫红灯", "宽带中断"]


def test_western_exports() -> None:
    assert layout("Nom;Été\nà;b\n".encode("iso-8859-1")).encoding == "iso-8859-1"
    assert layout(b"sep=;\na;b\n1;2\n").columns == ("a", "b")
    assert rows(b"sep=;\na;b\n1;2\n")[0].cells == ("1", "2")


def test_a_header_may_be_short_doubled_unnamed_broken_over_lines_or_below_a_title() -> None:
    assert layout(b"a;b\n1;2;3\n4;5;6\n").columns == ("a", "b", "column 3")
    assert layout(b"a,a,,a\n1,2,3,4\n").columns == ("a", "a (2)", "column 3", "a (3)")
    assert layout(b'a,"b\nc"\r\n1,2\r\n').columns == ("a", "b c")
    raw = "故障工单导出\n\n单号,标题,状态\n1,a,b\n2,c,d\n".encode("gbk")
    assert layout(raw).columns == ("单号", "标题", "状态")
    assert [row.cells for row in rows(raw)] == [("1", "a", "b"), ("2", "c", "d")]


def test_rows_that_are_not_as_the_header_says_are_told_one_by_one() -> None:
    odd = b'1,a,b\n2,a,b,too many\n3,a\nonly\n4,a,b,\n5,"x,\ny",b\n'
    found = rows(b"id,subject,state\n" + odd + b"9,a,b\n" * 30)
    assert [(row.cells[0], bool(row.why)) for row in found[:6]] == [
        ("1", False), ("2", True), ("3", False), ("only", True), ("4", False), ("5", False),
    ]  # fmt: skip
    assert found[5].cells[1] == "x,\ny"
    assert found[1].text == "2,a,b,too many\n"


def test_a_quotation_mark_that_is_never_closed_costs_its_own_row_alone() -> None:
    raw = b'id,subject\n1,a\n2,"never closed\n3,c\n4,d\n'
    assert [(row.cells[0] if not row.why else "?") for row in rows(raw)] == ["1", "?", "3", "4"]
    many = b"id,subject\n" + b'9,"open\n' + b"".join(b"%d,x%s\n" % (n, b"y" * 400) for n in range(6_000))
    found = rows(many)
    assert [row.why != "" for row in found[:2]] == [True, False]
    assert len(found) == 6_001


def test_nul_and_bytes_of_another_charset_lose_nothing() -> None:
    assert rows(b"id,subject\n1,a\0b\n")[0].cells == ("1", "ab")
    filler = b"".join(b"%d,plain\n" % n for n in range(60_000))
    raw = b"id,subject\n" + filler + "7,光猫红灯闪烁\n".encode("gbk")
    assert layout(raw).encoding == "utf-8"
    assert rows(raw)[-1].cells == ("7", "光猫红灯闪烁")


def test_a_line_of_megabytes_is_bounded() -> None:
    found = rows(b"id,subject\n1," + b"x" * 5_000_000 + b"\n2,b\n")
    assert found[-1].cells == ("2", "b")
    assert all(row.why for row in found[:-1])
    assert max(len(row.text) for row in found) <= csv_table.MAX_LINE + 1


def test_a_table_is_read_from_a_stream_in_flat_memory() -> None:
    class Endless(io.RawIOBase):
        def __init__(self) -> None:
            self.head = b"id,subject\n"

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            data = (self.head or b"1,row\n" * 100)[: len(buffer)]
            self.head = self.head[len(data) :]
            buffer[: len(data)] = data
            return len(data)

    endless: Iterator[Row] = csv_table.rows(io.BufferedReader(Endless()), layout(b"id,subject\n1,row\n"))
    assert [next(endless).index for _n in range(1_000)][-1] == 999


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "empty"),
        (b'{"a": 1}', "JSON"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"From: a@b.example\nSubject: x\n\nhello, you\n", "a mail"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 20, "no table"),
    ],
)
def test_what_is_no_table_says_what_it_seems_to_be(raw: bytes, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        layout(raw)


# --- Guess ---------------------------------------------------------------------------------------------------


def test_a_chinese_export_is_guessed() -> None:
    found = guessed(CHINESE.encode("gbk"))
    said = found.to_json()
    assert (said["rows"], said["states"], said["state_column"]) == (2, {"处理中": 1, "已归档": 1}, "工单状态")
    assert (said["case_column"], said["distinct_cases"]) == ("工单号", 2)
    first, second = drafts(CHINESE.encode("gbk"))
    assert (first.external_id, first.subject, first.status, first.grade) == ("GD-1", "光猫红灯", "inProgress", "P1")
    assert first.occurred_at == datetime(2026, 3, 1, 1, 5, tzinfo=UTC)
    assert first.parties[0].contact == "13900000001"
    assert (second.status, second.grade) == ("closed", "P3")


@pytest.mark.parametrize(
    ("text", "case", "state", "subject"),
    [
        ("Issue key,Summary,Status,Priority,Created\nNOC-1,Link down,To Do,High,01/Mar/26 9:05 AM\n",
         "Issue key", "Status", "Summary"),
        ("#,Project,Tracker,Status,Priority,Subject,Updated\n12,NOC,Bug,New,Normal,No light,2026-03-01 09:05\n",
         "#", "Status", "Subject"),
        ("Incident ID*+;Summary*;Status*;Priority*;Submit Date\nINC01;Down;Assigned;2-High;3/1/2026 9:05:00 AM\n",
         "Incident ID*+", "Status*", "Summary*"),
        ("Ticket#;Age;Created;State;Priority;Title;Queue\n2026030112;1;2026-03-01 09:05:00;open;3 normal;x;Raw\n",
         "Ticket#", "State", "Title"),
        ("告警流水号\t告警名称\t网元名称\t告警级别\t发生时间\t告警状态\n9\tLOS\tOLT\t重要\t2026-03-01\t未处理\n",
         "告警流水号", "告警状态", "告警名称"),
    ],
)  # fmt: skip
def test_exports_of_other_programs(text: str, case: str | None, state: str, subject: str) -> None:
    found = guessed(text.encode())
    assert found.map is not None
    assert (found.case_column or None, found.state_column) == (case, state)
    assert found.map.columns["subject"] == (subject,)
    if "occurred_at" in found.map.columns:
        assert drafts(text.encode())[0].occurred_at is not None


def test_several_rows_of_one_case_are_its_history() -> None:
    raw = b"number,state,short_description,updated\nI1,New,x,2026-01-01\nI1,Closed,x,2026-01-02\nI2,New,y,2026-01-01\n"
    found = guessed(raw)
    assert found.map is not None
    assert (found.map.rows, found.cases, found.first_case, found.last_case) == ("history", 2, "I1", "I2")


def test_figures_of_servicenow_are_states_and_other_figures_are_not() -> None:
    raw = b"number,incident_state,short_description,sys_id\nI1,6,x,a\nI2,1,y,b\n"
    assert [draft.status for draft in drafts(raw)] == ["resolved", "acknowledged"]
    assert guessed(raw.replace(b"sys_id", b"other")).map.tables["states"] == {}  # type: ignore[union-attr]


def test_day_and_month_are_told_apart_by_the_rows() -> None:
    day_first = b"id,title,created\n1,a,13/02/2026 08:00\n2,b,01/02/2026 08:00\n"
    month_first = b"id,title,created\n1,a,02/13/2026 08:00\n2,b,02/01/2026 08:00\n"
    assert drafts(day_first)[1].occurred_at == drafts(month_first)[1].occurred_at


def test_what_is_guessed_is_a_mapping_that_can_be_read() -> None:
    found = guessed(CHINESE.encode())
    assert found.map is not None
    text = "\n".join(found.lines())
    assert csv_map.parse(text, where="guess") == found.map
    assert text.startswith("# 2 rows")
    assert guessed(b"a,b\n").map is None


# --- Mapping -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[columns", "no TOML"),
        ('[colums]\nsubject = "a"', r"colums is unknown \(did you mean columns"),
        ('[columns]\nsubjct = "a"', r"columns.subjct is unknown \(did you mean subject"),
        ('[columns]\nexternal_id = "a"', "no column for the subject"),
        ("[columns]\nsubject = 3", "columns.subject is not a text"),
        ('[columns]\nsubject = "a"\nstatus = ["b", "c"]', "columns.status takes one column"),
        ('[columns]\nsubject = "a"\n[states]\nNew = "opened"', "states.New.*unknown|opened"),
        ('[columns]\nsubject = "a"\n[grades]\nHigh = "P9"', "grades.High"),
        ('[columns]\nsubject = "a"\n[time]\nzone = "Mars/Base"', "no time zone Mars/Base"),
        ('[columns]\nsubject = "a"\n[file]\nrows = "history"', "external_id"),
        ('columns = "a"', "not a section"),
    ],
)
def test_a_wrong_mapping_names_the_key_and_what_would_help(text: str, words: str) -> None:
    with pytest.raises(BadInput, match=words) as told:
        csv_map.parse(text, where="map.toml")
    assert str(told.value).startswith("map.toml")


def test_a_mapping_that_names_a_column_which_is_not_there() -> None:
    table_map = csv_map.parse('[columns]\nsubject = "Titel"', where="map.toml")
    with pytest.raises(BadInput, match=r"no column Titel, which columns.subject names \(did you mean Title"):
        Mapper(table_map, ("Title", "State"), zone=UTC, where="map.toml")


def test_a_mapping_says_what_words_and_times_mean() -> None:
    table_map = csv_map.parse(
        '[columns]\nexternal_id = "no"\nsubject = ["what", "where"]\nstatus = "st"\ngrade = "g"\noccurred_at = "t"\n'
        'note = "more"\n[time]\nformats = "%d.%m.%y %H:%M"\nzone = "Europe/Berlin"\n[states]\nx = "held"\n'
        '[grades]\nrot = "P1"\n[defaults]\ndomain = "access"\norganisation = "Mill"\n',
        where="map.toml",
    )
    raw = b"no,what,where,st,g,t,more,else\n1,LOS,OLT 3,x,rot,01.03.26 09:05,called twice,kept\n"
    (draft,) = drafts(raw, table_map)
    assert (draft.subject, draft.status, draft.grade, draft.domain) == ("LOS OLT 3", "held", "P1", "access")
    assert draft.occurred_at == datetime(2026, 3, 1, 8, 5, tzinfo=UTC)
    assert (draft.notes[0].text, draft.labels) == ("called twice", {"else": "kept"})
    assert draft.parties[0].name == "Mill"


def test_cells_are_clean() -> None:
    raw = "id,subject\n1,\"a\x1b[31m\u202eb\nc\"\n2,?\n3,=cmd|' /C calc'!A0\n".encode()
    table_map = csv_map.parse('[columns]\nexternal_id = "id"\nsubject = "subject"', where="map.toml")
    assert [draft.subject for draft in drafts(raw, table_map)] == ["ab c", "2", "=cmd|' /C calc'!A0"]


@settings(max_examples=200, deadline=2_000)
@given(st.binary(max_size=400) | st.text(alphabet='a1,;\t\n"\r|号\x00é', max_size=400).map(str.encode))
def test_no_bytes_break_the_reader(raw: bytes) -> None:
    with suppress(BadInput):
        found = guessed(raw)
        assert found.rows == len(rows(raw))
        if found.map is not None:
            assert csv_map.parse(found.map.toml(), where="guess") == found.map
            drafts(raw)


@settings(max_examples=100, deadline=2_000)
@given(st.text(max_size=200))
def test_no_text_breaks_the_mapping(text: str) -> None:
    with suppress(BadInput):
        csv_map.parse(text, where="map.toml")


def test_a_table_in_french_and_one_of_a_help_desk_are_guessed() -> None:
    french = (
        '"ID";"Titre";"Statut";"Dernière modification";"Date d\'ouverture";"Priorité";"Demandeur - Demandeur"\n'
        '"12";"Pas de réseau";"En cours (Attribué)";"28-11-2026 10:00";"27-11-2026 08:00";"Haute";"Dupont"\n'
        '"13";"Écran noir";"Nouveau";"28-11-2026 10:00";"27-11-2026 08:00";"Moyenne";"Martin"\n'
    )
    found = guessed(french.encode()).map
    assert found is not None
    assert {name: columns[0] for name, columns in found.columns.items()} == {
        "external_id": "ID", "subject": "Titre", "status": "Statut", "grade": "Priorité",
        "occurred_at": "Date d'ouverture", "changed_at": "Dernière modification", "requester": "Demandeur - Demandeur",
    }  # fmt: skip
    assert found.tables["states"] == {"En cours (Attribué)": "inProgress", "Nouveau": "acknowledged"}
    assert found.tables["grades"] == {"Haute": "P2", "Moyenne": "P3"}


def test_a_time_is_no_subject() -> None:
    found = guessed(b"a,b\nshort,2026-03-01 08:15:02\nwords,2026-03-01 09:15:02\n").map
    assert found is not None
    assert found.columns["subject"] == ("a",)
