"""Languages: marking, choosing and translating what the program says.

English is the source. What people write, codes and field values are never translated.
It must not import anything of the program.
"""

from __future__ import annotations

import gettext
import locale
import os
from collections.abc import Iterable
from pathlib import Path

LANGUAGES = {"en": "en", "zh": "zh_CN"}
_LOCALE_DIR = Path(__file__).parent / "locale"
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


def _(msgid: str, **params: object) -> str:
    """Translate, then fill in named placeholders."""
    text = _current.gettext(msgid) if msgid else ""
    return text.format(**params) if params else text


def sentences(texts: Iterable[str]) -> str:
    """Join whole sentences as the language in use writes them: with a blank between them, none in Chinese."""
    return ("" if _language == "zh" else " ").join(texts)


def ngettext(one: str, many: str, n: int, **params: object) -> str:
    """Translate a phrase that counts; ``n`` is filled in as well."""
    return _current.ngettext(one, many, n).format(n=n, **params)
