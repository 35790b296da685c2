"""Inline styles: which declarations stay, in units that 公众号 draws."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from hongqiao.content.editors.markup import rules

_SPLIT = re.compile(r";(?=(?:[^\"']|\"[^\"]*\"|'[^']*')*$)(?![^(]*\))")
_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_LENGTH = re.compile(r"(?<![\w.#-])(-?\d*\.?\d+)(rem|pt|pc|in|cm|mm)\b", re.I)
_PX = re.compile(r"(\d*\.?\d+)px\b", re.I)
_URL = re.compile(r"url\(\s*(['\"]?)(.*?)\1\s*\)", re.I | re.S)
#: what runs, reaches elsewhere, hides what it is by escapes, or ends the attribute
_BAD = re.compile(
    r"expression|javascript|vbscript|behaviou?r|-moz-binding|@import|image-set|\\|<|>|\{|\}|[\x00-\x08]|!ie", re.I
)
_WIDTHS = frozenset({"width", "min-width", "flex-basis"})


@cache
def _properties() -> frozenset[str]:
    return frozenset(rules()["properties"])


@lru_cache(maxsize=20_000)
def clean(style: str) -> str:
    """Return the declarations of a style attribute that may stay, `name: value` parted by "; ". Twice is once."""
    kept: dict[str, str] = {}
    for one in _SPLIT.split(_COMMENT.sub("", style)) if len(style) < 20_000 else ():
        name, _, value = one.partition(":")
        name, value = name.strip().lower(), " ".join(value.split())
        if name in _properties() and value and (said := _value(name, value)):
            kept.pop(name, None)
            kept[name] = said
    return "; ".join(f"{k}: {v}" for k, v in kept.items())


def _value(name: str, value: str) -> str:
    if len(value) > rules()["value_characters"] or _BAD.search(value):
        return ""
    if value.lower() in rules()["default_values"]["drop"].get(name, ()):
        return ""
    if "url(" in value.lower() and not (name.startswith("background") and all(_fetched(u) for u in urls(value))):
        return ""
    value = _LENGTH.sub(_px, value)
    return _PX.sub(_narrow, value) if name in _WIDTHS else value


def urls(value: str) -> list[str]:
    """Return the addresses that a value draws pictures from."""
    return [found[2].strip() for found in _URL.finditer(value)]


def _fetched(address: str) -> bool:
    return address.lower().startswith(("https://", "http://"))


def _px(found: re.Match[str]) -> str:
    return f"{round(float(found[1]) * rules()['px_of'][found[2].lower()], 1):g}px"


def _narrow(found: re.Match[str]) -> str:
    most = rules()["width_px"]
    return f"{most}px" if float(found[1]) > most else found[0]


def hidden(style: str) -> bool:
    """Whether an element with this style shows nothing."""
    return bool(re.search(r"display\s*:\s*none", style, re.I)) or bool(re.search(r"mso-hide\s*:\s*all", style, re.I))
