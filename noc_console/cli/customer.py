"""``noc customer``: who may ask, under which contract (R9 to R11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noc_console.cli.options import noun
from noc_console.cli.registers import Register
from noc_console.cli.render import Column
from noc_console.i18n import N_

if TYPE_CHECKING:
    from noc_console.cli.options import Noun as Group

_CUSTOMERS = Register(
    "customer",
    (
        Column(N_("NAME"), lambda row: row["name"], 30),
        Column(N_("TYPE"), lambda row: row["type"], 12),
        Column(N_("ORGANISATION"), lambda row: row["organisation"] or "-", 30),
        Column(N_("CONTRACT"), lambda row: row["contract"] or "-", 20),
        Column(N_("CLASS"), lambda row: row["contract_class"] or "-", 12),
        Column(N_("ADDRESS"), lambda row: row["address"] or row["phone"] or "-", 40),
    ),
)


def command() -> Group:
    """Return the command of this noun."""
    return noun("customer", N_("Customers and their contracts"), _CUSTOMERS.entries())
