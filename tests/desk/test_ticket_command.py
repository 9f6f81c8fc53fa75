"""Commands of the policy on a ticket: filled from its typed fields only, judged, run, and kept as evidence."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.desk import policy, ticket_command
from noc_console.desk.desk import Desk
from noc_console.desk.ticket_command import Offer
from noc_console.desk.ticket_view import show
from noc_console.errors import BadInput, NotFound, Refused, UsageError
from noc_console.i18n import set_language
from noc_console.store import blobs
from noc_console.workflows.command_line import FIELDS, fits, shape_of
from noc_console.workflows.ticket_commands import candidates
from tests.desk.scene import Scene

#: Prints what it was given, as bytes that are no UTF-8, and ends with 3.
PROBE = "import sys; sys.stdout.buffer.write(b'\\x1b[31m got \\xff ' + ascii(sys.argv[1:]).encode()); sys.exit(3)"


def commands(scene: Scene, folder: Path, **entries: dict[str, Any]) -> None:
    """Put a policy with commands into force; each runs this Python unless it says otherwise."""
    lines = []
    for name, entry in entries.items():
        full = {"label": {"en": name, "zh": "探测"}, "timeout": "30s", **entry}
        lines.append(f"[commands.{name}]")
        lines += [f"{key} = {toml(value)}" for key, value in full.items()]
    path = folder / "ours.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    policy.import_file(scene.admin, str(path))


def toml(value: Any) -> str:
    """Write a value as TOML has it; JSON does for texts and lists."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {json.dumps(one)}" for key, one in value.items()) + " }"
    return json.dumps(value)


def python(code: str, *words: str) -> list[str]:
    """Return the words that run a line of Python."""
    return [sys.executable, "-c", code, *words]


@pytest.fixture
def ref(scene: Scene, tmp_path: Path) -> str:
    """A fault with objects, under a policy with commands."""
    commands(
        scene,
        tmp_path,
        probe={"argv": python(PROBE, "--circuit={object.circuit}", "{ref}", "{grade}")},
        host={"argv": python(PROBE, "{host}")},
        data={"argv": python(PROBE), "domains": ["data"]},
        asked={"argv": python(PROBE), "types": ["performance"]},
        cause={"argv": python(PROBE, "{cause_code}")},
    )
    made = scene.register(objects=("circuit:HZ-JX/0042", "host:192.0.2.7", "element:olt-bj3", "circuit:a b;reboot"))
    return scene.to(made, "accepted")


def wei(scene: Scene) -> Desk:
    """Return the desk of the owner."""
    return scene.desk("wei")


def offer(scene: Scene, ref: str, name: str, **given_: str) -> Offer:
    """Return a command as it would be run."""
    return ticket_command.one_offered(wei(scene), ref, name, given_)


def codes(caught: pytest.ExceptionInfo[Refused]) -> list[str]:
    """Return why something was refused."""
    return [reason.code for reason in caught.value.reasons]


def test_what_fits_the_ticket_is_offered_and_filled_from_it(scene: Scene, ref: str) -> None:
    found = {one.command.code: one for one in ticket_command.all_offered(wei(scene), ref)}
    assert {"ping", "path", "probe", "host", "cause"} == set(found)
    assert found["probe"].argv[3:] == ("--circuit=HZ-JX/0042", ref, scene.row(ref)["grade"])
    assert found["probe"].choices["object.circuit"] == ("HZ-JX/0042",), "what has another shape is not offered"
    assert found["host"].choices["host"] == ("192.0.2.7", "olt-bj3")
    assert found["cause"].missing == ("cause_code",)
    assert scene.rows("attachment", ref) == ()


def test_it_runs_and_its_output_is_evidence_byte_for_byte(any_scene: Scene, tmp_path: Path) -> None:
    scene = any_scene
    commands(scene, tmp_path, probe={"argv": python(PROBE, "{ref}")})
    made = scene.register(objects=("host:192.0.2.7",))
    desk = scene.desk("wei")
    ran = ticket_command.run(desk, ticket_command.one_offered(desk, made, "probe"))
    raw = b"\x1b[31m got \xff ['" + made.encode() + b"']"
    assert (ran.printed.code, ran.printed.content, ran.error) == (3, raw, None)
    (item,) = scene.rows("attachment", made)
    assert (item["command"], item["run"]) == (ran.offer.line, None)
    assert item["name"].startswith("probe-") and item["name"].endswith(".txt")
    with desk.reading() as connection:
        assert blobs.read(connection, item["sha256"]) == raw
    entries = show(desk, made).timeline
    assert [(entry.event, entry.actor) for entry in entries[-2:]] == [("run", "wei"), ("take_output", "wei")]
    assert "got" in entries[-1].text and "\x1b" not in entries[-1].text
    assert ran.offer.line in entries[-2].text
    assert scene.is_sound()


def test_a_long_output_is_kept_whole_and_shown_short(scene: Scene, ref: str, tmp_path: Path) -> None:
    commands(scene, tmp_path, long={"argv": python("print('x' * 50_000)")})
    ticket_command.run(wei(scene), offer(scene, ref, "long"))
    (item,) = scene.rows("attachment", ref)
    assert item["size"] >= 50_000
    assert len(show(wei(scene), ref).timeline[-1].text) < 3_000


def test_one_of_several_is_chosen_and_nothing_else_gets_in(scene: Scene, ref: str) -> None:
    assert offer(scene, ref, "host", host="olt-bj3").argv[-1] == "olt-bj3"
    for given_, code in (
        ({"host": "192.0.2.9"}, "argument_not_of_ticket"),
        ({"host": "a b;reboot"}, "argument_not_of_ticket"),
        ({"port": "22"}, "command_takes_no"),
    ):
        with pytest.raises(Refused) as caught:
            ticket_command.run(wei(scene), offer(scene, ref, "host", **given_))
        assert codes(caught) == [code]
    assert scene.rows("attachment", ref) == ()


@pytest.mark.parametrize(
    ("name", "code"),
    [("data", "command_not_offered"), ("asked", "command_not_offered"), ("cause", "argument_missing")],
)
def test_what_does_not_fit_the_ticket_is_refused_and_nothing_runs(scene: Scene, ref: str, name: str, code: str) -> None:
    before = scene.admin.token()
    with pytest.raises(Refused) as caught:
        ticket_command.run(wei(scene), offer(scene, ref, name))
    assert codes(caught) == [code]
    assert scene.admin.token() == before
    with pytest.raises(NotFound, match=r"no command prob.*nearest: probe"):
        offer(scene, ref, "prob")


def test_who_may_run_something(scene: Scene, ref: str) -> None:
    for name, code in (("fang", "not_handler"), ("anna", "right_missing")):
        with pytest.raises(Refused) as caught:
            ticket_command.run(scene.desk(name), ticket_command.one_offered(scene.desk(name), ref, "probe"))
        assert codes(caught) == [code]
    assert ticket_command.run(scene.desk("chen"), offer(scene, ref, "probe")).error is None, "a lead may"
    fresh = scene.register(objects=("host:192.0.2.7",))
    assert ticket_command.run(scene.desk("fang"), offer(scene, fresh, "host")).error is None, "nobody has it yet"


def test_a_ticket_that_is_over_takes_no_command(scene: Scene, ref: str) -> None:
    ready = offer(scene, ref, "probe")
    scene.says("wei", ref, "cancel", words="it works", who="Ms Wang", channel="phone")
    with pytest.raises(Refused) as caught:
        ticket_command.run(wei(scene), ready)
    assert codes(caught) == ["wrong_state"]


def test_what_was_begun_before_the_ticket_was_over_is_kept(scene: Scene, ref: str) -> None:
    ended: list[str] = []

    def go_on(seconds: int) -> bool:
        if not ended:
            scene.says("wei", ref, "cancel", words="it works", who="Ms Wang", channel="phone")
            ended.append(ref)
        return False

    with_wait = offer(scene, ref, "probe")
    slow = replace(with_wait, argv=(sys.executable, "-c", "while 1: pass"), choices={})
    ran = ticket_command.run(wei(scene), slow, go_on=go_on)
    assert (ran.error, ran.printed.ended) == (None, "ended: it was stopped by hand")
    assert len(scene.rows("attachment", ref)) == 1
    assert scene.state(ref) == "cancelled"


def test_a_program_that_is_not_there_is_told_before_anything_is_written(scene: Scene, ref: str, tmp_path: Path) -> None:
    commands(scene, tmp_path, gone={"argv": ["no-such-program-here"]}, far={"argv": ["{jump}", "show", "{host}"]})
    before = scene.admin.token()
    with pytest.raises(NotFound, match="no-such-program-here is not on this computer"):
        ticket_command.run(wei(scene), offer(scene, ref, "gone"))
    with pytest.raises(UsageError, match=r"config\.toml names no jump command \(key jump\)"):
        ticket_command.run(wei(scene), offer(scene, ref, "far"))
    assert scene.admin.token() == before


@pytest.mark.skipif(os.name == "nt", reason="the stand-in is a script")
def test_a_program_that_only_lies_in_the_present_folder_is_not_run(
    scene: Scene, ref: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ping").write_text("#!/bin/sh\necho trapped\n", encoding="utf-8")
    (tmp_path / "ping").chmod(0o755)
    monkeypatch.chdir(tmp_path)
    for path in (".", f"{os.pathsep}/nowhere"):
        monkeypatch.setenv("PATH", path)
        with pytest.raises(BadInput, match="ping lies in the present folder"):
            ticket_command.run(wei(scene), offer(scene, ref, "ping"))
    assert scene.rows("attachment", ref) == ()


def test_time_that_is_used_up_ends_it_and_what_was_printed_is_kept(scene: Scene, ref: str, tmp_path: Path) -> None:
    code = "print('begun', flush=True); any(False for _ in iter(int, 1))"
    commands(scene, tmp_path, slow={"argv": python(code), "timeout": "2s"})
    ran = ticket_command.run(wei(scene), offer(scene, ref, "slow"))
    assert ran.printed.ended == "ended: it took too long"
    assert ran.printed.text.strip() in ("begun", ""), "a loaded machine may not have begun"
    assert len(scene.rows("attachment", ref)) == 1
    assert "took too long" in show(wei(scene), ref).timeline[-1].text


def test_no_shell_reads_the_words(scene: Scene, ref: str, tmp_path: Path) -> None:
    commands(scene, tmp_path, words={"argv": python("import sys; print(sys.argv[1:])", "$HOME;id", "*", "{ref}")})
    ran = ticket_command.run(wei(scene), offer(scene, ref, "words"))
    assert ran.printed.text.strip() == str(["$HOME;id", "*", ref])


def test_the_name_is_told_in_the_language_of_the_reader(scene: Scene, ref: str) -> None:
    set_language("zh")
    try:
        told = offer(scene, ref, "probe").json()
        assert told["label"] == "探测"
        with pytest.raises(Refused) as caught:
            ticket_command.run(wei(scene), offer(scene, ref, "cause"))
        assert "执行命令" in str(caught.value)
    finally:
        set_language("en")


_TEXT = st.text(max_size=60)
_OBJECTS = st.lists(st.builds("{}:{}".format, st.sampled_from(["host", "circuit", "ip", "x y"]), _TEXT) | _TEXT)


@given(_OBJECTS, _TEXT, _TEXT, st.sampled_from([*FIELDS, "object.circuit"]))
def test_nothing_of_a_ticket_gets_in_that_a_program_or_a_shell_would_read_as_more(
    objects: list[str], phone: str, contract: str, name: str
) -> None:
    record = {"objects": objects, "phone": phone, "contract": contract, "ref": contract, "cause_code": phone}
    for value in candidates(record, name):
        assert fits(shape_of(name), value)
        assert value.isascii() and not value.startswith("-") and ".." not in value.split("/")
        assert not set(value) & set(" ;&|`$<>(){}!*?~\"'\\\n\r\t\0#,^")


@pytest.mark.skipif(os.name == "nt", reason="folders are written another way there")
def test_no_value_leaves_a_folder() -> None:
    assert candidates({"objects": ["circuit:a/../../etc/passwd", "circuit:..", "circuit:a/b"]}, "object.circuit") == (
        "a/b",
    )
