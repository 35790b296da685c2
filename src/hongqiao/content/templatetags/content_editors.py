"""What the editors' templates ask for."""

from __future__ import annotations

from typing import Any

from django import template

from hongqiao.content.editors.files import timing
from hongqiao.platforms import PLATFORMS

register = template.Library()


@register.simple_tag
def shot_timing() -> dict[str, Any]:
    """`{% shot_timing as timing %}`: how a shot table is timed and subtitled."""
    return timing()


@register.simple_tag
def platform_limits(platform: str) -> dict[str, Any]:
    """`{% platform_limits row.platform as limits %}`: what a text may be there."""
    book = PLATFORMS[platform].limits if platform in PLATFORMS else {}
    found: dict[str, Any] = {"halves": (book.get("counting") or {}).get("unit") == "汉字"}
    for key in ("title", "body", "topics"):
        said = book.get(key) or {}
        advised = said.get("warn") or (said.get("practical") or {}).get("max")
        found[key] = {"most": said.get("max") or "", "advised": advised or "", "with_title": said.get("includes_title")}
    return found
