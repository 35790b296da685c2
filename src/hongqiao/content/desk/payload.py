"""From an approved revision to what is published: the text as it was approved, the files that go along, in order."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings

from hongqiao.content import body as bodies
from hongqiao.content.editors import layout, paste
from hongqiao.content.editors import look as looks
from hongqiao.content.models import Asset, Piece, Revision


def of(piece: Piece, text: Revision) -> dict[str, Any]:
    """Return the payload of a piece's revision. docs/publishing.md says what each key is."""
    said = laid(piece, text.body)
    return {
        "form": piece.form,
        "title": str(said.get("title") or piece.title),
        "text": bodies.description(piece.form, text.body),
        "tags": [str(t) for t in said.get("tags") or ()],
        "body": said,
        "labels": said.get("labels") or {},
        "commercial": piece.commercial,
        "buying": piece.buying,
        "revision": text.number,
        "parts": parts(piece, said),
    }


def laid(piece: Piece, said: dict[str, Any]) -> dict[str, Any]:
    """Return a body as its platform takes it: an article for 公众号 has its styles in its elements, links as notes."""
    if piece.platform != "wechat_oa" or piece.form != "article":
        return said
    return {**said, "html": layout.laid(said, looks.of(piece.brand)).html}


def parts(piece: Piece, said: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the files a body names, the cover first, each once."""
    wanted = [said.get("cover"), *(said.get("images") or ()), said.get("image"), said.get("video")]
    wanted += _pictured(str(said.get("html") or ""))
    keys = [k for k in dict.fromkeys(str(w) for w in wanted if w) if _is_key(k)]
    found = {str(a.pk): a for a in Asset.objects.filter(brand_id=piece.brand_id, pk__in=keys, gone_at=None)}
    rows = [found[k] for k in keys if k in found]
    return [
        {"asset": str(a.pk), "name": f"{n:02d}-{a.name}", "path": path(a), "mime": a.mime, "kind": a.kind}
        | {"ai": a.made.get("by", "none")}
        for n, a in enumerate(rows, 1)
    ]


def _pictured(html: str) -> list[str]:
    """Return the assets that a text shows, by the step of their address that is their key."""
    return [step for one in paste.pictures(html) for step in urlsplit(one.src).path.split("/") if _is_key(step)]


def path(asset: Asset) -> str:
    """Return where an asset's file is, below the data folder."""
    folder = f"assets/{asset.brand_id}"
    plain = settings.DATA / folder / asset.digest
    if not plain.exists():
        named = sorted((settings.DATA / folder).glob(f"{asset.digest}.*"))
        if named:
            return f"{folder}/{named[0].name}"
    return f"{folder}/{asset.digest}"


def _is_key(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
