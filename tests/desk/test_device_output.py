"""What devices print is read by templates, for the steps that ask for it and for no other."""

from __future__ import annotations

import sys

import pytest

from noc_console.checklists import commands, trees
from noc_console.desk import device_output
from noc_console.errors import UsageError
from noc_console.workflows.tree import Step
from noc_console.workflows.units import UNITS

SHIPPED = trees.shipped()
CPU = """CPU utilization for five seconds: 31%/2%; one minute: 44%; five minutes: 47%
 PID Runtime(ms)     Invoked      uSecs   5Sec   1Min   5Min TTY Process
   1           8         112         71  0.00%  0.00%  0.00%   0 Chunk Manager
   2        9120        3021       3018  1.10%  0.90%  0.80%   0 BGP Router
"""
_RULE = "  " + "-" * 77
ONT = f"""{_RULE}
  ONT  Rx power  Tx power  OLT Rx ONT  Temperature  Voltage  Current  Distance
  ID   (dBm)     (dBm)     power(dBm)  (C)          (V)      (mA)     (m)
{_RULE}
    3   -27.45     2.31      -28.90      41           3.280    12       2210
{_RULE}
"""
SECOND = ONT.replace(
    "    3   -27.45", "    3   -27.45     2.31      -28.90      41           3.280    12       2210\n    4   -19.02"
)


def step(threshold: str) -> Step:
    """Return a shipped step that asks for what a threshold judges."""
    return next(
        one for tree in SHIPPED.trees.values() for one in tree.steps if threshold in one.thresholds and one.unit
        and one.unit == SHIPPED.thresholds[threshold].unit
    )  # fmt: skip


@pytest.mark.parametrize(
    ("printed", "platform", "line", "threshold", "value"),
    [
        (CPU, "cisco_ios", "show processes cpu", "DT-M33", "47 %"),
        (CPU, "cisco_ios", "show  proc cpu sorted", "DT-M33", "47 %"),
        (ONT, "huawei_smartax", "display ont optical-info 1 3", "AC-P01", "-27.45 dBm"),
        (ONT, "huawei_smartax", "display ont optical-info 1 3", "AC-P06", "-28.90 dBm"),
        (SECOND, "huawei_smartax", "display ont optical-info 1 all", "AC-P01", ""),
        (ONT, "huawei_smartax", "display version", "AC-P01", ""),
        (ONT, "huawei_smartax", "display ont optical-info 1 3", "AC-P04", ""),
        ("% Invalid input\n", "cisco_ios", "show processes cpu", "DT-M33", ""),
        ("\x00\x1b[2J\n" * 50, "huawei_smartax", "display ont optical-info 1 3", "AC-P01", ""),
    ],
)
def test_only_the_value_that_the_step_asks_for_is_read(
    printed: str, platform: str, line: str, threshold: str, value: str
) -> None:
    pytest.importorskip("ntc_templates")
    device_output.check(platform)
    assert device_output.value_in(printed, platform, line, step(threshold)) == value


def test_a_platform_that_no_template_reads_is_told() -> None:
    with pytest.raises(UsageError, match="no template reads nokia"):
        device_output.check("nokia")


def test_absent_libraries_are_told_with_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ntc_templates", None)
    monkeypatch.setitem(sys.modules, "ntc_templates.parse", None)
    with pytest.raises(UsageError) as told:
        device_output.check("cisco_ios")
    assert "noc-console[templates]" in (told.value.hint or "")


@pytest.mark.parametrize("one", commands.load()["show"].templates, ids=lambda one: f"{one.platform}-{one.field}")
def test_what_a_template_fills_is_known(one: commands.Template) -> None:
    assert one.unit in UNITS and one.thresholds
    assert {SHIPPED.thresholds[name].unit for name in one.thresholds} == {one.unit}
    assert step(one.thresholds[0]).unit == one.unit
