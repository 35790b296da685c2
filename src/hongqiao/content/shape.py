"""What a revision's body may hold: known keys, kinds, sizes. `content.body.checked` is how the room asks."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from hongqiao.content.editors import look, paste
from hongqiao.content.production.settings import shipped
from hongqiao.errors import N_, Invalid

#: form → keys besides title, labels {ad, ai, ai_shown}, cover, evidence
KEYS: dict[str, tuple[str, ...]] = {
    "article": ("author", "digest", "html", "markdown", "source_url", "images", "theme", "colour"),
    "note": ("text", "tags", "images"),
    "video": ("text", "tags", "shots", "video"),
    "long_video": ("text", "tags", "shots", "chapters", "video"),
    "live": ("segments", "products", "people"),
    "poster": ("template", "fields", "image"),
}
SHARED = ("title", "labels", "cover", "evidence")


class BadBody(Invalid):
    code = "bad_body"
    message = N_("内容里的 %(key)s 有误")
    next_step = N_("请检查这一项的写法和长度；各形式有哪些项见文档")


#: Keys of a row: shots and chapters of a video, segments of a live room, what proves a statement.
ROWS: dict[str, tuple[str, ...]] = {
    "evidence": ("text", "url"),
    "shots": ("start", "end", "size", "picture", "line", "subtitle", "sound", "props", "image"),
    "chapters": ("start", "title"),
    "segments": ("start", "end", "kind", "product", "who", "line", "note"),
}
_LINES = ("author", "digest", "template")
_TEXTS, _MARKUP = ("text",), ("html", "markdown")
_LISTS = ("tags", "products", "people")
_ASSETS, _PICTURES = ("cover", "video", "image"), ("images",)
_NUMBERS = ("start", "end")
_CLOCK = re.compile(r"([0-9]{1,2}:[0-5]?[0-9]|[0-9]{1,4}):[0-5]?[0-9](\.[0-9]+)?")


def sizes() -> dict[str, Any]:
    """Return knowledge/content/body.json: how large each part may be."""
    return shipped("body")


def checked(form: str, body: Any) -> dict[str, Any]:
    """Return a body as it may be kept: known keys only, of the right kind and size, without what no row can hold.

    Empty parts are left out, so that a form that sends every field says the same as a call that sends some.
    Raises BadBody, naming the part.
    """
    if not isinstance(body, Mapping) or form not in KEYS:
        raise BadBody(key="body")
    known = (*SHARED, *KEYS[form])
    found: dict[str, Any] = {}
    for key, value in body.items():
        if key not in known:
            raise BadBody(key=str(key)[:40])
        clean = _part(key, value)
        if clean not in ("", None, [], {}):
            found[key] = clean
    if len(json.dumps(found, ensure_ascii=False).encode()) > sizes()["bytes"]:
        raise BadBody(key="body")
    return found


def _part(key: str, value: Any) -> Any:
    if value is None:
        return None
    if key == "labels":
        return _labels(value)
    if key in ROWS:
        return [_row(key, one) for one in _list(key, value, "rows")]
    if key in _LISTS:
        return [_words(key, one, "line") for one in _list(key, value, "items") if one not in ("", None)]
    if key in _PICTURES:
        return [_asset(key, one) for one in _list(key, value, "items")]
    if key in _ASSETS:
        return _asset(key, value)
    if key == "fields":
        return _fields(value)
    if key in ("theme", "colour"):
        return _chosen(key, value)
    if key == "source_url":
        return _address(key, value)
    if key == "html":
        return paste.clean(_words(key, value, "markup"))
    most = "title" if key == "title" else "line" if key in _LINES else "text" if key in _TEXTS else "markup"
    return _words(key, value, most)


def _words(key: str, value: Any, most: str) -> str:
    if not isinstance(value, str):
        raise BadBody(key=key)
    said = value.replace("\r\n", "\n").replace("\r", "\n")
    said = "".join(c for c in said if c in "\n\t" or c >= " ").encode("utf-8", "ignore").decode()
    if most in ("title", "line"):
        said = " ".join(said.split()) if most == "title" else said.strip()
    if len(said) > sizes()[most]:
        raise BadBody(key=key)
    return said if said.strip() else ""


def _chosen(key: str, value: Any) -> str:
    """A theme that there is, a colour as "#rrggbb"."""
    said = _words(key, value, "line")
    known = said in dict(look.themes()) if key == "theme" else bool(look.COLOUR.fullmatch(said))
    if said and not known:
        raise BadBody(key=key)
    return said


def _list(key: str, value: Any, most: str) -> list[Any]:
    if not isinstance(value, Sequence) or isinstance(value, str | bytes) or len(value) > sizes()[most]:
        raise BadBody(key=key)
    return list(value)


def _row(key: str, row: Any) -> dict[str, Any]:
    if not isinstance(row, Mapping) or set(row) - set(ROWS[key]):
        raise BadBody(key=key)
    found: dict[str, Any] = {}
    for name, value in row.items():
        if value in (None, ""):
            continue
        if name in _NUMBERS:
            found[name] = seconds(key, value)
        elif name in _ASSETS:
            found[name] = _asset(key, value)
        else:
            found[name] = _address(key, value) if name == "url" else _words(key, value, "line")
    return found


def seconds(key: str, value: Any) -> float | int:
    """Seconds as a number, or as a clock says them: "2:30", "1:02:30", the colons of either width. Raises BadBody."""
    try:
        if isinstance(value, str) and _CLOCK.fullmatch(clock := value.strip().replace("：", ":")):
            parts = [float(part) for part in clock.split(":")]
            found = sum(part * 60**n for n, part in enumerate(reversed(parts)))
        else:
            found = float(value)
    except (TypeError, ValueError):
        raise BadBody(key=key) from None
    if isinstance(value, bool) or not 0 <= found <= 360000:  # also what is no number
        raise BadBody(key=key)
    return int(found) if found.is_integer() else round(found, 3)


def _address(key: str, value: Any) -> str:
    said = _words(key, value, "line")
    if said and not said.lower().startswith(("http://", "https://")):
        raise BadBody(key=key)
    return said


def _asset(key: str, value: Any) -> str:
    if value == "":
        return ""
    try:
        return str(UUID(str(value)))
    except ValueError:
        raise BadBody(key=key) from None


def _labels(value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping) or set(value) - {"ad", "ai", "ai_shown"}:
        raise BadBody(key="labels")
    ai = value.get("ai") or "none"
    if ai not in ("none", "assisted", "generated"):
        raise BadBody(key="labels.ai")
    found: dict[str, Any] = {} if ai == "none" else {"ai": ai}
    return found | {name: True for name in ("ad", "ai_shown") if value.get(name)}


def _fields(value: Any) -> dict[str, Any]:
    """A template's fields: texts, numbers, switches, lists of texts."""
    if not isinstance(value, Mapping) or len(value) > sizes()["items"]:
        raise BadBody(key="fields")
    found: dict[str, Any] = {}
    for name, one in value.items():
        if isinstance(one, bool | int | float) and one == one and abs(one) < 1e12:
            found[_words("fields", name, "line")] = one
        elif isinstance(one, list):
            found[_words("fields", name, "line")] = [_words("fields", w, "line") for w in one[: sizes()["items"]]]
        else:
            found[_words("fields", name, "line")] = _words("fields", one, "text")
    return found
