"""HTML of a mail to plain text: blocks to lines, quotes to ``>``, links with their targets; nothing is fetched or run.

It must not know mails, only markup. Its own tokens, because ``html.parser`` takes quadratic time where nothing is
closed: 322 s for a megabyte of ``<!--`` (CPython 3.11).
"""

from __future__ import annotations

import re
from html import unescape
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
# No alternative runs over a "<", so every character is looked at a bounded number of times.
_TOKEN: Final = re.compile(
    r"(?P<comment><!--)"
    r"|<(?P<end>/?)(?P<tag>[a-zA-Z][\w:-]{0,40})(?P<attributes>(?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+'|[\"'])*+)>"
    r"|<[!?][^<>]*+>"
)
_ATTRIBUTE: Final = re.compile(r"(?:^|[\s\"'])(href|alt)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
_SPACES: Final = re.compile(r"[ \t\r\n\f\u00a0]+")
_MAX_HTML: Final = 2_000_000
_MAX_QUOTE_DEPTH: Final = 20


def html_to_text(html: str) -> str:
    """Return the readable text of the first two million characters of HTML."""
    html = html[:_MAX_HTML]
    last_comment = html.rfind("-->")
    reader = _TextReader()
    position = 0
    while token := _TOKEN.search(html, position):
        reader.data(unescape(html[position : token.start()]))
        position = token.end()
        if token["comment"]:
            # Of a comment that is never closed only the mark goes: it must not hide the rest.
            position = html.find("-->", position) + 3 if position <= last_comment else position
        elif token["tag"] and token["end"]:
            reader.end(token["tag"].lower())
        elif token["tag"]:
            reader.start(token["tag"].lower(), token["attributes"])
    reader.data(unescape(html[position:]))
    return reader.text()


def _attribute(attributes: str, name: str) -> str:
    """Return the value of an attribute, empty where it is missing."""
    for found in _ATTRIBUTE.finditer(attributes):
        if found[1].lower() == name:
            return unescape(found[2] or found[3] or found[4] or "").strip()
    return ""


class _TextReader:
    """Collects lines; each line knows how deeply it is quoted."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.quotes = 0
        self.silent = ""
        self.preformatted = 0
        self.link = ""
        self.link_text: list[str] = []

    def start(self, tag: str, attributes: str) -> None:
        """Take an opening tag."""
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
            self.link, self.link_text = _attribute(attributes, "href"), []
        elif tag == "img":
            self.line.append(_attribute(attributes, "alt"))
        elif tag in _BLOCKS:
            self._open_block(tag)

    def end(self, tag: str) -> None:
        """Take a closing tag."""
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

    def data(self, data: str) -> None:
        """Take the characters between tags."""
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
        if self.lines and not self.lines[-1].strip(">"):
            self.lines[-1] = min(self.lines[-1], mark)
        elif self.lines:
            self.lines.append(mark)
