"""A run goes on where it stood after each kill: what was acknowledged is there, what was cut off has left nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from noc_console.desk import diagnosis, tree_import
from tests.desk.grove import ladder, written
from tests.desk.scene import Scene
from tests.repository import ROOT

STEPS = 20
#: Answers one step as another program would, and dies: after the act has returned, or as it writes its journal.
PROGRAM = """
import os, signal, sys
from noc_console.config import Config
from noc_console.desk import act, diagnosis
from noc_console.desk.desk import Desk

def die(*_anything):
    os.kill(os.getpid(), signal.SIGKILL) if hasattr(signal, "SIGKILL") else os._exit(9)

store, run, early = sys.argv[1:]
if early == "early":
    act.Court.record = die
desk = Desk.open(store=store, actor="wei", config=Config())
diagnosis.answer(desk, run, {"choice": "1"})
print("done", flush=True)
die()
"""


def killed(store: str, run: str, how: str) -> str:
    """Run the program to its death and return what it said before."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, store, run, how], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    return done.stdout.strip()


def test_a_run_of_twenty_steps_survives_a_kill_after_each_answer(scene: Scene, tmp_path: Path) -> None:
    tree_import.import_folder(scene.admin, str(written(tmp_path / "trees", LX_T20=ladder(STEPS))))
    ref = scene.to(scene.register(domain="access"), "accepted")
    run = diagnosis.start(scene.desk("wei"), ref, "LX-T20").ref
    for number in range(1, STEPS + 1):
        if number % 5 == 0:
            assert killed(scene.store, run, "early") == ""
            assert diagnosis.show(scene.desk("wei"), run).position == number
        assert killed(scene.store, run, "late") == "done"
        view = diagnosis.show(scene.desk("wei"), run)
        assert len(view.way) == number
        assert view.row["step"] == (f"S{number + 1:02}" if number < STEPS else "E1")
    assert diagnosis.act(scene.desk("wei"), run, "finish", {}).state == "located"
    assert scene.is_sound()
