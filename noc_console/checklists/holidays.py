"""Public days off by country, written out as dates before a policy is stored.

A policy in the store holds dates only, so that two machines with different releases of the calendar package count
the same. It must not be imported where no policy is imported: the package behind it is slow to load.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from noc_console.errors import BadInput
from noc_console.i18n import _


def days_of(country: str, years: Sequence[int]) -> tuple[list[date], list[date]]:
    """Return days off and make-up working days of a country (``CN``, or ``DE-BY`` with its part) in these years.

    BadInput if the country is not known or nothing is known of a year.
    """
    import holidays  # half a second: only an import of a policy needs it

    code, _dash, part = country.partition("-")
    try:
        found = holidays.country_holidays(code.upper(), subdiv=part.upper() or None, years=list(years))
    except NotImplementedError as error:
        raise BadInput(
            _("no public days off are known for '{country}'", country=country[:40]),
            _("write an ISO code such as CN or DE-BY, or list the dates"),
        ) from error
    off = sorted(day for day in found if day.year in years)
    missing = [year for year in years if not any(day.year == year for day in off)]
    if missing:
        listed = ", ".join(str(year) for year in missing)
        raise BadInput(_("no public days off are known for {country} in {years}", country=country, years=listed))
    return off, sorted(day for day in found.weekend_workdays if day.year in years)


def expand(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return policy data with every ``{ country, years }`` written out; listed working days are kept and win."""
    calendars = {name: _expanded(entry) for name, entry in data["calendars"].items()}
    return {**data, "calendars": calendars}


def _expanded(calendar: Mapping[str, Any]) -> dict[str, Any]:
    named = calendar.get("holidays")
    if not isinstance(named, Mapping):
        return dict(calendar)
    off, extra = days_of(named["country"], named["years"])
    workdays = {*calendar.get("workdays", ()), *(day.isoformat() for day in extra)}
    listed = [day.isoformat() for day in off if day.isoformat() not in workdays]
    return {**calendar, "holidays": listed, "workdays": sorted(workdays)}
