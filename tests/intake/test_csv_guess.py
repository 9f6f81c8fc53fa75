"""What is guessed of tables from everywhere: which column is what, and how its times are to be read."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest

from noc_console.intake import csv_guess, csv_table, csv_times
from noc_console.intake.csv_map import Mapper, TableMap
from noc_console.intake.instants import instant
from noc_console.intake.ticket_words import grade_of, status_of
from noc_console.workflows.drafts import TicketDraft


def layout(raw: bytes) -> csv_table.Layout:
    return csv_table.layout_of(raw, where="t.csv")


def guessed(text: str, encoding: str = "utf-8") -> TableMap:
    raw = text.encode(encoding)
    found = csv_guess.guess(io.BytesIO(raw), layout(raw)).map
    assert found is not None
    return found


def drafts(text: str, encoding: str = "utf-8") -> list[TicketDraft]:
    raw = text.encode(encoding)
    mapper = Mapper(guessed(text, encoding), layout(raw).columns, zone=UTC, where="map.toml")
    return [mapper.draft(row) for row in csv_table.rows(io.BytesIO(raw), layout(raw))]


def fields(text: str) -> dict[str, str]:
    return {name: columns[0] for name, columns in guessed(text).columns.items()}


# --- Alarm logs of management systems ------------------------------------------------------------------------

ALARM_LOG = (
    "告警日志\n查询时间,2026-03-02 09:00:00\n查询条件,全部网元\n\n"
    "级别,告警ID,名称,网元类型,告警源,定位信息,发生时间(NT),清除时间(NT),清除状态,日志流水号\n"
    '紧急,301,光口无光,OTN,HZ-OTN-07,"框=0,\n槽=3",2026-03-01 08:15:02 DST,-,未清除,7001\n'
    "次要,302,风扇故障,OTN,JX-OTN-02,框=1,2026-03-01 08:20:02,2026-03-01 08:40:00,已清除,7002\n"
    "重要,302,风扇故障,OTN,JX-OTN-04,框=1,2026-03-01 08:21:02,2026-03-01 08:41:00,已清除,7003\n"
)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_what_stands_above_the_header_is_no_header(encoding: str) -> None:
    first, *others = drafts(ALARM_LOG, encoding)

    assert (first.external_id, first.subject, first.grade) == ("7001", "光口无光", "P1")
    assert (first.status, first.objects) == ("acknowledged", ("element:HZ-OTN-07",))
    assert first.occurred_at == datetime(2026, 3, 1, 8, 15, 2, tzinfo=UTC)
    assert [(one.status, one.grade) for one in others] == [("resolved", "P3"), ("resolved", "P2")]
    assert others[0].resolved_at == datetime(2026, 3, 1, 8, 40, tzinfo=UTC)


def test_the_number_of_a_kind_of_alarm_is_not_that_of_an_alarm() -> None:
    head, row = "Alarm ID,Name,Severity,Alarm Source,Occurred On (NT)\n", "{},Fan,Minor,OTN-{},2026-03-01 08:00:0{}\n"
    of_a_kind = head + "".join(row.format(302, n, n) for n in range(3))
    of_each = head + "".join(row.format(300 + n, n, n) for n in range(3))

    assert "external_id" not in fields(of_a_kind)
    assert guessed(of_a_kind).rows == "tickets"
    assert fields(of_each)["external_id"] == "Alarm ID"
    assert fields(of_each)["occurred_at"] == "Occurred On (NT)"


def test_a_column_that_most_rows_leave_empty_numbers_no_tickets() -> None:
    rows = "".join(f"E-{n},{'T-1' if n == 1 else ''},Loss of light\n" for n in range(1, 6))
    assert fields("ID,TT_ID,Alarm Text\n" + rows)["external_id"] == "ID"


def test_a_count_of_the_rows_is_no_number_of_a_ticket_beside_one() -> None:
    table = "Number;Ticket#;State;Title\n1;2026030107;open;Down\n2;2026030108;new;Slow\n"
    assert fields(table)["external_id"] == "Ticket#"
    assert fields(table.replace("Ticket#", "Queue"))["external_id"] == "Number"


# --- Names in other forms and languages ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "state", "grade"),
    [
        ("id_ticket,titulo,estado,prioridad,fecha_apertura\nA-1,Sin luz,Abierto,Crítica,2026-03-01\n",
         "acknowledged", "P1"),
        ("Chamado;Título;Situação;Prioridade;Data de Abertura\nA-1;Sem sinal;Em andamento;Média;01/03/2026 08:00\n",
         "inProgress", "P3"),
        ("Ticketnummer;Titel;Status;Priorität;Geöffnet am\nA-1;Kein Licht;Geschlossen;Niedrig;01.03.2026 08:00\n",
         "closed", "P4"),
        ("Номер;Тема;Статус;Приоритет;Дата создания\nA-1;Нет света;В работе;Высокий;01.03.2026 08:00\n",
         "inProgress", "P2"),
        ("案件編號,標題,狀態,優先順序,建立時間\nA-1,斷線,已結案,緊急,2026/3/1 下午 3:05:00\n", "closed", "P1"),
        ("incident_id,incident_title,incident_status,incident_priority,incident_start_time\n"
         "A-1,No light,in_progress,high,2026-03-01 08:00\n", "inProgress", "P2"),
    ],
)  # fmt: skip
def test_names_of_columns_in_other_forms_and_languages(table: str, state: str, grade: str) -> None:
    (draft,) = drafts(table)
    assert draft.external_id == "A-1"
    assert draft.subject
    assert (draft.status, draft.grade) == (state, grade)
    assert draft.occurred_at is not None
    assert draft.occurred_at.date() == datetime(2026, 3, 1, tzinfo=UTC).date()


def test_a_subject_is_words_and_not_who_works_on_it() -> None:
    table = "key,assignment group,days,equipment type\nA-1,Transmission team Hangzhou,12,Router\n"
    assert fields(table)["subject"] == "equipment type"


def test_a_kind_is_a_subject_where_there_is_no_other() -> None:
    assert fields("ticket_id,issue_type,days\nA-1,Router,3\nA-2,Speed,4\n")["subject"] == "issue_type"


def test_words_of_states_and_grades() -> None:
    assert [status_of(word) for word in ("Fechado", "закрыта", "Not cleared")] == ["closed", "closed", "acknowledged"]
    assert [grade_of(word) for word in ("重要告警", "次要", "Minor")] == ["P2", "P3", "P3"]


# --- Times ---------------------------------------------------------------------------------------------------


def test_the_month_comes_first_where_any_time_proves_it() -> None:
    """Also a time in another column, or without the hour: one table is written by one program."""
    table = "id,title,created,closed\nA,x,03-12-2026 08:00:00,03-12-2026\nB,y,03-11-2026 09:00:00,03-28-2026\n"
    first = drafts(table)[0]
    assert first.occurred_at == datetime(2026, 3, 12, 8, tzinfo=UTC)
    assert first.resolved_at == datetime(2026, 3, 12, tzinfo=UTC)


def test_the_day_comes_first_where_nothing_proves_another_order() -> None:
    assert csv_times.formats_of([["03/04/2026 08:00"]]) == ("%d/%m/%Y %H:%M",)
    assert csv_times.formats_of([["03/04/2026 8:00 AM"]]) == ("%m/%d/%Y %I:%M %p",)


def test_times_of_several_forms_in_one_column() -> None:
    values = [
        "13/03/2026 08:00",
        "14/03/2026 08:00",
        "2026年3月1日 8时05分",
        "2026-03-01T08:00:00Z",
        "soon",
        "31/31/2026",
    ]
    formats = csv_times.formats_of([values])
    assert formats == ("%d/%m/%Y %H:%M", "%Y年%m月%d日 %H时%M分")
    assert [instant(value, formats=formats) is not None for value in values] == [True] * 4 + [False] * 2


def test_no_time_needs_a_format_that_is_iso() -> None:
    assert csv_times.formats_of([["2026-03-01 08:00", "20260301080000", "1772352000"]]) == ()


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01 08:15:02 UTC",
        "2026-03-01 08:15:02 GMT",
        "2026-03-01 16:15:02 +0800",
        "2026-03-01 16:15:02+8",
        "2026-03-01 16:15:02 GMT+08:00",
        "2026-03-01 08:15:02 DST",
        "2026-03-01T16:15:02.000+08:00",
    ],
)
def test_times_with_their_zone(text: str) -> None:
    assert instant(text) == datetime(2026, 3, 1, 8, 15, 2, tzinfo=UTC)
