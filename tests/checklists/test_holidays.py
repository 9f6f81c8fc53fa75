from __future__ import annotations

from datetime import date

import pytest

from noc_console.checklists.holidays import days_of, expand
from noc_console.errors import BadInput
from noc_console.workflows.policy import from_data, load_default
from noc_console.workflows.policy_file import read


def test_china_has_make_up_working_days() -> None:
    off, workdays = days_of("CN", [2026])
    assert date(2026, 10, 1) in off
    assert date(2026, 10, 10) in workdays
    assert all(day.year == 2026 for day in (*off, *workdays))


def test_the_shipped_days_are_those_of_china() -> None:
    off, workdays = days_of("CN", [2026, 2027])
    business = load_default().calendars["business"]
    assert business.holidays == {day for day in off if day.weekday() < 5}
    assert business.workdays == set(workdays)


def test_a_part_of_a_country_has_days_of_its_own() -> None:
    whole, _none = days_of("DE", [2026])
    bavaria, _none = days_of("de-by", [2026])
    assert set(bavaria) - set(whole) >= {date(2026, 1, 6)}


@pytest.mark.parametrize("country", ["Atlantis", "XX", "DE-ZZ", ""])
def test_an_unknown_country_is_refused(country: str) -> None:
    with pytest.raises(BadInput, match="no public days off are known for"):
        days_of(country, [2026])


def test_a_policy_file_may_name_the_country() -> None:
    text = """
    [calendars.business]
    holidays = { country = "CN", years = [2026, 2025] }
    workdays = [2026-10-02]
    """
    calendar = from_data(expand(read(text, "site.toml"))).calendars["business"]
    assert date(2026, 10, 1) in calendar.holidays
    assert date(2025, 10, 1) in calendar.holidays
    assert date(2025, 10, 11) in calendar.workdays
    assert date(2026, 10, 2) in calendar.workdays
    assert date(2026, 10, 2) not in calendar.holidays


def test_a_policy_with_dates_only_is_left_as_it_is() -> None:
    data = read("", "site.toml")
    assert expand(data) == data
