"""A revision's body: the one place that knows its keys. docs/content.md says which form has which."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from hongqiao.content import plain
from hongqiao.content.editors import chapters, paste
from hongqiao.content.models import Piece
from hongqiao.content.shape import KEYS, SHARED, BadBody, checked
from hongqiao.methods.craft import Draft, Shot

__all__ = ["KEYS", "SHARED", "BadBody", "checked", "description", "digest", "draft", "shots", "text", "words"]


def digest(body: Mapping[str, Any]) -> str:
    """Return the hash of exactly this body: what an approval and a publication name."""
    plain = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def shots(body: Mapping[str, Any]) -> tuple[Shot, ...]:
    """Return the shot table of a body; a row without times begins where the one before ends."""
    found: list[Shot] = []
    for row in body.get("shots") or ():
        start = float(row["start"]) if row.get("start") not in (None, "") else (found[-1].end if found else 0.0)
        end = float(row["end"]) if row.get("end") not in (None, "") else start
        said = {k: str(row.get(k) or "") for k in ("line", "subtitle", "picture", "size", "sound")}
        found.append(Shot(start, max(start, end), **said))
    return tuple(found)


def text(form: str, body: Mapping[str, Any]) -> str:
    """Return what a body says as plain text: a line a paragraph, headings begin with "## "."""
    if form == "article":
        return plain.of_html(body["html"]) if body.get("html") else plain.of_markdown(body.get("markdown") or "")
    if form == "live":
        return "\n".join(str(s.get("line") or "") for s in body.get("segments") or ())
    if form == "poster":
        return "\n".join(str(v) for v in (body.get("fields") or {}).values() if isinstance(v, str))
    return str(body.get("text") or "")


def blank(form: str, body: Mapping[str, Any]) -> bool:
    """Whether a body has nothing to judge but its title: no text, no picture, no shot, no film."""
    parts = ("images", "image", "video", "segments")
    return not (text(form, body).strip() or shots(body) or any(body.get(k) for k in parts))


def description(form: str, body: Mapping[str, Any]) -> str:
    """Return the text that goes out with a piece: what it says, the chapters of a film below it."""
    return chapters.description(text(form, body), body)


def words(form: str, body: Mapping[str, Any]) -> str:
    """Return all that is read or heard of a body, for search and for comparing."""
    said = [str(body.get("title") or ""), description(form, body)]
    said += [f"{one.line}\n{one.subtitle}" for one in shots(body)]
    return "\n".join(line for part in said for line in part.splitlines() if line.strip())


def draft(piece: Piece, body: Mapping[str, Any], *, images: Sequence[Mapping[str, Any]] | None = None) -> Draft:
    """Return a body as those who judge it read it. `images`: what is known of its pictures, in its order;
    None where none were looked for, as of a proposal, which is words alone."""
    labels = body.get("labels") or {}
    return Draft(
        platform=piece.platform,
        form=piece.form,
        title=str(body.get("title") or ""),
        digest=str(body.get("digest") or ""),
        author=str(body.get("author") or ""),
        text=description(piece.form, body),
        tags=tuple(str(t) for t in body.get("tags") or ()),
        shots=shots(body),
        images=tuple(images or ()),
        pictured=images is not None,
        commercial=piece.commercial,
        buying=piece.buying,
        ad_label=bool(labels.get("ad")),
        ai=str(labels.get("ai") or "none"),
        ai_label=bool(labels.get("ai_shown")),
        evidence=tuple(str(e.get("text") or e.get("url") or "") for e in body.get("evidence") or ()),
        html=str(body.get("html") or ""),
        outside=len(paste.outside(paste.of_body(body))) if piece.form == "article" else 0,
    )
