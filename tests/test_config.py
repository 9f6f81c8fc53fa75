"""Settings: strict, and every error names file, key and what would do."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from noc_console import config
from noc_console.errors import UsageError


def written(folder: Path, text: str) -> str:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_without_a_file_everything_is_open() -> None:
    loaded = config.load(environ={})
    assert (loaded.store, loaded.language, loaded.theme, dict(loaded.keys)) == ("", "", "auto", {})


def test_every_setting_is_read(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        """
        store = "team.db"
        engineer = "li.na"
        language = "zh"
        zone = "Asia/Shanghai"
        theme = "light"
        view = "mine"
        [keys]
        "ticket.locate" = "f5"
        [views]
        mine = "owner:me"
        """,
    )
    loaded = config.load(environ={"NOC_CONFIG": path})
    assert (loaded.store, loaded.engineer, loaded.language, loaded.theme) == ("team.db", "li.na", "zh", "light")
    assert loaded.zone == ZoneInfo("Asia/Shanghai")
    assert loaded.keys == {"ticket.locate": "f5"}
    assert loaded.views == {"mine": "owner:me"}
    assert loaded.path == Path(path)


def test_a_mail_server_is_read(tmp_path: Path) -> None:
    text = '[mail]\nhost = "smtp.x.example"\nfrom = "noc@x.example"\nport = 25\n[notify]\nsms = "json://x/?to={to}"\n'
    loaded = config.load(written(tmp_path, text), {})
    assert loaded.mail == config.MailServer("smtp.x.example", "noc@x.example", port=25)
    assert loaded.notify == {"sms": "json://x/?to={to}"}


def test_the_option_wins_over_the_environment(tmp_path: Path) -> None:
    path = written(tmp_path, 'engineer = "li.na"')
    assert config.load(path, {"NOC_CONFIG": "elsewhere.toml"}).engineer == "li.na"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('languag = "zh"', ("languag", "language")),
        ('language = "de"', ("language", "en, zh")),
        ('zone = "Mars/Olympus"', ("zone", "Asia/Shanghai")),
        ('zone = "../../etc/passwd"', ("zone",)),
        ('theme = "pink"', ("theme", "ansi-dark")),
        ("store = 5", ("store", "quotes")),
        ('keys = "x"', ("keys", "[keys]")),
        ('[keys]\n"ticket.locate" = 5', ("keys.ticket.locate",)),
        ("store = ", ("config.toml", "TOML")),
        ("[mail]\nhost = 'x'", ("mail.from",)),
        ("[mail]\nhost = 'x'\nfrom = 'noc'", ("mail.from", "mail address")),
        ("[mail]\nhost = 'x'\nfrom = 'noc(x)@b.example'", ("mail.from", "mail address")),
        ("[mail]\nhost = 'x'\nfrom = 'a,noc@b.example'", ("mail.from", "mail address")),
        ("[mail]\nhost = 'x'\nfrom = 'a@b.example\\nBcc: c@d.example'", ("mail.from",)),
        ("[mail]\nhost = 'x'\nfrom = 'a@b.example'\nport = 0", ("mail.port", "65535")),
        ("[mail]\nhost = 'x'\nfrom = 'a@b.example'\nsecurity = 'ssl'", ("mail.security", "starttls")),
        ("[mail]\nhots = 'x'", ("mail.hots", "mail.host")),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, said: tuple[str, ...]) -> None:
    with pytest.raises(UsageError) as refused:
        config.load(written(tmp_path, text), {})
    for word in ("config.toml", *said):
        assert word in str(refused.value)


def test_a_named_file_must_exist(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"missing\.toml"):
        config.load(str(tmp_path / "missing.toml"), {})


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes('engineer = "李娜"'.encode("gb18030"))
    with pytest.raises(UsageError, match="UTF-8"):
        config.load(str(path), {})


def test_the_zone_comes_from_the_environment_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    assert config.local_zone() == ZoneInfo("Asia/Shanghai")


def test_a_zone_without_a_name_keeps_its_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TZ", raising=False)
    monkeypatch.setattr(config, "_linked_zone", lambda: "")
    monkeypatch.setattr(config.time, "timezone", -8 * 3600)
    assert config.local_zone() == ZoneInfo("Etc/GMT-8")
    monkeypatch.setattr(config.time, "timezone", 0)
    assert config.local_zone() == ZoneInfo("UTC")
