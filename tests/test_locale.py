"""Every message is in every catalogue, complete, and what is shipped is what was compiled from it."""

from __future__ import annotations

import io
import string
from typing import TYPE_CHECKING

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from noc_console.i18n import LANGUAGES
from tests.repository import PACKAGE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel.messages.catalog import Message

TRANSLATED = sorted(set(LANGUAGES.values()) - {"en"})


def catalogue(language: str) -> Catalog:
    path = PACKAGE / "locale" / language / "LC_MESSAGES" / "noc.po"
    with path.open("rb") as stream:
        return read_po(stream, locale=language, abort_invalid=True)


def messages(language: str) -> Iterator[Message]:
    """Yield all messages but the header."""
    return (message for message in catalogue(language) if message.id)


def translated(language: str) -> Iterator[Message]:
    return (message for message in messages(language) if all(forms(message.string)))


def forms(text: object) -> tuple[str, ...]:
    """Return the singular and plural forms of a message or of its translation."""
    return tuple(text) if isinstance(text, list | tuple) else (str(text),)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_catalogue_has_the_messages_of_the_source(language: str) -> None:
    marked = {found[2] for found in extract_from_dir(PACKAGE)}
    known = {message.id for message in messages(language)}
    assert sorted(map(str, marked - known)) == [], "run `make locale` and translate"
    assert sorted(map(str, known - marked)) == [], "run `make locale`"


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_is_translated(language: str) -> None:
    untranslated = [message.id for message in messages(language) if not all(forms(message.string))]
    assert untranslated == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_a_guess(language: str) -> None:
    assert [message.id for message in messages(language) if message.fuzzy] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_placeholders_of_its_message(language: str) -> None:
    different = {}
    for message in translated(language):
        wanted = set().union(*(placeholders(form) for form in forms(message.id)))
        got = set().union(*(placeholders(form) for form in forms(message.string)))
        if wanted != got:
            different[message.id] = sorted(wanted ^ got)
    assert different == {}


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_compiled_catalogue_is_fresh(language: str) -> None:
    compiled = (PACKAGE / "locale" / language / "LC_MESSAGES" / "noc.mo").read_bytes()
    shipped = {forms(message.id): forms(message.string) for message in read_mo(io.BytesIO(compiled)) if message.id}
    written = {forms(message.id): forms(message.string) for message in translated(language)}
    assert shipped == written, "run `make locale`"


def test_placeholders_are_named() -> None:
    unnamed = [
        found[2]
        for found in extract_from_dir(PACKAGE)
        if any(not name.isidentifier() for form in forms(found[2]) for name in placeholders(form))
    ]
    assert unnamed == [], "a translator may need another order"
