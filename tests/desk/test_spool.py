"""The spool worked off: nothing is lost, nothing taken twice, nothing waits behind what cannot be taken."""

from __future__ import annotations

import json
import multiprocessing
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from benchmarks import spool_kill
from noc_console import spool as program
from noc_console.config import Config
from noc_console.desk import channels, intake, quarantine, spool, ticket
from noc_console.desk.desk import Desk
from noc_console.desk.doctor import doctor
from noc_console.desk.filter import parse
from noc_console.desk.intake_item import IntakeItem, hold
from noc_console.errors import StoreUnavailable
from noc_console.intake.raw_files import RawInput
from noc_console.store import engine as engines
from tests.desk.scene import Scene


class Spool:
    """A spool with the means to put something into it and to work it."""

    def __init__(self, folder: Path, scene: Scene) -> None:
        self.folder = folder
        self.scene = scene

    def put(self, raw: bytes, kind: str = "email") -> str:
        """Store an input as ``noc-spool`` does and return its name."""
        given = self.folder.parent / "given"
        given.write_bytes(raw)
        with given.open("rb") as stream:
            return program.store(stream.fileno(), str(self.folder), kind)

    def drain(self, *, dry_run: bool = False) -> list[IntakeItem]:
        """Work it once."""
        return list(spool.drain(self.scene.desk("wei"), self.folder, dry_run=dry_run))

    def actions(self) -> list[str]:
        """Work it once and return what became of each input."""
        return [item.action for item in self.drain()]

    @property
    def names(self) -> list[str]:
        """Return what is in the spool."""
        return sorted(path.name for path in self.folder.iterdir() if path.name not in (".drain", ".store", "aside"))


@pytest.fixture
def box(scene: Scene, tmp_path: Path) -> Spool:
    """An empty spool beside a store."""
    return Spool(tmp_path / "spool", scene)


def mail(number: int, subject: str = "") -> bytes:
    """Write a mail that nobody has sent before."""
    message = EmailMessage()
    message["From"], message["Message-ID"] = "wang@mill.example", f"<{number}@mill.example>"
    message["Subject"] = subject or f"line {number} is down"
    message.set_content("No light since nine.\n")
    return message.as_bytes()


def tickets(scene: Scene) -> int:
    """Count the tickets."""
    return ticket.count(scene.admin, parse("state:all")).number


# --- Taken once, in order ------------------------------------------------------------------------------------


def test_inputs_are_taken_oldest_first_and_leave_the_spool(box: Spool, scene: Scene) -> None:
    names = [box.put(mail(number)) for number in range(5)]
    items = box.drain()
    assert [(item.source, item.index, item.action) for item in items] == [(name, 0, "opened") for name in names]
    assert [scene.row(item.ref or "")["subject"] for item in items] == [f"line {n} is down" for n in range(5)]
    assert scene.row(items[0].ref or "")["created_by"] == "intake"
    assert box.names == [] and box.drain() == []
    assert scene.is_sound()


def test_a_spool_that_nobody_has_made_is_empty(box: Spool) -> None:
    assert box.drain() == [] and spool.waiting(box.folder) == 0
    assert not box.folder.exists()


def test_a_file_that_is_met_again_changes_nothing(box: Spool, scene: Scene) -> None:
    kept = {name: (box.folder / name).read_bytes() for name in (box.put(mail(1)), box.put(b"?", "unheard"))}
    assert box.actions() == ["opened", "quarantined"]
    held = quarantine.page(scene.admin)[0]["id"]
    token = scene.admin.token()
    for name, raw in kept.items():
        (box.folder / name).write_bytes(raw)
    assert box.actions() == ["duplicate", "duplicate"]
    assert scene.admin.token() == token
    quarantine.discard(scene.admin, held, "known")
    (box.folder / max(kept)).write_bytes(kept[max(kept)])
    assert box.actions() == ["duplicate"], "what was decided is not asked again"
    assert box.put(b"?", "unheard") and box.actions() == ["quarantined"], "but a new delivery is"
    assert box.put(b"?", "unheard") and box.actions() == ["duplicate"], "once, while it waits"


def test_a_dry_run_decides_the_same_and_leaves_all_as_it_is(box: Spool, scene: Scene) -> None:
    names = [box.put(mail(1)), box.put(b"?", "unheard")]
    token = scene.admin.token()
    assert [item.action for item in box.drain(dry_run=True)] == ["opened", "quarantined"]
    assert (box.names, scene.admin.token()) == (names, token)


def test_equal_inputs_are_told_to_their_channel_as_two_deliveries(box: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[RawInput] = []

    def take(_desk: Desk, found: RawInput, _dry_run: bool) -> Iterator[IntakeItem]:
        seen.append(found)
        yield IntakeItem(found.source, 0, "ignored", None, None, None, None)

    _channel(monkeypatch, take)
    names = [box.put(b"same", "syslog"), box.put(b"same", "syslog")]
    assert box.actions() == ["ignored", "ignored"]
    assert [found.delivery for found in seen] == names


def test_an_equal_alarm_in_a_new_delivery_counts_and_the_same_delivery_does_not(box: Spool, scene: Scene) -> None:
    alert = {"status": "firing", "labels": {"alertname": "LinkDown", "severity": "critical", "instance": "pe1"}}
    raw = json.dumps({"version": "4", "status": "firing", "alerts": [alert]}).encode()
    name = box.put(raw, "alertmanager")
    first, second = box.drain(), (box.put(raw, "alertmanager"), box.drain())[1]
    assert [item.parsed["name"] for item in (*first, *second) if item.parsed] == ["LinkDown", "LinkDown"]
    assert second[0].action == "updated" and second[0].ref == first[0].ref
    (box.folder / name).write_bytes(raw)
    token = scene.admin.token()
    assert box.actions() == ["duplicate"] and scene.admin.token() == token
    box.put(b"no body", "alertmanager")
    assert box.actions() == ["quarantined"]
    quarantine.discard(scene.admin, quarantine.page(scene.admin)[0]["id"], "a test of somebody")
    box.put(b"no body", "alertmanager")
    assert box.actions() == ["quarantined"], "a new delivery of what was decided is asked again"


def _channel(monkeypatch: pytest.MonkeyPatch, take: object) -> None:
    monkeypatch.setitem(channels.CHANNELS, "syslog", replace(channels.CHANNELS["email"], name="syslog", take=take))


# --- What cannot be taken ------------------------------------------------------------------------------------


def test_what_a_reader_breaks_on_is_held_whole_and_stops_nobody(
    box: Spool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def take(desk: Desk, found: RawInput, dry_run: bool) -> Iterator[IntakeItem]:
        yield from intake.one_mail(desk, RawInput(found.source, 0, mail(7)), dry_run)
        raise ZeroDivisionError("in the second of two")

    _channel(monkeypatch, take)
    box.put(mail(1))
    box.put(b"poison", "syslog")
    box.put(mail(2))
    assert box.actions() == ["opened", "opened", "quarantined", "opened"]
    (held,) = quarantine.page(scene.admin)
    assert (held["reason"], held["channel"]) == ("reader_failed", "syslog")
    assert "ZeroDivisionError" in held["text"]
    assert quarantine.show(scene.admin, held["id"])[1] == b"poison"
    assert box.names == [] and scene.is_sound()


def test_a_value_that_no_store_takes_is_held_and_stops_nobody(
    box: Spool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def take(desk: Desk, _found: RawInput, _dry_run: bool) -> Iterator[IntakeItem]:
        def work() -> None:
            with engines.writing(desk.engine) as connection:
                connection.exec_driver_sql("UPDATE ticket SET ref = NULL")

        engines.retried(work)
        yield from ()

    _channel(monkeypatch, take)
    box.put(mail(1))
    box.put(b"poison", "syslog")
    box.put(mail(2))
    assert box.actions() == ["opened", "quarantined", "opened"]
    assert quarantine.page(scene.admin)[0]["reason"] == "unstorable"
    assert scene.is_sound(), "its own writing is undone, that of the others is not"


@pytest.mark.skipif(os.name != "posix", reason="only POSIX systems have these files")
def test_what_is_no_file_is_set_aside_with_its_reason(box: Spool, scene: Scene) -> None:
    box.put(mail(1))
    os.mkfifo(box.folder / "1.email")
    (box.folder / "2.email").symlink_to("/etc/hostname")
    (box.folder / "3.email").mkdir()
    assert sorted(box.actions()) == ["opened", "quarantined", "quarantined", "quarantined"]
    assert sorted(path.name for path in (box.folder / "aside").iterdir()) == ["1.email", "2.email", "3.email"]
    assert {item["reason"] for item in quarantine.page(scene.admin)} == {"set_aside"}
    assert box.names == []


def test_a_file_that_cannot_be_read_is_set_aside(box: Spool, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    name = box.put(mail(1))

    def failing(_path: Path) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(spool, "_content", failing)
    assert box.actions() == ["quarantined"]
    assert "Input/output error" in quarantine.page(scene.admin)[0]["text"]
    assert (box.folder / "aside" / name).read_bytes() == mail(1)


def test_what_is_larger_than_readers_take_is_not_cut(box: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    name = box.put(b"x" * 2_000)
    monkeypatch.setattr(program, "LIMIT", 1_000)
    assert box.actions() == ["quarantined"]
    assert (box.folder / "aside" / name).stat().st_size == 2_000


def test_what_a_dead_writer_left_is_held_after_an_hour_and_not_before(box: Spool, scene: Scene) -> None:
    box.put(mail(1))
    left = box.folder / ".20260101T000000000000000-1-00.email.part"
    left.write_bytes(mail(2)[:40])
    assert box.actions() == ["opened"] and left.exists()
    old = time.time() - 2 * spool.GIVEN_UP_S
    os.utime(left, (old, old))
    assert box.actions() == ["quarantined"] and not left.exists()
    held = quarantine.page(scene.admin)[0]
    assert (held["reason"], held["channel"]) == ("unfinished", "email")
    assert quarantine.show(scene.admin, held["id"])[1] == mail(2)[:40]


def test_names_of_strangers_are_data(box: Spool, scene: Scene) -> None:
    box.put(mail(1))
    (box.folder / "\x1b]0;x\x07\u202e.email").write_bytes(b"")
    (box.folder / ("k." + "n" * 100)).write_bytes(b"what")
    assert sorted(box.actions()) == ["opened", "quarantined", "quarantined"]
    assert all(item["source"].isprintable() for item in quarantine.page(scene.admin))


# --- A store that is away, and others at work ----------------------------------------------------------------


def test_a_locked_store_leaves_everything_in_the_spool(
    box: Spool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [box.put(mail(number)) for number in range(3)]
    monkeypatch.setattr(engines, "BUSY_TIMEOUT_S", 0.0)
    other = sqlite3.connect(scene.store, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    away = Desk(engines.open_engine(scene.admin.place), scene.admin.place, scene.admin.actor, "cli", scene.admin.config)
    with pytest.raises(StoreUnavailable, match="busy"):
        list(spool.drain(away, box.folder))
    away.close()
    other.close()
    assert box.names == names
    assert box.actions() == ["opened"] * 3


def test_a_store_that_fills_up_keeps_what_is_durable_and_leaves_the_rest(
    box: Spool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "BATCH_S", 0.0)
    names = [box.put(mail(number)) for number in range(4)]
    real, calls = intake.one_mail, []

    def take(desk: Desk, found: RawInput, dry_run: bool) -> Iterator[IntakeItem]:
        calls.append(found.source)
        yield from real(desk, found, dry_run)
        if len(calls) == 3:
            error = OperationalError("COMMIT", {}, sqlite3.OperationalError("database or disk is full"))
            raise engines.plainly(error) from error

    monkeypatch.setitem(channels.CHANNELS, "email", replace(channels.CHANNELS["email"], take=take))
    taken: list[IntakeItem] = []
    with pytest.raises(StoreUnavailable, match="full"):
        taken.extend(spool.drain(scene.desk("wei"), box.folder))
    assert box.names == names[2:] or box.names == names[3:]
    assert len(calls) == 3
    box.drain()
    assert tickets(scene) == 4 and box.names == [] and scene.is_sound()


def test_a_store_without_space_is_told_so(box: Spool, scene: Scene) -> None:
    """SQLite ends the transaction by itself then, and what is undone after that fails for another reason."""
    desk = scene.desk("wei")
    with engines.reading(desk.engine) as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()

    @event.listens_for(desk.engine, "connect")
    def _small(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages + 10}")

    desk.engine.dispose()
    for number in range(200):
        box.put(mail(number))
    with pytest.raises(StoreUnavailable, match="disk is full"):
        list(spool.drain(desk, box.folder))
    left = len(box.names)
    assert left and tickets(scene) == 200 - left
    desk.engine.dispose()
    event.remove(desk.engine, "connect", _small)
    assert set(box.actions()) == {"opened"}
    assert (box.names, tickets(scene)) == ([], 200)


def test_a_spool_is_not_worked_into_a_new_store_where_the_old_one_is_away(box: Spool, scene: Scene) -> None:
    place = scene.desk("wei").store_name
    spool.refuse_gone(box.folder, "never-there.db", Config())
    box.put(mail(1))
    box.drain(dry_run=True)
    spool.refuse_gone(box.folder, place, Config())
    box.drain()
    spool.refuse_gone(box.folder, place, Config())
    away = Path(place).rename(Path(place).with_suffix(".away"))
    with pytest.raises(StoreUnavailable, match="is away"):
        spool.refuse_gone(box.folder, place, Config())
    spool.refuse_gone(box.folder, place + ".other", Config())
    away.rename(place)
    spool.refuse_gone(box.folder, place, Config())


def test_what_was_not_committed_is_still_in_the_spool(
    box: Spool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "BATCH_S", 3600.0)
    names = [box.put(mail(number)) for number in range(3)]

    def interrupted(_desk: Desk, _found: RawInput, _dry_run: bool) -> Iterator[IntakeItem]:
        raise KeyboardInterrupt
        yield

    monkeypatch.setitem(channels.CHANNELS, "syslog", replace(channels.CHANNELS["email"], take=interrupted))
    last = box.put(b"", "syslog")
    with pytest.raises(KeyboardInterrupt):
        box.drain()
    assert box.names == [*names, last] and tickets(scene) == 0


def test_two_drains_at_once_share_the_work(box: Spool, scene: Scene) -> None:
    for number in range(60):
        box.put(mail(number))
    context = multiprocessing.get_context("spawn")
    drains = [context.Process(target=_drain, args=(scene.store, str(box.folder))) for _n in range(3)]
    for drain in drains:
        drain.start()
    for drain in drains:
        drain.join()
    assert [drain.exitcode for drain in drains] == [0, 0, 0]
    assert tickets(scene) == 60 and box.names == [] and scene.is_sound()


def _drain(store: str, folder: str) -> None:
    with Desk.open(store=store) as desk:
        assert {item.action for item in spool.drain(desk, Path(folder))} <= {"opened"}


def test_a_spool_that_another_works_is_told(box: Spool, scene: Scene) -> None:
    name = box.put(mail(1))
    with spool._alone(box.folder, 1.0) as mine:
        assert mine
        assert list(spool.drain(scene.desk("wei"), box.folder, patience=0.0)) == [], "left to the other"
        with pytest.raises(StoreUnavailable, match="another program"):
            list(spool.drain(scene.desk("wei"), box.folder, patience=0.01))
    assert box.names == [name]
    assert box.actions() == ["opened"], "the lock went with its holder"


def test_a_spool_that_nobody_drains_is_told_by_the_doctor(
    box: Spool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOC_SPOOL", str(box.folder))

    def seen() -> tuple[bool, str]:
        (check,) = (one for one in doctor(scene.store, scene.admin.config) if one.name == "spool")
        return check.ok, check.seen[:1]

    assert seen() == (True, "0")
    path = box.folder / box.put(mail(1))
    assert seen() == (True, "1")
    long_ago = time.time() - 2 * spool.LATE_S
    os.utime(path, (long_ago, long_ago))
    assert seen() == (False, "1")


# --- Transactions --------------------------------------------------------------------------------------------


def test_small_inputs_share_a_transaction_and_long_ones_do_not(
    box: Spool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    commits: list[float] = []
    engines.event.listen(scene.admin.engine, "commit", lambda _connection: commits.append(time.monotonic()))
    monkeypatch.setattr(spool, "BATCH_S", 3600.0)
    for number in range(10):
        box.put(mail(number))
    box.drain()
    together = len(commits)
    monkeypatch.setattr(spool, "BATCH_S", 0.0)
    for number in range(10, 20):
        box.put(mail(number))
    box.drain()
    assert together <= 3 and len(commits) - together >= 10


def test_an_input_of_many_items_is_spread_over_transactions(
    box: Spool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def take(desk: Desk, found: RawInput, dry_run: bool) -> Iterator[IntakeItem]:
        for index in range(6):
            yield hold(desk, "syslog", found.source, index, b"%d" % index, "x", "y")
            with closing(sqlite3.connect(scene.store)) as other:
                durable.append(other.execute("SELECT count(*) FROM quarantine").fetchone()[0])

    _channel(monkeypatch, take)
    monkeypatch.setattr(spool, "BATCH_S", 0.0)
    durable: list[int] = []
    box.put(b"many", "syslog")
    assert box.actions() == ["quarantined"] * 6
    assert durable == [1, 2, 3, 4, 5, 6]


def test_any_kind_of_store_takes_a_spool(any_scene: Scene, tmp_path: Path) -> None:
    box = Spool(tmp_path / "spool", any_scene)
    for number in range(5):
        box.put(mail(number))
    box.put(b"?", "unheard")
    assert box.actions() == ["opened"] * 5 + ["quarantined"]
    assert box.names == [] and any_scene.is_sound()


# --- Kills, and the console's own drain ----------------------------------------------------------------------


def test_drains_killed_at_any_moment_lose_and_double_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOC_NOW", raising=False)
    result = spool_kill.run(tmp_path, 50)
    assert result.kills == 50 and result.spooled > spool_kill.WAITING
    assert (result.lost, result.doubled, result.left, result.findings) == ([], [], 0, [])


def test_a_drain_that_clears_too_early_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOC_NOW", raising=False)
    assert spool_kill.run(tmp_path, 15, early=True).lost


def test_only_the_usual_store_takes_the_usual_spool_by_itself(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert spool.of_console(scene.admin) is None
    named = tmp_path / "named"
    monkeypatch.setenv("NOC_SPOOL", str(named))
    assert spool.of_console(scene.admin) is None, "a practice store never takes what came in for work"
    monkeypatch.delenv("NOC_NOW")
    with Desk.open() as usual, Desk.open(store=str(tmp_path / "work.db")) as other:
        assert (spool.of_console(usual), spool.of_console(other)) == (named, named)
        monkeypatch.delenv("NOC_SPOOL")
        assert (spool.of_console(usual), spool.of_console(other)) == (Path(program.default_folder()), None)
