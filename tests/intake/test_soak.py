"""What the fuzzer throws at parsers is thrown here without it: the seeds, and pieces of them."""

from __future__ import annotations

import pytest

from benchmarks.soak import bad_input_is_an_answer, harnesses
from noc_console.errors import BadInput


@pytest.mark.parametrize("name", sorted(harnesses()))
def test_a_harness_takes_its_seeds_whole_and_in_pieces(name: str) -> None:
    harness = harnesses()[name]
    seeds = [path.read_bytes() for path in sorted(harness.seeds.rglob("*")) if path.is_file()]

    assert seeds, f"{harness.seeds} holds nothing to start from"
    for raw in seeds:
        for end in (0, 1, len(raw) // 3, len(raw) // 2, len(raw)):
            harness.run(raw[:end])


def test_bad_input_is_an_answer_and_nothing_else_is() -> None:
    with bad_input_is_an_answer():
        raise BadInput("it is no mail", "give one")
    with pytest.raises(ValueError, match="other"), bad_input_is_an_answer():
        raise ValueError("other")
