"""While the store is locked nothing is written by whatever way, everything is read, and what comes in is kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from noc_console import spool as program
from noc_console.desk import act as door
from noc_console.desk import channels, files, inbox, lock, outbox, policy, register, solve, spool, ticket, timers
from noc_console.desk.act import Wish, act
from noc_console.desk.doctor import doctor
from noc_console.desk.filter import parse
from noc_console.errors import Refused, StoreUnavailable
from tests.desk.post import Post, mail
from tests.desk.scene import Scene

WHY = "new disk"
Way = Callable[[Scene, str, Path], object]


def _import_policy(scene: Scene, _ref: str, file: Path) -> object:
    file.write_text("", encoding="utf-8")
    return policy.import_file(scene.admin, str(file))


def _attach(scene: Scene, ref: str, file: Path) -> object:
    file.write_bytes(b"trace")
    return files.attach(scene.admin, ref, str(file))


def _mail(scene: Scene, _ref: str, file: Path) -> object:
    file.write_bytes(mail(Subject="Line is down"))
    return list(channels.take(scene.admin, "email", [str(file)]))


def _no_mail(scene: Scene, _ref: str, file: Path) -> object:
    file.write_bytes(b"\x00\x01\x02")
    return list(channels.take(scene.admin, "email", [str(file)]))


def _alarm(scene: Scene, _ref: str, file: Path) -> object:
    file.write_text(
        "<187>Apr 26 17:00:00 R1 %LINK-3-UPDOWN: Interface Gi0/1, changed state to down\n", encoding="utf-8"
    )
    return list(channels.take(scene.admin, "syslog", [str(file)]))


def _timers(scene: Scene, _ref: str, _file: Path) -> object:
    scene.later(days=2)
    return timers.run(scene.admin)


SOLVED = {
    "cause_code": "X-NFF", "remedy": "watch", "how_verified": "measured", "result": "works", "prevention": "none",
    "confirmed_by": "Li Na",
}  # fmt: skip
WAYS: dict[str, Way] = {
    "an event": lambda scene, ref, _file: scene.says("wei", ref, "note", text="x"),
    "a dry run": lambda scene, ref, _file: act(
        scene.admin, Wish("fault", scene.row(ref)["id"], "note", {"text": "x"}), dry_run=True
    ),
    "a birth": lambda scene, _ref, _file: scene.register(),
    "the short way": lambda scene, ref, _file: solve.solve(scene.admin, ref, SOLVED),
    "a person": lambda scene, _ref, _file: register.put(scene.admin, "engineer", {"name": "n", "roles": ("lead",)}),
    "a policy": _import_policy,
    "a file": _attach,
    "a mail": _mail,
    "what is no mail": _no_mail,
    "an alarm": _alarm,
    "timers": _timers,
    "the outbox": lambda scene, _ref, _file: outbox.discard(scene.admin, outbox.page(scene.admin)[0]["id"], "x"),
}


@pytest.mark.parametrize("way", WAYS)
def test_there_is_no_way_round_the_lock(scene: Scene, tmp_path: Path, way: str) -> None:
    ref = scene.register(grade="P4", contact="li@example.cn")
    lock.lock(scene.admin, WHY)
    token = scene.admin.token()
    with pytest.raises(StoreUnavailable) as told:
        WAYS[way](scene, ref, tmp_path / "file")
    assert scene.admin.actor.name in told.value.message
    assert WHY in told.value.message
    assert "noc lock --off" in told.value.hint
    assert scene.admin.token() == token
    lock.unlock(scene.admin, _held(scene))
    WAYS[way](scene, ref, tmp_path / "file")
    assert scene.is_sound()


def _held(scene: Scene) -> str:
    found = lock.held(scene.admin)
    assert found is not None
    return found.id


def test_it_is_locked_and_unlocked_on_every_kind_of_store(any_scene: Scene) -> None:
    scene = any_scene
    ref = scene.register()
    assert lock.held(scene.admin) is None
    lock.lock(scene.admin, WHY)
    found = lock.held(scene.admin)
    assert found is not None
    assert (found.by, found.since, found.why) == (scene.admin.actor.name, scene.now, WHY)
    with pytest.raises(StoreUnavailable):
        scene.says("wei", ref, "note", text="x")
    scene.later(minutes=5)
    lock.unlock(scene.admin, found.id)
    assert scene.says("wei", ref, "note", text="x").verdict == "applied"
    assert scene.is_sound()


def test_everything_is_read_meanwhile(scene: Scene) -> None:
    ref = scene.register()
    lock.lock(scene.admin, WHY)
    assert [row.ref for row in ticket.page(scene.admin, parse("")).rows] == [ref]
    assert ticket.next_steps(scene.admin, ref)
    assert inbox.page(scene.admin) == ()
    (check,) = [check for check in doctor(scene.store, scene.admin.config) if check.name == "lock"]
    assert (check.ok, WHY in check.seen) == (False, True)


def test_only_who_may_look_after_the_store_locks_it_and_once(scene: Scene) -> None:
    with pytest.raises(Refused) as told:
        lock.lock(scene.desk("chen"), WHY)
    assert [reason.code for reason in told.value.reasons] == ["right_missing"]
    with pytest.raises(Refused) as told:
        lock.lock(scene.admin, "")
    assert [reason.code for reason in told.value.reasons] == ["input_missing"]
    assert lock.lock(scene.admin, WHY, dry_run=True).state == "locked"
    assert lock.held(scene.admin) is None
    lock.lock(scene.admin, WHY)
    with pytest.raises(Refused) as told:
        lock.lock(scene.admin, WHY)
    assert [reason.code for reason in told.value.reasons] == ["locked_already"]
    with pytest.raises(Refused) as told:
        lock.unlock(scene.desk("chen"), _held(scene))
    assert [reason.code for reason in told.value.reasons] == ["right_missing"]


def test_what_was_done_before_can_be_asked_for_again(scene: Scene) -> None:
    wish = Wish("fault", scene.row(scene.register())["id"], "note", {"text": "x"})
    act(scene.admin, wish)
    lock.lock(scene.admin, WHY)
    assert act(scene.admin, wish).verdict == "noop"


# SQLite lets one at a time write: nobody locks there while another writes.
@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_who_began_before_the_lock_does_not_end_after_it(any_scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = any_scene
    ref = scene.register()
    heard = door.Court.hear

    def hear(court: door.Court, wish: Wish) -> door.Outcome:
        outcome = heard(court, wish)
        if wish.event == "note":
            lock.lock(scene.admin, WHY)
        return outcome

    monkeypatch.setattr(door.Court, "hear", hear)
    token = scene.admin.token()
    with pytest.raises(StoreUnavailable):
        scene.says("wei", ref, "note", text="x")
    assert scene.admin.token() == token + 1  # the lock alone
    assert scene.is_sound()


def test_the_spool_keeps_what_came_in(scene: Scene, tmp_path: Path, post: Post) -> None:
    box = tmp_path / "spool"
    source = tmp_path / "mail"
    source.write_bytes(mail(Subject="Line is down"))
    with source.open("rb") as stream:
        program.store(stream.fileno(), str(box), "email")
    lock.lock(scene.admin, WHY)
    with pytest.raises(StoreUnavailable):
        list(spool.drain(scene.admin, box))
    lock.unlock(scene.admin, _held(scene))
    assert [item.action for item in spool.drain(scene.admin, box)] == ["opened"]
