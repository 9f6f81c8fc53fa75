"""The words in which other systems say state, grade and kind of a ticket, as ours.

Statuses are understood in the words of TMF621, which its v4, v5 and MEF variants, ServiceNow, Jira, Redmine, OTRS,
Remedy and Chinese work-order systems can all be told in. Pure tables; a word that is in none is None, never a guess.
"""

from __future__ import annotations

import re
from typing import Final

from noc_console.workflows.drafts import TicketStatus

_STATUSES: Final[dict[TicketStatus, str]] = {
    "acknowledged": (
        "acknowledged submitted new open opened registered created accepted queued todo backlog reopened "
        "reopen triage unassigned waitingfortriage logged nouveau neu nuevo novo nova abierto aberto aperto "
        "ouvert offen 新建 待处理 待受理 已受理 受理 открыт открыта новый новая 新規 未着手 新建立 待處理 "
        "未清除 uncleared notcleared raised firing 已派单 待派单 派单 待接单 已接单 打开 重新打开 新工单 "
        "已登记 登记 已创建 未处理 待分配"
    ),
    "inProgress": (
        "inprogress active assigned workinprogress processing investigating doing inreview review feedback "
        "started assessingcancellation identified monitoring underinvestigation waitingforsupport escalated "
        "processingassigned processingplanned encours encoursattribué encoursplanifié inbearbeitung enproceso "
        "encursoasignada encurso enprogreso emandamento ematendimento incorso lavorazione вработе 進行中 "
        "対応中 處理中 处理中 进行中 已分配 在途 在处理 处理 执行中 定位中 排查中 已响应 抢修中"
    ),
    "pending": (
        "pending awaitinguserinfo awaitinginfo awaitingcaller waitingforcustomer pendingcustomer pendinguser "
        "awaitinginformation awaitingcustomer infoneeded needinfo moreinfo pendinginfo waitingforuser "
        "waitingonuser pendingreminder informationrequired enattente wartend enespera pendiente pendente "
        "inattesa ожидание 保留 等待客户 待客户确认 待用户 待反馈 待补充 等待用户"
    ),
    "held": (
        "held onhold hold awaitingvendor awaitingproblem awaitingevidence awaitingchange suspended deferred "
        "blocked waitingforvendor pendingvendor pendingsupplier waitingforthirdparty pendingchange "
        "awaitingassignment wait awaitingrootcause postponed 挂起 已挂起 暂停 待第三方 等待第三方 待备件"
    ),
    "resolved": (
        "resolved fixed solved restored done pendingautoclose recovered résolu gelöst resuelto resolvido "
        "risolto solucionado решен решена решено 解決 已解決 已清除 cleared 已解决 已恢复 已处理 已修复 "
        "待确认 待回访 待归档 已完成 完成"
    ),
    "closed": (
        "closed completed complete closedsuccessful closedunsuccessful closedcomplete closedincomplete "
        "closedskipped archived merged finished autoclosed closedpermanently clos fermé geschlossen cerrado "
        "fechado encerrado chiuso fermée закрыт закрыта закрыто 完了 終了 已關閉 已結案 結案 已关闭 关闭 "
        "已归档 归档 已结单 结单 已竣工 竣工 办结 已办结 已闭环 闭环"
    ),
    "cancelled": (
        "cancelled canceled withdrawn removed deleted abandoned annulé storniert cancelado cancelada "
        "annullato отменен отменена 取り消し 已取消 取消 已撤销 撤销 撤单 已撤单 作废 已作废"
    ),
    "rejected": (
        "rejected declined refused invalid wontfix duplicate notabug rejeté abgelehnt rechazado rejeitado "
        "отклонен 却下 已拒絕 已拒绝 拒绝 已驳回 驳回 退单 已退单 无效"
    ),
}  # fmt: skip
_STATUS_OF: Final = {word: status for status, words in _STATUSES.items() for word in words.split()}

#: Graded words, the gravest first; a figure counts from 1, as ITIL and TMF656 do.
_GRADES: Final = {
    "P1": (
        "critical blocker emergency extensive p1 sev1 s1 disaster highest veryhigh immediate urgent kritisch "
        "critique crítica crítico critica critico urgente критический 緊急 今すぐ majeure trèshaute sehrhoch "
        "muyalta 一级 特急 紧急 特别重大 重大 致命 最高 极高"
    ),
    "P2": (
        "major high significant p2 sev2 s2 haute hoch alta alto elevada высокий 高め 急いで 二级 高 严重 重要 "
        "急 较大"
    ),
    "P3": (
        "minor medium moderate normal average p3 sev3 s3 moyenne mittel media média médio medio средний 通常 "
        "次要 三级 中 一般 普通 中等"
    ),
    "P4": (
        "low p4 sev4 s4 basse niedrig baja baixa bajo baixo bassa низкий 低め 四级 低 轻微 不急"
    ),
    "P5": (
        "warning planning lowest trivial information informational verylow trèsbasse sehrniedrig p5 sev5 s5 "
        "五级 提示 最低 极低"
    ),
}  # fmt: skip
_GRADE_OF: Final = {word: grade for grade, words in _GRADES.items() for word in words.split()}
_GRADE_ORDER: Final = ("P1", "P2", "P3", "P4", "P5")

_TYPES: Final = (
    (
        "change",
        re.compile(r"\bchange\b|\bnormal change\b|配置变更|^变更|割接"),
    ),
    ("version", re.compile(r"\b(upgrade|version|patch|release)\b|版本|升级|补丁")),
    ("performance", re.compile(r"\b(performance|optimi[sz]ation|capacity)\b|性能|优化|扩容")),
    ("document", re.compile(r"\b(document\w*)\b|文档|资料")),
    (
        "consultation",
        re.compile(
            r"\b(request|question|inquiry|enquiry|information|assistance|consultation|bill|billing|invoice|commerce|order|"
            r"how-?to|service_?request|training|feature)\b|咨询|投诉建议|查询|账单|资费"
        ),
    ),
)
_SEPARATORS: Final = re.compile(r"[\s_\-/.,:()+（）]+")
_FIGURE: Final = re.compile(r"^[ps]?(\d{1,2})(?:(?:\s*[-–.:：、]\s*|\s+)(.*))?$", re.IGNORECASE)
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


def status_of(word: str) -> TicketStatus | None:
    """Return the status of TMF621 that a word of another system means, None for an unknown one."""
    folded = _SEPARATORS.sub("", word).casefold()
    return _STATUS_OF.get(folded)


def grade_of(word: str, *, steps: int = 5) -> str | None:
    """Return the grade that a priority or severity means; of figures 1 is the gravest of ``steps``.

    ``2 - High`` is read by its word, and where that says nothing by its figure.
    """
    said = word.strip().removesuffix("告警")
    figure = _FIGURE.match(said)
    named = _GRADE_OF.get(_SEPARATORS.sub("", figure[2] or "" if figure else said).casefold())
    if named or not figure:
        return named
    number = int(figure[1])
    return _GRADE_ORDER[(number - 1) * 5 // steps] if 1 <= number <= steps else None


def service_type_of(word: str) -> str:
    """Return the kind of service that a ticket type means; what is no request in so many words is a fault."""
    said = _CAMEL.sub(" ", word).replace("_", " ").casefold()
    return next((name for name, pattern in _TYPES if pattern.search(said)), "fault")
