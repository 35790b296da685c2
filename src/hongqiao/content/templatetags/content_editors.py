"""What the editors' templates ask for."""

from __future__ import annotations

from typing import Any

from django import template

from hongqiao.content.editors.files import timing

register = template.Library()


@register.simple_tag
def shot_timing() -> dict[str, Any]:
    """`{% shot_timing as timing %}`: how a shot table is timed and subtitled."""
    return timing()
