"""What the policy makes of an alarm: the first rule that fits, grade, domain, keys to fold by; and rules in a file."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.errors import BadInput
from noc_console.workflows.alarm_rules import AlarmPolicy, Ruling, domain_of, key_of, ruling
from noc_console.workflows.drafts import AlarmDraft
from noc_console.workflows.policy import from_data, load_default, to_data
from noc_console.workflows.policy_file import read

#: One in the morning in Shanghai.
NIGHT = datetime(2026, 4, 26, 17, 0, tzinfo=UTC)
ZONE = "Asia/Shanghai"


def alarm(name: str = "LOS", severity: Any = "major", **more: Any) -> AlarmDraft:
    """Make an alarm."""
    given = {"fingerprint": "f", "state": "raised", "object_": "HZ-OLT-1/3", **more}
    return AlarmDraft(name=name, severity=severity, **given)


def rules(text: str) -> AlarmPolicy:
    """Return the alarm policy of an operator's file."""
    return from_data(read(text, "site.toml")).alarms


def ruled(text: str, draft: AlarmDraft, channel: str = "snmptrap", now: datetime = NIGHT, **more: Any) -> Ruling:
    """Return what an operator's rules say of an alarm."""
    return ruling(rules(text), draft, channel, now, ZONE, **more)


def complaint(text: str) -> str:
    """Return what is wrong with a file."""
    with pytest.raises(BadInput) as caught:
        read(text, "site.toml")
    return caught.value.message


# --- Matching ------------------------------------------------------------------------------------------------

IGNORE = '[[alarm_rules]]\nname = "r"\naction = "ignore"\nreason = "known"\n'


@pytest.mark.parametrize(
    ("match", "fitting", "other"),
    [
        ('name = "los*"', alarm("LOSi"), alarm("AIS")),
        ('object = ["hz-*", "sh-*"]', alarm(object_="SH-1"), alarm(object_="BJ-1")),
        ('object = "*"', alarm(object_="x"), alarm(object_=None)),
        ('text = "*cut*"', alarm(text="line one\nfibre cut"), alarm(text="up")),
        ('severity = "major"', alarm(severity="critical"), alarm(severity="minor")),
        ('severity = "minor"', alarm(severity="indeterminate"), alarm(severity="warning")),
        ('severities = ["warning", "minor"]', alarm(severity="warning"), alarm(severity="critical")),
        ('labels = { site = "hz*" }', alarm(labels={"site": "HZ1"}), alarm(labels={"place": "HZ1"})),
        ('labels = { level = "6" }', alarm(labels={"level": 6}), alarm(labels={"level": 5})),
        ('domain = ["access"]', alarm("x", object_="OLT7"), alarm("x", object_="router 7")),
        ('name = "LOS"\nmatch.severity = "major"', alarm(), alarm(severity="minor")),
    ],
)
def test_every_condition_of_a_rule_must_hold(match: str, fitting: AlarmDraft, other: AlarmDraft) -> None:
    text = IGNORE + "\n".join(f"match.{line.removeprefix('match.')}" for line in match.split("\n"))
    assert ruled(text, fitting).action == "ignore"
    assert ruled(text, other).action == "open"


def test_a_reason_is_said_in_the_language_of_the_reader_or_in_its_own() -> None:
    one = IGNORE + 'match.name = "LAB*"'
    both = one.replace('"known"', '{ en = "the laboratory", zh = "实验室" }')
    for text, words in ((both, ("the laboratory", "实验室")), (one, ("known", "known"))):
        policy = from_data(read(text, "site.toml"))
        rule = next(rule for rule in policy.alarms.rules if rule.name == "r")
        assert (rule.reason.text("en"), rule.reason.text("zh")) == words
        assert from_data(to_data(policy)).alarms.rules == policy.alarms.rules
    wrong = {'{ en = "x" }': "both en and zh", '{ en = "x", zn = "y" }': "zn", '{ en = "", zh = "y" }': "empty"}
    for reason, told in wrong.items():
        assert told in complaint(one.replace('"known"', reason))


def test_every_shipped_reason_is_there_in_both_languages() -> None:
    reasons = [rule.reason for rule in load_default().alarms.rules if rule.action == "ignore"]
    assert reasons
    for reason in reasons:
        assert reason.text("en").isascii() and any("\u4e00" <= sign <= "\u9fff" for sign in reason.text("zh"))


def test_the_hours_of_a_rule_are_those_of_the_operators_zone() -> None:
    text = IGNORE + 'match.hours = ["00:00-02:00"]'
    assert ruled(text, alarm()).action == "ignore"
    assert ruled(text, alarm(), now=NIGHT.replace(hour=18)).action == "open"


def test_the_channel_is_a_condition_too() -> None:
    text = IGNORE + 'match.channel = "syslog"'
    assert [ruled(text, alarm(), channel).action for channel in ("syslog", "zabbix")] == ["ignore", "open"]


def test_the_first_rule_that_fits_decides_and_may_set_what_is_guessed() -> None:
    text = """
    [[alarm_rules]]
    name = "core"
    action = "open"
    match = { object = "CORE-*" }
    set = { grade = "P1", domain = "data", service_affecting = "part", users = 5000 }
    [[alarm_rules]]
    name = "rest"
    action = "ignore"
    reason = "lab"
    match = { severity = "warning" }
    """
    first = ruled(text, alarm(object_="CORE-1"))
    assert (first.action, first.grade, first.domain) == ("open", "P1", "data")
    assert first.rule is not None
    assert (first.rule.name, first.rule.users, first.rule.service_affecting) == ("core", 5000, "part")
    rest = ruled(text, alarm()).rule
    assert rest is not None and rest.name == "rest"


def test_a_rule_to_hold_back_is_passed_over_when_the_time_is_up() -> None:
    text = '[[alarm_rules]]\nname = "wait"\naction = "hold"\nfor = "5m"\nmatch = { name = "*" }'
    assert ruled(text, alarm()).action == "hold"
    assert ruled(text, alarm(), held=True).action == "open"


def test_an_alarm_without_the_key_to_fold_by_goes_on_to_the_next_rule() -> None:
    text = """
    [[alarm_rules]]
    name = "cable"
    action = "fold"
    by = ["label:cable", "domain"]
    within = "10m"
    match = { severity = "warning" }
    """
    assert ruled(text, alarm(labels={"cable": "A 17"})).key == "cable/A 17/access"
    assert ruled(text, alarm()).action == "open"


def test_what_alarms_can_be_folded_by() -> None:
    draft = alarm("LOS", object_="OLT7/1/3", source_ip="192.0.2.1", labels={"site": "HZ"})
    keys = ("name", "object", "prefix:/", "source_ip", "domain", "label:site")
    assert [key_of((key,), draft, "access") for key in keys] == ["LOS", "OLT7/1/3", "OLT7", "192.0.2.1", "access", "HZ"]
    assert key_of(("label:none", "name"), draft, "access") == ""


# --- Grade and domain ----------------------------------------------------------------------------------------


def test_the_shipped_grades_are_those_of_the_service_rules() -> None:
    severities: Any = ("critical", "major", "minor", "warning", "indeterminate")
    shipped = load_default().alarms
    graded = [ruling(shipped, alarm(severity=one), "snmptrap", NIGHT, ZONE).grade for one in severities]
    assert graded == ["P2", "P3", "P4", "P4", "P4"]


@pytest.mark.parametrize(
    ("draft", "domain"),
    [
        (alarm("bgpPeerDown", object_="core1"), "data"),
        (alarm("%LINEPROTO-5-UPDOWN", object_="Gi0/1"), "data"),
        (alarm("x", object_="HZ-GPON-OLT3"), "access"),
        (alarm("GPON_LOS", object_=None), "access"),
        (alarm("R_LOS", object_="NE 12"), "transmission"),
        (alarm("MME_OVERLOAD", object_=None), "switching"),
        (alarm("x", object_=None, text="小区退服，驻波比高"), "wireless"),
        (alarm("x", object_=None, labels={"job": "billing"}), "bss_oss"),
        (alarm("x", object_="y"), None),
        (alarm("closed", object_="y", text="the losing oltre"), None),
    ],
)
def test_a_domain_is_guessed_by_whole_words(draft: AlarmDraft, domain: str | None) -> None:
    assert domain_of(load_default().alarms, draft) == domain


def test_heartbeats_and_what_says_nothing_is_wrong_are_ignored_with_the_reason() -> None:
    shipped = load_default().alarms
    beat = ruling(shipped, alarm("Watchdog"), "alertmanager", NIGHT, ZONE)
    info = ruling(shipped, alarm("X", "indeterminate", labels={"severity": "info"}), "alertmanager", NIGHT, ZONE)
    assert [one.action for one in (beat, info)] == ["ignore", "ignore"]
    assert all(one.rule is not None and one.rule.reason and one.rule.source for one in (beat, info))


@given(st.text(max_size=300), st.text(max_size=300), st.dictionaries(st.text(max_size=20), st.integers() | st.text()))
def test_any_alarm_gets_a_ruling(name: str, text: str, labels: dict[str, Any]) -> None:
    draft = alarm(name, text=text, labels=labels)
    assert ruling(load_default().alarms, draft, "syslog", NIGHT, ZONE).action in ("open", "fold", "ignore")


# --- The file ------------------------------------------------------------------------------------------------

WHOLE = """
[[alarm_rules]]
name = "cable"
action = "fold"
by = ["label:cable"]
within = "10m"
circuit = "object"
match = { channel = "snmptrap", name = ["*LOS*"], text = "*", labels = { cable = "*" }, hours = ["00:00-06:00"] }
set = { grade = "P1", users = 10 }
tag = "VP"
source = "contract 7"
[[alarm_rules]]
name = "wait"
action = "hold"
for = "90s"
match = { domain = ["data"], severity = "warning" }
"""


def test_rules_survive_the_store_in_their_order() -> None:
    ours = from_data(read(WHOLE, "site.toml"))
    assert [rule.name for rule in ours.alarms.rules] == ["cable", "wait"]
    assert from_data(to_data(ours)) == ours
    assert [(rule.tag, rule.source) for rule in ours.alarms.rules] == [("VP", "contract 7"), ("OP", "site.toml")]


def test_limits_and_words_are_set_one_by_one() -> None:
    ours = from_data(read('alarms.storm_tickets = 50\nalarms.words.data = ["nexus"]', "site.toml"))
    assert (ours.alarms.storm_tickets, ours.alarms.words["data"]) == (50, ("nexus",))
    assert ours.source_of("alarms.storm_tickets") == ("OP", "site.toml")
    assert ours.alarms.words["access"] == load_default().alarms.words["access"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (IGNORE + 'match.objekt = "x"', "alarm_rules[1].match.objekt: unknown key 'objekt'; nearest: object"),
        (IGNORE + 'match.severity = "mayor"', "alarm_rules[1].match.severity: 'mayor' is not known; nearest: major"),
        (IGNORE.replace("ignore", "ignor"), "alarm_rules[1].action: 'ignor' is not known; nearest: ignore"),
        (IGNORE, "alarm_rules[1].match: every alarm would match"),
        (IGNORE + "match.name = []", "alarm_rules[1].match.name: the list is empty"),
        (IGNORE + 'for = "5m"\nmatch.name = "x"', "alarm_rules[1].for: belongs to the action hold"),
        ('[[alarm_rules]]\nname = "f"\naction = "fold"\nmatch.name = "x"', "alarm_rules[1]: missing: by, within"),
        (WHOLE.replace("label:cable", "labl:cable"), "alarm_rules[1].by: "),
        (WHOLE.replace('"wait"', '"cable"'), "alarm_rules[2].name: 'cable' stands there twice"),
        ("alarms.storm_ticket = 5", "alarms.storm_ticket: unknown key 'storm_ticket'; nearest: storm_tickets"),
    ],
)
def test_a_wrong_rule_is_told_with_its_key_and_what_is_nearest(text: str, said: str) -> None:
    assert f"\n  {said}" in complaint(text)


def test_a_link_that_is_down_is_no_information_whatever_priority_its_device_gives_it() -> None:
    shipped = load_default().alarms

    def action(name: str, severity: str, priority: int) -> str:
        draft = alarm(name, severity, labels={"severity": priority})
        return ruling(shipped, draft, "syslog", NIGHT, ZONE).action

    assert action("IF_DOWN_LINK_FAILURE", "major", 6) == "open"
    assert action("PROCESS_STARTED", "indeterminate", 6) == "ignore"
    assert action("CONFIG_I", "indeterminate", 5) == "ignore"
    assert action("SYNC_LOSS", "indeterminate", 3) == "open"
