"""What strangers send: a store in which every text that can come from outside tries to be more than text."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path

from noc_console.desk.act import Wish, act
from noc_console.desk.desk import Desk
from noc_console.desk.identity import engineer_id
from noc_console.desk.policy import import_file
from noc_console.store.canonical import derived_id
from tests.end_to_end.stage import ADMIN, Stage

MARK = "PWNED"
#: each tries one thing; the mark tells where its words went
ATTACKS = (
    "=cmd|' /C calc'!A0 PWNED-00",
    "\x1b]0;PWNED-01\x07",
    "\x1b]8;;http://PWNED-02.example\x1b\\here\x1b]8;;\x1b\\",
    "\x1b]52;c;UFdORUQtMDM=\x07PWNED-03",
    "\x1b[2J\x1b[31mPWNED-04\x1b[6n",
    "\x1bPq#PWNED-05\x1b\\\x1b_PWNED-05\x1b\\",
    "\x9b31mPWNED-06\x9d0;PWNED-06\x9c\x90PWNED-06\x9c",
    "\u202ePWNED-07\u2066\u200f",
    "\u200bPWNED-08\ufeff\u2060\U000e0041",
    "\x00PWNED-09\x07\x08\x0e\x0f\x7f",
    "[/]PWNED-10[/bold][bold red]",
    "[@click=app.quit]PWNED-11[/] [link=http://x]",
    "\x1b]2;PWNED-12\x1b\\\x1bc\x1b(0",
)  # fmt: skip
TEXT = " ".join(ATTACKS)
LONG_LINE = "PWNED-13 \x1b]0;PWNED-13\x07 " * 40_000
#: the same places filled with nothing to fear
PLAIN = " ".join(f"{MARK}-{number:02d}" for number in range(len(ATTACKS)))


def fill(stage: Stage, text: str, line: str) -> None:
    """Put a text wherever a text of somebody else can stand, and a long line into a mail."""
    whole, text = text, text.replace("\x00", "")  # no store holds a NUL: only a mail can bring one
    cut = text[:180]
    stage.register(
        subject=text[:290], symptom=text, scope=text, requester=cut, organisation=cut, contract=text[:90],
        objects=cut.replace(",", " "), domain="access",
    )  # fmt: skip
    stage.do("accept")
    stage.do("note", text=text)
    stage.do("inform", channel="email", text=text, to=text[:300], sent="by_us")
    stage.do("escalate", management="lead", why=text)
    stage.do("mark_affected", customer=cut, circuit=cut)
    stage.do("wait_third_party", reason="carrier", until="+2h", vendor_case=text[:90])
    (stage.folder / "trace.txt").write_bytes(b"x")
    file = {"name": text[:200], "type": "text/plain", "size": 1, "sha256": "0" * 64}
    act(stage.desk(), Wish("fault", stage.row()["id"], "attach", {"file": file, "comment": text}))
    mail = stage.folder / "hostile.eml"
    mail.write_bytes(mail_of(whole, line))
    from noc_console.desk.channels import take

    opened = [item.action for item in take(stage.desk("zhao"), "email", [str(mail)])]
    assert opened == ["opened"]
    admin = Desk.open(store=stage.path, actor=ADMIN, via="cli", config=stage.config())
    with admin:
        named = {"name": "wang", "roles": ("engineer",), "display": text[:90], "phone": text[:50]}
        act(admin, Wish("engineer", engineer_id("wang"), "put", named))
        view = {"name": text[:55], "filter": "state:all", "shared": True}
        act(admin, Wish("view", derived_id("view", "hostile"), "put", view))
        customer = {"name": cut, "type": "enterprise", "organisation": cut, "address": "sun@example.com"}
        act(admin, Wish("customer", derived_id("customer", "hostile"), "put", customer))
        policy = stage.folder / "policy.toml"
        policy.write_text(_policy(text), encoding="utf-8")
        import_file(admin, str(policy))


def _policy(text: str) -> str:
    """Return a policy in which a text is the name of a grade and of a reason."""
    said = json.dumps(text[:150]).replace("\\u0000", "").replace("\x7f", "\\u007f")
    return (
        "version = 2\n"
        f"[grades.P4]\nlabel = {{ en = {said}, zh = {said} }}\n"
        f"[reject_reasons]\nno_matter = {{ en = {said}, zh = {said} }}\n"
    )


def mail_of(text: str, line: str) -> bytes:
    """Return a mail whose every part says a text: sender, subject, body and the name of its attachment."""
    word = f"=?utf-8?b?{b64encode(text.encode()).decode()}?="
    body = b64encode(f"{text}\n{line}\n".encode()).decode()
    return (
        f"From: {word} <wu@example.com>\nTo: noc@example.com\nSubject: {word}\nMessage-ID: <hostile-1@example.com>\n"
        "Date: Mon, 11 May 2026 08:59:00 +0800\nMIME-Version: 1.0\n"
        'Content-Type: multipart/mixed; boundary="part"\n\n'
        f"--part\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n{body}\n"
        f'--part\nContent-Type: text/plain; name="{word}"\nContent-Disposition: attachment; filename="{word}"\n\nx\n'
        "--part--\n"
    ).encode()


def mail_file(folder: Path) -> Path:
    """Return a file with the hostile mail, under a name that is one itself."""
    file = folder / "\x1b]0;PWNED-14\x07[red].eml"
    file.write_bytes(mail_of(TEXT, "short").replace(b"hostile-1", b"hostile-2"))
    return file
