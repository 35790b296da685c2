"""The words of a message: filled in, held against the rules of its channel, counted in pieces.

A content is {"text", "template", "subject", "values" {name: text}, "pool", "page", "form"}. `${name}` in the text is
a value; in a value `${coupon}` is a code of the pool, handed out right before the message goes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from hongqiao.delivery.models import Channel, Purpose, SmsVendor
from hongqiao.delivery.reaching import guards
from hongqiao.workspace.models import Brand

_HOLE = re.compile(r"\$\{(\w{1,32})\}")
_ADDRESS = re.compile(r"https?://\S+")


def filled(content: Mapping[str, Any], coupon: str = "") -> tuple[str, dict[str, str]]:
    """Return (text, values) as they go out. A hole without a value stays empty."""
    special = {"coupon": coupon}
    given = {str(k): _put(str(v), special) for k, v in (content.get("values") or {}).items()}
    return _put(str(content.get("text") or ""), {**special, **given}), given


def _put(text: str, values: Mapping[str, str]) -> str:
    return _HOLE.sub(lambda m: values.get(m.group(1), ""), text)


def wants_coupon(content: Mapping[str, Any]) -> bool:
    """Return whether a code of a pool is handed out with it."""
    said = [str(content.get("text") or ""), *map(str, (content.get("values") or {}).values())]
    return bool(content.get("pool")) and any("${coupon}" in t for t in said)


def pieces(text: str, rules: Mapping[str, Any]) -> int:
    """Return in how many pieces a text message is billed: 70 letters in one, else 67 each."""
    sms = rules["sms"]
    return 1 if len(text) <= sms["one"] else math.ceil(len(text) / sms["part"])


def judged(content: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the content as its words are judged: values that are an address keep their length only. A person's own
    link is drawn by lot, and may spell a barred word by chance; texts that differ by nothing else are judged once."""
    values = content.get("values") or {}
    plain = {k: "https://".ljust(len(v), "x") for k, v in values.items() if _ADDRESS.fullmatch(str(v))}
    return {**content, "values": {**values, **plain}} if plain else content


def problem(
    brand: Brand,
    channel: str,
    purpose: str,
    content: Mapping[str, Any],
    rules: Mapping[str, Any],
    vendor: SmsVendor | None,
) -> str:
    """Return the code of what a content lacks or must not have; "" where it may go."""
    content = judged(content)
    text, _ = filled(content, "XXXXXXXX")
    if channel == Channel.NOTICE:
        if content.get("form") == "template" and purpose in (Purpose.MARKETING, Purpose.RESEARCH):
            return "template_marketing"
        if not content.get("template"):
            return "no_template"
        text = " ".join(filled(content)[1].values())
    elif not text.strip():
        return "empty"
    if channel == Channel.SMS and (code := _sms(text, purpose, content, rules, vendor)):
        return code
    return "bad_words" if guards.held_words(brand, text, channel) else ""


def _sms(
    text: str, purpose: str, content: Mapping[str, Any], rules: Mapping[str, Any], vendor: SmsVendor | None
) -> str:
    sms = rules["sms"]
    if vendor is None:
        return "no_vendor"
    if not content.get("template"):
        return "no_template"
    sign = f"【{vendor.sign}】"
    if not text.startswith(sign):
        return "no_signature"
    body = text[len(sign) :]
    if any(mark in body for mark in sms["forbidden"]):
        return "bad_signs"
    if purpose in sms["opt_out_for"] and vendor.opt_out not in body:
        return "no_opt_out"
    return "too_long" if len(text) > sms["letters"] else ""


def warnings(channel: str, content: Mapping[str, Any], rules: Mapping[str, Any]) -> list[str]:
    """Return words that the vendors of text messages are known to refuse: told before, not decided here."""
    text = str(content.get("text") or "")
    return [w for w in rules["sms"]["vendor_refuses"]["terms"] if w in text] if channel == Channel.SMS else []
