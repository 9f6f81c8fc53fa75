"""Makes a mail of a message of the outbox and hands it to a mail server (SMTP).

It says what became of it in one word, and knows neither the store nor when to try again: ``sending.py`` does.
"""

from __future__ import annotations

import os
import re
import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any, Final, Literal

from noc_console.config import MailServer
from noc_console.errors import BadInput, PeerUnavailable, UsageError
from noc_console.i18n import _

#: sent: the server has taken it. deferred: not now. refused: never. lost: the connection broke before the server had
#: the whole mail. doubt: it had the whole mail and did not say whether it took it.
Word = Literal["sent", "deferred", "refused", "lost", "doubt"]
#: A recipient as SMTP takes it: one address, nothing that could end a command.
_ADDRESS: Final = re.compile(r"[^\s<>,;:\"\\()\[\]@\x00-\x1f\x7f]{1,64}@[^\s<>,;:\"\\()\[\]@\x00-\x1f\x7f]{1,253}")
_TEMPORARY: Final = range(400, 500)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one mail, and what the server said."""

    word: Word
    said: str = ""


@contextmanager
def connected(server: MailServer) -> Iterator[smtplib.SMTP]:
    """Give a session with a mail server. Raises PeerUnavailable where there is none to be had."""
    try:
        session = _session(server)
    except (OSError, smtplib.SMTPException) as error:
        raise PeerUnavailable(
            _(
                "the mail server {host}:{port} cannot be used: {why}",
                host=server.host,
                port=server.port,
                why=_why(error),
            ),
            _("nothing was lost; the messages wait. Look at [mail] in the settings"),
        ) from error
    try:
        yield session
    finally:
        _leave(session)


def _session(server: MailServer) -> smtplib.SMTP:
    context = ssl.create_default_context()
    session: smtplib.SMTP
    if server.security == "tls":
        session = smtplib.SMTP_SSL(server.host, server.port, timeout=server.timeout_s, context=context)
    else:
        session = smtplib.SMTP(server.host, server.port, timeout=server.timeout_s)
    try:
        session.ehlo_or_helo_if_needed()
        if server.security == "starttls":
            session.starttls(context=context)
            session.ehlo_or_helo_if_needed()
        if server.user:
            session.login(server.user, _password(server))
    except (OSError, smtplib.SMTPException):
        session.close()
        raise
    return session


def _password(server: MailServer) -> str:
    """Return the password, which stands in no settings file and in no command line."""
    password = os.environ.get("NOC_MAIL_PASSWORD")
    if password is None:
        raise UsageError(
            _("[mail] names the user {user} but there is no password", user=server.user),
            _("set NOC_MAIL_PASSWORD in the environment of whoever sends"),
        )
    return password


def _leave(session: smtplib.SMTP) -> None:
    """Say goodbye where somebody listens still; what was sent was acknowledged before."""
    try:
        session.quit()
    except (OSError, smtplib.SMTPException):
        session.close()


def composed(item: Mapping[str, Any], server: MailServer, at: datetime, answers: str | None) -> EmailMessage:
    """Return the mail of an outbox item; ``answers`` is the id of the mail that it answers.

    Raises BadInput for a recipient that is no mail address.
    """
    recipient = str(item["to"] or "")
    if not _ADDRESS.fullmatch(recipient) or not recipient.isascii():
        raise BadInput(
            _("{address} is no mail address", address=recipient or "-"), _("correct it, or tell them another way")
        )
    mail = EmailMessage(policy=SMTP)
    user, _at, domain = server.sender.rpartition("@")
    mail["From"] = Address(server.name, user, domain)
    mail["To"] = Address("", *recipient.rsplit("@", 1))
    mail["Subject"] = " ".join(str(item["subject"] or "").split())
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = message_id(item["id"], server)
    if answers:
        mail["In-Reply-To"] = mail["References"] = answers
    # RFC 3834: no program shall answer what a program wrote, and no vacation notice come back for it.
    mail["Auto-Submitted"] = "auto-replied" if item["template"].startswith("ack_") else "auto-generated"
    mail["Content-Language"] = item["language"] or "en"
    mail.set_content(str(item["text"] or ""), cte="quoted-printable" if str(item["text"]).isascii() else "base64")
    return mail


def message_id(item: str, server: MailServer) -> str:
    """Return the id of an item's mail: the same at every try, so that a server which knows it takes it once."""
    return f"<{item}@{server.sender.rpartition('@')[2]}>"


def deliver(session: smtplib.SMTP, mail: EmailMessage, sender: str) -> Delivery:
    """Hand over one mail, step by step, because what a broken connection means depends on the step."""
    try:
        for code, said in _envelope(session, mail, sender):
            if not 200 <= code < 300:
                return _refusal(session, code, said)
        code, said = session.docmd("DATA")
        if code != 354:
            return _refusal(session, code, said)
        body = mail.as_bytes(policy=SMTP.clone(max_line_length=998))
        session.send(re.sub(rb"(?m)^\.", b"..", body) + b"\r\n.\r\n")
    except (OSError, smtplib.SMTPException) as error:
        return Delivery("lost", _why(error))
    try:
        code, said = session.getreply()
    except (OSError, smtplib.SMTPException) as error:
        return Delivery("doubt", _why(error))
    return Delivery("sent", _text(code, said)) if 200 <= code < 300 else _refusal(session, code, said)


def _envelope(session: smtplib.SMTP, mail: EmailMessage, sender: str) -> Iterator[tuple[int, bytes]]:
    yield session.mail(sender)
    yield session.rcpt(mail["To"].addresses[0].addr_spec)


def _refusal(session: smtplib.SMTP, code: int, said: bytes) -> Delivery:
    """Judge a reply that is no yes, and make the session ready for the next mail."""
    delivery = Delivery("deferred" if code in _TEMPORARY or code < 0 else "refused", _text(code, said))
    try:
        session.rset()
    except (OSError, smtplib.SMTPException):
        session.close()
    return delivery


def _text(code: int, said: bytes) -> str:
    return f"{code} {said.decode('utf-8', 'replace')}"[:1_000]


def _why(error: OSError | smtplib.SMTPException) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return _text(error.smtp_code, said if isinstance(said, bytes) else str(said).encode())
    return str(error.strerror or error) if isinstance(error, OSError) else str(error)
