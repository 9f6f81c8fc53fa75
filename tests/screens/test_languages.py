"""Every word that the console says goes through translation, whatever its width; what people wrote stays as it is."""

from __future__ import annotations

import gettext
import re

import pytest

from noc_console import i18n
from noc_console.text import cell_width
from tests.screens.driver import Office, console

SIZES = [(80, 24), (140, 45)]


class Pseudo(gettext.NullTranslations):
    """A language in which every word is a Chinese one, so that an English one was not translated."""

    def gettext(self, message: str) -> str:
        """Return the message with every word replaced, its placeholders kept."""
        return re.sub(r"(\{[^{}]*\})|[A-Za-z]+", lambda word: word[1] or "字", message)

    def ngettext(self, one: str, many: str, n: int) -> str:
        """Return the plural the same way."""
        return self.gettext(one if n == 1 else many)


@pytest.fixture
def pseudo(monkeypatch: pytest.MonkeyPatch) -> None:
    """Speak the pseudo language, with the policy's own words in Chinese."""
    i18n.set_language("zh")
    monkeypatch.setattr(i18n, "_current", Pseudo())


#: Codes, names, keys, refs and units that no language changes.
KEPT = re.compile(  # "now" is what a person may type
    r"zhang\.wei|HZ1-\d+|NOC HZ1|P\d|CST|state:open !is:snoozed|Acme|SUBJECTTEXT|SYMPTOMTEXT|SCOPETEXT|Esc|Enter|Space|"
    r"\bF\d\b|\bf\d\b|\^p|\b[a-zA-Z]\b|sqlite|noc [\w. ]+|\bnow\b|hotline|access"
)


def untranslated(text: str) -> set[str]:
    """Return the words that are still English."""
    return set(re.findall(r"[A-Za-z]{3,}", KEPT.sub(" ", text)))


@pytest.mark.usefixtures("pseudo")
@pytest.mark.parametrize("size", SIZES)
async def test_queue_and_ticket_are_translated_and_keep_their_columns(office: Office, size: tuple[int, int]) -> None:
    made = office.ticket("SUBJECTTEXT", symptom="SYMPTOMTEXT", scope="SCOPETEXT")
    office.act("accept", made.record, contacted=True)
    async with console(office, size=size) as person:
        assert not untranslated(person.text)
        assert {cell_width(line) for line in person.text.splitlines()} == {size[0]}
        await person.press("space")
        assert not untranslated(person.text)
        await person.press("escape", "enter")
        assert not untranslated(person.text)
        assert "SUBJECTTEXT" in person.text


@pytest.mark.usefixtures("pseudo")
async def test_forms_questions_and_empty_lists_are_translated(office: Office) -> None:
    async with console(office) as person:
        assert not untranslated(person.text) - {"noc", "demo", "intake"}
        await person.press("n")
        assert not untranslated(person.text)
        await person.write("SUBJECTTEXT")
        await person.press("escape")
        assert not untranslated(person.text)


@pytest.mark.usefixtures("pseudo")
async def test_blocked_keys_and_pages_are_translated(office: Office) -> None:
    made = office.ticket("SUBJECTTEXT", symptom="SYMPTOMTEXT", scope="SCOPETEXT")
    office.act("accept", made.record, contacted=True)
    async with console(office) as person:
        await person.press("enter", "t")
        assert not untranslated(person.toasts)
        await person.press("ctrl+p")
        assert not untranslated(person.text)


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_both_languages_open_every_screen(office: Office, language: str) -> None:
    i18n.set_language(language)
    office.ticket("宽带上不了网，光猫红灯", requester="王女士", grade="P4")
    async with console(office) as person:
        assert "宽带上不了网" in person.text
        for keys in (
            ["enter"],
            ["f3", "escape"],
            ["?", "escape"],
            ["ctrl+p", "escape"],
            ["m", "escape", "escape"],
            ["7", "1"],
            ["v"],
        ):
            await person.press(*keys)
            assert {cell_width(line) for line in person.text.splitlines()} == {80}
