"""Whether a machine sent a mail: bounces, automatic replies, lists.

A false bounce would lose a customer's matter, so words alone never make one: the sender has to be a mail system.
"""

from __future__ import annotations

import re
from typing import Final

from noc_console.intake.mail_headers import Fields
from noc_console.intake.mail_parts import Part
from noc_console.workflows.drafts import MailClass

_DAEMON: Final = re.compile(
    r"^(mailer[-_.]?daemon|mail[-_.]?daemon|mail\.delivery\.system)(@|$)|^mail delivery (sub)?system",
    re.IGNORECASE,
)
_OPERATOR: Final = re.compile(r"^(post[_-]?master|mailer|root|no-?reply|noreply|double-bounce)@", re.IGNORECASE)
# An address for bounces sends newsletters and notices too.
_POSTMASTER: Final = re.compile(r"^(post[_-]?master|mailer|(double-)?bounces?)@", re.IGNORECASE)
_BOUNCE_SUBJECT: Final = re.compile(
    r"^\W*(\[?postmaster\]?\W*)?(undeliver(able|ed)|(e-?mail )?delivery (status|failure|notification|report)|"
    r"failure notice|returned mail|mail (delivery|system error|could not be)|delayed mail|non[- ]?delivery|"
    r"warning: (could not send|message)|message (delivery|could not)|sorry, your message|onbestelbaar|"
    r"unzustellbar|nicht zustellbar|non (remis|distribuable|recapitabile)|échec de (la )?(remise|distribution)|"
    r"no se puede entregar|no entregado|não é possível entregar|falha na entrega|mancato recapito|"
    r"недоставленное|не удается доставить|не доставлено|niedostarczon|nie można dostarczyć|olevererbart|"
    r"kan inte levereras|退信|系统退信|邮件退回|邮件投递失败|无法送达|未送达|無法傳遞|投递失败|无法投递|"
    r"メール(送信)?エラー|配信不能|メッセージを配信できません|배달되지 않음|전송 실패)",
    re.IGNORECASE,
)
_BOUNCE_WORDS: Final = re.compile(
    r"\b(could|can) ?not be delivered|\bundeliver(able|ed)\b|was not delivered|delivery (has )?failed|failed delivery|"
    r"did not reach (the following|some or all)|no such (user|recipient|mailbox)|\b(user|recipient) (is )?unknown|"
    r"\bunknown (local )?(user|recipient|address)|\binvalid (user|recipient)|mailbox (is )?(full|unavailable)|"
    r"returned to (its |the )?sender|\b5\d\d[ -]5\.\d{1,3}\.\d",
    re.IGNORECASE,
)
# What the mail services of Amazon send through their message queue, and what list managers of Japan write.
_NOTIFIED: Final = re.compile(r'\\?"(notification|event)Type\\?"\s*:\s*\\?"(Bounce|Complaint|Delivery)\b')
_SENT_BACK: Final = re.compile(r"^Original mail as follows:|^You are not a member of this mailing list", re.MULTILINE)
_BOUNCE_CHARACTERS: Final = 4_000
_REPORTS: Final = ("message/delivery-status", "message/global-delivery-status", "message/feedback-report")
_REPORT_TYPES: Final = ("delivery-status", "feedback-report")
# What Exchange, Outlook and the mail services call an automatic reply in the languages that they speak.
_REPLY_SUBJECT: Final = re.compile(
    r"^\W*(auto(matic|matische|mated)?[- ]?(reply|response|antwort|re)|out[- ]of[- ](the[- ])?office( auto(reply|"
    r"matic reply)| reply| response)?|autoreply|abwesenheitsnotiz|automatisch antwoord|automatiskt? svar|autosvar|"
    r"frånvaromeddelande|automaattinen vastaus|réponse automatique|absence du bureau|respuesta automática|"
    r"fuera de la oficina|risposta automatica|fuori (sede|ufficio)|resposta autom[áà]tica|răspuns automat|"
    r"automatyczna odpowiedź|odpowiedź automatyczna|automatická odpove[ďd]ď?|automatikus válasz|automatski odgovor|"
    r"samodejni odgovor|automaatvastus|automātiska atbilde|automatinis atsakymas|otomatik yanıt|balasan otomatis|"
    r"trả lời tự động|αυτόματη απάντηση|автоответ|автоматический ответ|автоматична відповідь|автоматичен отговор|"
    r"תגובה אוטומטית|رد تلقائي|ตอบกลับอัตโนมัติ|(外出)?自动(回复|答复)|自動(回覆|答覆|返信|応答)|자동 ?(회신|응답))"
    r"\s*([:：\])】）]|$)|"
    # Lotus Notes, with the day of return behind it or without.
    r"^\S.{1,120} is out of the office\.?(\s*\(returning.{0,40})?$|"
    r"^auto\s?: .{1,120}(out of the office|außer haus|abwesend|est absente?|fuori ufficio|fuera de la oficina|afwezig)",
    re.IGNORECASE,
)
_REPLY_FIELDS: Final = ("x-autoreply", "x-autorespond", "x-autoreply-from", "x-mail-autoreply", "x-auto-response")


def mail_class(root: Part, fields: Fields, subject: str, text: str) -> MailClass | None:
    """Return what kind of machine sent a mail, ``None`` for one that a person or a program wants read."""
    if _is_bounce(root, fields, subject, text[:_BOUNCE_CHARACTERS]):
        return "bounce"
    if _is_reply(root, fields, subject):
        return "autoreply"
    precedence = fields.text("precedence").lower()
    if fields.has("list-id") or fields.has("list-post") or precedence == "list":
        return "list"
    return None


def _is_bounce(root: Part, fields: Fields, subject: str, text: str) -> bool:
    """Tell whether a mail system reports on another mail: RFC 3464, a complaint (RFC 5965), or free text."""
    if any(part.type in _REPORTS for part in root.walk()) or fields.has("x-failed-recipients"):
        return True
    if root.params.get("report-type", "").lower() in _REPORT_TYPES:
        return True
    senders = [word for one in fields.addresses("from") for word in (one.address, one.name)]
    if any(_DAEMON.search(sender) for sender in senders):
        return True
    if fields.has("x-mlserver") and _SENT_BACK.search(text):
        return True
    from_nobody = _null_return_path(fields)
    if from_nobody or any(_POSTMASTER.search(sender) for sender in senders):
        return bool(_BOUNCE_SUBJECT.search(subject) or _BOUNCE_WORDS.search(text))
    operator = any(_OPERATOR.search(sender) for sender in senders)
    return operator and bool(_BOUNCE_SUBJECT.search(subject) or _NOTIFIED.search(text))


def _is_reply(root: Part, fields: Fields, subject: str) -> bool:
    """Tell whether a program answered in a person's name (RFC 3834), or a mail program confirmed the reading."""
    if fields.text("auto-submitted").lower().startswith("auto-replied"):
        return True
    if any(fields.has(name) for name in _REPLY_FIELDS) or fields.text("x-post-messageclass").startswith("9"):
        return True
    if "auto_reply" in (fields.text("precedence").lower(), fields.text("x-precedence").lower()):
        return True
    if root.params.get("report-type", "").lower() == "disposition-notification":
        return True
    # Exchange answers so; a newsletter that asks for no automatic replies answers nobody.
    suppressed = fields.text("x-auto-response-suppress").lower() == "all"
    if suppressed and fields.has("in-reply-to") and _null_return_path(fields):
        return True
    return bool(_REPLY_SUBJECT.search(subject))


def is_automatic(fields: Fields) -> bool:
    """Tell whether a program wrote a mail, so that no program may answer it (RFC 3834, 2)."""
    submitted = fields.text("auto-submitted").lower().split(";")[0].strip()
    bulk = fields.text("precedence").lower() in ("bulk", "junk", "list", "auto_reply")
    looped = any(fields.has(name) for name in ("x-loop", "list-id", "feedback-id"))
    return submitted not in ("", "no") or bulk or looped or _null_return_path(fields)


def _null_return_path(fields: Fields) -> bool:
    """Tell whether nobody is to be told when this mail fails, as of a mail that a mail system wrote."""
    return fields.get("return-path").strip() == b"<>"
