"""Every code that the source can raise has words in it: a text, a remedy, and only parameters that are given."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest

from noc_console import i18n
from noc_console.workflows.machine import Reason
from noc_console.workflows.reasons import REASONS, say

SOURCE = Path(__file__).resolve().parents[2] / "noc_console"
#: calls that name a code, and which argument it is
CALLS = {"Reason": 0, "filled": 0, "inbox": 1, "to_owner": 1, "_alert": 1}


def codes_in_source() -> dict[str, list[tuple[str, set[str] | None]]]:
    """Return code -> (where, names of the parameters; None where they are not written out)."""
    found: dict[str, list[tuple[str, set[str] | None]]] = {}
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute)):
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            place = CALLS.get(name)
            if place is None or len(node.args) <= place:
                continue
            for code in _constants(node.args[place]):
                where = f"{path.relative_to(SOURCE)}:{node.lineno}"
                found.setdefault(code, []).append((where, _params(node, place, alert=CALLS[name] == 1)))
    return found


def _constants(node: ast.expr) -> list[str]:
    branches = (node.body, node.orelse) if isinstance(node, ast.IfExp) else (node,)
    return [part.value for part in branches if isinstance(part, ast.Constant) and isinstance(part.value, str)]


def _params(node: ast.Call, place: int, *, alert: bool) -> set[str] | None:
    if alert:
        return {"ref", *(keyword.arg for keyword in node.keywords if keyword.arg)}
    if len(node.args) == place + 1 or not isinstance(node.func, ast.Name) or node.func.id == "filled":
        return set()
    given = node.args[place + 1]
    if not isinstance(given, ast.Dict) or None in given.keys:
        return None
    return {key.value for key in given.keys if isinstance(key, ast.Constant)}


FOUND = codes_in_source()


def test_the_scan_sees_the_source() -> None:
    assert {"wrong_state", "input_missing", "not_handler", "feedback_missing", "clock_late", "dissatisfied"} <= set(
        FOUND
    )


@pytest.mark.parametrize("code", sorted(FOUND))
def test_every_code_has_words_that_its_parameters_fill(code: str) -> None:
    assert code in REASONS, FOUND[code]
    text, remedy = REASONS[code]
    assert text and remedy
    wanted = {name for words in (text, remedy) for _text, name, _spec, _conv in string.Formatter().parse(words) if name}
    for where, given in FOUND[code]:
        assert given is None or wanted <= given, where


def test_no_words_for_codes_that_nobody_raises() -> None:
    assert set(REASONS) <= set(FOUND)


def test_labels_are_translated_values_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    chinese = {"Scope": "影响范围", "Contact": "联系方式", "still missing: {fields_labels}": "缺少：{fields_labels}"}

    class Translations:
        def gettext(self, msgid: str) -> str:
            return chinese.get(msgid, msgid)

    monkeypatch.setattr(i18n, "_current", Translations())
    reason = Reason("fields_missing", {"fields": ["scope", "contact"], "fields_labels": ["Scope", "Contact"]})
    assert say(reason)[0] == "缺少：影响范围, 联系方式"
    assert say(Reason("grade_same", {"grade": "P3"}))[0] == "it is P3 already"


def test_an_unknown_code_is_an_error() -> None:
    with pytest.raises(KeyError):
        say(Reason("no_such_code"))
