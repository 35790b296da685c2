"""From a form to a step: what the fields of each kind say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def step(post: Mapping[str, str]) -> dict[str, Any]:
    """Return the step of a form; the services check it."""
    kind = post.get("kind", "")
    made: dict[str, Any] = {"id": post.get("id", ""), "kind": kind}
    if kind == "wait":
        return made | {"hours": _hours(post, "hours")}
    if kind == "condition":
        test = post.get("test", "")
        value = post.get(f"value_{test}", "")
        return made | {
            "test": test,
            "value": value,
            "within_hours": _hours(post, "within"),
            "else": post.get("else", ""),
        }
    if kind == "act":
        made |= {"channel": post.get("channel", ""), "purpose": post.get("purpose", ""), "content": content(post, "")}
        if post.get("other_channel"):
            made["fallback"] = {"channel": post["other_channel"], "content": content(post, "other_")}
    return made


def _hours(post: Mapping[str, str], name: str) -> Any:
    text = post.get(name, "") or "0"
    try:
        return round(float(text) * (24 if post.get(f"{name}_unit") == "days" else 1))
    except (ValueError, OverflowError):
        return text


def content(post: Mapping[str, str], prefix: str) -> dict[str, Any]:
    """Return a content; values are lines of name=text."""
    made: dict[str, Any] = {
        k: post.get(prefix + k, "") for k in ("text", "subject", "template", "pool", "page", "survey")
    }
    lines = [line.split("=", 1) for line in post.get(f"{prefix}values", "").splitlines() if "=" in line]
    return made | {"values": {k.strip(): v.strip() for k, v in lines}}


def trigger(post: Mapping[str, str]) -> dict[str, Any]:
    """Return the trigger of a form."""
    if post.get("trigger") == "event":
        return {"kind": "event", "event": post.get("event", ""), "again_days": post.get("again_days", 0)}
    return {
        "kind": "tier",
        "tier": post.get("tier", ""),
        "existing": post.get("existing") == "1",
        "again_days": post.get("again_days", 0),
    }
