"""Writes of making: a poster is drawn, marked, kept in the library, and put into its piece."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hongqiao.compliance import draft as drafts
from hongqiao.compliance import packs
from hongqiao.content.assets import aigc
from hongqiao.content.assets import services as assets
from hongqiao.content.making import asked as asking
from hongqiao.content.making import drawing
from hongqiao.content.making.asked import Asked
from hongqiao.content.making.errors import ConsentMissing, WordsHeld
from hongqiao.content.models import Asset, Piece, Revision
from hongqiao.content.production import queries
from hongqiao.content.production import services as production
from hongqiao.methods.craft import Draft
from hongqiao.workspace import permissions
from hongqiao.workspace.models import Member

RESERVED = ("ReservedCode1", "ContentPropagator", "PropagateID", "ReservedCode2")


def keep(*, actor: Member, asked: Asked, piece: Piece | None = None, seen: int | None = None) -> Asset:
    """Draw a poster, keep it in the library, make it the picture of its piece (a revision of its own).

    Raises NotAllowed, ConsentMissing, WordsHeld, what drawing and the library raise, and what a revision raises.
    """
    permissions.require(actor, queries.EDIT)
    _held(actor, asked, piece)
    data = marked(actor, asked, drawing.draw(asking.wanted(asked)))
    title = next(iter(v for v in asked.fields.values() if v), "").splitlines()[0]
    shape = drawing.book()["sizes"][asked.size]
    with transaction.atomic():
        row = assets.keep(
            actor=actor,
            file=data,
            name=f"{title[:40]}-{shape['width']}x{shape['height']}.png",
            alt=" ".join(" ".join(asked.fields.values()).split())[:200],
            tags=[drawing.templates()[asked.template]["label"][:8]],
            licence=_licence(asked),
            made={"by": asked.ai, "model": (asked.photo.made.get("model", "") if asked.photo else "")},
        )
        if piece is not None:
            _put(actor, piece, asked, row, seen)
    return row


def bundle(*, actor: Member, asked: Asked, piece: Piece | None = None) -> bytes:
    """Return every size that the template has as a zip, the code left out where a platform does not want it.

    Raises what `keep` raises; nothing is kept.
    """
    permissions.require(actor, queries.EDIT)
    _held(actor, asked, piece)
    wanted, out = asking.wanted(asked), io.BytesIO()
    with zipfile.ZipFile(out, "w") as kept:
        for code in drawing.sizes(asked.template):
            shape = drawing.book()["sizes"][code]
            layout = drawing.templates()[asked.template]["layouts"][shape["layout"]]
            link = wanted.link if shape["qr"] and "qr" in layout else ""
            data = marked(actor, asked, drawing.draw(replace(wanted, size=code, link=link)))
            kept.writestr(f"{code}-{shape['width']}x{shape['height']}.png", data)
            if shape.get("crop"):
                kept.writestr(f"{code}-1x1.png", marked(actor, asked, drawing.square(data)))
    return out.getvalue()


def marked(actor: Member, asked: Asked, data: bytes) -> bytes:
    """Return the PNG with the mark of what a model made; a mark that the photo bears goes with it."""
    borne = asked.photo.made.get("mark") if asked.photo else None
    if not borne and asked.ai != "generated":
        return data
    model = asked.photo.made.get("model", "") if asked.photo else ""
    own = {
        "Label": "1",
        "ContentProducer": model or actor.brand.name,
        "ProduceID": hashlib.sha256(data).hexdigest()[:32],
    }
    return aigc.marked(data, dict.fromkeys(RESERVED, "") | own | dict(borne or {}))


def _held(actor: Member, asked: Asked, piece: Piece | None) -> None:
    """Refuse a user's words without their consent, and words that law does not let stand."""
    if drawing.templates().get(asked.template, {}).get("consent") and not asked.consent:
        raise ConsentMissing()
    said = Draft(
        platform=piece.platform
        if piece
        else drawing.book()["sizes"].get(asked.size, {}).get("platform", "xiaohongshu"),
        form="poster",
        title="",
        text="\n".join(v for v in asked.fields.values() if v),
        commercial=piece.commercial if piece else "none",
        ad_label=asked.ad,
        ai=asked.ai,
        ai_label=True,
    )
    for one in drafts.check(actor.brand, said):
        if one.level == "block" and one.rule.startswith("law."):
            word = one.word or said.text[one.start : one.end]
            raise WordsHeld(word=word, basis=_(packs.bases()[one.basis]["label"]))


def _licence(asked: Asked) -> dict[str, str]:
    photo = dict(asked.photo.licence) if asked.photo else {}
    if asked.consent:
        until = {"until": photo["until"]} if photo.get("until") else {}
        return {"kind": "user", "id": asked.consent, "holder": asked.fields.get("who", "")[:200]} | until
    return photo or ({} if asked.photo else {"kind": "own"})


def _put(actor: Member, piece: Piece, asked: Asked, row: Asset, seen: int | None) -> None:
    """Make the poster the piece's cover; a poster's piece says its words, a note shows it first."""
    now = queries.newest(piece)
    body: dict[str, Any] = dict(now.body) if now else {"title": piece.title}
    body["cover"] = str(row.pk)
    body["labels"] = dict(body.get("labels") or {}) | _marks(asked)
    if piece.form == Piece.Form.POSTER:
        fields = {k: v for k, v in asked.fields.items() if v} | ({"consent": asked.consent} if asked.consent else {})
        image = {"image": str(asked.photo.pk)} if asked.photo else {}
        body |= {"template": asked.template, "fields": fields} | image
    elif piece.form == Piece.Form.NOTE:
        body["images"] = [str(row.pk), *(i for i in body.get("images") or () if i != str(row.pk))]
    production.add_revision(actor=actor, piece_id=piece.pk, seen=seen, body=body, origin=Revision.Origin.TEMPLATE)


def _marks(asked: Asked) -> dict[str, Any]:
    """Return the labels that are on the poster, as its piece says them; none that the piece has is taken away."""
    made = {"ai": asked.ai, "ai_shown": True} if asked.ai != "none" else {}
    return made | ({"ad": True} if asked.ad else {})


#: Each writes the library's audit row, and the piece's where there is one.
WRITES = [keep]
