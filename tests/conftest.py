"""What every test stands on: a home, an environment and a language of its own.

A test sees neither the developer's stores and settings nor those of the test that ran before it.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from noc_console import i18n

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytest_plugins = ["tests.postgres"]

_COMMON = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("dev", max_examples=50, **_COMMON)
# The same examples each time: a change is answered for by its own author.
settings.register_profile("ci", max_examples=100, derandomize=True, **_COMMON)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

_HOMES = {
    "HOME": "",
    "USERPROFILE": "",
    "APPDATA": "AppData/Roaming",
    "LOCALAPPDATA": "AppData/Local",
    "XDG_CACHE_HOME": ".cache",
    "XDG_CONFIG_HOME": ".config",
    "XDG_DATA_HOME": ".local/share",
    "XDG_RUNTIME_DIR": ".run",
    "XDG_STATE_HOME": ".local/state",
}
_FORGOTTEN = ("COLUMNS", "LANGUAGE", "LC_MESSAGES", "LINES", "NO_COLOR", "FORCE_COLOR")


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give the test an empty home folder, a clean environment, UTC and English."""
    folder = tmp_path_factory.mktemp("home")
    for name, below in _HOMES.items():
        monkeypatch.setenv(name, str(folder / below))
    for name in [*_FORGOTTEN, *(name for name in os.environ if name.startswith("NOC_"))]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    with monkeypatch.context() as zone:
        zone.setenv("TZ", "UTC")
        _read_zone()
        i18n.set_language("en")
        yield folder
    _read_zone()


def _read_zone() -> None:
    if hasattr(time, "tzset"):  # Windows has none, and takes no zone from the environment
        time.tzset()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run that was to skip nothing (``NOC_CI_NO_SKIP``) but did."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not os.environ.get("NOC_CI_NO_SKIP"):
        return
    skipped = reporter.stats.get("skipped", [])
    if skipped and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        reporter.write_line("")
        reporter.write_line(f"{len(skipped)} skipped where nothing may be (reasons below)", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
