from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.errors import BadInput
from noc_console.workflows.policy import Policy, from_data, load_default, shipped_text, to_data
from noc_console.workflows.policy_file import read

NAME = "site.toml"


def policy(text: str) -> Policy:
    return from_data(read(text, NAME))


def complaint(text: str) -> str:
    with pytest.raises(BadInput) as caught:
        read(text, NAME)
    assert caught.value.message.startswith(f"{NAME}: ")
    return caught.value.message


def test_an_empty_file_is_the_shipped_policy() -> None:
    assert policy("") == load_default()


def test_the_shipped_file_is_a_file_that_can_be_imported() -> None:
    assert policy("\ufeff" + shipped_text()) == load_default()


def test_one_value_replaces_one_value_and_becomes_the_operators() -> None:
    ours = policy('grades.P1.restore = "3h"')
    assert ours.grades["P1"].restore_s == 10_800
    assert ours.source_of("grades.P1.restore") == ("OP", NAME)
    assert ours.grades["P1"].response_s == load_default().grades["P1"].response_s
    assert ours.source_of("grades.P1.response") == load_default().source_of("grades.P1.response")
    assert ours.source_of("grades.P1.escalations") == load_default().source_of("grades.P1.escalations")


def test_a_limit_keeps_the_tag_and_source_that_the_operator_gives() -> None:
    ours = policy('grades.P1.restore = { value = "3h", tag = "VP", source = "contract 7, annex B" }')
    assert ours.source_of("grades.P1.restore") == ("VP", "contract 7, annex B")


def test_what_has_no_tag_of_its_own_is_the_operators_too() -> None:
    ours = policy('[matrix]\nlow = { low = "P4" }\n[rights]\n"customer.put" = ["engineer"]')
    assert ours.grade_for("low", "low") == "P4"
    assert ours.grade_for("low", "high") == "P3"
    assert ours.source_of("matrix.low") == ("OP", NAME)
    assert ours.source_of("rights.customer.put") == ("OP", NAME)
    assert ours.rights["customer.put"] == {"engineer"}


def test_lists_are_replaced_whole() -> None:
    ours = policy("limits.warn_levels = [75, 100]\ngrades.P2.escalations = []")
    assert ours.warn_levels == (75, 100)
    assert ours.grades["P2"].escalations == ()


def test_entries_are_added_changed_and_removed() -> None:
    ours = policy(
        """
        [channels]
        chat = false
        [channels.fax]
        human = false
        label = { en = "fax", zh = "传真" }
        hours = { en = "office hours", zh = "办公时间" }
        contact = "10001"
        [channels.hotline]
        contact = "10000"
        [wait_reasons.spare_part]
        needs_contract = false
        """
    )
    assert ours.channel("chat") is None
    assert ours.channel("fax") is not None
    hotline = ours.channel("hotline")
    assert hotline is not None
    assert (hotline.contact, hotline.human, hotline.offered) == ("10000", True, True)


def test_commands_are_added_changed_and_removed_and_survive_json() -> None:
    ours = policy(
        """
        [commands]
        path = false
        [commands.ping]
        domains = ["data", "access"]
        [commands.power]
        label = { en = "Light at the ONU", zh = "光猫收发光功率" }
        argv = ["/opt/noc/onu-power", "--circuit={object.circuit}", '{"raw": 1}', "{jump}"]
        timeout = "90s"
        types = ["fault", "performance"]
        """
    )
    assert list(ours.commands) == ["ping", "power"]
    assert ours.commands["ping"].domains == {"data", "access"}
    assert ours.commands["ping"].argv == load_default().commands["ping"].argv
    power = ours.commands["power"]
    assert (power.timeout_s, power.placeholders, power.types) == (90, ("object.circuit",), {"fault", "performance"})
    assert ours.source_of("commands.power") == ("OP", NAME)
    assert from_data(to_data(ours)) == ours


def test_a_calendar_and_a_class_of_ones_own() -> None:
    ours = policy(
        """
        [calendars.site]
        zone = "Europe/Berlin"
        week = { mon = ["08:00-16:00"], sat = ["10:00-12:00"] }
        [contract_classes.VIP]
        label = { en = "VIP", zh = "贵宾" }
        calendar = "site"
        restore = "2h"
        response_by_grade.P1 = "2m"
        force_majeure = true
        partner_confirm = "test_record"
        [[freezes]]
        name = "congress"
        start = 2026-03-03T00:00:00+08:00
        end = "2026-03-13T00:00:00+08:00"
        """
    )
    assert ours.calendars["site"].week[5] == ((600, 720),)
    vip = ours.contract_class("vip")
    assert vip is not None
    assert (vip.calendar, vip.restore_most_s, vip.response_s, vip.force_majeure) == ("site", 7_200, {"P1": 120}, True)
    assert ours.source_of("contract_classes.VIP.restore") == ("OP", NAME)
    assert ours.freezes[0].start.isoformat() == "2026-03-02T16:00:00+00:00"
    assert from_data(to_data(ours)) == ours


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('grades.P1.respose = "4h"', "grades.P1.respose: unknown key 'respose'; nearest: response"),
        ("limitz = 1", "limitz: unknown key 'limitz'; nearest: limits"),
        ('grades.P6.restore = "1h"', "grades.P6: unknown key 'P6'; known: P1, P2, P3, P4, P5"),
        ('limits.snooze_max = { valu = "1h" }', "limits.snooze_max.valu: unknown key 'valu'; nearest: value"),
        (
            'rights."ticket.aprove" = ["lead"]',
            "rights.ticket.aprove: unknown key 'ticket.aprove'; nearest: ticket.approve",
        ),
        ('calendars.business.holidays = { land = "CN" }', "calendars.business.holidays: unknown key 'land'"),
        ('grades.P1.restore = "4 hours"', "grades.P1.restore: '4 hours' is not a duration: write 90s, 30m, 4h"),
        ("grades.P1.restore = 4", "grades.P1.restore: 4 is not a duration"),
        ('grades.P1.restore = "0s"', "grades.P1.restore: '0s' is too short"),
        ('grades.P1.restore = { value = "3h", tag = "XX" }', "grades.P1.restore.tag: 'XX' is not known; known: V1, V2"),
        ('grades.P1.restore = { tag = "OP" }', "grades.P1.restore: 'value' is missing"),
        ('limits.reopen_days = "7d"', "limits.reopen_days: '7d' is not a whole number from 0 to 365"),
        ("limits.reopen_days = true", "limits.reopen_days: True is not a whole number"),
        ("limits.warn_levels = [80, 50]", "limits.warn_levels: [80, 50] is not increasing"),
        ("limits.warn_levels = [50, 50]", "limits.warn_levels: 50 stands there twice"),
        ('rights."ticket.lead" = ["leed"]', "rights.ticket.lead: 'leed' is not known; nearest: lead"),
        ('rights."ticket.lead" = ["auditor"]', "rights.ticket.lead: 'auditor' only reads"),
        ('rights."ticket.lead" = ["lead", "lead"]', "rights.ticket.lead: 'lead' stands there twice"),
        ('rights."policy.put" = []', "rights.policy.put: the list is empty"),
        ('unconfirmed.role = "boss"', "unconfirmed.role: 'boss' is not known; known: lead, mim"),
        ('grades.P2.calendar = "busines"', "grades.P2.calendar: there is no calendar 'busines'; nearest: business"),
        ("calendars.business = false", "grades.P5.calendar: there is no calendar 'business'; known: 24x7"),
        (
            'contract_classes.A.calendar = "24/7"',
            "contract_classes.A.calendar: there is no calendar '24/7'; nearest: 24x7",
        ),
        (
            'calendars.24x7.zone = "Asia/Shanghi"',
            "calendars.24x7.zone: 'Asia/Shanghi' is not a time zone; nearest: Asia/Shanghai",
        ),
        ('off_peak.zone = "../../etc/passwd"', "off_peak.zone: '../../etc/passwd' is not a time zone"),
        ('off_peak.data = ["9:00-10:00"]', "off_peak.data: '9:00-10:00' is not a time slot: write HH:MM-HH:MM"),
        ('off_peak.data = ["22:00-06:00"]', "off_peak.data: '22:00-06:00' ends before it starts"),
        (
            'calendars.business.week.mon = ["09:00-12:00", "11:00-13:00"]',
            "calendars.business.week.mon: 09:00-12:00 and 11:00-13:00 overlap",
        ),
        ('calendars.business.holidays = ["2026-13-01"]', "calendars.business.holidays: '2026-13-01' is not a date"),
        (
            "calendars.business.holidays = [2026-01-04]",
            "calendars.business.workdays: 2026-01-04 is a day off and a working",
        ),
        ('calendars.business.holidays = { country = "CN" }', "needs both country and years"),
        ('calendars.empty = { zone = "UTC", week = {} }', "calendars.empty: calendar empty has no working time"),
        ('matrix.high.high = "P0"', "matrix.high.high: 'P0' is not known; known: P1, P2"),
        ('matrix.hi.high = "P1"', "matrix.hi: unknown key 'hi'"),
        ('grades.P1.response = "5h"', "grades.P1.response: 5h is longer than restore, 4h"),
        ('grades.P1.update = "5h"', "grades.P1.update: 5h is longer than restore, 4h"),
        ('grades.P1.restore = "7h"', "grades.P1.restore: 7h is longer than P2.restore, 6h"),
        ('limits.take_default = "20d"', "limits.take_default: 20d is longer than take_max, 14d"),
        (
            'contract_classes.A.response_by_grade.P1 = "5h"',
            "contract_classes.A.response_by_grade.P1: a P1 would be answered in 5h but restored in 4h",
        ),
        (
            'contract_classes.A.restore_by_grade.P4 = "1h"',
            "contract_classes.A.restore_by_grade.P4: a P4 would be answered in 2h but restored in 1h",
        ),
        (
            'contract_classes.A.restore = "1h"',
            "contract_classes.A.restore: a P4 would be answered in 2h but restored in 1h",
        ),
        ('contract_classes.A.aliases = ["Gold"]', "contract_classes.A.aliases: 'Gold' already names AAA"),
        ('contract_classes.VIP.restore = "2h"', "contract_classes.VIP: missing: label, force_majeure, partner_confirm"),
        ('channels.hotlin.contact = "10000"', "channels.hotlin: did you mean 'hotline'?"),
        ("channels.fax = false", "channels.fax: there is no fax to be removed; known: hotline, chat"),
        (
            "wait_reasons.vendor.pauses = true",
            "wait_reasons.vendor.pauses: only waiting for the customer pauses a clock",
        ),
        ('wait_reasons."a b" = false', "wait_reasons.a b: write a code of letters, digits"),
        ("channels = 5", "channels: 5 is not a table"),
        ("grades.P1 = false", "grades.P1: False is not a table"),
        ("preapproved.watch.no_interruption = 1", "preapproved.watch.no_interruption: 1 is neither true nor false"),
        ('preapproved.watch.domain = "acess"', "preapproved.watch.domain: 'acess' is not known; nearest: access"),
        ('reject_reasons.test_alarm.en = " "', "reject_reasons.test_alarm.en: the text is empty"),
        (
            'reject_reasons.source = { en = "a", zh = "b" }',
            "reject_reasons.source: 'source' cannot be the name of an entry",
        ),
        (
            'grades.P1.escalations = [{ after = "5m", percent = 5, clock = "restore", to = "lead" }]',
            "grades.P1.escalations[1]: give either percent or after",
        ),
        (
            'grades.P1.escalations = [{ after = "5m", clock = "restor", to = "led" }]',
            "grades.P1.escalations[1].clock: 'restor' is not known; nearest: restore",
        ),
        (
            'grades.P4.escalations = [{ percent = 5, clock = "restore", to = "lead" }, '
            '{ percent = 5, clock = "restore", to = "lead" }]',
            "grades.P4.escalations[2]: the same level stands there twice",
        ),
        ('freezes = [{ name = "x", start = 2026-01-01T00:00:00, end = 2026-01-02T00:00:00Z }]', "freezes[1].start: "),
        (
            'freezes = [{ name = "x", start = 2026-01-02T00:00:00Z, end = 2026-01-02T00:00:00Z }]',
            "freezes[1]: the end is not after the start",
        ),
        ('approval.levels = [{ role = "lead" }]', "approval.levels[1]: missing: interrupts, users_from"),
        (
            'commands.ping.argv = "ping {host}"',
            "commands.ping.argv: 'ping {host}' is one text: write each word",
        ),
        ("commands.ping.argv = []", "commands.ping.argv: [] is not a list of words"),
        ('commands.ping.argv = ["ping", 4]', "commands.ping.argv: 4 is not a word of a command"),
        ('commands.ping.argv = ["ping", "a\\nb"]', "commands.ping.argv: 'a\nb' is not a word of a command"),
        (
            'commands.ping.argv = ["ping", "{hots}"]',
            "commands.ping.argv: '{hots}' is no field of a ticket; nearest: host",
        ),
        ('commands.ping.argv = ["ping", "{symptom}"]', "commands.ping.argv: '{symptom}' is no field of a ticket"),
        ('commands.ping.argv = ["ping", "{object.A B}"]', "windows: {host} stands in windows and not in argv"),
        ('commands.ping.argv = ["{host}"]', "commands.ping.argv: '{host}' is not a program"),
        ('commands.ping.argv = ["sh", "-c", "ping {host}"]', "commands.ping.argv: 'sh' would read its arguments"),
        (
            'commands.ping.windows = ["C:\\\\Windows\\\\System32\\\\CMD.EXE", "/c", "{host}"]',
            "commands.ping.windows: 'C:\\Windows\\System32\\CMD.EXE' would read its arguments",
        ),
        ('commands.ping.argv = ["{jump}x", "{host}"]', "commands.ping.argv: '{jump}x': {jump} stands for words"),
        ('commands.ping.timeout = "11m"', "commands.ping.timeout: '11m' is longer than 10m"),
        ('commands.ping.types = ["falt"]', "commands.ping.types: 'falt' is not known; nearest: fault"),
        ('commands.ping.domains = ["acces"]', "commands.ping.domains: 'acces' is not known; nearest: access"),
        ('commands.pin.argv = ["ping"]', "commands.pin: did you mean 'ping'?"),
        ('commands.ping.arg = ["ping"]', "commands.ping.arg: unknown key 'arg'; nearest: argv"),
        ('commands.onu.argv = ["onu"]', "commands.onu: missing: label, timeout"),
    ],
)
def test_a_problem_names_its_key_the_value_and_what_would_help(text: str, expected: str) -> None:
    message = complaint(text)
    assert expected in message


def test_one_problem_is_told_once() -> None:
    assert complaint('channels.fax.label.en = "fax"').count("missing") == 2  # the wording, and the keys of the entry
    assert complaint('calendars.night = { zone = "Nowhere", week = { mon = ["09:00-10:00"] } }').count("\n") == 1


def test_all_problems_of_a_file_are_told_at_once() -> None:
    message = complaint(
        """
        grades.P1.restore = "1m"
        grades.P9.restore = "1m"
        limits.take_default = "20d"
        limits.snooze_max = "soon"
        calendars.business.zone = "Mars"
        grades.P2.calendar = "busines"
        """
    )
    assert message.startswith(f"{NAME}: 7 problems\n")
    for part in ("P1.response", "P1.update", "P9", "take_default", "snooze_max", "business.zone", "P2.calendar"):
        assert part in message


def test_what_is_not_toml_is_told_with_its_line() -> None:
    with pytest.raises(BadInput, match=r"site\.toml: .*line 2"):
        read("version = 1\nversion = 2\n", NAME)
    with pytest.raises(BadInput, match="site"):
        read("a = " + "[" * 100_000, NAME)


def test_a_giant_value_is_not_repeated_whole() -> None:
    assert len(complaint(f'grades.P2.calendar = "{"x" * 1_000_000}"')) < 1_000
    assert len(complaint(f'rights."ticket.lead" = ["{"x" * 100_000}"]')) < 1_000


@given(st.recursive(st.booleans() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=2)))
def test_no_value_in_any_section_breaks_the_reading(value: object) -> None:
    literal = str(value).lower() if isinstance(value, bool) else _toml(value)
    for key in ("grades", "grades.P1", "limits.warn_levels", "calendars.x", "calendars.24x7.week.mon", "freezes"):
        try:
            from_data(read(f"{key} = {literal}", NAME))
        except BadInput as error:
            assert key.split(".")[0] in error.message


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + "".join(f"\\U{ord(char):08x}" for char in value if not 0xD800 <= ord(char) <= 0xDFFF) + '"'
    if isinstance(value, list):
        return "[" + ", ".join(_toml(entry) for entry in value) + "]"
    return str(value)
