"""What an export writes an import reads, in each form; names may come in number, and from standard input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Noc, register

PEOPLE = ("--display", "=王 伟", "--roles", "engineer,lead", "--skills", "data,-7750", "--phone", "+86 571 8000")


@pytest.mark.parametrize("form", ["json", "ndjson", "csv"])
def test_people_and_customers_come_back_as_they_were(noc: Noc, tmp_path: Path, form: str) -> None:
    assert noc("engineer", "add", "li", *PEOPLE).code == 0
    customer = ("--organisation", "@ACME, Ltd", "--phone", "+86 571 1", "--contract", "-C-7", "--language", "zh")
    assert noc("customer", "add", 'Wang "Fang"', *customer).code == 0
    other = ("--store", str(tmp_path / "other.db"))
    for noun in ("engineer", "customer"):
        exported = noc(noun, "export", "-o", form).raw
        said = noc(noun, "import", "-", *other, stdin=exported)
        assert said.code == 0, said.err
        assert noc(noun, "export", "-o", form, *other).raw == exported


def test_a_policy_comes_back_as_it_was(noc: Noc, tmp_path: Path) -> None:
    file = tmp_path / "policy.json"
    exported = noc("policy", "export").json
    file.write_text(json.dumps(exported), encoding="utf-8")
    assert noc("policy", "check", str(file)).code == 0
    assert noc("policy", "add", str(file), "-o", "json").json["version"] == 2
    assert {**noc("policy", "export").json, "version": 1} == exported
    file.write_text('{"version": }', encoding="utf-8")
    said = noc("policy", "import", str(file))
    assert (said.code, "JSON" in said.err) == (4, True)


def test_a_retired_policy_gives_way_to_the_shipped_one(noc: Noc, tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    for minutes in (7, 8):
        file.write_text(f'[grades.P1]\nupdate = "{minutes}m"\n', encoding="utf-8")
        assert noc("policy", "import", str(file)).code == 0
    assert noc("policy", "retire", "2").code == 1  # 3 has retired it already
    assert noc("policy", "retire", "9").code == 3
    assert noc("policy", "retire", "three").code == 2
    would = noc("policy", "retire", "3", "--dry-run", "-o", "json").json
    assert (would["state"], noc("policy", "show", "-o", "ids").out) == ("retired", "3\n")
    assert noc("policy", "retire", "3", "--why", "too strict", "-o", "json").json["state"] == "retired"
    assert noc("policy", "show", "-o", "ids").out == "1\n"
    assert noc("policy", "show", "2", "-o", "json").json["version"] == 2
    assert noc("policy", "import", str(file), "-o", "json").json["version"] == 4


def test_names_come_in_number_and_from_standard_input(noc: Noc) -> None:
    for name in ("li", "zhao", "chen"):
        assert noc("engineer", "add", name, "--roles", "engineer").code == 0
    said = noc("engineer", "show", "-", "-o", "ndjson", stdin=b"li\nnobody\nzhao\n")
    assert (said.code, [json.loads(line)["name"] for line in said.out.splitlines()]) == (3, ["li", "zhao"])
    said = noc("engineer", "retire", "li", "nobody", "-", "--why", "moved", "-o", "json", stdin=b"chen\n")
    assert [item.get("state", "error" in item) for item in said.json] == ["retired", True, "retired"]
    assert noc("engineer", "list", "-o", "ids").out.split() == ["wang", "zhao"]


def test_steps_clocks_and_the_short_way_take_many_references(noc: Noc) -> None:
    refs = [register(noc, "Small", "P4"), register(noc, "Small", "P5")]
    listed = "\n".join(refs).encode()
    steps = noc("ticket", "next", "-", "-o", "json", stdin=listed).json
    assert {step["ref"] for step in steps} == {*refs}
    assert "ref" not in noc("ticket", "next", refs[0], "-o", "json").json[0]
    clocks = noc("sla", "explain", *refs, "-o", "json").json
    assert [clock["ref"] for clock in clocks if clock["clock"] == "restore"] == refs
    assert noc("sla", "explain", "XXX-1", "-o", "json").raw == b""
    words = ("--cause-code", "X-NFF", "--remedy", "watch", "--how-verified", "measured", "--result", "works",
             "--prevention", "none", "--confirmed-by", "Li Na")  # fmt: skip
    said = noc("ticket", "solve", "-", "XXX-9", *words, "-o", "json", stdin=listed)
    assert (said.code, [item.get("state") for item in said.json]) == (3, ["closed", "closed", None])


def test_ten_thousand_references_are_done_one_by_one(noc: Noc) -> None:
    ref = register(noc)
    stdin = b"".join(b"%s\n" % word for word in [b"XXX-1", ref.encode(), *(b"XXX-%d" % n for n in range(2, 10_000))])
    said = noc("ticket", "show", "-", "-o", "ids", stdin=stdin)
    assert (said.code, said.out, said.err.count("\n")) == (3, f"{ref}\n", 9_999)
