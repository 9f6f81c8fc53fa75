"""What a table seems to hold: its rows, its columns, the states of its tickets, and a mapping to begin with.

Reads the table once, in flat memory. A guess is for a person to look at; nothing is taken in by it alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any, BinaryIO, Final

from noc_console.i18n import _
from noc_console.intake.csv_map import FIELDS, NOTHING, TableMap
from noc_console.intake.csv_table import Layout, Row, rows
from noc_console.intake.instants import instant
from noc_console.intake.ticket_words import grade_of, service_type_of, status_of
from noc_console.text import clean

#: Rows that the mapping is guessed from; counts are of all rows.
LOOKED_AT: Final = 2_000
#: Distinct states and cases that are counted; a column with more states has none.
MOST_STATES: Final = 100
MOST_CASES: Final = 1_000_000
_FEW: Final = 5

#: field -> names of columns without spaces and signs, the surest first
_NAMES: Final[dict[str, str]] = {
    "external_id": (
        "number srnumber ticketnumber ticketno ticketid incidentnumber incidentid issuekey key caseid "
        "casenumber requestid incidentno srno orderid orderno uniqueid alertid eventid alarmserialno "
        "ticket id 工单号 工单编号 工单流水号 故障单号 故障工单号 申告单号 投诉单号 事件编号 事件单号 "
        "单号 流水号 任务编号 编号 告警流水号 processid entryid sysid ticketnummer numéro número"
    ),
    "subject": (
        "shortdescription summary subject title headline incidentsummary briefdescription 标题 主题 "
        "工单标题 工单主题 故障标题 告警标题 投诉标题 告警名称 故障名称 简述 概述 alarmname alerttype "
        "titre objet titel betreff título asunto assunto titolo oggetto тема "
        "description symptom usymptom 故障现象 问题描述 故障描述 申告内容 投诉内容 工单内容 product "
        "category name activity columna"
    ),
    "symptom": (
        "description detaileddescription details detaildescription longdescription symptom usymptom "
        "comments body 描述 故障描述 详细描述 故障现象 问题描述 申告内容 投诉内容 工单内容 内容 详情 "
        "告警内容"
    ),
    "status": (
        "incidentstate status state issuestatus ticketstate ticketstatus currentstatus srstatus "
        "casestatus statut état zustand estado stato статус состояние 工单状态 状态 处理状态 "
        "当前状态 单据状态 故障状态 流程状态 当前环节 环节 告警状态"
    ),
    "reason": "substatus statusreason holdreason pendingreason closecode 挂起原因 子状态 状态原因",
    "grade": (
        "priority grade severity urgency impact srlatestimpact prio priorité priorität prioridad prioridade priorità "
        "приоритет 优先级 故障等级 故障级别 工单级别 "
        "级别 等级 紧急程度 严重程度 告警级别 影响程度"
    ),
    "service_type": "tickettype issuetype type tracker requesttype servicetype 工单类型 业务类型 类型 工单类别",
    "domain": "domain 专业 所属专业 网络专业 故障专业",
    "occurred_at": (
        "occurredat openedat openat created createdat createdon createdate createdtime creationdate syscreatedon "
        "syscreatedat reporteddate reportedon requested submitdate dateopened openingdate opened "
        "startdate starttime start timestamp opentime "
        "故障发生时间 发生时间 申告时间 报障时间 投诉时间 受理时间 建单时间 创建时间 派单时间 "
        "告警发生时间 提交时间 开始时间 datedouverture datedecréation crééle erstellt erstelltam erstelldatum "
        "eröffnetam fechadeapertura fechadecreación datadeabertura changedatetime date time 时间 日期"
    ),
    "changed_at": (
        "changedatetime sysupdatedat sysupdatedon updated updatedat updatedon lastupdate lastupdated "
        "lastmodified lastmodifieddate lastupdatetime lastupdatedtime changed modified dernièremodification "
        "letzteänderung geändertam aktualisiert últimamodificación 更新时间 最后更新时间 修改时间 处理时间 "
        "操作时间"
    ),
    "resolved_at": (
        "resolvedat resolved resolutiondate restoredat closedat closed closedate endtimestamp endtime "
        "lastresolveddate resolvedtime closedtime datederésolution datedeclôture gelöstam "
        "geschlossenam 恢复时间 故障恢复时间 解决时间 修复时间 结单时间 归档时间 完成时间 "
        "告警清除时间"
    ),
    "requester": (
        "callerid caller requester reporter customername contactname requestor customer customeruser "
        "openedby author submitter fullname demandeur demandeurdemandeur antragsteller melder kunde solicitante "
        "requesterrequester ownerfirstname firstname 申告人 客户姓名 用户姓名 客户名称 "
        "用户名称 联系人 报障人 投诉人 申请人"
    ),
    "organisation": (
        "company organization organisation customercompany account 单位 客户单位 公司 客户公司 "
        "集团名称 集团客户"
    ),
    "contact": (
        "email contactemail customeremail phone contactphone telephone mobile phonenumber 联系电话 "
        "客户电话 联系方式 手机 手机号 手机号码 电话 申告号码 用户号码 联系人电话"
    ),
    "objects": (
        "cmdbci configurationitem ci circuit circuitid sourcenodeid device deviceid node nename "
        "element host hostname 电路编号 电路代号 设备名称 网元名称 网元 设备 基站名称 站点名称 线路号 "
        "宽带账号"
    ),
}  # fmt: skip
_FORMATS: Final = (
    "%d-%m-%Y %H:%M", "%d-%m-%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y", "%m/%d/%Y %H:%M",
    "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p", "%m/%d/%Y", "%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d", "%Y年%m月%d日 %H:%M:%S", "%Y年%m月%d日 %H:%M", "%Y年%m月%d日", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y", "%d/%b/%y %I:%M %p", "%d-%b-%Y %H:%M", "%d %b %Y %H:%M", "%b %d, %Y %I:%M %p", "%d-%b-%y", "%d-%m-%Y",
    "%m-%d-%Y %H:%M", "%m-%d-%Y",
)  # fmt: skip
#: States of a ServiceNow incident, where the table has the figures and not the words.
_SERVICENOW: Final = {
    "1": "acknowledged", "2": "inProgress", "3": "held", "4": "pending", "5": "held", "6": "resolved", "7": "closed",
    "8": "cancelled",
}  # fmt: skip
_SIGNS: Final = re.compile(r"[\W_]+")


@dataclass(slots=True)
class Guess:
    """What was found; ``cases`` is None where there are more than can be counted."""

    layout: Layout
    rows: int = 0
    bad_rows: int = 0
    states: Counter[str] = field(default_factory=Counter)
    state_column: str = ""
    case_column: str = ""
    cases: int | None = None
    first_case: str = ""
    last_case: str = ""
    map: TableMap | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the shape of ``noc intake csv --guess -o json``."""
        return {
            "rows": self.rows,
            "delimiter": self.layout.delimiter,
            "encoding": self.layout.encoding,
            "columns": list(self.layout.columns),
            "states": dict(self.states.most_common()),
            "state_column": self.state_column or None,
            "case_column": self.case_column or None,
            "distinct_cases": self.cases,
            "first_case": self.first_case or None,
            "last_case": self.last_case or None,
            "bad_rows": self.bad_rows,
            "map": self.map.to_json() if self.map else None,
        }

    def lines(self) -> Iterator[str]:
        """Yield the mapping as a file that ``--map`` reads, with what was found as comments above."""
        states = ", ".join(f"{state} ({count})" for state, count in self.states.most_common())
        yield "# " + _("{n} rows, {encoding}, delimiter {mark}",
                       n=self.rows, encoding=self.layout.encoding, mark=repr(self.layout.delimiter))  # fmt: skip
        yield "# " + _("columns: {names}", names=clean(", ".join(self.layout.columns)))
        if states:
            yield "# " + _("states in {column}: {states}", column=self.state_column, states=clean(states))
        if self.cases is not None:
            yield "# " + _("{n} cases by {column}", n=self.cases, column=self.case_column)
        if self.bad_rows:
            yield "# " + _("{n} rows cannot be read as the header says", n=self.bad_rows)
        yield from self.map.toml().splitlines() if self.map else ["# " + _("no column seems to be a subject")]


def guess(stream: BinaryIO, layout: Layout) -> Guess:
    """Read a whole table and say what it seems to be."""
    found = Guess(layout)
    head: list[Row] = []
    reading = rows(stream, layout)
    for row in reading:
        _count_row(found, row)
        if not row.why:
            head.append(row)
        if len(head) >= LOOKED_AT:
            break
    columns = _columns_of(layout.columns, [row.cells for row in head])
    place = {name: layout.columns.index(columns[name][0]) for name in ("external_id", "status") if columns.get(name)}
    cases: set[int] = set()
    for row in _all(head, reading, found):
        _count_values(found, row.cells, place, cases)
    found.state_column = columns["status"][0] if "status" in columns else ""
    found.case_column = columns["external_id"][0] if "external_id" in columns else ""
    if len(found.states) > MOST_STATES:
        found.states.clear()
        found.state_column = ""
        del columns["status"]
    found.cases = len(cases) if found.case_column and len(cases) < MOST_CASES else None
    found.map = _map(found, columns, [row.cells for row in head])
    return found


def _all(head: Iterable[Row], reading: Iterable[Row], found: Guess) -> Iterator[Row]:
    """Yield every good row: those that were looked at, then the rest, counted as they come."""
    yield from head
    for row in reading:
        _count_row(found, row)
        if not row.why:
            yield row


def _count_row(found: Guess, row: Row) -> None:
    found.rows += 1
    found.bad_rows += bool(row.why)


def _count_values(found: Guess, cells: tuple[str, ...], place: dict[str, int], cases: set[int]) -> None:
    if "external_id" in place:
        case = cells[place["external_id"]].strip()
        if case:
            found.first_case = found.first_case or clean(case, limit=200)
            found.last_case = clean(case, limit=200) if case != found.last_case else case
            if len(cases) < MOST_CASES:
                cases.add(hash(case))
    if "status" in place and len(found.states) <= MOST_STATES:
        state = clean(cells[place["status"]], limit=200).strip()
        if state:
            found.states[state] += 1


# --- Which column is what ------------------------------------------------------------------------------------


def _columns_of(names: tuple[str, ...], sample: list[tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Return the column of each field that a table seems to have: by its name, and by what stands in it."""
    folded = {_SIGNS.sub("", name).casefold(): name for name in reversed(names)}
    fits: dict[str, Callable[[list[str]], bool]] = {
        "occurred_at": _are_instants,
        "changed_at": _are_instants,
        "resolved_at": _are_instants,
        "status": _are_few,
        "contact": _are_contacts,
        "external_id": _are_ids,
    }
    found: dict[str, tuple[str, ...]] = {}
    taken: set[str] = set()
    for name in ("external_id", "status", "changed_at", *FIELDS):
        if name in found or name not in _NAMES:
            continue
        for candidate in _NAMES[name].split():
            column = folded.get(candidate)
            if column is None or column in taken:
                continue
            said = _said(sample, names.index(column))
            if said and fits.get(name, _anything)(said):
                found[name] = (column,)
                taken.add(column)
                break
    if "changed_at" in found and "occurred_at" not in found:
        found["occurred_at"] = found["changed_at"]
    return found


def _said(sample: list[tuple[str, ...]], place: int) -> list[str]:
    texts = (cells[place].strip() for cells in sample)
    return [text for text in texts if text.casefold() not in NOTHING]


def _anything(said: list[str]) -> bool:
    return True


def _are_few(said: list[str]) -> bool:
    """Tell a state from a text: few different short values."""
    different = set(said)
    return max(map(len, different)) <= 60 and len(different) <= max(_FEW, min(MOST_STATES, len(said) // 2))


def _are_ids(said: list[str]) -> bool:
    return max(map(len, said)) <= 100 and (len(set(said)) > 1 or len(said) < _FEW)


def _are_contacts(said: list[str]) -> bool:
    return sum("@" in text or sum(map(str.isdigit, text)) >= _FEW for text in said) * 2 > len(said)


def _are_instants(said: list[str]) -> bool:
    return _read(said, ()) * 2 > len(said) or _format_of(said) is not None


def _read(said: list[str], formats: tuple[str, ...]) -> int:
    return sum(instant(text, zone=UTC, formats=formats) is not None for text in said[:200])


def _format_of(said: list[str]) -> str | None:
    """Return the format that reads the most; of two that read all, day before month unless a value forbids it."""
    best = max(_FORMATS, key=lambda form: _strictly(said, form))
    return best if _strictly(said, best) * 2 > len(said[:200]) else None


def _strictly(said: list[str], form: str) -> int:
    return sum(instant(text, zone=UTC, formats=(form,)) is not None for text in said[:200])


def _map(found: Guess, columns: dict[str, tuple[str, ...]], sample: list[tuple[str, ...]]) -> TableMap | None:
    """Return a mapping to begin with; None for a table with no column that could be a subject."""
    names = found.layout.columns
    if not columns.keys() & {"subject", "symptom"}:
        prose = _wordiest(names, sample, {column for named in columns.values() for column in named})
        if prose is None:
            return None
        columns["subject"] = (prose,)
    formats: dict[str, None] = {}
    for name in ("occurred_at", "changed_at", "resolved_at"):
        for column in columns.get(name, ()):
            said = _said(sample, names.index(column))
            form = _format_of(said) if _read(said, ()) * 2 <= len(said[:200]) else None
            formats |= {form: None} if form else {}
    history = found.cases is not None and found.cases < found.rows - found.bad_rows
    tables = {
        "states": _table(found.states, status_of) or _figures(names, found.states),
        "grades": _table_of(columns, "grade", names, sample, grade_of),
        "types": _table_of(columns, "service_type", names, sample, service_type_of),
        "domains": {},
    }
    ordered: dict[str, tuple[str, ...]] = {name: columns[name] for name in FIELDS if name in columns}
    return TableMap(
        columns=ordered,
        rows="history" if history else "tickets",
        delimiter=found.layout.delimiter,
        encoding=found.layout.encoding,
        formats=tuple(formats),
        tables=tables,
    )


def _figures(names: tuple[str, ...], states: Counter[str]) -> dict[str, str]:
    """Return what the figures of a ServiceNow table mean."""
    servicenow = any(name.startswith("sys_") for name in names)
    return {figure: _SERVICENOW[figure] for figure in states if servicenow and figure in _SERVICENOW}


def _table_of(
    columns: dict[str, tuple[str, ...]],
    name: str,
    names: tuple[str, ...],
    sample: list[tuple[str, ...]],
    usual: Callable[[str], str | None],
) -> dict[str, str]:
    said = _said(sample, names.index(columns[name][0])) if name in columns else []
    return _table(Counter(said), usual) if len(set(said)) <= MOST_STATES else {}


def _table(said: Counter[str], usual: Callable[[str], str | None]) -> dict[str, str]:
    return {text: code for text, _n in said.most_common() if (code := usual(text)) is not None}


def _wordiest(names: tuple[str, ...], sample: list[tuple[str, ...]], taken: set[str]) -> str | None:
    """Return the column with the longest texts, which is the nearest to a subject that there is."""
    free = [n for n, name in enumerate(names) if name not in taken]
    lengths = {
        n: sum(map(len, said)) / len(said) for n in free if (said := _said(sample, n)) and not _are_instants(said)
    }
    best = max(lengths, key=lambda n: lengths[n], default=None)
    return names[best] if best is not None else None
