"""``noc intake drain`` and the verbs of the quarantine: shapes, exit codes, and what is left where."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from noc_console import spool
from noc_console.cli import drain
from noc_console.errors import StoreUnavailable
from tests.cli.conftest import Noc

MAIL = b"From: Wang <wang@mill.example>\nSubject: no light\nMessage-ID: <%d@mill.example>\n\nsince nine\n"


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Name the spool by the environment."""
    monkeypatch.setenv("NOC_SPOOL", str(tmp_path / "spool"))
    return tmp_path / "spool"


def put(box: Path, raw: bytes, kind: str = "email") -> str:
    given = box.parent / "given"
    given.write_bytes(raw)
    with given.open("rb") as stream:
        return spool.store(stream.fileno(), str(box), kind)


def held(noc: Noc, box: Path, *raws: bytes) -> list[str]:
    """Have inputs quarantined that no channel reads and return their ids."""
    for raw in raws:
        put(box, raw, "unheard")
    assert noc("intake", "drain", "-o", "json").code == 4
    found: list[str] = noc("intake", "quarantine", "list", "-o", "ids").out.split()
    return found


def test_a_drain_prints_what_intake_prints(noc: Noc, box: Path) -> None:
    assert (noc("intake", "drain", "-o", "json").json, noc("intake", "drain").code) == ([], 0)
    names = [put(box, MAIL % 1), put(box, b"?", "unheard")]
    dry = noc("intake", "drain", "--dry-run", "-o", "json")
    assert [(item["action"], item["ref"]) for item in dry.json] == [("opened", None), ("quarantined", None)]
    said = noc("intake", "drain", "--dir", str(box), "-o", "json")
    assert [(item["source"], item["index"], item["action"]) for item in said.json] == [
        (names[0], 0, "opened"), (names[1], 0, "quarantined"),
    ]  # fmt: skip
    assert set(said.json[0]) == {"source", "index", "action", "kind", "ref", "reason", "parsed"}
    assert said.code == 0 and noc("ticket", "list", "-o", "ids").out.strip() == said.json[0]["ref"]


def test_a_store_that_is_away_ends_with_six_and_leaves_the_spool(noc: Noc, box: Path, tmp_path: Path) -> None:
    name = put(box, MAIL % 1)
    (tmp_path / "none").write_bytes(b"no store")
    said = noc("intake", "drain", "--store", str(tmp_path / "none"), "-o", "json")
    assert said.code == 6 and said.err.startswith("noc: error: ")
    assert (box / name).exists()


def test_a_store_that_was_moved_away_is_not_made_anew_by_a_drain(noc: Noc, box: Path, tmp_path: Path) -> None:
    put(box, MAIL % 1)
    assert noc("intake", "drain").code == 0
    store = tmp_path / "store" / "noc.db"
    store.rename(tmp_path / "away.db")
    name = put(box, MAIL % 2)
    said = noc("intake", "drain", "-o", "json")
    assert said.code == 6 and "is away" in said.err
    assert (box / name).exists() and not store.exists()
    (tmp_path / "away.db").rename(store)
    assert [item["action"] for item in noc("intake", "drain", "-o", "json").json] == ["opened"]


def test_a_drain_that_goes_on_survives_a_store_that_is_away(
    noc: Noc, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from noc_console.desk import spool as worked

    put(box, MAIL % 1)
    real, rounds = worked.drain, []

    def drained(*args: object, **said: object) -> object:
        rounds.append(len(rounds))
        if len(rounds) < 3:
            raise StoreUnavailable("the store is away")
        return real(*args, **said)  # type: ignore[arg-type]

    def sleep(_seconds: float) -> None:
        if not worked.waiting(box):
            raise KeyboardInterrupt

    monkeypatch.setattr(worked, "drain", drained)
    monkeypatch.setattr(time, "sleep", sleep)
    said = noc("intake", "drain", "--watch", "-o", "ndjson")
    assert said.code == 130 and said.json["action"] == "opened"
    assert said.err.count("the store is away") == 1
    assert noc("intake", "drain", "--watch", "-o", "json").code == 2
    assert drain.LOOK_S <= 1.0


def test_items_are_taken_with_corrections_or_named(noc: Noc, box: Path) -> None:
    first, second, third = sorted(held(noc, box, b"pe1 is down", b"pe2 is down", b"pe3 is down"))
    assert noc("intake", "quarantine", "take", first, "--dry-run", "--channel", "monitoring").code == 0
    said = noc(
        "intake", "quarantine", "take", first, "--channel", "monitoring", "--subject", "PE down", "--grade", "P2",
        "--domain", "data", "--why", "typed in", "-o", "json",
    )  # fmt: skip
    ticket = noc("ticket", "show", said.json["ref"], "-o", "json").json
    assert (ticket["subject"], ticket["grade"], ticket["domain"]) == ("PE down", "P2", "data")
    assert ticket["symptom"].startswith("pe") and ticket["symptom"].endswith("is down")
    assert noc("intake", "quarantine", "take", second, "--ticket", said.json["ref"]).code == 0
    assert noc("intake", "quarantine", "take", third, "--ticket", said.json["ref"], "--subject", "x").code == 2
    assert noc("intake", "quarantine", "take", third, "--channel", "hotline").code == 1
    shown = noc("intake", "quarantine", "show", second, "-o", "json").json
    assert (shown["state"], shown["ticket"]) == ("taken", ticket["id"])
    assert noc("intake", "quarantine", "list", "-o", "ids").out.split() == [third]


def test_items_are_discarded_and_read_again_by_the_handful(
    noc: Noc, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from noc_console.desk import channels

    ids = held(noc, box, MAIL % 1, MAIL % 2, b"no mail at all \x00")
    failing = noc("intake", "quarantine", "retry", ids[0], "none")
    assert failing.code == 3 and "there is no channel unheard" in failing.err
    assert noc("intake", "quarantine", "retry").code == 2
    assert noc("intake", "quarantine", "retry", ids[0], "--all").code == 2
    monkeypatch.setitem(channels.CHANNELS, "unheard", channels.CHANNELS["email"])
    said = noc("intake", "quarantine", "retry", "--all", "-o", "json")
    assert [item["action"] for item in said.json] == ["opened", "opened"]
    assert said.code == 4 and "still cannot be taken" in said.err
    left = noc("intake", "quarantine", "list", "-o", "ids").out
    assert len(left.split()) == 1
    assert noc("intake", "quarantine", "discard", "-", "--why", "noise", stdin=left.encode()).code == 0
    assert noc("intake", "quarantine", "list", "-o", "json").json == []


def test_a_list_for_programs_is_whole(noc: Noc, box: Path) -> None:
    ids = held(noc, box, *(b"input %d" % number for number in range(105)))
    assert len(ids) == 105
    assert len(noc("intake", "quarantine", "list").out.splitlines()) == 101
    assert len(noc("intake", "quarantine", "list", "--limit", "3", "-o", "json").json) == 3


def test_an_original_of_bytes_is_shown_in_hexadecimal(noc: Noc, box: Path) -> None:
    (item,) = held(noc, box, b"\x1b[2J" + bytes(range(200)))
    said = noc("intake", "quarantine", "show", item)
    assert "00000000  1b 5b 32 4a 00 01" in said.out and "\x1b" not in said.out
