"""Files of records: every form, pieces cut anywhere, flat memory, and nothing given out of a file that is broken."""

from __future__ import annotations

import json
import os
import tracemalloc
from pathlib import Path
from threading import Thread

import pytest

from noc_console.cli import records as reader
from noc_console.cli.records import records
from noc_console.errors import BadInput
from tests.cli.conftest import Noc

ITEMS = [
    {"ref": "HZ1-1", "subject": "光缆中断, \"quoted\" \\ é 😀", "objects": [{"type": "circuit", "id": "C-1"}]},
    {"ref": "HZ1-2", "subject": "two\u2028lines\nand a number", "n": -1.5e3, "none": None, "yes": True},
]  # fmt: skip


def read(path: Path) -> list[object]:
    with records(str(path)) as found:
        return list(found)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "in.json"


@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 64, reader.CHUNK])
@pytest.mark.parametrize(
    "text",
    [
        json.dumps(ITEMS, ensure_ascii=False),
        json.dumps(ITEMS, indent=2),
        "\n".join(json.dumps(item, ensure_ascii=False) for item in ITEMS),
        "\r\n\r\n".join(json.dumps(item) for item in ITEMS) + "\r\n",
        "\ufeff \n" + "\n".join(json.dumps(item, indent=1) for item in ITEMS),
    ],
    ids=["array", "indented array", "ndjson", "blank lines", "indented objects"],
)
def test_json_is_read_in_pieces_cut_anywhere(
    file: Path, text: str, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "CHUNK", chunk)
    file.write_text(text, encoding="utf-8", newline="")
    assert read(file) == ITEMS


@pytest.mark.parametrize("chunk", [1, 5, reader.CHUNK])
def test_a_table_is_read_in_pieces_cut_anywhere(file: Path, chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "CHUNK", chunk)
    file.write_bytes(b'name,phone\r\n"Li, Lei",\'+86 1\r\n"two\r\nlines",\r\n')
    assert read(file) == [{"name": "Li, Lei", "phone": "+86 1"}, {"name": "two\r\nlines", "phone": ""}]


def test_one_object_and_nothing_at_all(file: Path) -> None:
    file.write_text(json.dumps(ITEMS[0], indent=4), encoding="utf-8")
    assert read(file) == ITEMS[:1]
    for nothing in ("", " \n", "[]", " [ ] \n"):
        file.write_text(nothing, encoding="utf-8")
        assert read(file) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b'{"a": 1}\n{"a": 2}\n{"a" 3}\n', "line 3"),
        (b'[{"a": 1},\n{"a": 2}\n{"a": 3}]', "a comma or the end of the array is missing, line 3"),
        (b'[{"a": 1},\n{"a": 2}', "a comma or the end of the array is missing"),
        (b'[{"a": 1},\n', "the array has no end"),
        (b'[{"a": 1}] {"a": 2}', "something follows the end of the array"),
        (b'{"a": "never ends\n}', "line 1"),
        (b'[{"a": 1}, 7]', "record 2 is not a set of named fields"),
        (b'{"a": 1}\n{"a": "\xff"}', "not UTF-8 (byte 16)"),
        (b"[" * 100_000, "nested deeper than anything real"),
        (b'[{"a": 1},\n{"a": ' + b"9" * 5_000 + b"}]", "a number has too many digits, line 2"),
        (b"nope", "neither JSON, nor NDJSON, nor a table"),
        (b"a,b\n1,2\n1,2,3\n", "record 2 is not a set of named fields"),
    ],
)
def test_a_broken_file_says_where_and_gives_nothing_out(file: Path, text: bytes, told: str) -> None:
    file.write_bytes(text)
    with pytest.raises(BadInput) as error, records(str(file)):
        pytest.fail("nothing is given out")
    assert told in str(error.value)


def test_a_table_without_an_end_of_line_is_not_read_whole(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "CHUNK", 10)
    monkeypatch.setattr(reader, "MAX_LINE", 40)
    file.write_text("a,b\n" + "1," * 1_000, encoding="utf-8")
    with pytest.raises(BadInput, match="has a line of more than 4 MiB"):
        read(file)


def test_a_byte_that_is_no_utf8_is_told_by_its_place_in_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "CHUNK", 3)
    file.write_bytes('[{"a": "光缆'.encode() + b"\xff")
    with pytest.raises(BadInput, match=r"byte 14"):
        read(file)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_what_can_be_read_only_once(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = Thread(target=pipe.write_text, args=(json.dumps(ITEMS),), kwargs={"encoding": "utf-8"})
    writer.start()
    assert read(pipe) == ITEMS
    writer.join()


@pytest.mark.parametrize("array", [False, True])
def test_memory_stays_flat(file: Path, array: bool) -> None:
    line = json.dumps({"subject": "x" * 1_000, "n": 1})
    with file.open("w", encoding="utf-8") as out:
        out.write("[" if array else "")
        out.writelines(f"{',' if array and number else ''}{line}\n" for number in range(40_000))
        out.write("]" if array else "")
    tracemalloc.start()
    try:
        with records(str(file)) as found:
            assert sum(1 for _record in found) == 40_000
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < file.stat().st_size / 3


def test_a_file_whose_last_ticket_is_broken_registers_none(training: Noc, tmp_path: Path) -> None:
    place = tmp_path / "tickets.ndjson"
    good = {"id": "one", "channel": "hotline", "subject": "no light", "symptom": "no light", "contact": "1",
            "occurred_at": "2026-03-01T08:00:00Z", "scope": "one", "requester": {"name": "Li", "phone": "1"},
            "domain": "access", "grade": "P4"}  # fmt: skip
    place.write_text(json.dumps(good) + '\n{"id": ', encoding="utf-8")
    said = training("ticket", "import", str(place), "-o", "json")
    assert (said.code, "line 2" in said.err) == (4, True)
    assert training("ticket", "list", "state:all", "-o", "json").json == []


def test_what_holds_no_ticket_and_what_is_one_of_another_system_is_told(training: Noc, tmp_path: Path) -> None:
    place = tmp_path / "tickets.json"
    for nothing in ("", "[]", "ref,subject\n"):
        place.write_text(nothing, encoding="utf-8")
        said = training("ticket", "import", str(place))
        assert (said.code, "holds no ticket" in said.err) == (0, True)
    place.write_text('[{"@type": "TroubleTicket", "id": "7", "name": "no light"}]', encoding="utf-8")
    said = training("ticket", "import", str(place), "-o", "json")
    assert said.code == 4 and "a TMF621 trouble ticket" in said.err and "noc intake" in said.err
    assert said.err.count("error") == 1
