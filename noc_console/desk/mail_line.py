"""Hands mails to a mail server (SMTP), one after the other, and says in one word what became of each.

It knows neither the store nor when to try again: ``sending.py`` does.
"""

from __future__ import annotations

import os
import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Literal

from noc_console.config import MailServer
from noc_console.desk.mail_out import Letter
from noc_console.errors import PeerUnavailable, UsageError
from noc_console.i18n import _
from noc_console.text import clean

#: sent: the other side has taken it. deferred: not now. refused: never. lost: the connection broke before the server
#: had the whole mail. doubt: it had the whole mail and did not say whether it took it.
Word = Literal["sent", "deferred", "refused", "lost", "doubt"]
#: Seconds for the text of a mail to go over, and for the server to say that it took it (RFC 5321, 4.5.3.2.5 and .6):
#: who hangs up sooner on a server that looks into each mail sends it twice, or asks a person for nothing.
TEXT_GOES_IN: Final = 180.0
ANSWERED_IN: Final = 600.0
#: Replies about us and not about a recipient: who is to log in, or how (RFC 4954, 6).
_ABOUT_US: Final = frozenset({530, 534, 535, 538})
_GOING_AWAY: Final = 421


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one message, and what the other side said."""

    word: Word
    said: str = ""


@contextmanager
def mail_line(server: MailServer) -> Iterator[MailLine]:
    """Give a line to a mail server; it is connected when it is first needed, and left at the end."""
    line = MailLine(server)
    try:
        yield line
    finally:
        line.leave()


class MailLine:
    """A session with a mail server, made anew where the server ends it between two mails."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._session = smtplib.SMTP()  # connected to nobody
        self._takes_one = False

    def ready(self) -> None:
        """Have the server say that it takes a mail from us, before any message is tried.

        Raises PeerUnavailable where it is away, lets us not in or takes none from us: that is no message's fault.
        """
        is_new = self._session.sock is None
        if not is_new and self._takes_one:
            return
        why = self._begun(self._connected() if is_new else self._session)
        if why and not is_new:  # a server ends a session after so many mails, or when it was idle
            self.leave()
            why = self._begun(self._connected())
        if why:
            self.leave()
            raise PeerUnavailable(
                _(
                    "the mail server {host}:{port} takes no mail from {sender}: {why}",
                    host=self._server.host, port=self._server.port, sender=self._server.sender, why=why,
                ),
                _("nothing was lost; the messages wait. Look at [mail] in the settings"),
            )  # fmt: skip

    def deliver(self, letter: Letter) -> Delivery:
        """Hand over one mail, step by step, because what a broken connection means depends on the step."""
        session = self._session
        if letter.needs_utf8 and not session.has_extn("smtputf8"):
            return Delivery("refused", _("the mail server takes no address with such letters before the @"))
        self._takes_one = False
        try:
            refusal = self._opened(session, letter)
            if refusal is not None:
                return refusal
            _wait_at_most(session, TEXT_GOES_IN)
            session.send(re.sub(rb"(?m)^\.", b"..", letter.raw) + b".\r\n")
        except (OSError, smtplib.SMTPException) as error:
            session.close()
            return Delivery("lost", _why(error))
        return self._answer(session)

    def leave(self) -> None:
        """Say goodbye where somebody listens still; what was sent was acknowledged before."""
        self._takes_one = False
        try:
            self._session.quit()
        except (OSError, smtplib.SMTPException):
            self._session.close()

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        try:
            self._session = _session(server)
        except (OSError, UnicodeError, smtplib.SMTPException) as error:
            raise PeerUnavailable(
                _(
                    "the mail server {host}:{port} cannot be used: {why}",
                    host=server.host, port=server.port, why=_why(error),
                ),
                _("nothing was lost; the messages wait. Look at [mail] in the settings"),
            ) from error  # fmt: skip
        return self._session

    def _begun(self, session: smtplib.SMTP) -> str:
        """Say from whom a mail comes; return what is against it, nothing where it may come."""
        try:
            code, said = session.mail(self._server.sender)
        except (OSError, smtplib.SMTPException) as error:
            session.close()
            return _why(error)
        self._takes_one = 200 <= code < 300
        return "" if self._takes_one else _text(code, said)

    def _opened(self, session: smtplib.SMTP, letter: Letter) -> Delivery | None:
        """Go as far as the text; return the refusal where the server says no."""
        if letter.needs_utf8:
            session.rset()
            code, said = session.mail(self._server.sender, ["SMTPUTF8"])
            if not 200 <= code < 300:
                return self._refusal(session, code, said)
        code, said = session.docmd("RCPT", f"TO:<{letter.recipient}>")
        if not 200 <= code < 300:
            return self._refusal(session, code, said)
        code, said = session.docmd("DATA")
        return None if code == 354 else self._refusal(session, code, said)

    def _answer(self, session: smtplib.SMTP) -> Delivery:
        """Wait for the word on a mail that the server has whole; without a plain one nobody knows."""
        try:
            _wait_at_most(session, ANSWERED_IN)
            code, said = session.getreply()
            _wait_at_most(session, self._server.timeout_s)
        except (OSError, smtplib.SMTPException) as error:
            session.close()
            return Delivery("doubt", _why(error))
        if 200 <= code < 300:
            return Delivery("sent", _text(code, said))
        if 400 <= code < 600:
            return self._refusal(session, code, said)
        session.close()
        return Delivery("doubt", _text(code, said))

    def _refusal(self, session: smtplib.SMTP, code: int, said: bytes) -> Delivery:
        """Judge a reply that is no yes, and make the session ready for the next mail."""
        never = 500 <= code < 600 and code not in _ABOUT_US
        try:
            if code == _GOING_AWAY or code < 0:
                session.close()
            else:
                session.rset()
        except (OSError, smtplib.SMTPException):
            session.close()
        return Delivery("refused" if never else "deferred", _text(code, said))


def _session(server: MailServer) -> smtplib.SMTP:
    password = _password(server) if server.user else ""
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
            session.login(server.user, password)
    except (OSError, UnicodeError, smtplib.SMTPException):
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


def _text(code: int, said: bytes) -> str:
    return clean(f"{code} {said.decode('utf-8', 'replace')}", limit=1_000).strip()


def _wait_at_most(session: smtplib.SMTP, seconds: float) -> None:
    if session.sock is not None:
        session.sock.settimeout(seconds)


def _why(error: OSError | UnicodeError | smtplib.SMTPException) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return _text(error.smtp_code, said if isinstance(said, bytes) else str(said).encode())
    return clean(str(error.strerror or error) if isinstance(error, OSError) else str(error), limit=1_000)
