"""A poster as PNG: words measured and fitted by Typst over a backing on which they can be read. Pure."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from django.utils.translation import gettext as _
from PIL import Image

from hongqiao.content.making import backing
from hongqiao.content.making.errors import (
    CodeTooLong,
    FieldMissing,
    LowContrast,
    NoCodeHere,
    PhotoMissing,
    TooLong,
    UnknownTemplate,
)
from hongqiao.knowledge import read
from hongqiao.ui import typeset

#: What a line cannot be broken in: anything but spaces, Chinese, kana, Hangul and emoji; punctuation sticks to it.
UNBROKEN = re.compile(r"[^\s\u200b\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00010000-\U0010ffff]+")
RUN = 14  # a longer one may be broken anywhere: an address has no spaces
BETWEEN = re.compile(r"(?<=.)(?=[^\ufe0f\u200d\u0300-\u036f])")


@dataclass(frozen=True)
class Wanted:
    """What a poster is to show; `labels` are drawn as they stand, `link` as a QR code."""

    template: str
    size: str
    fields: Mapping[str, str]
    photo: Image.Image | None = None
    accent: str = ""
    link: str = ""
    labels: Sequence[str] = field(default_factory=tuple)
    logo: Image.Image | None = None


@cache
def templates() -> dict[str, dict[str, Any]]:
    """Return code → template, in the order of the file."""
    return {t["code"]: t for t in _data()["templates"]}


@cache
def _data() -> dict[str, Any]:
    place = files("hongqiao.content.making").joinpath("posters/templates.json")
    return dict(json.loads(place.read_text("utf-8")))


def book() -> dict[str, Any]:
    """Return knowledge/content/posters.json: sizes and what every poster holds to."""
    return read("content/posters")


def sizes(template: str) -> list[str]:
    """Return the sizes that a template has a layout for."""
    layouts = templates()[template]["layouts"] if template in templates() else {}
    return [code for code, one in book()["sizes"].items() if one["layout"] in layouts]


def draw(wanted: Wanted, scale: float = 1.0) -> bytes:
    """Return the PNG; `scale` makes it smaller, as it is for a look.

    Raises UnknownTemplate, FieldMissing, PhotoMissing, TooLong, LowContrast, CodeTooLong, NoCodeHere, NoTypeface.
    """
    if wanted.size not in sizes(wanted.template):
        raise UnknownTemplate()
    shape, template = book()["sizes"][wanted.size], templates()[wanted.template]
    layout = template["layouts"][shape["layout"]]
    size = (round(shape["width"] * scale), round(shape["height"] * scale))
    said = _said(template, wanted)
    names = {f["name"]: _(f["label"]) for f in template["fields"]}
    boxes = [_box(b, said[b["field"]], template, size) for b in layout["boxes"] if said[b["field"]]]
    back = _back(layout, size, wanted, boxes, names)
    if wanted.link:
        _paste_code(back, layout, shape, wanted.link)
    if wanted.logo is not None:
        place = backing.logo_place(layout, size, book())
        backing.logo(back, place, wanted.logo, book()["logo"], right="logo_at" not in layout)
    return _set(back, boxes, names, layout, wanted.labels)


def _said(template: Mapping[str, Any], wanted: Wanted) -> dict[str, str]:
    said = {}
    for one in template["fields"]:
        lines = [" ".join(line.split()) for line in str(wanted.fields.get(one["name"]) or "").splitlines()]
        kept = "\n".join(line for line in lines if line)
        if one.get("need") and not kept:
            raise FieldMissing(field=_(one["label"]))
        said[one["name"]] = kept
    if template["photo"] and wanted.photo is None:
        raise PhotoMissing()
    return said


def _box(box: Mapping[str, Any], words: str, template: Mapping[str, Any], size: tuple[int, int]) -> dict[str, Any]:
    left, top, right, bottom = backing.pixels(box["box"], size)
    mark = box.get("mark", "")
    shown = f"{mark[0]}{words}{mark[1]}" if mark == "“”" else mark + words
    broken = UNBROKEN.sub(lambda m: m[0] if len(m[0]) <= RUN else BETWEEN.sub("\u200b", m[0]), shown)
    short = min(size)
    return {
        "field": box["field"],
        "words": broken,
        "runs": [r for r in UNBROKEN.findall(broken) if len(r) > 1],
        "items": any(f["name"] == box["field"] and f.get("items") for f in template["fields"]),
        "x": left,
        "y": top,
        "w": right - left,
        "h": bottom - top,
        "max": box["max"] * short,
        "min": box["min"] * short,
        "ink": box["ink"],
        "weight": box["weight"],
        "leading": 0.28,
        "align": box.get("align", "left"),
        "valign": box.get("valign", "horizon"),
    }


def _back(
    layout: Mapping[str, Any], size: tuple[int, int], wanted: Wanted, boxes: list[dict[str, Any]], names: dict[str, str]
) -> Image.Image:
    """Return the backing with the lightest scrim on which every box reads, and set the boxes' inks."""
    accent = wanted.accent or _data()["accent"]
    plain = backing.paint(layout, size, wanted.photo, accent)
    least, strength = book()["contrast"], book()["scrim"]["least"]
    while True:
        back = backing.shade(plain, layout["scrim"], strength) if layout.get("scrim") else plain.copy()
        backing.cards(back, layout)
        worst = min((_ink(b, back, accent) for b in boxes), default=(99.0, ""))
        if worst[0] >= least:
            return back
        strength += 0.05
        if not layout.get("scrim") or strength > book()["scrim"]["most"]:
            raise LowContrast(field=names[worst[1]], ratio=f"{worst[0]:.1f}", least=least)


def _ink(box: dict[str, Any], back: Image.Image, accent: str) -> tuple[float, str]:
    """Set a box's ink to the one that reads best of those that its layout allows; return its contrast."""
    inks = {"light": (backing.LIGHT,), "dark": (backing.DARK,), "accent": (accent,)}
    wanted = inks.get(box.setdefault("wish", box["ink"]), (backing.LIGHT, backing.DARK))
    place = (box["x"], box["y"], box["x"] + box["w"], box["y"] + box["h"])
    best = max((backing.contrast(back, place, ink), ink) for ink in wanted)
    box["ink"] = best[1]
    return best[0], box["field"]


def _paste_code(back: Image.Image, layout: Mapping[str, Any], shape: Mapping[str, Any], link: str) -> None:
    if not shape["qr"] or "qr" not in layout:
        raise NoCodeHere(size=_(shape["label"]))
    most = book()["qr_characters"]
    if len(link.encode()) > most:
        raise CodeTooLong(most=most)
    made = backing.code(link, round(min(back.size) * book()["qr_share"]))
    edge = round(min(back.size) * book()["margin"])
    left = min(round(layout["qr"][0] * back.width), back.width - edge - made.width)
    top = min(round(layout["qr"][1] * back.height), back.height - edge - made.height)
    back.paste(made, (left, top))


def _set(
    back: Image.Image,
    boxes: list[dict[str, Any]],
    names: dict[str, str],
    layout: Mapping[str, Any],
    labels: Sequence[str],
) -> bytes:
    """Have Typst fit the words over the backing."""
    at = {"x": layout["marks_at"][0] * back.width, "y": layout["marks_at"][1] * back.height}
    body = {
        "width": back.width,
        "height": back.height,
        "boxes": boxes,
        "labels": at | {"size": book()["label_share"] * min(back.size), "words": list(labels)},
    }
    with typeset.sheet("hongqiao.content.making", "posters/poster.typ") as sheet:
        back.save(sheet.place / "back.png", compress_level=1)
        sheet.told(body | {"font": sheet.family})
        for fit in sheet.asked("fit"):
            if fit["over"]:
                raise TooLong(field=names[fit["field"]], count=fit["over"], size=f"{fit['size']:.0f} px")
        return sheet.made("png", 72.0)


def square(data: bytes) -> bytes:
    """Return the square that a platform cuts out of the middle of a cover."""
    with Image.open(io.BytesIO(data)) as image:
        side, left = min(image.size), (image.width - min(image.size)) // 2
        out = io.BytesIO()
        image.crop((left, 0, left + side, side)).save(out, "PNG")
    return out.getvalue()


def accent() -> str:
    """Return the colour that a poster takes where none is chosen."""
    found: str = _data()["accent"]
    return found
