"""Small trees of our own, imported into a store: what the tests of diagnosis walk through."""

from __future__ import annotations

from pathlib import Path

from noc_console.desk import tree_import
from noc_console.desk.desk import Desk

_HEAD = """id = "{id}"
domain = "access"
title = {{ en = "{title}", zh = "{zh}" }}
entry = {{ en = "{title}", zh = "{zh}" }}
evidence = []
close_out = {{ en = "Done", zh = "完成" }}
"""
_END = """
[ends.{id}]
fault = {{ en = "{fault}", zh = "{fault}" }}
cause = "{cause}"
remedy = {{ en = "Replace it", zh = "更换" }}
service_affecting = "yes"
field_visit = "yes"
customer = {{ en = "We replace it", zh = "将更换" }}
"""
ONU = (
    _HEAD.format(id="LX-T1", title="ONU offline", zh="ONU 离线")
    + """
[steps.S01]
kind = "measure"
text = { en = "How many ONUs are down?", zh = "多少 ONU 离线？" }
unit = "%"
command = "ping"
answers = [
  { en = "80 or more", zh = "80 及以上", to = "LX-T2", at_least = 80 },
  { en = "Fewer", zh = "不足 80", to = "S02", below = 80 },
]

[steps.S02]
kind = "measure"
text = { en = "Receive power", zh = "收光功率" }
unit = "dBm"
thresholds = ["LX-P01"]
answers = [
  { en = "Inside the window", zh = "正常", to = "E1", verdict = ["good", "watch"] },
  { en = "Weak", zh = "过弱", to = "S03", verdict = ["low", "high"] },
  { en = "No light", zh = "无光", to = "S03" },
]

[steps.S03]
kind = "warn"
text = { en = "Invisible laser light. Cap it.", zh = "不可见激光，盖好。" }
answers = [ { en = "I have read this", zh = "我已阅读", to = "S04" } ]

[steps.S04]
kind = "act"
text = { en = "Reset the port", zh = "复位端口" }
answers = [
  { en = "Works again", zh = "恢复", to = "E1" },
  { en = "Does not help", zh = "无效", to = "LX-T2" },
]
"""
    + _END.format(id="E1", fault="ONU faulty", cause="AC-ONU-FAIL")
)
PORT = (
    _HEAD.format(id="LX-T2", title="Port down", zh="端口中断")
    + """
[steps.S01]
kind = "check"
text = { en = "Light on the feeder?", zh = "主干有光吗？" }
answers = [
  { en = "Yes", zh = "有", to = "LX-T1" },
  { en = "No", zh = "无", to = "E1" },
]
"""
    + _END.format(id="E1", fault="Feeder cut", cause="TX-FIBRE-CUT")
)
THRESHOLDS = """[LX-P01]
name = { en = "Receive power", zh = "收光功率" }
unit = "dBm"
good = { en = "-8 to -27", zh = "-8 至 -27" }
watch = { en = "near -27", zh = "接近 -27" }
bad = { en = "below -28", zh = "低于 -28" }
source = { en = "class B+ window", zh = "B+ 类窗口" }
tags = ["V2"]
limits = { bad_below = -28, watch_below = -27, bad_above = -8 }
"""
BY_CLASS = THRESHOLDS.replace(
    "limits = { bad_below = -28, watch_below = -27, bad_above = -8 }",
    """variants = {
  bplus = { name = { en = "GPON class B+", zh = "GPON B+ 级" }, bad_below = -28, bad_above = -8 },
  cplus = { name = { en = "GPON class C+", zh = "GPON C+ 级" }, bad_below = -32, bad_above = -12 },
}""".replace("\n", " ").replace(", }", " }"),
)


def ladder(steps: int) -> str:
    """Return a tree of so many checks, one after the other."""
    text = _HEAD.format(id="LX-T20", title="Ladder", zh="阶梯")
    for number in range(1, steps + 1):
        to = f"S{number + 1:02}" if number < steps else "E1"
        text += f"""
[steps.S{number:02}]
kind = "check"
text = {{ en = "Check number {number}", zh = "检查 {number}" }}
answers = [ {{ en = "Fine", zh = "正常", to = "{to}" }}, {{ en = "Broken", zh = "异常", to = "E1" }} ]
"""
    return text + _END.format(id="E1", fault="Found", cause="AC-ONU-FAIL")


def written(folder: Path, **files: str) -> Path:
    """Write files into a folder: ``LX_T1`` is ``LX-T1.toml``."""
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name.replace('_', '-')}.toml").write_text(text, encoding="utf-8")
    return folder


def planted(desk: Desk, folder: Path) -> None:
    """Import the trees of this module."""
    found = tree_import.import_folder(desk, str(written(folder, LX_T1=ONU, LX_T2=PORT, thresholds=THRESHOLDS)))
    assert [one.action for one in found] == ["imported"] * 3
