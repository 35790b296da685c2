"""What the editors' templates ask for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.translation import gettext as _

from hongqiao.content.assets import present
from hongqiao.content.editors import layout
from hongqiao.content.editors import look as looks
from hongqiao.content.editors.files import timing
from hongqiao.content.models import Asset
from hongqiao.platforms import PLATFORMS
from hongqiao.workspace.models import Brand

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
    for key in ("title", "body", "topics", "images"):
        said = book.get(key) or {}
        advised = said.get("warn") or (said.get("practical") or {}).get("max")
        found[key] = {
            "most": said.get("max_web") or said.get("max") or "",
            "advised": advised or "",
            "with_title": said.get("includes_title"),
        }
    return found


@register.simple_tag
def brand_look(brand: Brand) -> dict[str, Any]:
    """`{% brand_look shell.brand as look %}`: the brand's theme and colour, and the themes to choose from."""
    own, book = looks.of(brand), layout.book()
    return {
        "theme": own.theme or book["default"],
        "colour": own.colour or book["colour"],
        "themes": [(code, _(label)) for code, label in looks.themes()],
    }


@register.simple_tag
def pictures_of(brand: Brand, keys: Iterable[str] | str) -> list[dict[str, Any]]:
    """`{% pictures_of shell.brand body.images as shown %}`: those assets of the brand as cards, in their order."""
    wanted = [keys] if isinstance(keys, str) else list(keys or ())
    rows = {str(r.pk): r for r in Asset.objects.filter(brand=brand, pk__in=[w for w in wanted if w])}
    return present.cards(brand, [rows[w] for w in wanted if w in rows])
