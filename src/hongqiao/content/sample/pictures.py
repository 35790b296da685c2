"""The sample brand's pictures: flat drawings made of what `pictures.json` tells, kept in the library as its own."""

import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from hongqiao.content.assets import services
from hongqiao.content.editors import look
from hongqiao.content.models import Asset
from hongqiao.content.production import queries
from hongqiao.workspace.models import Member

FINE = 2  # drawn so many times as large and made smaller, so that edges are smooth
COLOURS = 64


def plant(member: Member, folder: Path) -> None:
    """Draw the pictures, the brand's logo among them; nothing where the brand has pictures or pieces."""
    told = _told(folder)
    if not told or Asset.objects.filter(brand=member.brand).exists() or queries.pieces(member).exists():
        return
    for one in told["pictures"]:
        row = services.keep(
            actor=member,
            file=drawn(one),
            name=one["name"],
            alt=one["alt"],
            tags=one.get("tags", []),
            licence=told["licence"],
        )
        if one["code"] == told["logo"]:
            look.keep(actor=member, logo=str(row.pk))
            member.brand.refresh_from_db(fields=["settings"])  # posters made next bear it


def names(folder: Path) -> list[str]:
    """Return what the pictures are called in the library."""
    return [one["name"] for one in (_told(folder) or {"pictures": []})["pictures"]]


def keys(member: Member, folder: Path) -> dict[str, str]:
    """Return code → key of the pictures that are in the library."""
    told = {one["name"]: one["code"] for one in (_told(folder) or {"pictures": []})["pictures"]}
    rows = Asset.objects.filter(brand=member.brand, name__in=list(told), gone_at=None)
    return {told[row.name]: str(row.pk) for row in rows}


def placed(body: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, Any]:
    """Return a body whose pictures, named by their codes, are the library's; one that is not there is left out."""
    found = dict(body)
    if "images" in found:
        found["images"] = [known[code] for code in found["images"] if code in known]
        found["cover"] = next(iter(found["images"]), "")
    if "shots" in found:
        found["shots"] = [{**shot, "image": known.get(shot.get("image", ""), "")} for shot in found["shots"]]
    return found


def drawn(one: Mapping[str, Any]) -> bytes:
    """Return a picture as PNG: `size` in pixels, `grid` in which its shapes are told, no `ground` for a clear one."""
    size, scale = one["size"], FINE * one["size"][0] / one["grid"][0]
    whole = (FINE * size[0], FINE * size[1])
    image = Image.new("RGBA", whole, one.get("ground", "#ffffff00"))
    draw = ImageDraw.Draw(image)
    for kind, at, colour, *more in one["shapes"]:
        _shape(draw, kind, [v * scale for v in at], colour, [v * scale if kind != "arc" else v for v in more], scale)
    small = image.resize(tuple(size), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    made = small.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE) if "ground" in one else small
    made.save(out, "PNG", optimize=True)
    return out.getvalue()


def _shape(
    draw: ImageDraw.ImageDraw, kind: str, at: Sequence[float], colour: str, more: Sequence[float], scale: float
) -> None:
    """`more`: of a rect its radius, of a line its width, of an arc its angles in degrees and its width."""
    if kind == "rect":
        draw.rounded_rectangle(list(at), radius=more[0] if more else 0, fill=colour)
    elif kind == "ellipse":
        draw.ellipse(list(at), fill=colour)
    elif kind == "poly":
        draw.polygon(list(at), fill=colour)
    elif kind == "line":
        draw.line(list(at), fill=colour, width=round(more[0]), joint="curve")
    elif kind == "arc":
        draw.arc(list(at), more[0], more[1], fill=colour, width=round(more[2] * scale))


def _told(folder: Path) -> dict[str, Any]:
    path = folder / "pictures.json"
    return dict(json.loads(path.read_text("utf-8"))) if path.exists() else {}
