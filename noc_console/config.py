"""The user's own settings: ``config.toml``, where files live, and the local zone.

Settings are never rules (those are the policy in the store). It must not import anything but errors and i18n.
"""

from __future__ import annotations

import difflib
import os
import re
import time
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from noc_console.errors import UsageError
from noc_console.i18n import LANGUAGES, _

SECURITIES = ("starttls", "tls", "none")
#: A mail address as it stands bare in a header.
_ADDRESS = re.compile(r"[\w!#$%&'*+/=?^`{|}~.-]{1,64}@[a-z0-9]([a-z0-9.-]*[a-z0-9])?", re.ASCII | re.IGNORECASE)
THEMES = ("auto", "dark", "light", "ansi-dark", "ansi-light")


def local_zone() -> ZoneInfo:
    """Return the zone of this machine: TZ, the system's link, else the whole hours it is away from UTC."""
    for name in (os.environ.get("TZ", "").lstrip(":"), _linked_zone()):
        if name:
            try:
                return ZoneInfo(name)
            except (ZoneInfoNotFoundError, ValueError):
                continue
    # a zone without a name (Windows): Etc/GMT names count westwards
    hours = round(time.timezone / 3600)
    return ZoneInfo(f"Etc/GMT{hours:+d}" if hours else UTC.tzname(None))


def _linked_zone() -> str:
    link = Path("/etc/localtime")
    if not link.is_symlink():
        return ""
    return str(link.resolve()).partition("zoneinfo/")[2]


@dataclass(frozen=True, slots=True)
class MailServer:
    """The mail server that takes our mail, and from whom it comes; its password is in NOC_MAIL_PASSWORD."""

    host: str
    sender: str
    name: str = ""
    port: int = 587
    security: str = "starttls"
    user: str = ""
    timeout_s: int = 30


@dataclass(frozen=True, slots=True)
class Config:
    """What one person has set; an empty string means "not set, choose by the environment".

    ``keys`` maps a command's id (``ticket.locate``) to a key, ``views`` a name to a filter.
    """

    store: str = ""
    engineer: str = ""
    language: str = ""
    zone: ZoneInfo = field(default_factory=local_zone)
    theme: str = "auto"
    view: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)
    views: Mapping[str, str] = field(default_factory=dict)
    mail: MailServer | None = None
    #: channel -> URL of a service that tells people by it
    notify: Mapping[str, str] = field(default_factory=dict)
    #: words of the command by which devices are reached, before the name of the device
    jump: tuple[str, ...] = ()
    path: Path | None = None


def load(explicit: str | None = None, environ: Mapping[str, str] | None = None) -> Config:
    """Read ``--config``, NOC_CONFIG or the default file; only a file that was named must exist (UsageError)."""
    named = explicit or (os.environ if environ is None else environ).get("NOC_CONFIG", "")
    path = Path(named) if named else default_path()
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        if named:
            raise UsageError(_("there is no settings file {path}", path=path)) from None
        return Config()
    except OSError as error:
        raise UsageError(_("cannot read the settings {path}: {why}", path=path, why=error.strerror)) from error
    try:
        data = tomllib.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UsageError(_("{path} is not UTF-8 (byte {position})", path=path, position=error.start)) from error
    except tomllib.TOMLDecodeError as error:
        raise UsageError(_("{path} is not valid TOML: {why}", path=path, why=error)) from error
    return from_data(data, path)


def from_data(data: Mapping[str, Any], path: Path) -> Config:
    """Check plain data of a settings file; UsageError names the file, the key and the nearest valid one."""
    readers = {
        "store": _text,
        "engineer": _text,
        "language": _language,
        "zone": _zone,
        "theme": _theme,
        "view": _text,
        "keys": _table,
        "views": _table,
        "mail": _mail,
        "notify": _table,
        "jump": _words,
    }
    values: dict[str, Any] = {}
    for key, value in data.items():
        if key not in readers:
            raise unknown_key(key, readers, path)
        values[key] = readers[key](key, value, path)
    return Config(path=path, **values)


def unknown_key(key: str, valid: Mapping[str, object] | tuple[str, ...], path: Path | None) -> UsageError:
    """Return the error for a key that no setting has, naming the nearest that one has."""
    near = difflib.get_close_matches(key, list(valid), n=1, cutoff=0.0)
    hint = _("the nearest valid key is {near}", near=near[0]) if near else ""
    return UsageError(_("{path}: unknown key {key}", path=path or "config.toml", key=repr(key)), hint)


def _wrong(key: str, path: Path, expected: str) -> UsageError:
    return UsageError(_("{path}: {key} must be {expected}", path=path, key=repr(key), expected=expected))


def _text(key: str, value: Any, path: Path) -> str:
    if not isinstance(value, str):
        raise _wrong(key, path, _("a text in quotes"))
    return value


def _language(key: str, value: Any, path: Path) -> str:
    if value not in LANGUAGES:
        raise _wrong(key, path, _("one of {options}", options=", ".join(LANGUAGES)))
    return str(value)


def _theme(key: str, value: Any, path: Path) -> str:
    if value not in THEMES:
        raise _wrong(key, path, _("one of {options}", options=", ".join(THEMES)))
    return str(value)


def _zone(key: str, value: Any, path: Path) -> ZoneInfo:
    try:
        return ZoneInfo(_text(key, value, path))
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise _wrong(key, path, _("a time zone such as Asia/Shanghai")) from error


def _table(key: str, value: Any, path: Path) -> dict[str, str]:
    if not isinstance(value, dict):
        raise _wrong(key, path, _("a table, [{key}]", key=key))
    return {name: _text(f"{key}.{name}", entry, path) for name, entry in value.items()}


def _words(key: str, value: Any, path: Path) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(word, str) and word for word in value):
        raise _wrong(key, path, _("a list of words"))
    return tuple(value)


def _mail(key: str, value: Any, path: Path) -> MailServer:
    """Read the mail server; its address must be one that can stand in a header."""
    readers = {
        "host": _text,
        "from": _sender,
        "name": _text,
        "port": _whole(1, 65_535),
        "security": _security,
        "user": _text,
        "timeout_s": _whole(1, 600),
    }
    if not isinstance(value, dict):
        raise _wrong(key, path, _("a table, [{key}]", key=key))
    found: dict[str, Any] = {}
    for name, entry in value.items():
        if name not in readers:
            raise unknown_key(f"{key}.{name}", tuple(f"{key}.{known}" for known in readers), path)
        found[name] = readers[name](f"{key}.{name}", entry, path)
    for name in ("host", "from"):
        if not found.get(name):
            raise UsageError(_("{path}: {key} is missing", path=path, key=f"mail.{name}"))
    return MailServer(sender=found.pop("from"), **found)


def _sender(key: str, value: Any, path: Path) -> str:
    if not _ADDRESS.fullmatch(_text(key, value, path)):
        raise _wrong(key, path, _("a mail address"))
    return str(value)


def _security(key: str, value: Any, path: Path) -> str:
    if value not in SECURITIES:
        raise _wrong(key, path, _("one of {options}", options=", ".join(SECURITIES)))
    return str(value)


def _whole(least: int, most: int) -> Callable[[str, Any, Path], int]:
    def read(key: str, value: Any, path: Path) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise _wrong(key, path, _("a whole number from {least} to {most}", least=least, most=most))
        return value

    return read


def default_path() -> Path:
    """Return where the settings are when nobody names a file."""
    from platformdirs import user_config_path

    return user_config_path("noc_console", appauthor=False) / "config.toml"


def data_dir() -> Path:
    """Return the folder of the user's own store."""
    from platformdirs import user_data_path

    return user_data_path("noc_console", appauthor=False)


def state_dir() -> Path:
    """Return the folder of what the console remembers for this user and may forget (what was read)."""
    from platformdirs import user_state_path

    return user_state_path("noc_console", appauthor=False)
