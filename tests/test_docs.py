"""Generated pages of the documentation are what the program generates today."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest

from noc_console.text import cell_width
from tests.repository import ROOT


def test_generated_pages_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, "docs/generate.py", "--check"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}{done.stderr}: run make docs"


PICTURES = sorted((ROOT / "docs" / "screens").glob("*.svg"))


@pytest.mark.parametrize("picture", PICTURES, ids=lambda path: path.stem)
def test_every_text_of_a_picture_takes_the_cells_that_it_has_on_the_terminal(picture: Path) -> None:
    texts = re.findall(r'-r\d+" x="([^"]+)"[^>]* textLength="([^"]+)"[^>]*>([^<]+)</text>', picture.read_text("utf-8"))
    assert texts
    for x, length, words in texts:
        text = unescape(words)
        assert abs(float(x) / 12.2 - round(float(x) / 12.2)) < 0.01, text
        assert abs(float(length) - 12.2 * cell_width(text)) < 0.1, text
        assert text == text.strip(), "a blank at an end is dropped by some programs"
