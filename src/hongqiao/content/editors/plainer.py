"""Clean HTML as Markdown: headings, lists, quotes, weight, links, pictures. Colours and boxes are lost."""

from __future__ import annotations

import html as escapes
import re

from hongqiao.content.editors import markup, paste
from hongqiao.content.editors.markup import Tag

_BLOCKS = frozenset(
    {"p", "div", "section", "figure", "figcaption", "center", "table", "tr", "pre", "ul", "ol", "li", "hr"}
)
_BLOCKS |= {"h1", "h2", "h3", "h4", "h5", "h6", "blockquote"}
_WEIGHTS = {"b": "**", "strong": "**", "em": "*", "i": "*", "s": "~~", "del": "~~", "strike": "~~"}
_SPECIAL = re.compile(r"([\\`*_\[\]<>])")


class _Writer:
    def __init__(self) -> None:
        self.blocks: list[tuple[str, str]] = []  # a block's beginning, its words
        self.begin, self.words = "", ""
        self.lists: list[int] = []  # -1 a list of points, else the number of the next
        self.quotes = 0
        self.links: list[str] = []
        self.caption = ""  # what a theme writes below a picture is said in the picture's brackets already

    def close(self) -> None:
        said = re.sub(r"[ \t\n\xa0]+", " ", self.words).replace(" \x1e ", "\n").replace("\x1e", "\n").strip()
        said = re.sub(r"\*\*\s*\*\*", "", said)
        if said:
            self.blocks.append(("> " * self.quotes + self.begin, said))
            self.begin = "  " * len(self.lists) if self.begin[:1] in ("-", " ") or self.begin[:1].isdigit() else ""
        self.words = ""

    def tag(self, one: Tag) -> None:
        if one.name in _BLOCKS:
            self.close()
            self.block(one)
        elif one.name == "br":
            self.words += "\x1e"
        elif one.name in _WEIGHTS:
            self.words += _WEIGHTS[one.name]
        elif one.name == "td" or one.name == "th":
            self.words += "" if one.closes else "　"
        elif one.name == "img":
            self.caption = one.attributes.get("alt", "")
            self.words += f"![{self.caption}]({one.attributes.get('src', '')})"
        elif one.name == "a" and not one.closes:
            self.links.append(one.attributes.get("href", ""))
            self.words += "["
        elif one.name == "a":
            self.words += f"]({self.links.pop() if self.links else ''})"

    def block(self, one: Tag) -> None:
        if one.name == "hr":
            self.blocks.append(("", "---"))
        elif one.name == "blockquote":
            self.quotes = max(0, self.quotes + (-1 if one.closes else 1))
        elif one.name in ("ul", "ol"):
            if one.closes:
                self.lists = self.lists[:-1]
            else:
                self.lists.append(-1 if one.name == "ul" else 1)
            self.begin = ""
        elif one.closes:
            self.begin = ""
        elif one.name == "li":
            self.begin = self.item()
        elif one.name[0] == "h" and one.name[1:].isdigit():
            self.begin = "#" * int(one.name[1:]) + " "

    def item(self) -> str:
        depth = "  " * max(0, len(self.lists) - 1)
        if not self.lists or self.lists[-1] < 0:
            return f"{depth}- "
        self.lists[-1] += 1
        return f"{depth}{self.lists[-1] - 1}. "


def markdown(source: str) -> str:
    """Return what HTML says as Markdown."""
    writer = _Writer()
    for one in markup.tokens(paste.clean(source)):
        if isinstance(one, Tag):
            writer.tag(one)
        elif (said := escapes.unescape(one)) != writer.caption or not said:
            writer.words += _SPECIAL.sub(r"\\\1", said)
    writer.close()
    lines: list[str] = []
    for begin, said in writer.blocks:
        item = re.match(r"(> )*\s*(-|\d+\.) ", begin)
        if lines and not (item and re.match(r"(> )*\s*(-|\d+\.) ", lines[-1])):
            lines.append("> " if begin.startswith("> ") and lines[-1].startswith("> ") else "")
        lines += [begin + said.replace("\n", f"\n{begin if begin.startswith('>') else ''}")]
    return "\n".join(lines)
