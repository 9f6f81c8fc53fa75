"""Many mails are taken in together as each would be alone, in order, and none is lost to another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from noc_console.desk import channels, intake, mail_batch, quarantine
from noc_console.errors import BadInput
from noc_console.store import engine
from tests.desk.post import mail
from tests.desk.scene import Scene


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    """Forty-five mails: new ones, each fifth answered by the next, one twice, and one that is none."""
    place = tmp_path / "Maildir" / "new"
    place.mkdir(parents=True)
    for number in range(45):
        answers = {"In_Reply_To": f"<{number - 1}@x>"} if number % 5 == 1 else {}
        raw = mail(Message_ID=f"<{number}@x>", Subject=f"matter {number}", text=f"text {number}\n", **answers)
        place.joinpath(f"{number:03}.host").write_bytes(raw)
    place.joinpath("007.host").write_bytes(place.joinpath("006.host").read_bytes())
    place.joinpath("030.host").write_bytes(b"\0 no mail")
    return place.parent


def said(scene: Scene, place: Path, **how: Any) -> list[str]:
    items = channels.take(scene.admin, "email", [str(place)], **how)
    return [f"{Path(item.source).name[:3]} {item.action}" for item in items]


WANTED = [
    f"{number:03} {'appended' if number % 5 == 1 else 'duplicate' if number == 7 else 'opened'}"
    if number != 30
    else "030 quarantined"
    for number in range(45)
]
#: The mail that 31 answers could not be read.
WANTED[31] = "031 opened"


@pytest.fixture
def transactions(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Note every transaction that may write."""
    begun: list[str] = []
    for module in (intake, mail_batch):
        whole = engine.writing

        def counted(where: Any, *rest: Any, name: str = module.__name__, made: Any = whole) -> Any:
            begun.append(name)
            return made(where, *rest)

        monkeypatch.setattr(module, "writing", counted)
    return begun


def test_a_folder_is_taken_in_few_transactions_as_mail_by_mail(
    scene: Scene, maildir: Path, transactions: list[str]
) -> None:
    assert said(scene, maildir) == WANTED
    assert len(transactions) <= 4, "twenty mails to a transaction"
    assert [held["source"][-8:] for held in quarantine.page(scene.admin)] == ["030.host"]
    assert scene.is_sound()


def test_what_is_known_asks_for_no_lock(scene: Scene, maildir: Path, transactions: list[str]) -> None:
    said(scene, maildir)
    transactions.clear()
    again = said(scene, maildir)
    assert {line.split()[1] for line in again} == {"duplicate"}
    assert transactions == []


def test_where_one_is_refused_the_others_of_its_batch_are_taken(
    scene: Scene, maildir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    carried_out = intake._carry_out

    def refusing(desk: Any, connection: Any, draft: Any, thread: Any) -> Any:
        done = carried_out(desk, connection, draft, thread)
        if draft.message_id == "<12@x>":
            raise BadInput("too strange", "look at it")
        return done

    monkeypatch.setattr(intake, "_carry_out", refusing)
    wanted = list(WANTED)
    wanted[12] = "012 quarantined"
    assert said(scene, maildir) == wanted
    assert scene.is_sound()


def test_what_was_found_before_an_unreadable_source_is_taken(scene: Scene, maildir: Path, tmp_path: Path) -> None:
    gone = tmp_path / "gone.eml"
    items = channels.take(scene.admin, "email", [str(maildir / "new" / "000.host"), str(gone)])
    assert next(items).action == "opened"
    with pytest.raises(BadInput):
        next(items)


def test_a_dry_run_of_many_stores_nothing(scene: Scene, maildir: Path) -> None:
    token = scene.admin.token()
    assert said(scene, maildir, dry_run=True) == WANTED
    assert scene.admin.token() == token


def test_a_dry_run_says_of_each_what_would_become_of_it_after_those_before(scene: Scene, tmp_path: Path) -> None:
    place = tmp_path / "given"
    place.mkdir()
    for number in range(3):
        answers = {"In_Reply_To": "<0@x>"} if number else {}
        (place / f"{number}.eml").write_bytes(mail(Message_ID=f"<{number % 2}@x>", text="x\n", **answers))
    token = scene.admin.token()
    dry = list(channels.take(scene.admin, "email", [str(place)], dry_run=True))
    assert [(item.action, item.ref) for item in dry] == [("opened", None), ("appended", None), ("duplicate", None)]
    assert scene.admin.token() == token
    assert [item.action for item in channels.take(scene.admin, "email", [str(place)])] == [item.action for item in dry]
