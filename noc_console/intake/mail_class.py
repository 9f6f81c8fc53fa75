"""Whether a machine sent a mail: bounces, automatic replies, lists; and what a bounce says of its recipients.

A false bounce would lose a customer's matter, so words alone never make one: the sender has to be a mail system.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from noc_console.intake.mail_headers import Fields, addresses, read_fields
from noc_console.intake.mail_parts import Part
from noc_console.text import clean
from noc_console.workflows.drafts import DeliveryStatus, MailClass

_DAEMON: Final = re.compile(
    r"^(mailer[-_.]?daemon|mail[-_.]?daemon|mail\.delivery\.system|bounce)(@|$)|^mail delivery (sub)?system",
    re.IGNORECASE,
)
_OPERATOR: Final = re.compile(r"^(post[_-]?master|mailer|root|no-?reply|noreply|double-bounce)@", re.IGNORECASE)
_BOUNCE_SUBJECT: Final = re.compile(
    r"^\W*(undeliver(able|ed)|delivery (status|failure|notification|report)|failure notice|returned mail|"
    r"mail (delivery|system error|could not be)|delayed mail|non[- ]?delivery|warning: (could not send|message)|"
    r"message (delivery|could not)|sorry, your message|unzustellbar|nicht zustellbar|недоставленное|"
    r"退信|系统退信|邮件退回|无法送达|無法傳遞|投递失败|无法投递|メールエラー|配信不能)",
    re.IGNORECASE,
)
_REPLY_SUBJECT: Final = re.compile(
    r"^\W*(auto(matic|matische|mated)?[- ]?(reply|response|antwort|re)|out[- ]of[- ](the[- ])?office( auto(reply|"
    r"matic reply)| reply| response)?|autoreply|abwesenheitsnotiz|réponse automatique|respuesta automática|"
    r"risposta automatica|автоответ|自动回复|自動回覆|自動返信|자동 회신)\s*([:：]|$)",
    re.IGNORECASE,
)
_REPLY_FIELDS: Final = ("x-autoreply", "x-autorespond", "x-autoreply-from", "x-mail-autoreply", "x-auto-response")
_STATUS: Final = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_BLANK_LINES: Final = re.compile(rb"(?:\r?\n){2,}")
_REPORT_BYTES: Final = 262_144


def mail_class(root: Part, subject: str) -> MailClass | None:
    """Return what kind of machine sent a mail, ``None`` for one that a person or a program wants read."""
    fields = root.fields
    if _is_bounce(root, subject):
        return "bounce"
    if _is_reply(root, subject):
        return "autoreply"
    precedence = fields.text("precedence").lower()
    if fields.has("list-id") or fields.has("list-post") or precedence == "list":
        return "list"
    return None


def _is_bounce(root: Part, subject: str) -> bool:
    """Tell whether a mail system reports on the delivery of another mail (RFC 3464, or free text of old systems)."""
    fields = root.fields
    if any(part.type == "message/delivery-status" for part in root.walk()):
        return True
    if root.params.get("report-type", "").lower() == "delivery-status" or fields.has("x-failed-recipients"):
        return True
    senders = [word for one in addresses(fields.get("from")) for word in (one.address, one.name)]
    if any(_DAEMON.search(sender) for sender in senders):
        return True
    from_nobody = _null_return_path(fields)
    operator = any(_OPERATOR.search(sender) for sender in senders)
    return (from_nobody or operator) and bool(_BOUNCE_SUBJECT.search(subject))


def _is_reply(root: Part, subject: str) -> bool:
    """Tell whether a program answered in a person's name (RFC 3834), or a mail program confirmed the reading."""
    fields = root.fields
    if fields.text("auto-submitted").lower().startswith("auto-replied"):
        return True
    if any(fields.has(name) for name in _REPLY_FIELDS) or fields.text("x-post-messageclass").startswith("9"):
        return True
    if "auto_reply" in (fields.text("precedence").lower(), fields.text("x-precedence").lower()):
        return True
    if root.params.get("report-type", "").lower() == "disposition-notification":
        return True
    if fields.has("x-auto-response-suppress") and _null_return_path(fields):
        return True
    return bool(_REPLY_SUBJECT.search(subject))


def is_automatic(fields: Fields) -> bool:
    """Tell whether a program wrote a mail, so that no program may answer it (RFC 3834, 2)."""
    submitted = fields.text("auto-submitted").lower().split(";")[0].strip()
    bulk = fields.text("precedence").lower() in ("bulk", "junk")
    return submitted not in ("", "no") or bulk or _null_return_path(fields)


def _null_return_path(fields: Fields) -> bool:
    """Tell whether nobody is to be told when this mail fails, as of a mail that a mail system wrote."""
    return fields.get("return-path").strip() == b"<>"


def delivery_statuses(root: Part) -> tuple[DeliveryStatus, ...]:
    """Return what the mail systems say of each recipient (RFC 3464, 2.3)."""
    reports = (part for part in root.walk() if part.type == "message/delivery-status")
    found = [status for report in reports for status in _statuses(report.content())]
    return tuple(dict.fromkeys(found))


def _statuses(report: bytes) -> Iterator[DeliveryStatus]:
    """Yield the recipients of one report; blank lines part them."""
    for block in _BLANK_LINES.split(report[:_REPORT_BYTES]):
        fields, _end = read_fields(block, 0, len(block))
        recipient = _recipient(fields, "final-recipient") or _recipient(fields, "original-recipient")
        if recipient:
            action = fields.text("action").lower().split(" ", 1)[0]
            status = _STATUS.search(fields.text("status"))
            yield DeliveryStatus(recipient, action, status.group() if status else "")


def _recipient(fields: Fields, name: str) -> str:
    """Return the address of a typed recipient: ``rfc822; user@example.net``."""
    value = fields.text(name)
    return clean(value.split(";", 1)[-1]).strip(" <>")
