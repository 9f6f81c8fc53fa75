"""Mail is fetched by IMAP into a Maildir by programs made for that, and taken in once."""

from __future__ import annotations

import getpass
import imaplib
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from noc_console.config import Config
from noc_console.desk import channels
from noc_console.desk.desk import Desk

NEEDED = ("dovecot", "getmail", "fdm")
MISSING = [name for name in NEEDED if not shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")
AS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
#: Neither an IMAP server nor getmail works for root.
READER = "nobody" if AS_ROOT else getpass.getuser()

SERVER = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
ssl = no
disable_plaintext_auth = no
first_valid_uid = 1
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
mail_location = maildir:{folder}/mail/%u
service imap-login {{
  {chroot}
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  {chroot}
}}
service stats {{
  {chroot}
}}
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
"""
GETMAIL = """
[retriever]
type = SimpleIMAPRetriever
server = 127.0.0.1
port = {port}
username = noc
password = secret

[destination]
type = Maildir
path = {folder}/Maildir/

[options]
delete = true
"""
FDM = """
set lock-file "{folder}/fdm.lock"
action "in" maildir "{folder}/Maildir"
account "noc" imap server "127.0.0.1" port {port} user "noc" pass "secret"
match all action "in"
"""


@dataclass(frozen=True)
class Server:
    """A mail server on loopback and the folder that everything lies in."""

    folder: Path
    port: int

    def deliver(self, *subjects: str) -> None:
        """Put mails into the inbox of the server."""
        with imaplib.IMAP4("127.0.0.1", self.port) as server:
            server.login("noc", "secret")
            for subject in subjects:
                head = f"From: li.na@bank.example\r\nSubject: {subject}\r\nMessage-ID: <{subject}@bank.example>\r\n"
                server.append("INBOX", "", "", f"{head}\r\n光缆被挖断 since 08:10\r\n".encode())

    def waiting(self) -> int:
        """Return how many mails the server still has."""
        with imaplib.IMAP4("127.0.0.1", self.port) as server:
            server.login("noc", "secret")
            return int(server.select("INBOX")[1][0] or b"0")

    def run(self, *command: str) -> None:
        """Run a program that fetches mail, as somebody whom it works for."""
        environment = {**os.environ, "HOME": str(self.folder)}
        who = {"user": READER, "group": _ids()[1], "extra_groups": ()} if AS_ROOT else {}
        try:
            subprocess.run(
                command, env=environment, cwd=self.folder, capture_output=True, text=True, check=True, timeout=60, **who
            )
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            log = (self.folder / "log").read_text(encoding="utf-8")
            pytest.fail(f"{error}\n{error.stdout}\n{error.stderr}\n{log}")

    def write(self, name: str, text: str) -> str:
        """Write the settings of a program, for its user's eyes alone."""
        path = self.folder / name
        path.write_text(text.format(folder=self.folder, port=self.port), encoding="utf-8")
        path.chmod(0o600)
        _give(path)
        return str(path)


def _give(path: Path) -> None:
    if AS_ROOT:
        shutil.chown(path, READER)


def _ids() -> tuple[int, int]:
    import pwd

    entry = pwd.getpwnam(READER)
    return entry.pw_uid, entry.pw_gid


@pytest.fixture
def server() -> Iterator[Server]:
    """Start a mail server of our own on a free port."""
    # Not below pytest's own folder, which nobody else may enter; and short: sockets have short paths.
    with tempfile.TemporaryDirectory(prefix="noc-imap-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        for below in ("run", "state", "mail", "Maildir", "Maildir/new", "Maildir/cur", "Maildir/tmp"):
            (folder / below).mkdir()
        for below in ("mail", "Maildir", "Maildir/new", "Maildir/cur", "Maildir/tmp", "."):
            _give(folder / below)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        uid, gid = _ids()
        who = {"internal": "dovecot", "internal_group": "dovecot", "login": "dovenull", "chroot": ""}
        if not AS_ROOT:
            import grp

            group = grp.getgrgid(os.getgid()).gr_name
            who = {"internal": READER, "internal_group": group, "login": READER, "chroot": "chroot ="}
        settings = folder / "dovecot.conf"
        settings.write_text(SERVER.format(folder=folder, port=port, uid=uid, gid=gid, **who), encoding="utf-8")
        program = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin") or "dovecot"
        with subprocess.Popen([program, "-F", "-c", str(settings)], stderr=subprocess.DEVNULL) as process:
            try:
                _until_it_answers(process, port, folder / "log")
                yield Server(folder, port)
            finally:
                process.terminate()
                process.wait(timeout=20)


def _until_it_answers(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _try in range(200):
        try:
            with imaplib.IMAP4("127.0.0.1", port, timeout=5):
                return
        except (OSError, imaplib.IMAP4.error):
            try:
                process.wait(timeout=0.1)
            except subprocess.TimeoutExpired:
                continue
            break
    pytest.fail(log.read_text(encoding="utf-8") if log.exists() else "the mail server does not answer")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Open a new store."""
    with Desk.open(store=str(tmp_path / "store.db"), actor="wei", config=Config()) as opened:
        yield opened


def taken(desk: Desk, place: Path) -> list[str]:
    """Take in a folder and return what became of each mail."""
    return sorted(
        f"{item.action} {(item.parsed or {})['subject']}" for item in channels.take(desk, "email", [str(place)])
    )


@pytest.mark.parametrize("program", ["getmail", "fdm"])
def test_mail_is_fetched_into_a_maildir_and_taken_in_once(server: Server, desk: Desk, program: str) -> None:
    if program == "getmail":
        server.write("getmailrc", GETMAIL)
        command = ["getmail", "--getmaildir", str(server.folder)]
    else:
        command = ["fdm", "-f", server.write("fdm.conf", FDM), "fetch"]
    place = server.folder / "Maildir"

    server.deliver("one", "two")
    server.run(*command)
    assert taken(desk, place) == ["opened one", "opened two"]
    assert server.waiting() == 0, "what was fetched is not fetched again"

    server.deliver("three")
    server.run(*command)
    assert taken(desk, place) == ["duplicate one", "duplicate two", "opened three"]
