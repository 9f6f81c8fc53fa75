"""A throw-away PostgreSQL cluster for the run, and an empty database of it for each test that asks.

The first test that needs it starts the cluster; the workers of one run share it, and the run's main process ends it.
Roles belong to the cluster, not to a database: a test that creates some gives them names of its own.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import sqlite3
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

# Set by the main process before it starts its workers, so that all of them name the same folder.
_SHARED = "PYTEST_SHARED_POSTGRES"
_OWNER = "noc"
_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "32MB",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
}


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running server in ``folder``; ``programs`` is where its release keeps initdb and pg_ctl."""

    folder: Path
    programs: Path
    port: int
    password: str

    def url(self, database: str) -> str:
        return f"postgresql://{_OWNER}:{self.password}@127.0.0.1:{self.port}/{database}"


def pytest_configure(config: pytest.Config) -> None:
    """Agree on the place of the cluster; nothing is started yet."""
    if not _is_worker(config):
        os.environ[_SHARED] = str(Path(tempfile.gettempdir(), f"noc-postgres-{secrets.token_hex(8)}"))


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the cluster if a test of this run has started it, and remove its files."""
    if _is_worker(config) or _SHARED not in os.environ:
        return
    folder = Path(os.environ.pop(_SHARED))
    data = folder / "data"
    programs = _programs()
    if programs is not None and (data / "postmaster.pid").exists():
        _run(programs / "pg_ctl", "stop", "-D", data, "-m", "immediate", "-w")
    if folder.exists():
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgres_cluster() -> Cluster:
    """The run's PostgreSQL server, started by the first worker that comes here."""
    programs = _programs()
    if programs is None:
        pytest.skip("no PostgreSQL server programs (initdb) on this machine")
    folder = Path(os.environ[_SHARED])
    folder.mkdir(mode=0o700, exist_ok=True)
    # SQLite is a lock that works between processes on every system, and keeps the answer for those who waited.
    with contextlib.closing(sqlite3.connect(folder / "cluster.sqlite", timeout=100, isolation_level=None)) as shared:
        shared.execute("BEGIN EXCLUSIVE")
        shared.execute("CREATE TABLE IF NOT EXISTS running (port INTEGER, password TEXT)")
        row = shared.execute("SELECT port, password FROM running").fetchone()
        if row is None:
            row = _start(programs, folder)
            shared.execute("INSERT INTO running VALUES (?, ?)", row)
        shared.execute("COMMIT")
    return Cluster(folder, programs, *row)


@pytest.fixture
def postgres_url(postgres_cluster: Cluster) -> Iterator[str]:
    """The URL of a fresh, empty database, dropped after the test."""
    import psycopg

    name = f"noc_{secrets.token_hex(6)}"
    with psycopg.connect(postgres_cluster.url("postgres"), autocommit=True) as server:
        # Nothing is synced here, so that copying the template's files is cheaper than logging them.
        server.execute(f"CREATE DATABASE {name} TEMPLATE template0 STRATEGY file_copy")
    yield postgres_cluster.url(name)
    with psycopg.connect(postgres_cluster.url("postgres"), autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """What ``--store`` takes, for each kind of store in turn: a path, then a PostgreSQL URL."""
    if request.param == "sqlite":
        return str(tmp_path / "store.db")
    return str(request.getfixturevalue("postgres_url"))


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def _programs() -> Path | None:
    """Return the folder of the newest release whose initdb is here."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True)
    on_path = shutil.which("initdb")
    candidates = [*([Path(on_path).resolve().parent] if on_path else []), *debian]
    return next((folder for folder in candidates if shutil.which("pg_ctl", path=str(folder))), None)


def _start(programs: Path, folder: Path) -> tuple[int, str]:
    """Create and start a server on a free port of the loopback; return its port and its owner's password."""
    password = secrets.token_hex(12)
    password_file = folder / "password"
    password_file.write_text(password, encoding="ascii")
    _hand_over(folder)
    _run(
        *(programs / "initdb", "-D", folder / "data", "-U", _OWNER, "-E", "UTF8", "--no-locale", "--no-sync"),
        *("--auth=scram-sha-256", f"--pwfile={password_file}"),
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    options = " ".join(f"-c {name}={value or chr(39) * 2}" for name, value in _SETTINGS.items())
    _run(programs / "pg_ctl", "start", "-D", folder / "data", "-l", folder / "log", "-w", "-o", f"-p {port} {options}")
    return port, password


def _run(*command: str | Path) -> None:
    """Run a program of PostgreSQL, as its own user where we are root: it refuses to run as root."""
    with tempfile.TemporaryFile() as said:
        # A file and not a pipe: the server inherits it and would hold a pipe open.
        done = subprocess.run(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            cwd=tempfile.gettempdir(),
            check=False,
            **_as_server_user(),
        )
        said.seek(0)
        if done.returncode != 0:
            raise RuntimeError(f"{command[0]} ended with {done.returncode}: {said.read().decode(errors='replace')}")


def _server_user() -> Any:
    """Return the account that PostgreSQL is to run under if not our own."""
    if os.name != "posix" or os.geteuid() != 0:
        return None
    import pwd

    with contextlib.suppress(KeyError):
        return pwd.getpwnam("postgres")
    return pwd.getpwnam("nobody")


def _as_server_user() -> dict[str, Any]:
    user = _server_user()
    return {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _hand_over(folder: Path) -> None:
    user = _server_user()
    if user is not None:
        for path in (folder, *folder.iterdir()):
            os.chown(path, user.pw_uid, user.pw_gid)
