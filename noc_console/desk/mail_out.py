"""Makes a mail of a message of the outbox: whom it names, what its headers say, its bytes on the wire.

It knows neither the store nor a server: ``mail_line.py`` hands it over.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import Any, Final

import idna

from noc_console.config import MailServer
from noc_console.errors import BadInput
from noc_console.i18n import _
from noc_console.text import clean

#: The part before the @ as SMTP takes it: nothing that could end an address or a command.
_LOCAL: Final = re.compile(r"[^\s<>,;:\"\\()\[\]@\x00-\x1f\x7f]{1,64}")
_NAME: Final = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_DOMAIN: Final = re.compile(rf"(?!.{{254}}){_NAME}(?:\.{_NAME})*")
#: Messages that a person wrote or filled in. A label that a program wrote them would have other programs drop them.
BY_PEOPLE: Final = frozenset({"news", "feedback", "answer"})
_IDS: Final = frozenset({"message-id", "in-reply-to", "references"})


class _Wire(EmailPolicy):
    """Headers as RFC 5322 and RFC 2047 fold them, but an id stays whole: an encoded one is known to nobody."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name.lower() in _IDS:
            return f"{name}: {value}{self.linesep}".encode("ascii", "replace")
        return super().fold_binary(name, value)


#: Lines with encoded words have at most 76 characters (RFC 2047, 2).
_WIRE: Final = _Wire(linesep="\r\n", max_line_length=76)
_WIRE_UTF8: Final = _WIRE.clone(utf8=True)


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as it goes over the wire; ``needs_utf8`` where only a server with SMTPUTF8 can take its recipient."""

    recipient: str
    raw: bytes
    needs_utf8: bool


def composed(item: Mapping[str, Any], server: MailServer, at: datetime, answers: str | None) -> Letter:
    """Return the mail of an outbox item; ``answers`` is the id of the mail that it answers.

    Raises BadInput for a recipient that is no mail address, and for words that are none or cannot be a mail.
    """
    to, text = recipient_of(item), str(item["text"])
    needs_utf8 = not to.username.isascii()
    user, _at, domain = server.sender.rpartition("@")
    mail = EmailMessage(policy=_WIRE_UTF8 if needs_utf8 else _WIRE)
    try:
        mail["From"] = Address(clean(server.name), user, domain)
        mail["To"] = to
        mail["Subject"] = " ".join(clean(str(item["subject"] or "")).split())
        mail["Date"] = format_datetime(at)
        mail["Message-ID"] = message_id(item["id"], server)
        if answers:
            mail["In-Reply-To"] = mail["References"] = answers
        for name, value in _automatic(item["template"]).items():
            mail[name] = value
        mail["Content-Language"] = item["language"] or "en"
        mail.set_content(text, cte="quoted-printable" if text.isascii() else "base64")
        return Letter(_in_envelope(to), mail.as_bytes(), needs_utf8)
    except (ValueError, LookupError, MessageError) as error:  # what cannot be written must hold up no other
        raise BadInput(_("this cannot be written as a mail: {why}", why=error), _("tell them another way")) from error


def recipient_of(item: Mapping[str, Any]) -> Address:
    """Return to whom an outbox item goes. Raises BadInput for one that cannot go to anybody: no address, no words."""
    if not str(item["text"] or "").strip():
        raise BadInput(_("the message has no words any more"), _("discard it, and write a new one"))
    return address_of(str(item["to"] or ""))


def _automatic(template: str) -> dict[str, str]:
    """Return what says that no program shall answer, and no vacation notice come back for it (RFC 3834)."""
    if template in BY_PEOPLE:
        return {}
    written = "auto-replied" if template.startswith("ack_") else "auto-generated"
    return {"Auto-Submitted": written, "X-Auto-Response-Suppress": "All"}


def address_of(said: str) -> Address:
    """Return one mail address with its domain as the name service knows it. Raises BadInput for anything else."""
    local, _at, domain = said.strip().rpartition("@")
    if _LOCAL.fullmatch(local) and clean(local) == local:
        if not domain.isascii():
            domain = _known_to_dns(domain)
        if _DOMAIN.fullmatch(domain):
            return Address("", local, domain)
    raise BadInput(
        _("{address} is no mail address", address=clean(said).strip() or "-"),
        _("correct it, or tell them another way"),
    )


def _in_envelope(to: Address) -> str:
    """Return an address as RCPT takes it: dots where RFC 5321 has none, as some carriers gave them out, are quoted."""
    local = to.username
    return f'"{local}"@{to.domain}' if "" in local.split(".") else to.addr_spec


def _known_to_dns(domain: str) -> str:
    """Return a domain of other letters in ASCII (RFC 5891), nothing where it is none."""
    try:
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        return ""


def message_id(item: str, server: MailServer) -> str:
    """Return the id of an item's mail: the same at every try, so that a server which knows it takes it once."""
    return f"<{item}@{server.sender.rpartition('@')[2]}>"
