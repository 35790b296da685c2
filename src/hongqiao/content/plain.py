"""An article's HTML or Markdown as plain text: a line a paragraph, headings begin with "## "."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_BLOCKS = {"p", "div", "section", "li", "blockquote", "tr", "figure", "figcaption", "br", "hr", "ul", "ol", "table"}
_HEADS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_SILENT = {"script", "style", "title", "head"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = [""]
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self.silent += 1
        if tag in _BLOCKS or tag in _HEADS:
            self.lines.append("## " if tag in _HEADS else "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        if tag in _BLOCKS or tag in _HEADS:
            self.lines.append("")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.lines[-1] += data


def of_html(html: str) -> str:
    """Return what HTML says; comments, scripts and styles say nothing."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = (re.sub(r"[ \t\r\n\xa0]+", " ", line).strip() for line in reader.lines)
    return "\n".join(line for line in lines if line not in ("", "##"))


_MARKS = (
    (re.compile(r"!\[[^\]]*\]\([^)]*\)"), ""),
    (re.compile(r"\[([^\]]*)\]\([^)]*\)"), r"\1"),
    (re.compile(r"(\*\*|__|\*|`|~~)"), ""),
)


def of_markdown(text: str) -> str:
    """Return what Markdown says; headings of any depth become "## "."""
    lines = []
    for line in text.splitlines():
        for mark, instead in _MARKS:
            line = mark.sub(instead, line)
        line = re.sub(r"^\s*#{1,6}\s+", "## ", line)
        lines.append(re.sub(r"^\s*(?:[-+>]|\d+\.)\s+", "", line).strip())
    return "\n".join(line for line in lines if line)


def unmarked(text: str) -> str:
    """Return plain text without the marks of its headings, as it is pasted where nothing reads them; a heading stands
    apart from what is above it."""
    return re.sub(r"(?m)^## ", "\n", text).lstrip("\n")
