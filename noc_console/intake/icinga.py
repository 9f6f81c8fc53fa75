"""Notifications of Icinga, Nagios, Naemon and Checkmk: environments (``NAME=value`` lines) and JSON.

JSON is a notification script's, the event stream's or the API's of Icinga 2, or a webhook's of Checkmk. Nagios' own
files are ``nagios_files``'. It must not decide what an alarm does to a ticket.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from noc_console.errors import BadInput
from noc_console.i18n import N_, _
from noc_console.intake import known_shapes
from noc_console.intake.alarm_fields import Fields, of_json
from noc_console.intake.check_result import Check, alarm_of_check
from noc_console.intake.json_input import bounded, mapping, not_too_many, unreadable
from noc_console.intake.mail_charset import decode
from noc_console.intake.nagios_files import (
    is_log,
    is_performance,
    is_status,
    log_items,
    performance_items,
    status_items,
)
from noc_console.workflows.drafts import AlarmDraft, Quarantined

#: What this reads, in words.
WANTED: Final = N_("a notification of Icinga, Nagios or Checkmk")
_HINT: Final = N_("give the environment of a notification (NAME=value lines), its JSON, status.dat or nagios.log")
_PREFIX: Final = r"(?:NAGIOS_|ICINGA2?_|NOTIFY_|NAEMON_)"
_VARIABLE: Final = re.compile(
    rf"^(?:export |declare -x )?(?P<prefix>{_PREFIX})?(?P<name>[A-Za-z_][A-Za-z0-9_.]*)=(?P<value>.*)$", re.DOTALL
)
#: What of a whole environment belongs to a notification where its names have no prefix, as Icinga 2 sets them.
_OURS: Final = re.compile(
    r"^(?:LAST|LONG|SHORT)?(?:HOST|SERVICE|NOTIFICATION|DATETIME|DATE$|TIME$|TIMET$|MICROTIME$|ADDRESS|CONTACT|ICINGAWEB)",
    re.IGNORECASE,
)
#: Only such a body is of this family; a host and a state alone have many others too.
_EVIDENCE: Final = (
    *("notificationtype", "servicestate", "hoststate", "statetype", "checkresultstate", "checkresultexitstatus"),
    *("lastcheckresultoutput", "attrslastcheckresultoutput", "lasthardstate", "attrslasthardstate", "checkcommand"),
)
_HOST: Final = ("hostname", "host", "hosthostname", "attrshostname", "hostdisplayname", "hostalias")
_SERVICE: Final = ("servicedesc", "servicedescription", "servicename", "service", "servicedisplayname")
_ADDRESS: Final = ("hostaddress", "address", "hostaddress4", "hostaddress6", "hostaddr", "attrsaddress")
#: What Livestatus calls a service, beside the name of its host.
_DESCRIPTION: Final = "description"
_OUTPUT: Final = (
    *("serviceoutput", "hostoutput", "output", "checkresultoutput", "lastcheckresultoutput"),
    *("attrslastcheckresultoutput", "pluginoutput"),
)
_LONG: Final = ("longserviceoutput", "longhostoutput", "longoutput", "longpluginoutput")
_COMMENT: Final = ("notificationcomment", "serviceackcomment", "hostackcomment", "comment", "text")
_TYPE: Final = ("notificationtype",)
_CHANGED: Final = ("lastservicestatechange", "lasthoststatechange", "laststatechange", "attrslaststatechange")
_AT: Final = ("timet", "timestamp", "microtime", "longdatetime", "checkresultexecutionend")


def parse(raw: bytes, *, where: str = "-", now: datetime | None = None) -> Iterator[AlarmDraft | Quarantined]:
    """Return each notification of an input in its order. Raises BadInput, naming ``where``, for what is none.

    ``now`` is there for the readers' common form.
    """
    text, _charset = decode(bounded(raw, where).strip(b"\0"))
    text = text.replace("\r\n", "\n").removeprefix("\ufeff")
    if is_log(text):
        not_too_many(text.count("\n"), where)
        return log_items(text)
    if is_performance(text):
        not_too_many(text.count("\n"), where)
        return performance_items(text)
    if text.lstrip()[:1] in ("{", "["):
        return iter(_of_json(raw, where))
    if is_status(text):
        not_too_many(text.count("status {"), where)
        return status_items(text)
    return iter((_of_environment(text, where),))


def _of_json(raw: bytes, where: str) -> list[AlarmDraft | Quarantined]:
    """Return the notifications of a body; the event stream of Icinga 2 is an object a line."""
    body = known_shapes.load(raw, where=where)
    results = mapping(body).get("results", body)
    entries = results if isinstance(results, list) else [results]
    not_too_many(len(entries), where)
    read = [_entry(one, where) for one in entries]
    if not any(isinstance(one, AlarmDraft) for one in read):
        raise BadInput(known_shapes.not_taken(body, where=where, wanted=WANTED), _(_HINT))
    return read


def _entry(one: object, where: str) -> AlarmDraft | Quarantined:
    try:
        # Some programs put their environment into JSON, prefixes and all.
        return _notification(_Environment(of_json(one).labels.items()), where)
    except BadInput as error:
        return unreadable(error.message, one)


def _of_environment(text: str, where: str) -> AlarmDraft:
    """Return the notification of an environment; a line that begins no variable continues the one before it."""
    pairs: list[tuple[str, str]] = []
    for line in re.split(r"[\n\0]", text):
        found = _VARIABLE.match(line)
        if found:
            pairs.append((f"{found['prefix'] or ''}{found['name']}", _unquoted(found["value"])))
        elif pairs and line:
            pairs[-1] = (pairs[-1][0], f"{pairs[-1][1]}\n{line}")
    ours = [(name, value) for name, value in pairs if re.match(_PREFIX, name) or _OURS.match(name)]
    return _notification(_Environment(ours), where)


def _unquoted(value: str) -> str:
    bare = value.strip()
    return bare[1:-1] if len(bare) > 1 and bare[0] == bare[-1] and bare[0] in "\"'" else bare


class _Environment(Fields):
    """Variables found by their names without the prefix that the program put before them."""

    def first(self, *names: str) -> str:
        """Return the first value that is there, with or without a prefix."""
        prefixed = (
            f"{prefix}{name}" for name in names for prefix in ("", "nagios", "icinga", "icinga2", "notify", "naemon")
        )
        return super().first(*prefixed)


def _notification(fields: Fields, where: str) -> AlarmDraft:
    if not fields.first(*_EVIDENCE):
        raise _other(where)
    kind = fields.first("type", "what")
    host = fields.first(*_HOST)
    service = fields.first(*_SERVICE, *(() if fields.first("notificationtype") else (_DESCRIPTION,)))
    if kind == "Host" and fields.first("attrsname"):
        host, service = fields.first("attrsname"), ""
    elif kind == "Service" and fields.first("attrshostname"):
        host, service = fields.first("attrshostname"), fields.first("attrsname", "attrsdisplayname")
    if kind.casefold() == "host":
        service = ""
    state = fields.first("servicestate") if service else fields.first("hoststate")
    state = state or fields.first("status", "state", "attrsstate", "checkresultstate", "checkresultexitstatus")
    if not host or not (state or fields.first(*_TYPE)):
        raise _other(where)
    output = fields.first(*(_OUTPUT if service else _OUTPUT[1:]))
    return alarm_of_check(
        Check(
            host=host,
            service=service,
            state=state,
            notification=fields.first(*_TYPE),
            before=fields.first("lastservicestate" if service else "lasthoststate"),
            address=fields.first(*_ADDRESS),
            output="\n".join(part for part in (output, fields.first(*_LONG), fields.first(*_COMMENT)) if part),
            at=fields.first(*_AT),
            changed=fields.first(*_CHANGED),
            labels=fields.labels,
        )
    )


def _other(where: str) -> BadInput:
    return BadInput(
        _("{where}: this is no notification of Icinga or Nagios: it has no host with a state", where=where), _(_HINT)
    )
