"""Tells by other ways than mail what waits in the outbox: SMS gateways, chat, push, by Apprise (extra ``notify``).

The settings name a URL for a channel. It says what became of it and knows neither the store nor when to try again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from noc_console.config import Config
from noc_console.desk.mail_out import Delivery
from noc_console.errors import UsageError
from noc_console.i18n import _


def way(config: Config, item: Mapping[str, Any]) -> Callable[[], Delivery]:
    """Return the attempt to tell somebody. Raises UsageError where Apprise is not there or knows no such URL.

    ``{to}`` in the URL is the recipient, with everything escaped that could change where it goes.
    """
    channel = item["channel"]
    sender = _sender(channel, config.notify[channel].replace("{to}", quote(str(item["to"] or ""), safe="")))

    def attempt() -> Delivery:
        if sender.notify(body=str(item["text"] or ""), title=str(item["subject"] or "")):
            return Delivery("sent")
        return Delivery("deferred", _("the service did not take it"))

    return attempt


def _sender(channel: str, url: str) -> Any:
    try:
        import apprise
    except ImportError as error:
        raise UsageError(
            _("sending by {channel} needs Apprise", channel=channel), _("install it: pip install 'noc-console[notify]'")
        ) from error
    sender = apprise.Apprise()
    if not sender.add(url):
        raise UsageError(
            _("[notify] {channel}: Apprise knows no such address", channel=channel),
            _("write a URL of a service that it knows, such as json://gateway/?to={to}"),
        )
    return sender
