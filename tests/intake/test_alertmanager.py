"""Alertmanager's and Grafana's alerts become alarms; silences and other bodies do not."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.errors import BadInput
from noc_console.intake.alertmanager import MAX_LABELS, parse
from noc_console.intake.json_input import MAX_JSON
from noc_console.workflows.drafts import AlarmDraft, Quarantined
from tests.intake.hostile_json import BREAKAGE, shapes

NO_END = "0001-01-01T00:00:00Z"
NAMES = ("alerts", "Alerts", "data", "status", "state", "labels", "annotations", "alertname", "startsAt", "endsAt")
WORDS = ("firing", "resolved", "active", "success", NO_END, "2026-03-01T08:00:00+08:00", "critical", "\ud800")
DANGEROUS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def alert(**changed: Any) -> dict[str, Any]:
    return {
        "status": "firing",
        "labels": {"alertname": "OltUplinkDown", "instance": "olt-3.carrier.example:9116", "ifName": "xgei-1/19/1"},
        "annotations": {"summary": "Uplink of olt-3 is down", "runbook": "https://wiki.carrier.example/olt"},
        "startsAt": "2026-03-01T08:00:00.123456789+08:00",
        "endsAt": NO_END,
        **changed,
    }


def read(body: Any, now: datetime | None = None) -> list[AlarmDraft | Quarantined]:
    return list(parse(json.dumps(body).encode(), now=now))


def one(body: Any, now: datetime | None = None) -> AlarmDraft:
    (alarm,) = read(body, now)
    assert isinstance(alarm, AlarmDraft)
    return alarm


def test_a_webhook() -> None:
    labels = {
        "alertname": "PowerSupplyFailed",
        "severity": "major",
        "host": "agg-7",
        "instance": "[2001:db8::7]:161",
    }
    resolved = alert(
        status="resolved", labels=labels, endsAt="2026-03-01T01:30:00Z", fingerprint="00c0ffee00c0ffee", annotations={}
    )

    raised, cleared = read({"receiver": "noc", "status": "firing", "version": "4", "alerts": [alert(), resolved]})

    assert isinstance(raised, AlarmDraft)
    assert isinstance(cleared, AlarmDraft)
    assert (raised.name, raised.severity, raised.state) == ("OltUplinkDown", "indeterminate", "raised")
    assert raised.object_ == "olt-3.carrier.example:9116"
    assert raised.raised_at == datetime(2026, 3, 1, 0, 0, 0, 123456, tzinfo=UTC)
    assert raised.cleared_at is None
    assert raised.text == "Uplink of olt-3 is down\nrunbook: https://wiki.carrier.example/olt"
    assert raised.labels == alert()["labels"]
    assert raised.probable_cause == "lossOfSignal"
    assert (cleared.fingerprint, cleared.severity, cleared.state) == ("00c0ffee00c0ffee", "major", "cleared")
    assert cleared.cleared_at == datetime(2026, 3, 1, 1, 30, tzinfo=UTC)
    assert (cleared.object_, cleared.source_ip) == ("agg-7", "2001:db8::7")
    assert cleared.probable_cause == "powerSupplyFailure"


def test_raise_and_clear_of_one_alert_have_one_fingerprint_and_others_another() -> None:
    raised = one(alert())
    cleared = one(alert(status="resolved", endsAt="2026-03-01T01:30:00Z", annotations={"summary": "up again"}))
    other = one(alert(labels={**alert()["labels"], "ifName": "xgei-1/19/2"}))

    assert raised.fingerprint == cleared.fingerprint
    assert raised.fingerprint != other.fingerprint


def test_the_fingerprint_is_the_one_that_alertmanager_gives() -> None:
    """FNV-1a, 64 bit, over sorted names and values each ended by the octet 255; the empty set is its offset basis."""
    (alarm,) = read([alert(labels={"a": "1"})])
    assert isinstance(alarm, AlarmDraft)
    digest = 0xCBF29CE484222325
    for octet in b"a\xff1\xff":
        digest = (digest ^ octet) * 0x100000001B3 % 2**64

    assert alarm.fingerprint == f"{digest:016x}"


@pytest.mark.parametrize("fingerprint", ["short", "with space in it", "x" * 500, 12345678901, None, "\x1b[31mred"])
def test_a_fingerprint_that_is_none_is_not_taken(fingerprint: Any) -> None:
    assert one(alert(fingerprint=fingerprint)).fingerprint == one(alert()).fingerprint


@pytest.mark.parametrize("state", ["active", "suppressed", "unprocessed"])
def test_the_api_says_who_is_silenced(state: str) -> None:
    told = alert(status={"state": state, "silencedBy": ["7f0c"], "inhibitedBy": []}, endsAt="2026-03-01T01:30:00Z")

    for body in ([told], [{"labels": {}, "receiver": {"name": "noc"}, "alerts": [told]}]):
        alarm = one(body)
        assert (alarm.state, alarm.cleared_at) == ("raised", None)
        assert alarm.labels["status.state"] == state


def test_the_first_api_and_prometheus_itself() -> None:
    grouped = {"status": "success", "data": [{"labels": {}, "blocks": [{"alerts": [alert()]}, {"alerts": None}]}]}
    listed = {"status": "success", "data": [alert()]}
    own = alert(state="firing", activeAt="2026-03-01T00:00:00Z")
    del own["status"], own["startsAt"]

    assert one(grouped).name == one(listed).name == "OltUplinkDown"
    assert one({"status": "success", "data": {"alerts": [own]}}).raised_at == datetime(2026, 3, 1, tzinfo=UTC)
    (pending,) = read({"status": "success", "data": {"alerts": [{**own, "state": "pending"}]}})
    assert isinstance(pending, Quarantined)
    assert "pending" in pending.text


def test_an_alert_without_a_state_is_over_when_its_end_is_past() -> None:
    posted = alert(endsAt="2026-03-01T01:30:00Z")
    del posted["status"]

    assert one([posted], datetime(2026, 3, 1, 1, 29, tzinfo=UTC)).state == "raised"
    assert one([posted], datetime(2026, 3, 1, 1, 30, tzinfo=UTC)).state == "cleared"
    assert one([posted]).state == "raised"


def test_grafana_and_names_in_capitals() -> None:
    grafana = {
        "receiver": "noc",
        "orgId": 1,
        "title": "[FIRING:1] Rx power",
        "state": "alerting",
        "alerts": [alert(values={"B": None, "C": -31.2}, valueString="[ var='B' ]", fingerprint="c6eadffa33fcdf37")],
    }

    assert one(grafana).fingerprint == "c6eadffa33fcdf37"
    assert one({"Alerts": [{"Status": "firing", "Labels": {"alertname": "x"}}]}).name == "x"


@pytest.mark.parametrize(
    ("severity", "word"),
    [
        ("page", "critical"),
        ("Critical", "critical"),
        ("error", "major"),
        ("minor", "minor"),
        ("warning", "warning"),
        ("info", "indeterminate"),
        ("紧急", "critical"),
        ("whatever", "indeterminate"),
        ("", "indeterminate"),
    ],
)
def test_severities(severity: str, word: str) -> None:
    assert one(alert(labels={"alertname": "x", "severity": severity})).severity == word


def test_an_alert_without_a_name_is_named_by_what_it_has() -> None:
    assert one(alert(labels={"job": "olt"})).name == "Uplink of olt-3 is down"
    assert one(alert(labels={"job": "olt", "b": "2"}, annotations={})).name == '{b="2", job="olt"}'


def test_silences_are_no_alarms() -> None:
    silence = {
        "id": "2f6c",
        "status": {"state": "active"},
        "matchers": [{"name": "instance", "value": "olt-3", "isRegex": False}],
        "startsAt": "2026-03-01T00:00:00Z",
        "endsAt": "2026-03-02T00:00:00Z",
        "comment": "planned work",
    }

    with pytest.raises(BadInput, match=r"^silences\.json: 2 silences and no alerts"):
        parse(json.dumps([silence, silence]).encode(), where="silences.json")
    assert len(read([silence, alert()])) == 1


def test_what_cannot_be_read_of_a_body_lets_the_rest_go_on() -> None:
    crowded = alert(labels={f"l{number}": "x" for number in range(MAX_LABELS + 1)})

    broken = [None, 7, "firing", {}, alert(labels={}), alert(labels="x"), alert(status="exploded"), crowded]

    items = read({"alerts": [*broken, alert()]})

    assert [type(item) for item in items] == [Quarantined] * len(broken) + [AlarmDraft]
    for item, part in zip(items, broken, strict=False):
        assert isinstance(item, Quarantined)
        assert item.reason_code == "unreadable"
        assert json.loads(item.raw) == part


@pytest.mark.parametrize(
    "body",
    [
        {"evalMatches": [], "ruleName": "CPU", "state": "alerting", "title": "[Alerting] CPU"},
        {"title": "Device 192.0.2.1 down", "state": "1", "severity": "critical"},
        {"messages": [{"type": "incident.trigger", "data": {"incident": {"status": "triggered"}}}]},
        [{"event": "check.down", "check": {"url": "https://x.example"}}],
        {"alerts": []},
        {"alerts": {"labels": {}}},
        {"status": "success", "data": []},
        [],
        {},
        "firing",
        3,
        None,
    ],
)
def test_other_bodies_are_refused(body: Any) -> None:
    with pytest.raises(BadInput, match=r"^body\.json: "):
        parse(json.dumps(body).encode(), where="body.json")


@pytest.mark.timeout(20)
@pytest.mark.parametrize("raw", BREAKAGE, ids=range(len(BREAKAGE)))
def test_breakage_is_refused(raw: bytes) -> None:
    with pytest.raises(BadInput):
        list(parse(raw))


def test_a_body_too_large_is_refused_before_it_is_read() -> None:
    with pytest.raises(BadInput, match="16 MiB"):
        parse(b" " * (MAX_JSON + 1))


def test_other_encodings_of_json() -> None:
    body = json.dumps({"alerts": [alert(annotations={"summary": "光缆中断"})]}, ensure_ascii=False)

    for raw in (body.encode("utf-8-sig"), body.encode("utf-16"), body.encode("utf-16-be"), body.encode("utf-32")):
        (item,) = parse(raw)
        assert isinstance(item, AlarmDraft)
        assert item.text == "光缆中断"


def test_text_from_outside_is_clean() -> None:
    labels = {"alertname": "a\x1b[2Jb\u202e\ud800", "host": "x\ny", "n\x07": 3.5, "flag": True, "none": None}

    alarm = one(alert(labels=labels, annotations={"summary": "one\ntwo\x1b]0;title\x07", "big": "z" * 100_000}))

    assert alarm.name == "ab\ufffd"
    assert alarm.labels == {"alertname": "ab\ufffd", "host": "x y", "n": "3.5", "flag": "true"}
    assert alarm.text.startswith("one\ntwo")
    assert len(alarm.text) <= 20_000
    assert not DANGEROUS.search(json.dumps(alarm.to_json(), ensure_ascii=False))


@given(shapes(NAMES, WORDS))
def test_any_json_is_read_or_refused(raw: bytes) -> None:
    try:
        items = list(parse(raw, now=datetime(2026, 3, 1, tzinfo=UTC)))
    except BadInput:
        return
    for item in items:
        said = json.dumps(item.to_json(), ensure_ascii=False)
        assert not DANGEROUS.search(said)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        list(parse(raw))
    except BadInput as error:
        assert error.hint


@pytest.mark.parametrize("device", ["eth0", "/dev/sda1", "enp3s0f1", "nvme0n1", "bond0", "tmpfs"])
def test_a_disk_or_a_card_is_no_device_of_the_network(device: str) -> None:
    labels = {"alertname": "DiskFull", "instance": "srv-4:9100", "device": device}
    assert one([alert(labels=labels)]).object_ == "srv-4:9100"
    assert one([alert(labels={**labels, "device": "hz-agg-7"})]).object_ == "hz-agg-7"
