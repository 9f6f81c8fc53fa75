"""A command line in this process: ``noc(...)`` runs it against a store of its own and gives back what it said."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from noc_console.cli.main import main

NOW = "2026-11-23T09:00:00+08:00"


@dataclass(frozen=True)
class Said:
    """What a command line ended with, and the bytes of both streams."""

    code: int
    raw: bytes
    err: str

    @property
    def out(self) -> str:
        return self.raw.decode("utf-8")

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def reasons(self) -> list[str]:
        return [reason["code"] for reason in self.json["refused"]]


Noc = Callable[..., Said]


@pytest.fixture
def noc(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Noc:
    """Run ``noc`` with arguments and standard input; the store is an empty folder's, the person ``wang``."""
    monkeypatch.setenv("NOC_STORE", str(tmp_path / "store" / "noc.db"))
    monkeypatch.setenv("NOC_ENGINEER", "wang")
    monkeypatch.setenv("COLUMNS", "100")

    def run(*args: str, stdin: bytes = b"") -> Said:
        out, err = io.BytesIO(), io.BytesIO()
        with monkeypatch.context() as streams:
            streams.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8"))
            streams.setattr(sys, "stdout", io.TextIOWrapper(out, "utf-8"))
            streams.setattr(sys, "stderr", io.TextIOWrapper(err, "utf-8", write_through=True))
            code = main(list(args))
            sys.stdout.flush()
            return Said(code, out.getvalue(), err.getvalue().decode("utf-8"))

    return run


@pytest.fixture
def training(noc: Noc, monkeypatch: pytest.MonkeyPatch) -> Noc:
    """Run ``noc`` on a training store called TRN whose clock stands at NOW."""
    assert noc("store", "init", "--training", "--code", "TRN").code == 0
    monkeypatch.setenv("NOC_NOW", NOW)
    return noc


REGISTERED = (
    "--channel", "hotline", "--symptom", "no light", "--occurred-at", "2026-11-23T08:50+08:00",
    "--scope", "30 users", "--contact", "13800000000", "--domain", "access",
)  # fmt: skip


def register(noc: Noc, subject: str = "Loss of signal", grade: str = "P3", *more: str) -> str:
    """Register a fault and return its reference."""
    said = noc("ticket", "new", "--subject", subject, "--grade", grade, *REGISTERED, *more)
    assert said.code == 0, said.err
    return said.out.split()[0]


def diagnosing(noc: Noc) -> str:
    """Register a fault, bring it into diagnosis and return its reference."""
    ref = register(noc)
    assert noc("ticket", "accept", ref, "--contacted").code == 0
    assert noc("ticket", "diagnose", ref).code == 0
    return ref
