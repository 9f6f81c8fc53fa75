"""A team's database that is set up as docs/operate.md says: people can work in it, and cannot change the journal."""

from __future__ import annotations

import json
import re
import secrets
from typing import TYPE_CHECKING

import pytest

from noc_console.cli.main import main
from tests.repository import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.postgres import Cluster

PAGE = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```sql\n-- (\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAMES = ("noc_owner", "noc_people", "zhang.wei", "li.lei")
#: tables that are added to only, each with one of its columns
ADDED_TO_ONLY = {"intent": "actor", "intent_body": "body", "verdict": "verdict", "blob": "content"}
MAIL = b"From: Li Na <li.na@bank.example>\nSubject: Line down\nMessage-ID: <1@bank.example>\n\nBranch 7.\n"


class Team:
    """The database with the people of the page, under names that no other test uses."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._mark = f"_{secrets.token_hex(4)}"
        self.database = f"noc{self._mark}"
        self.sql = {name: self._renamed(text) for name, text in BLOCK.findall(PAGE)}

    def name(self, person: str) -> str:
        return person + self._mark

    def url(self, person: str) -> str:
        return f"postgresql://{self.name(person)}:secret@127.0.0.1:{self._cluster.port}/{self.database}"

    def noc(self, person: str, *args: str) -> int:
        return main([*args, "--store", self.url(person)])

    def _renamed(self, text: str) -> str:
        for name in NAMES:
            text = re.sub(rf"\b{re.escape(name)}\b", self.name(name), text)
        return text.replace('DATABASE "noc"', f'DATABASE "{self.database}"')


@pytest.fixture
def team(postgres_cluster: Cluster) -> Iterator[Team]:
    import psycopg

    made = Team(postgres_cluster)
    with psycopg.connect(postgres_cluster.url("postgres"), autocommit=True) as server:
        for statement in made.sql["server"].strip().split(";\n"):
            server.execute(statement)
        for name in ("noc_owner", "zhang.wei", "li.lei"):
            server.execute(f"ALTER ROLE \"{made.name(name)}\" PASSWORD 'secret'")
    assert made.noc("noc_owner", "store", "init") == 0
    with psycopg.connect(made.url("noc_owner")) as owner:
        owner.execute(made.sql["rights"])
    yield made
    with psycopg.connect(postgres_cluster.url("postgres"), autocommit=True) as server:
        server.execute(f'DROP DATABASE "{made.database}" WITH (FORCE)')
        for name in NAMES:
            server.execute(f'DROP ROLE "{made.name(name)}"')


def test_the_page_shows_what_the_command_prints(capsys: pytest.CaptureFixture[str]) -> None:
    said = dict(BLOCK.findall(PAGE))
    assert main(["store", "grants", "zhang.wei", "li.lei"]) == 0
    assert capsys.readouterr().out == f"-- server\n{said['server']}-- rights\n{said['rights']}"
    assert main(["store", "grants", "--part", "rights"]) == 0
    assert capsys.readouterr().out == f"-- rights\n{said['rights']}"
    assert main(["store", "grants", 'x"; DROP', "--part", "server", "--store", "postgresql://u:p@h/our%20noc"]) == 0
    out = capsys.readouterr().out
    assert 'CREATE DATABASE "our noc" OWNER noc_owner' in out
    assert 'CREATE ROLE "x""; DROP" LOGIN' in out


def test_people_can_work(team: Team, tmp_path: Path) -> None:
    mail = tmp_path / "hello.eml"
    mail.write_bytes(MAIL)
    policy = tmp_path / "ours.toml"
    policy.write_text("limits.reopen_days = 9\n", encoding="utf-8")
    assert team.noc("li.lei", "ticket", "list") == 0, "whoever comes first is let in"
    assert team.noc("li.lei", "engineer", "add", team.name("zhang.wei"), "--roles", "engineer") == 0
    assert team.noc("li.lei", "policy", "import", str(policy)) == 0
    assert team.noc("zhang.wei", "intake", "email", str(mail)) == 0
    assert team.noc("zhang.wei", "timers", "run") == 0
    assert team.noc("zhang.wei", "store", "verify") == 0
    assert team.noc("zhang.wei", "store", "backup", str(tmp_path / "copy.db")) == 0
    assert team.noc("noc_owner", "store", "rebuild") == 0


def test_a_name_is_the_login(team: Team) -> None:
    assert team.noc("li.lei", "ticket", "list") == 0
    assert team.noc("li.lei", "ticket", "list", "--as", team.name("zhang.wei")) == 2


def test_people_cannot_change_the_journal(team: Team) -> None:
    import psycopg

    assert team.noc("li.lei", "ticket", "list") == 0
    with psycopg.connect(team.url("li.lei"), autocommit=True) as person:
        tables = [
            row[0] for row in person.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        ]
        assert {*ADDED_TO_ONLY, "ticket", "hub_state"} <= set(tables)
        forbidden = [f"DELETE FROM {table}" for table in tables]
        forbidden += [f"TRUNCATE {table}" for table in tables]
        forbidden += [f"UPDATE {table} SET {column} = NULL" for table, column in ADDED_TO_ONLY.items()]
        for statement in forbidden:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                person.execute(statement)


def test_the_doctor_tells_a_login_that_may_only_read(team: Team, capsys: pytest.CaptureFixture[str]) -> None:
    import psycopg

    with psycopg.connect(team.url("noc_owner")) as owner:
        owner.execute(f'REVOKE INSERT ON intent FROM "{team.name("noc_people")}"')
    capsys.readouterr()
    assert team.noc("li.lei", "doctor", "-o", "json") == 6
    checks = {check["name"]: check for check in json.loads(capsys.readouterr().out)}
    assert not checks["writing"]["ok"] and "noc store grants" in checks["writing"]["hint"]
    assert checks["store"]["ok"] and checks["clock"]["ok"]
