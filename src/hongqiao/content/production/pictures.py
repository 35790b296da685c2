"""The pictures of a piece with the regions that were remarked upon, as the screens show them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.content.models import Asset, Piece, Remark
from hongqiao.content.production import anchors

Address = Callable[[str], str]


def shown(piece: Piece, body: Mapping[str, Any], remarks: Iterable[Remark], address: Address) -> list[dict[str, Any]]:
    """Return the pictures in order, then those no longer in the piece that are still remarked upon; each with the
    numbered boxes of its open remarks. `address`: of a picture's file by its key."""
    now, regions = anchors.pictures(body), numbered(remarks)
    standing = [(n, r) for n, r in regions if r.settled_at is None]
    keys = list(dict.fromkeys([*now, *(r.anchor["asset"] for _n, r in standing)]))
    known = {str(a.pk): a for a in Asset.objects.filter(brand_id=piece.brand_id, kind=Asset.Kind.IMAGE, pk__in=keys)}
    names = labels(body)
    return [
        {
            "row": known[key],
            "url": address(key),
            "label": names.get(key, ""),
            "changed": key not in now,
            "boxes": [{"n": n, "row": r, **_box(r.anchor)} for n, r in standing if r.anchor["asset"] == key],
        }
        for key in keys
        if key in known
    ]


def numbered(remarks: Iterable[Remark]) -> list[tuple[int, Remark]]:
    """Return remarks on regions with their numbers: by age, settled ones counted, so that none ever changes."""
    return list(enumerate((r for r in remarks if r.anchor.get("asset")), 1))


def labels(body: Mapping[str, Any]) -> dict[str, str]:
    """Return what each picture of a body is called."""
    found: dict[str, str] = {}
    for n, key in enumerate(body.get("images") or (), 1):
        found.setdefault(str(key), _("第 %(n)d 张图") % {"n": n})
    if body.get("image"):
        found.setdefault(str(body["image"]), _("底图"))
    if body.get("cover"):
        found.setdefault(str(body["cover"]), _("封面"))
    return found


def _box(anchor: Mapping[str, Any]) -> dict[str, str]:
    return {k: f"{100 * float(anchor[k]):.2f}%" for k in anchors.BOX}
