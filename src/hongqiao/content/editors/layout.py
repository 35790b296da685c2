"""An article as 公众号 takes it: Markdown in a theme, links as numbered notes, every style in its element."""

from __future__ import annotations

import html as escapes
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

import css_inline
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from hongqiao.content.editors import look as looks
from hongqiao.content.editors import markup, paste
from hongqiao.content.editors.markup import Tag, rules
from hongqiao.knowledge import read

_NUMBER = re.compile(r"\[(\d{1,4})\]")


@dataclass(frozen=True)
class Laid:
    """An article ready for 公众号: its HTML, the addresses of its numbered notes, its pictures."""

    html: str
    notes: tuple[str, ...]
    pictures: tuple[paste.Picture, ...]


def book() -> dict[str, Any]:
    """Return knowledge/content/themes/themes.json."""
    return read("content/themes/themes")


def _file(name: str) -> str:
    return files("hongqiao.knowledge").joinpath("content/themes", name).read_text("utf-8")


@lru_cache(maxsize=64)
def _sheet(theme: str, colour: str) -> str:
    chosen = theme if theme in dict(looks.themes()) else book()["default"]
    said = looks.readable(colour if looks.COLOUR.fullmatch(colour) else book()["colour"])
    return re.sub(r"\bbrand\b", said, _file(f"{chosen}.css"))


@cache
def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 20})
    reader.enable(["table", "strikethrough"])
    reader.add_render_rule("image", _image)
    return reader


def _image(_self: RendererHTML, tokens: Sequence[Token], at: int, _options: Any, _env: Any) -> str:
    """A picture with what is said of it below: the words between the brackets."""
    src = escapes.escape(str(tokens[at].attrs.get("src", "")))
    said = escapes.escape(tokens[at].content)
    return f'<img src="{src}" alt="{said}">' + (f'<span class="caption">{said}</span>' if said else "")


def _dressed(html: str, theme: str, colour: str) -> str:
    """Return HTML with the styles of a theme in its elements, beneath their own."""
    drawn = f'<section class="article">{html}</section>'
    return css_inline.inline_fragment(drawn, _sheet(theme, colour), load_remote_stylesheets=False)


def _rendered(text: str) -> str:
    """Return Markdown as HTML. HTML typed into it is text."""
    said = text.encode("utf-8", "ignore").decode().replace("\x00", "")
    return str(_reader().render(said))


def markdown(text: str, theme: str = "", colour: str = "") -> str:
    """Return Markdown laid out in a theme, clean, its styles in its elements."""
    return paste.clean(_dressed(_rendered(text), theme, colour))


def bare(text: str) -> str:
    """Return Markdown as clean HTML in no theme: rich text that a theme can still be chosen for."""
    caption = f'<span style="{book()["caption_style"]}">'
    return paste.clean(_rendered(text).replace('<span class="caption">', caption))


def laid(body: Mapping[str, Any], look: looks.Look = looks.Look(), pictures: Mapping[str, str] | None = None) -> Laid:
    """Return an article's body as 公众号 takes it, whichever way it is written. Its HTML was cleaned when it was kept.

    Its own theme and colour come before the brand's (`look`); rich text without a theme of its own is as it was pasted.
    """
    html, theme = str(body.get("html") or ""), str(body.get("theme") or "")
    colour = str(body.get("colour") or "") or look.colour
    if not html:
        html = _dressed(_rendered(str(body.get("markdown") or "")), theme or look.theme, colour)
    elif theme:
        html = _dressed(html, theme, colour)
    return _taken(html, pictures or {})


def wechat(source: str, pictures: Mapping[str, str] | None = None) -> Laid:
    """Return any HTML as 公众号 takes it. Twice is once.

    Links to elsewhere become numbered notes at the end, the same address one number; `pictures` gives addresses in
    place of those that are there (parts to be uploaded, or what the platform answered).
    """
    return _taken(paste.clean(source), pictures or {})


def _taken(source: str, pictures: Mapping[str, str]) -> Laid:
    """Lay well-formed HTML out. What leaves is cleaned here, once, whatever came in."""
    notes: list[str] = []
    first = max((int(n) for n in _NUMBER.findall("".join(_raised(source)))), default=0)
    made = markup.written(_laid(source, notes, first, pictures))
    made = paste.clean(made + _notes(notes, first))
    return Laid(made, tuple(notes), tuple(paste.pictures(made)))


def _raised(source: str) -> Iterator[str]:
    """Yield what stands raised: the marks of notes that are there already."""
    inside = 0
    for one in markup.tokens(source):
        if isinstance(one, str):
            if inside:
                yield one
        elif one.name == "sup":
            inside += -1 if one.closes else 1


def _laid(source: str, notes: list[str], first: int, pictures: Mapping[str, str]) -> Iterator[Tag | str]:
    names, said = book()["names"], book()["notes"]
    waiting = 0  # the number of the note of the link that is open; -1 for one that stays
    for one in markup.tokens(source):
        if isinstance(one, str):
            yield one
            continue
        one.name = names.get(one.name, one.name)
        if one.name == "img" and "src" in one.attributes:
            one.attributes["src"] = pictures.get(one.attributes["src"], one.attributes["src"])
        if one.name != "a" or (one.closes and waiting < 0):
            yield one
        elif one.closes:
            yield Tag("span", True, {})
            yield from (Tag("sup", False, {"style": said["mark_style"]}), f"[{waiting}]", Tag("sup", True, {}))
        elif _stays(one.attributes.get("href", "")):
            waiting = -1
            yield one
        else:
            waiting = first + _number(one.attributes.get("href", ""), notes)
            yield Tag("span", False, {"style": one.attributes.get("style") or said["link_style"]})


def _number(address: str, notes: list[str]) -> int:
    if address not in notes:
        notes.append(address)
    return notes.index(address) + 1


def _stays(address: str) -> bool:
    """Whether 公众号 lets a link stay: to its own articles only."""
    try:
        return (urlsplit(address).hostname or "").lower() in rules()["own_hosts"]
    except ValueError:
        return False


def _notes(notes: list[str], first: int) -> str:
    if not notes:
        return ""
    said = book()["notes"]
    lines = [
        f'<p style="{said["line_style"]}">[{first + n}] {escapes.escape(address, quote=False)}</p>'
        for n, address in enumerate(notes, 1)
    ]
    return f'<section><p style="{said["head_style"]}">{said["head"]}</p>{"".join(lines)}</section>'
