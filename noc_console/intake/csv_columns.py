"""Which column of a table is what: by its name, in the languages that exports come in, and by what stands in it.

It must not count rows nor write a mapping (``csv_guess.py`` does).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from noc_console.intake import csv_times
from noc_console.intake.csv_map import FIELDS, NOTHING
from noc_console.intake.instants import instant

#: Distinct states that are counted; a column with more has none.
MOST_STATES: Final = 100
#: The fields that are instants.
TIMES: Final = ("occurred_at", "changed_at", "resolved_at")
_FEW: Final = 5
#: Share of the values of an alarm's number that are different, where it is one and not the number of its kind.
_UNIQUE: Final = 0.9

#: field -> names of columns without spaces, signs and accents, the surest first
_NAMES: Final[dict[str, str]] = {
    "external_id": (
        "number srnumber ticketnumber ticketno ticketid incidentnumber incidentid issuekey key caseid "
        "casenumber requestid incidentno srno orderid orderno uniqueid ttid ttnumber workorderid wonum "
        "alertid eventid alarmserialno logserialnumber alarmid ticket case reference ref no id 工单号 "
        "工单编号 工单流水号 工单id 故障单号 故障工单号 故障编号 申告单号 投诉单号 投诉编号 受理单号 受理编号 "
        "事件编号 事件单号 事件号 问题单号 请求编号 告警流水号 日志流水号 告警编号 单号 流水号 任务编号 编号 "
        "工單編號 案件編號 管理番号 番号 processid entryid sysid ticketnummer vorgangsnummer # numero chamado "
        "protocolo folio codigo nummer номер"
    ),
    "subject": (
        "shortdescription summary subject title headline incidentsummary briefdescription 标题 主题 工单标题 "
        "工单主题 故障标题 告警标题 投诉标题 告警名称 名称 故障名称 简述 概述 標題 主旨 題名 件名 alarmname "
        "alarmtext specificproblem alerttype alerttitle titre objet titel betreff kurzbeschreibung titulo "
        "asunto assunto resumo resumen titolo oggetto тема description symptom usymptom 故障现象 问题描述 "
        "故障描述 申告内容 投诉内容 工单内容 product problem problema probablecause probcause alarm issue "
        "event rootcause category name activity columna"
    ),
    "symptom": (
        "description detaileddescription details detaildescription longdescription symptom usymptom "
        "additionaltext supplementaryinformation additionalinformation addiinfo locationinformation problem "
        "problema comments notes body descricao descripcion beschreibung descrizione описание 说明 説明 描述 "
        "故障描述 详细描述 故障现象 问题描述 申告内容 投诉内容 工单内容 内容 详情 告警内容 告警详情 附加信息 "
        "附加文本 定位信息 remarks"
    ),
    "status": (
        "incidentstate status state issuestatus ticketstate ticketstatus currentstatus srstatus casestatus "
        "alarmstatus alarmstate clearancestatus statut etat zustand estado stato situacao situacion статус "
        "состояние 工单状态 状态 处理状态 当前状态 单据状态 故障状态 流程状态 当前环节 环节 处理进度 告警状态 "
        "清除状态 狀態 ステータス"
    ),
    "reason": (
        "substatus statusreason holdreason pendingreason closecode 挂起原因 子状态 状态原因"
    ),
    "grade": (
        "priority grade severity urgency perceivedseverity percseverity alarmseverity alarmlevel impact "
        "srlatestimpact prio priorite prioritat prioridad prioridade priorita dringlichkeit urgencia "
        "приоритет 优先级 故障等级 故障级别 工单级别 级别 等级 紧急程度 严重程度 严重级别 告警级别 告警等级 "
        "影响程度 優先順序 優先度"
    ),
    "service_type": (
        "tickettype issuetype type tracker requesttype servicetype tipo typ 工单类型 业务类型 类型 工单类别"
    ),
    "domain": (
        "domain 专业 所属专业 网络专业 故障专业"
    ),
    "occurred_at": (
        "occurredat openedat openat created createdat createdon createdate createdtime creationdate "
        "syscreatedon syscreatedat occurredon reporteddate reportedon reportedat requested submitdate "
        "submittedat dateopened opendate openingdate opened startdate starttime start raisedtime "
        "alarmraisedtime raisedat firstoccurrence firstoccurrencetime eventtime occurrencetime alarmtime "
        "netime detectedat timestamp opentime 故障发生时间 发生时间 首次发生时间 申告时间 报障时间 报修时间 "
        "投诉时间 受理时间 建单时间 创建时间 派单时间 告警发生时间 告警时间 上报时间 提交时间 开始时间 "
        "最近发生时间 建立時間 發生時間 登録日時 作成日 datedouverture datedecreation dateouverture "
        "datecreation creele erstellt erstelltam erstelldatum geoffnet geoffnetam eroffnet eroffnetam gemeldetam "
        "fechadeapertura fechadecreacion fechaapertura fechacreacion creado dataabertura datadeabertura "
        "datacriacao datadecriacao criadoem dataapertura создано датасоздания changedatetime date data fecha "
        "datum дата time 时间 日期"
    ),
    "changed_at": (
        "changedatetime sysupdatedat sysupdatedon updated updatedat updatedon lastupdate lastupdated "
        "lastmodified lastmodifieddate lastupdatetime lastupdatedtime changed modified lastoccurrence "
        "dernieremodification letzteanderung geandertam aktualisiert ultimamodificacion fechaactualizacion "
        "dataatualizacao atualizadoem обновлено 更新时间 最后更新时间 最近更新时间 修改时间 处理时间 操作时间 "
        "更新時間 更新日"
    ),
    "resolved_at": (
        "resolvedat resolvedon resolved resolutiondate dateresolved restoredat clearedon clearedat "
        "clearedtime cleartime canceltime alarmclearedtime closedat closedon closed closedate dateclosed "
        "closingdate endtimestamp endtime enddate lastresolveddate resolvedtime closedtime closetime "
        "datederesolution datedecloture gelostam geschlossenam fechacierre fechadecierre fecharesolucion "
        "datafechamento datadefechamento dataencerramento datachiusura закрыто 恢复时间 故障恢复时间 解决时间 "
        "修复时间 结单时间 归档时间 关闭时间 完成时间 处理完成时间 完工时间 告警清除时间 清除时间 結案時間 "
        "完了日"
    ),
    "requester": (
        "callerid caller requester reporter customername contactname requestor requestername reportedby "
        "raisedby customer customeruser affecteduser openedby author submitter fullname demandeur "
        "demandeurdemandeur antragsteller melder kunde solicitante cliente usuario requesterrequester "
        "ownerfirstname firstname 申告人 客户姓名 用户姓名 客户名称 用户名称 联系人 报障人 报修人 上报人 "
        "投诉人 申请人"
    ),
    "organisation": (
        "company organization organisation customercompany account empresa azienda firma entreprise 单位 "
        "客户单位 公司 客户公司 集团名称 集团客户"
    ),
    "contact": (
        "email contactemail customeremail requesteremail phone contactphone contactnumber callerphone "
        "telephone mobile phonenumber telefone telefono correo 联系电话 客户电话 报修电话 联系方式 手机 "
        "手机号 手机号码 电话 申告号码 用户号码 联系人电话"
    ),
    "objects": (
        "cmdbci configurationitem ciname ci circuit circuitid sourcenodeid device deviceid devicename node "
        "nodename nename alarmsource distinguishedname moname mename objname objectname managedobject "
        "networkelement equipment asset element host hostname sitename site siteid 电路编号 电路代号 设备名称 "
        "网元名称 告警源 告警对象 网元 设备 基站名称 站点名称 小区名称 局站 线路号 宽带账号"
    ),
}  # fmt: skip
_SIGNS: Final = re.compile(r"[\W_]+")
_BRACKETS: Final = re.compile(r"[(（\[【].*?[)）\]】]")
_WORDS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[\W_]+")
#: Words in a name of a column that say of what it is, which the whole table is about anyway.
_OF_A_TICKET: Final = frozenset(("ticket", "incident", "issue", "case", "fault", "complaint", "tt", "u", "the", "of"))
#: The number of an alarm is in many exports that of its kind.
_OF_AN_ALARM: Final = frozenset(("alarmid", "alertid", "eventid"))
#: Who works on it says nothing of what it is about.
_OF_A_PERSON: Final = re.compile(
    r"assign|group|team|owner|agent|engineer|(^|[\W_])by$|(^|[\W_])id$|url|^处理|^责任|受理人|派单人|班组|部门",
    re.IGNORECASE,
)


def columns_of(names: tuple[str, ...], sample: list[tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Return the column of each field that a table seems to have: by its name, and by what stands in it."""
    whole = {folded(name): name for name in reversed(names)}
    bare = {_bare(name): name for name in reversed(names)}
    found: dict[str, tuple[str, ...]] = {}
    taken: set[str] = set()
    for field in ("external_id", "status", "changed_at", *FIELDS):
        if field in found or field not in _NAMES:
            continue
        columns = [column for name in _NAMES[field].split() if (column := whole.get(name) or bare.get(name))]
        values = {column: said(sample, names.index(column)) for column in columns if column not in taken}
        fitting = [
            column for column, texts in values.items() if texts and _fits(field, column, texts, rows=len(sample))
        ]
        if fitting:
            # a column that counts the rows is the number of a ticket only where there is no other
            best = (
                min(fitting, key=lambda column: _counts_rows(values[column])) if field == "external_id" else fitting[0]
            )
            found[field] = (best,)
            taken.add(best)
    if "changed_at" in found and "occurred_at" not in found:
        found["occurred_at"] = found["changed_at"]
    return found


def wordiest(names: tuple[str, ...], sample: list[tuple[str, ...]], taken: set[str]) -> str | None:
    """Return the column with the longest words, which is the nearest to a subject that there is."""
    values = {name: said(sample, n) for n, name in enumerate(names) if name not in taken}
    texts = {name: found for name, found in values.items() if found and not _are_instants(found)}

    def rank(name: str) -> tuple[bool, bool, float]:
        worded = sum(any(map(str.isalpha, text)) for text in texts[name]) * 2 > len(texts[name])
        return worded, not _OF_A_PERSON.search(name), sum(map(len, texts[name])) / len(texts[name])

    return max(texts, key=rank, default=None)


def said(sample: list[tuple[str, ...]], place: int) -> list[str]:
    """Return what stands in the cells of a column that say anything."""
    texts = (cells[place].strip() for cells in sample)
    return [text for text in texts if text.casefold() not in NOTHING]


def folded(name: str) -> str:
    """Return a name of a column without what people write differently: case, spaces, signs, accents."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter))
    return _SIGNS.sub("", plain).casefold() or name.strip()


def _bare(name: str) -> str:
    """Return a name folded, without what stands in brackets and without the word for a ticket."""
    words = [folded(word) for word in _WORDS.split(_BRACKETS.sub("", name))]
    return "".join(word for word in words if word not in _OF_A_TICKET)


def _fits(field: str, column: str, values: list[str], *, rows: int) -> bool:
    """Tell whether what stands in a column can be the field that its name says."""
    if field in TIMES:
        return _are_instants(values)
    if field == "status":
        return _are_few(values)
    if field == "contact":
        return sum("@" in text or sum(map(str.isdigit, text)) >= _FEW for text in values) * 2 > len(values)
    if field == "external_id":
        return len(values) * 2 > rows and _are_ids(values, unique=folded(column) in _OF_AN_ALARM)
    return True


def _are_few(values: list[str]) -> bool:
    """Tell a state from a text: few different short values."""
    different = set(values)
    return max(map(len, different)) <= 60 and len(different) <= max(_FEW, min(MOST_STATES, len(values) // 2))


def _are_ids(values: list[str], *, unique: bool) -> bool:
    different = len(set(values))
    if max(map(len, values)) > 100 or (unique and different < _UNIQUE * len(values)):
        return False
    return different > 1 or len(values) < _FEW


def _counts_rows(values: list[str]) -> bool:
    return values == [str(number) for number in range(1, len(values) + 1)]


def _are_instants(values: list[str]) -> bool:
    some = values[:200]
    formats = csv_times.formats_of([some])
    return sum(instant(text, formats=formats) is not None for text in some) * 2 > len(some)
