"""The repository names no machine, no registry and nobody's files."""

from __future__ import annotations

import hashlib
import re
import tomllib
from pathlib import Path

import pytest

from tests.repository import ROOT, tracked_files

LOCK_FILES = {
    "Pipfile.lock",
    "pdm.lock",
    "poetry.lock",
    "pylock.toml",
    "uv.lock",
    "package-lock.json",
    "yarn.lock",
}
# Written in pieces so that this file does not find itself.
MACHINE_PATHS = [
    r"(?<![\w.~<>-])/" + r"(?:home|Users)/[\w.-]+",
    r"(?<![\w.~<>/-])/" + r"(?:root|work)/",
    r"[A-Z]:\\{1,2}" + r"Users\\",
]
REGISTRIES = [
    r"(?:extra-)?index" + "-url",
    "find" + "-links",
    "trusted" + "-host",
    r"files\.python" + "hosted",
    r"pypi\." + "org/simple",
    r"--hash" + "=sha256",
]
PIN = re.compile(r"[A-Za-z0-9._-]+==[A-Za-z0-9.]+")


def found(patterns: list[str]) -> list[str]:
    wanted = re.compile("|".join(patterns))
    hits = []
    for path in tracked_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if match := wanted.search(line):
                hits.append(f"{path.relative_to(ROOT)}:{number}: {match.group()}")
    return hits


def test_no_file_names_a_folder_of_a_machine() -> None:
    home = re.escape(str(Path.home())) + r"[/\\]"
    assert found([*MACHINE_PATHS, home]) == []


def test_the_patterns_find_what_they_are_for() -> None:
    wanted = re.compile("|".join(MACHINE_PATHS))
    for path in ("see /" + "home/lan/x", '"/' + 'root/x"', "C:" + "\\Users\\lan", "=/" + "work/main"):
        assert wanted.search(path), path
    for path in ("docs/home/index", "/var/lib/noc", "team" + "work/x", "https://host.example/work" + "/1"):
        assert not wanted.search(path), path


def test_no_file_names_a_package_registry() -> None:
    assert found(REGISTRIES) == []


def test_there_is_no_lock_file() -> None:
    assert [path.name for path in tracked_files() if path.name in LOCK_FILES] == []


def test_constraints_are_names_and_releases_only() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert [line for line in pins if not PIN.fullmatch(line)] == []
    assert pins == sorted(pins), "sorted, so that a change shows as one line"


def test_every_dependency_is_pinned_and_explained() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [wanted for extra in project["optional-dependencies"].values() for wanted in extra]
    names = {re.split(r"[\[<>=~! ]", wanted)[0] for wanted in [*project["dependencies"], *extras]}
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    explained = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    assert {name for name in names if f"\n{name}==" not in pins} == set()
    assert {name for name in names if f"`{name}`" not in explained} == set()


def test_no_sample_of_others_was_copied_in() -> None:
    samples = ROOT.parent / "shared" / "samples"
    if not samples.is_dir():
        pytest.skip("the samples are not beside this checkout")
    theirs = {digest(path): path.name for path in samples.rglob("*") if path.is_file()}
    copies = {str(path.relative_to(ROOT)): theirs[digest(path)] for path in tracked_files() if digest(path) in theirs}
    assert copies == {}


def digest(path: Path) -> str:
    content = path.read_bytes()
    return hashlib.sha256(content).hexdigest() if len(content) > 64 else f"too small to tell: {path}"
