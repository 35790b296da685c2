"""What lies under a poster's words: photo, scrim, cards, code; and whether words can be read on it. Pure."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import segno
from PIL import Image, ImageDraw, ImageOps

LIGHT, DARK = "#ffffff", "#15181c"
Box = tuple[int, int, int, int]


def luminance(pixels: np.ndarray) -> np.ndarray:
    """Return the relative luminance (WCAG 2.2) of sRGB pixels, 0-1."""
    share = pixels.astype(np.float64) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    found: np.ndarray = linear @ np.array([0.2126, 0.7152, 0.0722])
    return found


def contrast(back: Image.Image, box: Box, ink: str) -> float:
    """Return the contrast of an ink with the pixel of a box that it reads worst on."""
    under = luminance(np.asarray(back.crop(box).convert("RGB")))
    return float(_worst(luminance(np.array(rgb(ink))), under))


def _worst(own: np.ndarray, under: np.ndarray) -> np.ndarray:
    """Return the contrast of each luminance with the worst of those under it, 1 where that holds its like."""
    low, high, ink = float(under.min()) + 0.05, float(under.max()) + 0.05, own + 0.05
    edges = [np.maximum(ink, edge) / np.minimum(ink, edge) for edge in (low, high)]
    return np.where((ink >= low) & (ink <= high), 1.0, np.minimum(*edges))


def rgb(colour: str) -> tuple[int, int, int]:
    """Return "#rrggbb" as three numbers."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def pixels(share: Sequence[float], size: tuple[int, int]) -> Box:
    """Return shares x, y, w, h as left, top, right, bottom."""
    (x, y, w, h), (width, height) = share, size
    return round(x * width), round(y * height), round((x + w) * width), round((y + h) * height)


def paint(layout: Mapping[str, Any], size: tuple[int, int], photo: Image.Image | None, accent: str) -> Image.Image:
    """Return paper, photo, bands and cards, without scrim."""
    back = Image.new("RGB", size, accent if layout.get("paper") == "accent" else layout.get("paper", accent))
    if photo is not None and layout.get("photo"):
        left, top, right, bottom = pixels(layout["photo"], size)
        back.paste(ImageOps.fit(photo, (right - left, bottom - top), Image.Resampling.LANCZOS), (left, top))
    draw = ImageDraw.Draw(back)
    for band in layout.get("bands", ()):
        draw.rectangle(pixels(band["box"], size), fill=accent if band["fill"] == "accent" else band["fill"])
    return back


def cards(back: Image.Image, layout: Mapping[str, Any]) -> None:
    """Draw the cards that words stand on."""
    draw = ImageDraw.Draw(back)
    for card in layout.get("cards", ()):
        draw.rounded_rectangle(pixels(card["box"], back.size), radius=round(min(back.size) * 0.025), fill=card["fill"])


def shade(back: Image.Image, share: Sequence[float], strength: float) -> Image.Image:
    """Return the picture with a dark scrim over a band; above and below, it fades out."""
    _left, top, _right, bottom = pixels(share, back.size)
    fade = max(1, back.height // 8)
    rows = np.arange(back.height)
    away = np.maximum(np.maximum(top - rows, rows - bottom + 1), 0)
    dark = strength * np.clip(1 - away / fade, 0, 1)
    field = np.asarray(back).astype(np.float32) * (1 - dark)[:, None, None].astype(np.float32)
    return Image.fromarray(field.round().astype(np.uint8))


def code(words: str, least: int) -> Image.Image:
    """Return a QR code of at least `least` pixels without its quiet zone, the zone around it."""
    made = segno.make(words, error="m", micro=False)
    modules = made.symbol_size(border=0)[0]
    out = io.BytesIO()
    made.save(out, kind="png", scale=max(1, math.ceil(least / modules)), border=4)
    return Image.open(out).convert("RGB")


def logo_place(layout: Mapping[str, Any], size: tuple[int, int], book: Mapping[str, Any]) -> Box:
    """Return where a logo may be, its plate included: at the right beside the labels, or where the layout says."""
    short, held = min(size), book["logo"]
    width, height = round(held["width"] * short), round(held["height"] * short)
    if "logo_at" in layout:
        left, top = round(layout["logo_at"][0] * size[0]), round(layout["logo_at"][1] * size[1])
    else:
        left, top = size[0] - round(book["margin"] * short) - width, round(layout["marks_at"][1] * size[1])
    return left, top, left + width, top + height


def logo(back: Image.Image, place: Box, mark: Image.Image, held: Mapping[str, Any], *, right: bool) -> None:
    """Draw a logo within a place, to its right or left end: as it is where it reads there, else on a plate.

    `held`: `pad` around it, a share of the short side; `contrast`, and `reads`: the share of its pixels that must have
    it.
    """
    mark = mark.convert("RGBA")
    seen = mark.getchannel("A").point(lambda a: 255 if a > 16 else 0).getbbox()
    if seen is None:
        return
    pad = max(1, round(held["pad"] * min(back.size)))
    room = (place[2] - place[0] - 2 * pad, place[3] - place[1] - 2 * pad)
    small = ImageOps.contain(mark.crop(seen), room, Image.Resampling.LANCZOS)
    width, height = small.width + 2 * pad, small.height + 2 * pad
    left = place[2] - width if right else place[0]
    box = (left, place[1], left + width, place[1] + height)
    pixels_ = np.asarray(small)
    own = luminance(pixels_[..., :3][pixels_[..., 3] > 127].reshape(-1, 3))
    opaque = bool((pixels_[..., 3] == 255).all())  # it brings its own ground
    if not opaque and own.size and _reads(own, luminance(np.asarray(back.crop(box))), held) < held["reads"]:
        plate = max((LIGHT, DARK), key=lambda c: _reads(own, luminance(np.array([rgb(c)])), held))
        ImageDraw.Draw(back).rounded_rectangle((box[0], box[1], box[2] - 1, box[3] - 1), radius=pad, fill=plate)
    back.paste(small, (box[0] + pad, box[1] + pad), small)


def _reads(own: np.ndarray, under: np.ndarray, held: Mapping[str, Any]) -> float:
    """Return the share of a logo's pixels that keep the contrast with the worst of what lies under them, 0-1."""
    return float((_worst(own, under) >= held["contrast"]).mean())
