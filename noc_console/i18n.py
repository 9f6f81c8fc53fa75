"""Languages: marking, choosing and translating what the program says.

English is the source. What people write, codes and field values are never translated. A sentence knows of what it was
made, so that what a program stores is read by everybody in their own language.
It must not import anything of the program.
"""

from __future__ import annotations

import gettext
import locale
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

LANGUAGES = {"en": "en", "zh": "zh_CN"}
_LOCALE_DIR = Path(__file__).parent / "locale"
#: The placeholders that a stored sentence may have: names alone, so that nothing in a store is a format to obey.
_PLACE: Final = re.compile(r"\{(\w+)\}")
_OTHER_PLACE: Final = re.compile(r"\{(?!\w+\})")
_current: gettext.NullTranslations = gettext.NullTranslations()
_language = "en"


def N_(msgid: str) -> str:  # noqa: N802 - the name that gettext tools look for
    """Mark a string where data is defined; it is translated where it is shown."""
    return msgid


def set_language(language: str) -> None:
    """Choose ``en`` or ``zh`` for all that is said from now on."""
    global _current, _language
    _language = language if language in LANGUAGES else "en"
    _current = gettext.translation("noc", _LOCALE_DIR, [LANGUAGES[_language]], fallback=True)


def language() -> str:
    """Return the language in use, ``en`` or ``zh``."""
    return _language


def language_of_environment() -> str:
    """Guess ``en`` or ``zh`` from NOC_LANG, then the usual locale variables, then the system."""
    for name in ("NOC_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    system = locale.getlocale()[0] or ""
    return "zh" if system.lower().startswith(("zh", "chinese")) else "en"


class Said(str):
    """A sentence in the language in use, with the msgid and the parameters (or the joined parts) it was made of."""

    __slots__ = ("made_of", "msgid")
    msgid: str
    made_of: Mapping[str, object] | Sequence[str]

    def __new__(cls, text: str, msgid: str = "", made_of: Mapping[str, object] | Sequence[str] = ()) -> Said:
        """Make one; without a msgid it is a text like any other."""
        said = super().__new__(cls, text)
        said.msgid, said.made_of = msgid, made_of
        return said


def _(msgid: str, **params: object) -> str:
    """Translate, then fill in named placeholders."""
    text = _current.gettext(msgid) if msgid else ""
    return Said(text.format(**params) if params else text, msgid, params)


def joined(separator: str, texts: Iterable[str]) -> str:
    """Join sentences or names by a separator (a msgid); each stays what it is."""
    parts = tuple(texts)
    return Said(_current.gettext(separator).join(parts), separator, parts)


def words_of(text: object) -> dict[str, Any] | None:
    """Return of what a sentence was made, as data to be stored beside it; None for what nobody translated."""
    if not isinstance(text, Said) or not text.msgid or _OTHER_PLACE.search(text.msgid):
        return None
    if isinstance(text.made_of, Mapping):
        return {"say": text.msgid, "with": {name: _part(value) for name, value in text.made_of.items()}}
    return {"join": text.msgid, "parts": [_part(part) for part in text.made_of]}


def _part(value: object) -> Any:
    return words_of(value) or (value if type(value) is int else str(value))


def said_again(words: object, text: str) -> str:
    """Return a stored sentence in the language in use: of its words, else the text as it was said then."""
    match words:
        case {"say": str(msgid), "with": dict(params)} if msgid:
            filled = {name: _part_again(value) for name, value in params.items()}
            again = _PLACE.sub(lambda place: filled.get(place[1], place[0]), _current.gettext(msgid))
            return Said(again, msgid, filled)  # which may be stored once more
        case {"join": str(separator), "parts": list(parts)}:
            return joined(separator, map(_part_again, parts))
    return text


def _part_again(value: object) -> str:
    return said_again(value, "" if isinstance(value, dict) else str(value))


def sentences(texts: Iterable[str]) -> str:
    """Join whole sentences as the language in use writes them: with a blank between them, none in Chinese."""
    return ("" if _language == "zh" else " ").join(texts)


def ngettext(one: str, many: str, n: int, **params: object) -> str:
    """Translate a phrase that counts; ``n`` is filled in as well."""
    return _current.ngettext(one, many, n).format(n=n, **params)
