"""Numbers and addresses in a free text by which a person can be reached or named: found by their form, and veiled.

Names are not found: they have no form. A text is veiled once and stays as it is when it is veiled again.
"""

from __future__ import annotations

import re
from collections.abc import Callable

#: kind → how it is written. The order matters: what an earlier one took, no later one sees.
KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("邮箱", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)),
    ("身份证号", re.compile(r"(?<!\d)\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])\d{5}[\dXx](?!\d)")),
    ("手机号", re.compile(r"(?<!\d)(?:\+?86[\s-]?)?1[3-9]\d(?:[\s-]?\d){8}(?!\d)")),
    ("银行卡号", re.compile(r"(?<!\d)\d{4}(?:[\s-]?\d{4}){3}(?:[\s-]?\d{1,3})?(?!\d)")),
    ("电话", re.compile(r"(?<!\d)(?:0\d{2,3}[\s-]?\d{7,8}|400[\s-]?\d{3}[\s-]?\d{4})(?!\d)")),
    ("账号", re.compile(r"((?:微信号?|VX|vx|V信|QQ|qq)\s*[:：是]?\s*)[A-Za-z0-9][\w-]{4,}", re.ASCII)),
)
_ANY = re.compile(r"[\d@]|微信|QQ|qq|VX|vx|V信")  # a text without any of these holds none of them
_WIDE = str.maketrans("０１２３４５６７８９＠", "0123456789@")


def replaced(text: str, how: Callable[[str, str], str]) -> str:
    """Return a text with each that is found as `how(kind, written)` says it; figures of full width made plain."""
    clean = text.translate(_WIDE)
    if not _ANY.search(clean):
        return clean
    for kind, pattern in KINDS:
        clean = pattern.sub(lambda m, kind=kind: how(kind, m[0]), clean)  # type: ignore[misc]
    return clean


def veiled(text: str) -> str:
    """Return a text in which enough is left of each to tell it from another: 138****1234, an***@example.com."""
    return replaced(text, _veil)


def unveiled(typed: str, kept: str) -> str:
    """Return what somebody typed who saw `kept` only veiled: what they left veiled is again as it was kept."""
    hidden: dict[str, list[str]] = {}

    def note(kind: str, said: str) -> str:
        hidden.setdefault(_veil(kind, said), []).append(said)
        return ""

    replaced(kept, note)
    if not hidden:
        return typed
    longest = "|".join(re.escape(veil) for veil in sorted(hidden, key=len, reverse=True))

    def back(found: re.Match[str]) -> str:  # two that look alike when veiled come back each in its turn
        said = hidden[found[0]]
        return said.pop(0) if len(said) > 1 else said[0]

    return re.sub(longest, back, typed)


def _veil(kind: str, said: str) -> str:
    if kind == "邮箱":
        name, _, host = said.partition("@")
        return f"{name[:2] if len(name) > 2 else name[:1]}***@{host}"
    if kind == "账号":
        found = dict(KINDS)[kind].fullmatch(said)
        place = found.end(1) + 2 if found else 0
        return f"{said[:place]}***"
    bare = re.sub(r"[\s-]", "", said)
    if kind == "手机号":
        return f"{bare[-11:-8]}****{bare[-4:]}"
    return f"{bare[:3]}****{bare[-4:]}" if kind == "身份证号" else f"****{bare[-4:]}"
