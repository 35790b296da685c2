"""Personal data taken out of what is sent to a model: it never needs them."""

from __future__ import annotations

import re

_RULES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("邮箱", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("身份证号", re.compile(r"(?<!\d)\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])\d{5}[\dXx](?!\d)")),
    ("手机号", re.compile(r"(?<!\d)(?:\+?86[\s-]?)?1[3-9]\d(?:[\s-]?\d){8}(?!\d)")),
    ("银行卡号", re.compile(r"(?<!\d)\d{4}(?:[\s-]?\d{4}){3}(?:[\s-]?\d{1,3})?(?!\d)")),
    ("电话", re.compile(r"(?<!\d)(?:0\d{2,3}[\s-]?\d{7,8}|400[\s-]?\d{3}[\s-]?\d{4})(?!\d)")),
    ("账号", re.compile(r"(?:微信号?|VX|vx|V信|QQ|qq)\s*[:：是]?\s*[A-Za-z0-9][\w-]{4,}")),
)
_WIDE = str.maketrans("０１２３４５６７８９＠", "0123456789@")


def redacted(text: str) -> str:
    """Return a text with phone numbers, addresses of mail, identity and card numbers, chat accounts named by kind."""
    clean = text.translate(_WIDE)
    for kind, pattern in _RULES:
        clean = pattern.sub(f"〔{kind}〕", clean)
    return clean
