"""Records one diagnosis for each domain by commands, in English and in Chinese, each from the ticket to its plan.

    python docs/diagnose.py

Everything shown was really run, on training stores whose time is frozen; so the pages change only with the program.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from diagnosis_cases import CASES, LANGUAGES, LEAD
from record import HERE, NOTE, WHO, noc, shell, training

if TYPE_CHECKING:
    from diagnosis_cases import Case

ABOUT = (
    f"A training store whose time is frozen, worked on by commands alone. {WHO} is at the desk; both {WHO} and li.na"
    " are leads. First [in English](#in-english), then [in Chinese](#in-chinese). How trees and runs work is told in"
    " [trees.md](../trees.md).\n"
)
HEADINGS = {"en": "## In English\n", "zh": "## In Chinese\n"}


def page(case: Case) -> str:
    """Return the page of a case."""
    parts = [NOTE.replace("record.py", "diagnose.py"), f"# {case.title}\n", ABOUT, f"{case.about}\n"]
    for language in LANGUAGES:
        parts.append(HEADINGS[language])
        with training() as environ:
            noc(LEAD, environ)
            parts += [_run(case, number, language, environ) for number in range(len(case.lines))]
    return "\n".join(parts)


def _run(case: Case, number: int, language: str, environ: dict[str, str]) -> str:
    """Run a line; one that is refused although it should not be, or the other way round, ends the recording."""
    line = case.lines[number]
    shown, said = shell(line.minutes, line.typed(language), environ, line.pasted)
    if ("(exit " in said) != line.refused:
        sys.exit(f"{case.domain}, line {number + 1}:\n{shown}")
    return shown


def main() -> None:
    """Write a page for each domain."""
    for case in CASES:
        name = f"diagnosis-{case.domain.replace('_', '-')}.md"
        (HERE / name).write_text(page(case), encoding="utf-8")
        sys.stdout.write(f"{name}\n")


if __name__ == "__main__":
    main()
