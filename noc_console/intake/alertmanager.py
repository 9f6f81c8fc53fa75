"""Alerts of Prometheus Alertmanager, and of Grafana's unified alerting, which sends the same form.

Reads webhook bodies (any version), lists and groups of the API (v1, v2), alerts as Prometheus itself posts and lists
them. Silences are no alarms. It must not decide what an alarm does to a ticket.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from noc_console.errors import BadInput
from noc_console.i18n import N_, _, ngettext
from noc_console.intake import known_shapes
from noc_console.intake.alarm_causes import probable_cause
from noc_console.intake.alarm_words import (
    MAX_NAME,
    MAX_TEXT,
    address,
    fingerprint,
    instant,
    many_lines,
    one_line,
    severity,
)
from noc_console.intake.json_input import mapping, not_too_many, unreadable
from noc_console.workflows.drafts import AlarmDraft, AlarmState, Quarantined, Severity

#: What this reads, in words.
WANTED: Final = N_("a body of Alertmanager with alerts and their labels")
MAX_LABELS: Final = 256
#: Bytes of labels; no real alert has a tenth of it, and the hash is one of Python's slow loops.
MAX_HASHED: Final = 64 * 1024
#: What an alert is about, the most exact first; Prometheus knows no host, only labels that each site names its way.
_HOST_LABELS: Final = ("hostname", "host", "device", "node", "nodename", "sysname", "router", "switch", "olt", "ne")
_TARGET_LABELS: Final = ("instance", "target", "pod", "service", "cluster", "job")
#: Prometheus' exporters call a disk and a network card of a host a device too.
_PART_OF_HOST: Final = re.compile(
    r"/|(?:eth|en[opsx]|em|wl|ww|ib|bond|team|br|veth|virbr|docker|cali|flannel|tun|tap|wg|lo|sd[a-z]|hd[a-z]|x?vd[a-z]|"
    r"nvme|mmcblk|dm-|md|loop|sr|zd)[\w.:@-]*$|(?:tmpfs|rootfs|overlay|devtmpfs)$"
)
_SEVERITY_LABELS: Final = ("severity", "priority", "level")
_PLAIN_ANNOTATIONS: Final = ("summary", "title", "description", "message")
_STATES: Final[dict[str, AlarmState]] = {
    **dict.fromkeys(("firing", "active", "suppressed", "unprocessed", "alerting"), "raised"),
    **dict.fromkeys(("resolved", "inactive", "ok", "normal"), "cleared"),
}
_FINGERPRINT: Final = re.compile(r"[\w.:-]{8,128}", re.ASCII)


def parse(raw: bytes, *, where: str = "-", now: datetime | None = None) -> Iterator[AlarmDraft | Quarantined]:
    """Return each alert of a body in its order; one that cannot be read is quarantined and the others go on.

    An alert that says no state, as Prometheus posts them, is cleared where its end lies before ``now``.
    Raises BadInput, naming ``where``, for what holds no alert.
    """
    found = _alerts(known_shapes.load(raw, where=where), where)
    return (_alarm(alert, now) for alert in found)


def _alerts(body: object, where: str) -> list[object]:
    """Return the alerts of any of the forms."""
    named = _lower(body)
    if "data" in named and "status" in named:
        body = mapping(named["data"]).get("alerts", named["data"])
    elif "alerts" in named:
        body = named["alerts"]
    elif _is_alert(body):
        body = [body]
    entries = _list(body)
    not_too_many(len(entries), where)
    silences = sum("matchers" in mapping(one) for one in entries)
    alerts = [alert for one in entries if "matchers" not in mapping(one) for alert in _in_group(one)]
    not_too_many(len(alerts), where)
    if silences and not alerts:
        raise BadInput(
            ngettext("{where}: {n} silence and no alert", "{where}: {n} silences and no alerts", silences, where=where),
            _("silences need no ticket; give the answer of /api/v2/alerts for the alerts"),
        )
    if body == [] or (entries and not alerts):
        raise BadInput(_("{where}: there is no alert in it", where=where), _("nothing has to be done"))
    if not any(isinstance(_lower(alert).get("labels"), dict) for alert in alerts):
        raise BadInput(
            known_shapes.not_taken(body, where=where, wanted=WANTED),
            _("give the body of a webhook, or the answer of /api/v2/alerts or /api/v2/alerts/groups"),
        )
    return alerts


def _in_group(one: object) -> list[object]:
    """Return the alerts of a group of the API (v1: in its blocks), or the one that stands there itself."""
    named = _lower(one)
    if isinstance(named.get("blocks"), list):
        blocks = [_lower(block).get("alerts") for block in _list(named["blocks"])]
        return [alert for block in blocks for alert in _list(block)]
    return _list(named["alerts"]) if isinstance(named.get("alerts"), list) else [one]


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _is_alert(value: object) -> bool:
    named = _lower(value)
    said = ("status", "startsat", "annotations", "state")
    return isinstance(named.get("labels"), dict) and any(name in named for name in said)


def _lower(value: object) -> dict[str, object]:
    """Return an object by its names in small letters: dumps of the program's own structures write them large."""
    return {key.lower(): inner for key, inner in mapping(value).items()}


def _alarm(alert: object, now: datetime | None) -> AlarmDraft | Quarantined:
    """Return one alert as an alarm, or why it is none."""
    named = _lower(alert)
    labels = _words(named.get("labels"))
    if not labels:
        return unreadable(_("the alert has no labels: nothing says what it is about"), alert)
    if len(labels) > MAX_LABELS:
        return unreadable(_("the alert has more than {count} labels", count=MAX_LABELS), alert)
    annotations = _words(named.get("annotations"), lines=True)
    said = named.get("status", named.get("state"))
    word = one_line(mapping(said).get("state", "") if isinstance(said, dict) else said, 40)
    ends = instant(named.get("endsat"))
    state = _state(word, ends, now)
    if state is None:
        return unreadable(_("the alert is neither firing nor resolved but {state}", state=word or "-"), alert)
    by_name = {key.lower(): value for key, value in labels.items()}
    name = labels.get("alertname") or annotations.get("summary") or annotations.get("title") or _notation(labels)
    text = _text(annotations)
    if isinstance(said, dict):
        # No label of Prometheus has a dot in its name.
        labels["status.state"] = word
    return AlarmDraft(
        fingerprint=_fingerprint(named.get("fingerprint"), named.get("labels")),
        name=one_line(name, MAX_NAME),
        severity=_severity(by_name, annotations),
        state=state,
        object_=_object(by_name),
        source_ip=_address(by_name),
        raised_at=instant(named.get("startsat", named.get("activeat"))),
        cleared_at=ends if state == "cleared" else None,
        text=text,
        labels=labels,
        probable_cause=probable_cause(name, annotations.get("summary", ""), annotations.get("description", "")),
    )


def _state(word: str, ends: datetime | None, now: datetime | None) -> AlarmState | None:
    if word:
        return _STATES.get(word.casefold())
    return "cleared" if ends and now and ends <= now else "raised"


def _words(value: object, *, lines: bool = False) -> dict[str, str]:
    """Return a mapping of names to scalars, cleaned."""
    clean = many_lines if lines else one_line
    return {
        one_line(key, MAX_NAME): clean(inner)
        for key, inner in mapping(value).items()
        if isinstance(inner, str | int | float)
    }


def _severity(labels: Mapping[str, str], annotations: Mapping[str, str]) -> Severity:
    said = (source.get(name) for source in (labels, annotations) for name in _SEVERITY_LABELS)
    return next((found for word in said if word and (found := severity(word))), "indeterminate")


def _object(labels: Mapping[str, str]) -> str | None:
    """Return the device; which of its ports it is stands in the labels and in the fingerprint."""
    named = ((name, labels[name]) for name in (*_HOST_LABELS, *_TARGET_LABELS) if labels.get(name))
    return next((said[:MAX_NAME] for name, said in named if name != "device" or not _PART_OF_HOST.match(said)), None)


def _address(labels: Mapping[str, str]) -> str | None:
    """Return the address among the labels that name what the alert is about."""
    said = (labels[name] for name in ("ip", "address", *_HOST_LABELS, "instance", "target") if labels.get(name))
    return next((found for value in said if (found := address(value))), None)


def _text(annotations: Mapping[str, str]) -> str:
    """Return what people wrote for people first, then each further annotation with its name."""
    plain = [annotations[name] for name in _PLAIN_ANNOTATIONS if annotations.get(name)]
    rest = [f"{name}: {value}" for name, value in annotations.items() if name not in _PLAIN_ANNOTATIONS and value]
    return "\n".join((*dict.fromkeys(plain), *rest))[:MAX_TEXT]


def _notation(labels: Mapping[str, str]) -> str:
    """Return labels as Prometheus writes them."""
    return "{" + ", ".join(f'{name}="{value}"' for name, value in sorted(labels.items())) + "}"


def _fingerprint(given: object, labels: object) -> str:
    """Return the fingerprint that came with an alert, else the one that Alertmanager gives to these labels."""
    if isinstance(given, str) and _FINGERPRINT.fullmatch(given):
        return given
    pairs = [
        (name.encode("utf-8", "replace"), str(value).encode("utf-8", "replace"))
        for name, value in sorted(mapping(labels).items())
    ]
    if sum(len(name) + len(value) for name, value in pairs) > MAX_HASHED:
        return fingerprint(*(f"{name!r}={value!r}" for name, value in pairs))
    # FNV-1a over sorted names and values: common/model.LabelSet.Fingerprint of Prometheus.
    digest = 0xCBF29CE484222325
    for octet in b"".join(part + b"\xff" for pair in pairs for part in pair):
        digest = (digest ^ octet) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return f"{digest:016x}"
