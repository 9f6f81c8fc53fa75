"""Tells by other ways than mail what waits in the outbox: SMS gateways, chat, push, by Apprise (extra ``notify``).

The settings name a URL for a channel. It says what became of it and knows neither the store nor when to try again.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from noc_console.config import Config
from noc_console.desk.mail_line import Delivery
from noc_console.errors import UsageError
from noc_console.i18n import _
from noc_console.text import clean

#: Somebody of each kind, with whom a channel's URL is tried out.
_SOMEBODY: Final = ("+8613800138000", "noc@example.com", "noc")
#: What Apprise and the libraries under it log of a service that has nothing of the message for certain: it answered
#: that it does not take it, or nobody was there. After anything else it may have gone out.
_NOT_TAKEN: Final = re.compile(
    r"error=\d{3}|NewConnectionError|ConnectTimeout|NameResolutionError|Connection refused|Failed to establish"
)
#: What a service answers to a message that it cannot take as it is, whoever tries it again (RFC 9110, 15.5).
_NEVER_TAKEN: Final = re.compile(r"error=(400|422)\b")
_WARNED: Final = "WARNING "


def refuse_unknown(config: Config, channel: str) -> None:
    """Raise UsageError where Apprise is not there, or knows no service of the URL that the settings name."""
    if not any(_service(config.notify[channel], somebody, channel) for somebody in _SOMEBODY):
        raise UsageError(
            _("[notify] {channel}: Apprise knows no such address", channel=channel),
            _("write a URL of a service that it knows, such as json://gateway/?to={to}"),
        )


def tell(config: Config, item: Mapping[str, Any]) -> Delivery:
    """Try to tell somebody, once. A service that may have taken it is never asked again by a program."""
    channel, to, text = item["channel"], str(item["to"] or "").strip(), str(item["text"] or "")
    if not to or (channel == "sms" and "@" in to):
        return Delivery("refused", _("{recipient} is no phone number", recipient=clean(to) or "-"))
    if not text.strip():
        return Delivery("refused", _("the message has no words any more"))
    service = _service(config.notify[channel], to, channel)
    if not service:
        return Delivery("refused", _("the service knows no such recipient: {recipient}", recipient=clean(to)))
    taken, log = _asked(service, text, str(item["subject"] or ""))
    if taken:
        return Delivery("sent")
    said = next((line.removeprefix(_WARNED) for line in log.splitlines() if line.startswith(_WARNED)), "")
    said = clean(said, limit=1_000) or _("the service did not take it")
    if _NEVER_TAKEN.search(log):
        return Delivery("refused", said)
    return Delivery("deferred" if _NOT_TAKEN.search(log) else "doubt", said)


def _asked(service: Any, text: str, subject: str) -> tuple[bool, str]:
    """Have Apprise tell somebody; return its yes or no, and what was logged meanwhile."""
    import apprise

    capture: Any = apprise.LogCapture
    with capture(level=logging.DEBUG, fmt="%(levelname)s %(message)s") as log:
        taken = bool(service.notify(body=text, title=subject, body_format=apprise.NotifyFormat.TEXT))
        return taken, str(log.getvalue())


def _service(url: str, to: str, channel: str) -> Any:
    """Return the service of a URL, something false where Apprise knows none.

    ``{to}`` in it is the recipient, with everything escaped that could change where it goes.
    """
    try:
        import apprise
    except ImportError as error:
        raise UsageError(
            _("sending by {channel} needs Apprise", channel=channel), _("install it: pip install 'noc-console[notify]'")
        ) from error
    service = apprise.Apprise()
    service.add(url.replace("{to}", quote(to, safe="")))
    return service
