"""Where a remark stands: a quote in a text, or a region of a picture; found again in later texts by its quote."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from hongqiao.content import body as bodies
from hongqiao.content.models import Piece
from hongqiao.errors import N_, Invalid

MOST = 500
BOX = ("x", "y", "w", "h")  # of a region, each 0–1 of the picture


class BadAnchor(Invalid):
    code = "bad_anchor"
    message = N_("批注的位置在这一版里找不到")
    next_step = N_("请重新选中文字或画面，再写批注")


def fields(form: str, body: Mapping[str, Any]) -> dict[str, str]:
    """Return field → its plain text, of all that can be remarked upon in a body."""
    found = {"title": str(body.get("title") or ""), "digest": str(body.get("digest") or "")}
    found["text"] = bodies.text(form, body)
    for number, shot in enumerate(bodies.shots(body)):
        parts = {"picture": shot.picture, "line": shot.line, "subtitle": shot.subtitle}
        found |= {f"shots.{number}.{name}": said for name, said in parts.items()}
    return {k: v for k, v in found.items() if v}


def pictures(body: Mapping[str, Any]) -> list[str]:
    """Return the keys of the pictures of a body, each once: cover, a poster's photo, then those in order."""
    told = [body.get("cover"), body.get("image"), *(body.get("images") or ())]
    return list(dict.fromkeys(str(key) for key in told if key))


def assets(body: Mapping[str, Any]) -> set[str]:
    """Return the keys of all that a region can stand on: pictures, and the film."""
    return {*pictures(body), *([str(body["video"])] if body.get("video") else ())}


def typed(post: Mapping[str, str]) -> dict[str, str] | None:
    """Return the anchor that a form of remarks sends: a region, a quote, None for the whole."""
    names = ("asset", *BOX) if post.get("asset") else ("field", "quote", "start") if post.get("quote") else ()
    return {k: post[k] for k in names if post.get(k)} or None


def checked(piece: Piece, body: Mapping[str, Any], given: Any) -> dict[str, Any]:
    """Return an anchor as it is kept, {} for a remark on the whole. Raises BadAnchor."""
    if not given:
        return {}
    if not isinstance(given, Mapping):
        raise BadAnchor()
    return _region(body, given) if given.get("asset") else _quote(fields(piece.form, body), given)


def _quote(texts: Mapping[str, str], given: Mapping[str, Any]) -> dict[str, Any]:
    """A quote is looked for where the person saw it, and taken where it is nearest to that."""
    field, quote = str(given.get("field") or ""), str(given.get("quote") or "")
    place = nearest(texts.get(field, ""), quote, given.get("start"))
    if place is None or len(quote) > MOST:
        raise BadAnchor()
    return {"field": field, "start": place, "end": place + len(quote), "quote": quote}


def _region(body: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """An asset is the file of one digest for good, so a box on it stands wherever the picture goes."""
    try:
        asset = str(UUID(str(given["asset"])))
        box = {k: round(float(given.get(k, 0)), 4) for k in BOX}
    except (TypeError, ValueError):
        raise BadAnchor() from None
    inside = all(0 <= v <= 1 for v in box.values()) and box["x"] + box["w"] <= 1.001 and box["y"] + box["h"] <= 1.001
    if asset not in assets(body) or not inside or not box["w"] or not box["h"]:
        raise BadAnchor()
    return {"asset": asset, **box}


def nearest(text: str, quote: str, start: Any) -> int | None:
    """Return where a quote stands in a text, nearest to `start`; None where it does not."""
    try:
        wanted = int(start or 0)
    except (TypeError, ValueError):
        wanted = 0
    places, at = [], text.find(quote) if quote.strip() else -1
    while at >= 0:
        places.append(at)
        at = text.find(quote, at + 1)
    return min(places, key=lambda p: abs(p - wanted)) if places else None


def placed(anchor: Mapping[str, Any], texts: Mapping[str, str], known: set[str]) -> dict[str, Any] | None:
    """Return an anchor in another text, None where what it stood on was changed; {} stands on the whole."""
    if not anchor:
        return {}
    if "asset" in anchor:
        return dict(anchor) if anchor["asset"] in known else None
    quote = anchor["quote"]
    for field in sorted(texts, key=lambda f: f != anchor["field"]):  # a shot may have moved a row
        if field == anchor["field"] or field.split(".")[0] == anchor["field"].split(".")[0]:
            place = nearest(texts[field], quote, anchor["start"])
            if place is not None:
                return {"field": field, "start": place, "end": place + len(quote), "quote": quote}
    return None
