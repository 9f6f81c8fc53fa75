"""Throws bytes at the readers of alarms."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from types import ModuleType

from benchmarks.soak import FIXTURES, Harness, bad_input_is_an_answer, instrumented

with instrumented():
    from noc_console.intake import alertmanager, icinga, snmptrap, syslog, zabbix
    from noc_console.intake.email import parse as parse_mail

SEEDS = FIXTURES / "alarms"
NOW = datetime(2026, 3, 1, tzinfo=UTC)
#: What makes any text a mail that a monitoring system may have sent.
HEAD = b"From: mon@carrier.example\nSubject: "


def reader(module: ModuleType) -> Callable[[bytes], None]:
    """Return what reads an input with a module; each alarm must have a JSON shape."""

    def read(raw: bytes) -> None:
        with bad_input_is_an_answer():
            for item in module.parse(raw, now=NOW):
                json.dumps(item.to_json()).encode("utf-8")

    return read


def monitoring_mail(raw: bytes) -> None:
    """Read a subject and a body as a mail."""
    with bad_input_is_an_answer():
        json.dumps(parse_mail(HEAD + raw).to_json()).encode("utf-8")


READERS = (alertmanager, icinga, snmptrap, syslog, zabbix)
HARNESSES = (
    *(Harness(module.__name__.rpartition(".")[2], SEEDS, reader(module)) for module in READERS),
    Harness("monitoring", SEEDS, monitoring_mail, largest=8_192),
)
