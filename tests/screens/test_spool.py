"""An open console works the spool of the usual store by itself, and says what stops it once."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from noc_console import spool
from noc_console.desk.desk import Desk
from noc_console.desk.filter import parse
from noc_console.desk.ticket import count
from noc_console.keys import Keymap
from noc_console.screens.app import NocApp
from tests.screens.driver import Person

MAIL = b"From: a@b.example\nSubject: down\nMessage-ID: <1@b.example>\n\nno light\n"


def put(folder: Path, raw: bytes = MAIL) -> None:
    (folder.parent / "given").write_bytes(raw)
    with (folder.parent / "given").open("rb") as stream:
        assert isinstance(stream, io.BufferedReader)
        spool.store(stream.fileno(), str(folder), "email")


async def test_a_console_takes_in_what_waits_and_tells_trouble_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "spool"
    monkeypatch.setenv("NOC_SPOOL", str(folder))
    put(folder)
    with Desk.open(store=str(tmp_path / "work.db"), via="console") as desk:
        app = NocApp(desk, Keymap({}, {}), polling=False)
        async with app.run_test() as pilot:
            person = Person(app, pilot)
            await person.settle()
            app.drain_spool()
            await person.settle()
            assert count(desk, parse("state:all")).number == 1
            put(folder, MAIL.replace(b"<1@", b"<2@"))
            (folder / ".drain").unlink()
            (folder / ".drain").mkdir()
            for _time in range(2):
                app.drain_spool()
                await person.settle()
            assert person.toasts.count("cannot be worked") == 1
            (folder / ".drain").rmdir()
            app.drain_spool()
            await person.settle()
            assert count(desk, parse("state:all")).number == 2
