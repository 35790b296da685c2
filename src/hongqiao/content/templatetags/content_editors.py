"""What the editors' templates ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.translation import gettext as _

from hongqiao.content.assets import present
from hongqiao.content.editors import layout
from hongqiao.content.editors import look as looks
from hongqiao.content.editors.chapters import clock
from hongqiao.content.editors.files import timing
from hongqiao.content.models import Asset
from hongqiao.content.production import anchors
from hongqiao.knowledge import read
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


@register.simple_tag
def note_pictures(brand: Brand, body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """`{% note_pictures shell.brand body as shown %}`: a note's pictures in the order they are published in, the cover
    first: `key`, `name`, `src`, `alt`, `right`. One that is no more in the library has its key alone, and its place."""
    return _faces(brand, anchors.pictures(body))


def _faces(brand: Brand, keys: Iterable[str]) -> list[dict[str, Any]]:
    cards = {str(c["row"].pk): c for c in pictures_of(brand, list(keys))}
    return [{"key": key, **(_face(cards[key]) if key in cards else {"src": ""})} for key in keys]


def _face(card: Mapping[str, Any]) -> dict[str, Any]:
    row, src = card["row"], card["thumb"] or card["file"]
    return {"src": src, "name": row.name, "alt": row.alt or row.name, "right": card["right"]}


@register.simple_tag
def cover_shape(platform: str) -> dict[str, Any]:
    """`{% cover_shape row.platform as shape %}`: the shape of covers there, `ratio` as width by height and `label` as
    "3:4" ("" where none is known), and `cut_share`: from which share cut away a picture is far from it."""
    book = PLATFORMS[platform].limits if platform in PLATFORMS else {}
    label = str(((book.get("cover") or {}).get("pixels") or {}).get("ratio") or "")
    wide, _colon, high = label.partition(":")
    return {
        "label": label,
        "ratio": float(wide) / float(high) if high else "",
        "cut_share": read("content/pictures")["cut_share"],
    }


@register.simple_tag
def shot_rows(brand: Brand, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """`{% shot_rows shell.brand tables.shots as shots %}`: the rows of a shot table, each with its picture as `pic`."""
    kept = [dict(row) for row in rows]
    faces = {f["key"]: f for f in _faces(brand, dict.fromkeys(str(r["image"]) for r in kept if r.get("image")))}
    return [row | {"pic": faces.get(str(row.get("image") or ""), {})} for row in kept]


@register.simple_tag
def chapter_rows(body: Mapping[str, Any], spare: int = 0) -> list[dict[str, str]]:
    """`{% chapter_rows body 2 as rows %}`: a film's chapters as a form shows them, with some empty ones at the end."""
    kept = [{"start": clock(c.get("start") or 0), "title": c.get("title", "")} for c in body.get("chapters") or ()]
    return [*kept, *({"start": "", "title": ""} for _n in range(spare))]
