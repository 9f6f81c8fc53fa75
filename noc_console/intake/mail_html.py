"""HTML of a mail to plain text: blocks to lines, quotes to ``>``, links with their targets; nothing is fetched or run.

It must not know mails, only markup.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

_BLOCKS: Final = frozenset(
    {
        *("address", "article", "aside", "center", "dd", "div", "dl", "dt", "fieldset", "figure", "footer", "form"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section"),
        *("table", "tbody", "tfoot", "thead", "tr", "ul"),
    }
)
_PARAGRAPHS: Final = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "pre"})
_SILENT: Final = frozenset({"script", "style", "head", "template", "noscript", "object", "svg"})
# Markup of an office program between ordinary tags; html.parser gives up on the kinds that it does not know.
_MARKED_SECTION: Final = re.compile(r"<!\[[^>]{0,200}(?<!--)>")
_SPACES: Final = re.compile(r"[ \t\r\n\f\u00a0]+")
# Parsing takes quadratic time where nothing is closed, so the size is bounded.
_MAX_HTML: Final = 1_000_000
_MAX_QUOTE_DEPTH: Final = 20


def html_to_text(html: str) -> str:
    """Return the readable text of the first million characters of HTML."""
    reader = _TextReader()
    reader.feed(_MARKED_SECTION.sub("", html[:_MAX_HTML]))
    reader.close()
    return reader.text()


class _TextReader(HTMLParser):
    """Collects lines; each line knows how deeply it is quoted."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.line: list[str] = []
        self.quotes = 0
        self.silent = ""
        self.preformatted = 0
        self.link = ""
        self.link_text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.silent == "head" and (tag == "body" or tag in _BLOCKS):
            # A head that is never closed ends at the first thing that shows.
            self.silent = ""
        if self.silent:
            return
        if tag in _SILENT:
            self.silent = tag
        elif tag == "br":
            self._end_line(keep_empty=True)
        elif tag == "blockquote":
            self._end_line()
            self._blank_line()
            self.quotes += 1
        elif tag in ("td", "th") and self.line:
            self.line.append(" ")
        elif tag == "a":
            self.link, self.link_text = dict(attrs).get("href") or "", []
        elif tag == "img":
            self.line.append(dict(attrs).get("alt") or "")
        elif tag in _BLOCKS:
            self._open_block(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.silent:
            if tag == self.silent:
                self.silent = ""
            return
        if tag == "a":
            self._close_link()
        elif tag == "blockquote":
            self._end_line()
            self.quotes = max(0, self.quotes - 1)
            self._blank_line()
        elif tag in _BLOCKS:
            self._end_line()
            if tag == "pre":
                self.preformatted = max(0, self.preformatted - 1)
            if tag in _PARAGRAPHS:
                self._blank_line()

    def handle_data(self, data: str) -> None:
        if self.silent:
            return
        if self.link:
            self.link_text.append(data)
        if not self.preformatted:
            self.line.append(_SPACES.sub(" ", data))
            return
        first, *others = data.split("\n")
        self.line.append(first)
        for other in others:
            self._end_line(keep_empty=True)
            self.line.append(other)

    def text(self) -> str:
        """Return what was collected, without blank lines at both ends."""
        self._end_line()
        return "\n".join(self.lines).strip("\n")

    def _open_block(self, tag: str) -> None:
        self._end_line()
        if tag in _PARAGRAPHS:
            self._blank_line()
        if tag == "pre":
            self.preformatted += 1
        elif tag == "li":
            self.line.append("- ")
        elif tag == "hr":
            self.line.append("-" * 20)
            self._end_line()

    def _close_link(self) -> None:
        """Show where a link leads when its text does not."""
        shown = "".join(self.link_text).strip()
        target = self.link.removeprefix("mailto:")
        leads_out = target.startswith(("http:", "https:")) or target != self.link
        if leads_out and target.rstrip("/") not in shown:
            self.line.append(f" <{target}>")
        self.link = ""

    def _end_line(self, *, keep_empty: bool = False) -> None:
        """Put the line away; an empty one only where a line break asked for it."""
        text = "".join(self.line)
        text = text.rstrip() if self.preformatted else _SPACES.sub(" ", text).strip()
        self.line = []
        if text or keep_empty:
            self.lines.append(">" * min(self.quotes, _MAX_QUOTE_DEPTH) + (" " if self.quotes and text else "") + text)

    def _blank_line(self) -> None:
        """Keep paragraphs apart, by one line."""
        mark = ">" * min(self.quotes, _MAX_QUOTE_DEPTH)
        if self.lines and self.lines[-1] != mark:
            self.lines.append(mark)
