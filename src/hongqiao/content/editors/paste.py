"""What operators paste (Word, Feishu docs, 135, 秀米) as HTML that 公众号 keeps: styles stay, nothing runs."""

from __future__ import annotations

import html as escapes
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import nh3

from hongqiao.content.editors import markup, styles
from hongqiao.content.editors.markup import Tag, rules

#: Between these Word and browsers keep what is not the text: the clipboard's own marks, Word's settings.
_ASIDE = re.compile(r"<!--.*?-->|<!\[.*?\]>|<\?xml.*?>", re.S)
_FRAGMENT = re.compile(r"<!--\s*StartFragment\s*-->(.*?)<!--\s*EndFragment\s*-->", re.S | re.I)
_INLINE = re.compile(r"data:image/(?:png|jpe?g|gif|webp);base64,[A-Za-z0-9+/=\s]+", re.I)
_MOVING = re.compile(r"<(?:iframe|video|audio|mpvideo|mpvoice|embed|object)\b", re.I)
_ALONE = markup.VOID | {"meta", "link", "input", "p", "li", "td", "tr", "th"}  # never closed, or closed by the next
_BARE = frozenset({"span", "font"})


@dataclass(frozen=True)
class Picture:
    """A picture of an article, and what is to be done with it.

    `kind`: ours, platform (on its own hosts), take (to be fetched), hand (only people can), inline (in the text).
    `behind`: the ground of a box, which nothing can be uploaded for.
    """

    src: str
    kind: str
    behind: bool = False


@dataclass(frozen=True)
class Pasted:
    """What became of it. `lost`: pictures that stayed on the author's machine; `moving`: films and sounds left out."""

    html: str
    pictures: tuple[Picture, ...] = ()
    lost: tuple[str, ...] = ()
    moving: int = 0


def paste(source: str) -> Pasted:
    """Return what may be kept of pasted HTML, and what its author has to see to."""
    found = _FRAGMENT.search(source)
    source = found[1] if found and found[1].strip() else source
    clean_ = clean(source)
    return Pasted(clean_, tuple(pictures(clean_)), tuple(_lost(source)), len(_MOVING.findall(source)))


def clean(source: str) -> str:
    """Return HTML that runs nothing and that 公众号 keeps: allowed tags and inline styles. Twice is once."""
    source = _ASIDE.sub("", source[: rules()["characters"]].replace("\x00", ""))
    source = source.encode("utf-8", "ignore").decode()
    if _depth(source) > rules()["most_open"]:
        return _plain(source)
    for _round in range(rules()["rounds"]):  # a parser mends what is crossed; what it mended it may mend once more
        made = markup.written(_tidy(_safe(source)))
        if made == source:
            return made
        source = made
    return _plain(source)  # nothing people lay out comes here: kept as plain text


_OPENING = re.compile(r"<(/?)([a-zA-Z][\w:]*)[^>]*?(/?)>")


def _depth(source: str) -> int:
    """Return how many tags are open at once at most, as written: a parser's time grows with its square."""
    now = most = 0
    for closes, name, itself in _OPENING.findall(source):
        if closes:
            now -= 1
        elif not itself and name.lower() not in _ALONE:
            now += 1
            most = max(most, now)
    return most


def _plain(source: str) -> str:
    return markup.text(escapes.unescape(re.sub(r"<[^>]*>?", "", source)))


@cache
def _sanitiser() -> nh3.Cleaner:
    book: dict[str, Any] = rules()
    return nh3.Cleaner(
        tags=set(book["tags"]),
        clean_content_tags=set(book["with_content"]),
        attributes={tag: set(names) for tag, names in book["attributes"].items()},
        attribute_filter=_attribute,
        url_schemes={"http", "https", "data"},
        link_rel=None,
        strip_comments=True,
    )


def _safe(source: str) -> str:
    return _sanitiser().clean(source)


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "style":
        return "display: none" if styles.hidden(value) else styles.clean(value) or None
    if name in ("src", "data-src"):
        return value if _shown(value) else None
    if name == "href":
        return value if value.lower().startswith(("http://", "https://")) else None
    if name == "width" and value.rstrip("px ").isdigit():
        return str(min(int(value.rstrip("px ")[:6]), rules()["width_px"]))
    return value if len(value) <= 300 else None


def _shown(address: str) -> bool:
    """Whether a picture can be shown from there: the web, this house, or the text itself."""
    said = address.strip()
    if said.lower().startswith("data:"):
        return bool(_INLINE.fullmatch(said))
    own = said.startswith("/") and not said.startswith("//") and "\\" not in said
    return own or said.lower().startswith(("http://", "https://"))


def _tidy(source: str) -> Iterator[Tag | str]:
    """Leave out what shows nothing: hidden parts, spans that say nothing, pictures without an address."""
    open_: list[bool] = []  # for each open tag whether it was written
    dark = 0  # open tags since a hidden one
    for one in markup.tokens(source):
        if isinstance(one, str):
            if not dark:
                yield one
        elif one.name in markup.VOID:
            if not dark and (one.name != "img" or _picture(one)):
                yield one
        elif one.closes:
            if dark:
                dark -= 1
            elif open_ and open_.pop():
                yield one
        elif dark or styles.hidden(one.attributes.get("style", "")):
            dark += 1
        else:
            shown = len(open_) < rules()["most_nested"] and not (one.name in _BARE and not one.attributes)
            shown = shown and not (one.name == "a" and not one.attributes.get("href"))
            open_.append(shown)
            if shown:
                yield one


def _picture(tag: Tag) -> bool:
    """Give a picture its address; copies from 公众号 articles keep it aside for loading late."""
    late = tag.attributes.pop("data-src", "")
    if late and not tag.attributes.get("src", "").startswith(("http", "/")):
        tag.attributes["src"] = late
    return bool(tag.attributes.get("src")) and not styles.hidden(tag.attributes.get("style", ""))


def pictures(source: str) -> Iterator[Picture]:
    """Yield the pictures of clean HTML in their order, each address once, backgrounds too."""
    seen: set[str] = set()
    for one in markup.tokens(source):
        if isinstance(one, str):
            continue
        found = [(one.attributes["src"], False)] if one.name == "img" and "src" in one.attributes else []
        found += [(src, True) for src in styles.urls(one.attributes.get("style", ""))]
        for src, behind in found:
            if src not in seen:
                seen.add(src)
                yield Picture(src, kind_of(src), behind)


def kind_of(src: str) -> str:
    """Return what has to be done with a picture's address before 公众号 shows it."""
    if src.lower().startswith("data:"):
        return "inline"
    if src.startswith("/"):
        return "ours"
    try:
        host = (urlsplit(src).hostname or "").lower()
    except ValueError:
        return "hand"
    if host in rules()["picture_hosts"]:
        return "platform"
    private = "." not in host or host.replace(".", "").isdigit()
    asked = any(host == h or host.endswith(f".{h}") for h in rules()["asking_hosts"]["hosts"])
    return "hand" if private or asked else "take"


_IN_MARKDOWN = re.compile(r"!\[[^\]\n]*\]\(\s*<?([^\s)>]+)")


def of_body(body: Mapping[str, Any]) -> list[Picture]:
    """Return the pictures of an article's body, whichever way it is written, each once."""
    if html := str(body.get("html") or ""):
        return list(pictures(html))
    found = dict.fromkeys(_IN_MARKDOWN.findall(str(body.get("markdown") or "")))
    return [Picture(src, kind_of(src)) for src in found]


def outside(found: Iterable[Picture]) -> list[str]:
    """Return the addresses that 公众号 refuses: of pictures neither in this house nor on its own hosts."""
    return [p.src for p in found if p.kind not in ("ours", "platform") and not p.behind]


_LOCAL = re.compile(
    r"<(?:img|v:imagedata)\b[^>]*?\bsrc\s*=\s*[\"']?(file:[^\"'>\s]+|[a-z]:\\[^\"'>]+|cid:[^\"'>\s]+|blob:[^\"'>\s]+)",
    re.I,
)


def _lost(source: str) -> Iterator[str]:
    seen: set[str] = set()
    for found in _LOCAL.finditer(source):
        name = re.split(r"[\\/]", found[1])[-1][:80]
        if name not in seen:
            seen.add(name)
            yield name
