"""What a form asks for: a template, a size, words, a photo, labels; and what a piece already says of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from PIL import Image, ImageOps

from hongqiao.content.assets import queries as assets
from hongqiao.content.assets import storage
from hongqiao.content.editors import look as looks
from hongqiao.content.making import drawing
from hongqiao.content.making.errors import BadAccent, LogoEnded, PhotoEnded
from hongqiao.content.models import Asset, Piece
from hongqiao.content.production import queries
from hongqiao.errors import N_
from hongqiao.workspace.figures import calendar_day
from hongqiao.workspace.models import Member

AD, MADE, HELPED = N_("广告"), N_("AI 生成"), N_("AI 辅助")
MOST = 2000


@dataclass(frozen=True)
class Asked:
    """A poster as somebody asks for it. `consent`: where the consent of the one whose words these are is kept."""

    template: str
    size: str
    fields: Mapping[str, str]
    photo: Asset | None
    accent: str
    link: str
    ad: bool
    ai: str
    consent: str
    logo: Asset | None = None


def read(member: Member, piece: Piece | None, post: Mapping[str, Any]) -> Asked:
    """Return what a form asks for; the labels that law asks for are on whatever it says.

    The brand's logo is on it unless `bare` says no. Raises NotFound for a picture that is not the brand's, BadAccent,
    PhotoEnded, LogoEnded.
    """
    template = str(post.get("template", ""))
    known = drawing.templates().get(template, {"fields": []})
    accent = str(post.get("accent", "")).strip().lower()
    if accent and not looks.COLOUR.fullmatch(accent):
        raise BadAccent()
    photo = _photo(member, str(post.get("image", ""))) if known.get("photo") else None
    logo = None if post.get("bare") else logo_of(member)
    drawn = {one.made.get("by", "none") for one in (photo, logo) if one}
    ai = str(post.get("ai", "none"))
    must = piece is not None and piece.commercial != Piece.Commercial.NONE and piece.buying
    return Asked(
        template=template,
        size=str(post.get("size", "")),
        fields={f["name"]: _clean(post.get(f["name"])) for f in known["fields"]},
        photo=photo,
        accent=accent,
        link=_clean(post.get("link")).strip(),
        ad=must or bool(post.get("ad")),
        ai=next((by for by in ("generated", "assisted") if by in {ai, *drawn}), "none"),
        consent=_clean(post.get("consent")).strip()[:200] if known.get("consent") else "",
        logo=logo,
    )


def logo_of(member: Member) -> Asset | None:
    """Return the brand's logo, None where it has none or it is no more in the library. Raises LogoEnded."""
    key = looks.of(member.brand).logo
    row: Asset | None = assets.of(member).filter(pk=key, kind=Asset.Kind.IMAGE).first() if key else None
    if row is not None and assets.right(row, calendar_day(member.brand), 0) == "ended":
        raise LogoEnded(name=row.name)
    return row


def _clean(value: Any) -> str:
    kept = "".join(c for c in str(value or "")[:MOST].replace("\r\n", "\n") if c == "\n" or c >= " ")
    return kept.encode("utf-8", "ignore").decode()


def _photo(member: Member, key: str) -> Asset | None:
    if not key:
        return None
    try:
        row: Asset = assets.of(member).one(UUID(key))
    except ValueError:
        return None
    if row.kind != Asset.Kind.IMAGE:
        return None
    if assets.right(row, calendar_day(member.brand), 0) == "ended":
        raise PhotoEnded()
    return row


def labels(asked: Asked) -> list[str]:
    """Return the labels that are drawn. They are Chinese in every language: those who see the poster are."""
    made = {"generated": [MADE], "assisted": [HELPED]}.get(asked.ai, [])
    return [*([AD] if asked.ad else []), *made]


def wanted(asked: Asked) -> drawing.Wanted:
    """Return the poster as it is drawn."""
    photo, logo = _opened(asked.photo, "RGB"), _opened(asked.logo, "RGBA")
    return drawing.Wanted(
        asked.template, asked.size, asked.fields, photo, asked.accent, asked.link, labels(asked), logo
    )


def _opened(row: Asset | None, mode: str) -> Image.Image | None:
    if row is None or not storage.path_of(row).exists():
        return None
    with Image.open(storage.path_of(row)) as opened:
        opened.draft("RGB", (2400, 2400))
        return ImageOps.exif_transpose(opened).convert(mode)  # a phone's picture says which way is up


def before(piece: Piece | None, template: str) -> dict[str, str]:
    """Return what a form begins with: what the piece's poster says, else its title and what is known of its product."""
    if piece is None:
        return {"headline": ""}
    now = queries.newest(piece)
    body = now.body if now else {}
    said = {str(k): v for k, v in (body.get("fields") or {}).items() if isinstance(v, str)}
    product = piece.topic.product if piece.topic and piece.topic.product else None
    found = {"headline": product.name if product and template == "product" else piece.title}
    if product:
        found |= {"points": "\n".join(product.facts[1:4]), "text": product.facts[0] if product.facts else ""}
    marks = body.get("labels") or {}
    found |= {"ad": "1" if marks.get("ad") else "", "ai": marks.get("ai", "none"), "image": body.get("image", "")}
    return {**found, **said}
