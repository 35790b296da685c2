"""Writes of the library: keep a file, say what and whose it is, take it away and bring it back."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from hongqiao.content.assets import place, queries, settings, storage
from hongqiao.content.assets.errors import BadLicence, BadTags, InUse, LabelStays
from hongqiao.content.assets.sniff import ENDINGS, Sniffed, sniff, thumbnail
from hongqiao.content.models import Asset
from hongqiao.errors import Conflict
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.lines import one_line
from hongqiao.workspace.models import Member

ORIGINS = ("none", "assisted", "generated")
LICENCE = ("kind", "id", "holder", "until", "scope")


def keep(
    *,
    actor: Member,
    file: Any,
    name: str = "",
    alt: str = "",
    tags: Iterable[str] = (),
    licence: Mapping[str, Any] | None = None,
    made: Mapping[str, Any] | None = None,
) -> Asset:
    """Keep a file (an upload, a stream, bytes); the same file again is the same asset, back if it was deleted.

    A JPEG is kept without the place it was taken at.
    `made` {by: none | assisted | generated, model} says whether a model made it; a mark in the file itself overrules
    "none". Raises NotAllowed, EmptyAsset, AssetTooLarge, WrongType, NoVectors, HalfFile, TooManyPixels, BadLicence,
    BadTags.
    """
    permissions.require(actor, queries.EDIT)
    limits = settings.of(actor.brand)
    words = {"alt": _line(alt, 200), "tags": _tags(tags, limits), "licence": _licence(licence or {}, limits)}
    path, size, digest = storage.aside(actor.brand_id, file, limits["most_mb"])
    try:
        told = sniff(path, limits["most_pixels"])
        if told.mime == "image/jpeg" and (bare := place.without(raw := path.read_bytes())) is not raw:
            path.unlink()
            path, size, digest = storage.aside(actor.brand_id, bare, limits["most_mb"])
        if told.kind == Asset.Kind.IMAGE:
            thumb = storage.folder(actor.brand_id) / "thumbs" / f"{digest}.webp"
            thumbnail(path, thumb, limits["thumb_side"])
        os.replace(path, storage.folder(actor.brand_id) / digest)
    finally:
        path.unlink(missing_ok=True)
    given = name or getattr(file, "name", "") or ""
    fields = words | {"bytes": size, "made": _made(actor, made or {}, told), "name": _name(given, told)}
    return _once(actor, digest, told, fields)


def _once(actor: Member, digest: str, told: Sniffed, fields: dict[str, Any]) -> Asset:
    """Write the row, or find the one there is: two who bring the same file at once get the same asset."""
    shape = {"kind": told.kind, "mime": told.mime, "width": told.width, "height": told.height, "seconds": told.seconds}
    for _try in range(2):
        found = Asset.objects.filter(brand_id=actor.brand_id, digest=digest).first()
        if found is not None:
            return found if found.gone_at is None else restore(actor=actor, asset_id=found.pk, seen=None)
        try:
            with transaction.atomic():
                row = Asset.objects.create(brand=actor.brand, by=actor, digest=digest, **shape, **fields)
                audit.record(actor, "asset.kept", row, name=row.name)
            return row
        except IntegrityError:
            continue
    raise Conflict()


@transaction.atomic
def change(*, actor: Member, asset_id: UUID | str, seen: int | None, **fields: Any) -> Asset:
    """Change name, alt, tags, licence or made (the origin) of an asset; only what is given.

    Raises NotFound, NotAllowed, Conflict, BadLicence, BadTags, LabelStays.
    """
    row = _locked(actor, asset_id, seen)
    limits = settings.of(actor.brand)
    new: dict[str, Any] = {}
    if "name" in fields:
        new["name"] = _line(fields["name"], 200) or row.name
    if "alt" in fields:
        new["alt"] = _line(fields["alt"], 200)
    if "tags" in fields:
        new["tags"] = _tags(fields["tags"], limits)
    if "licence" in fields:
        new["licence"] = _licence(fields["licence"], limits)
    if "made" in fields:
        new["made"] = _remade(actor, row, fields["made"])
    changed = [k for k, v in new.items() if getattr(row, k) != v]
    if changed:
        for key in changed:
            setattr(row, key, new[key])
        row.save_next(*changed)
        audit.record(actor, "asset.changed", row, name=row.name, fields=changed)
    return row


@transaction.atomic
def remove(*, actor: Member, asset_id: UUID | str, seen: int | None) -> Asset:
    """Take an asset out of the library; its file stays, so that it can come back.

    Raises NotFound, NotAllowed, Conflict, InUse where a scheduled piece needs it.
    """
    row = _locked(actor, asset_id, seen)
    if held := queries.holding(row):
        raise InUse(names="、".join(p.title for p in held[:3]))
    if row.gone_at is None:
        row.gone_at = timezone.now()
        row.save_next("gone_at")
        audit.record(actor, "asset.removed", row, name=row.name)
    return row


@transaction.atomic
def restore(*, actor: Member, asset_id: UUID | str, seen: int | None) -> Asset:
    """Bring a deleted asset back. Raises NotFound, NotAllowed, Conflict."""
    row = _locked(actor, asset_id, seen)
    if row.gone_at is not None:
        row.gone_at = None
        row.save_next("gone_at")
        audit.record(actor, "asset.restored", row, name=row.name)
    return row


#: Every one of these writes one audit row.
WRITES = [keep, change, remove, restore]


def _locked(actor: Member, asset_id: UUID | str, seen: int | None) -> Asset:
    row: Asset = Asset.objects.for_member(actor, queries.SEE).locked(asset_id, None)
    permissions.require(actor, queries.EDIT)
    if seen is not None and row.version != int(seen):
        raise Conflict()
    return row


def _line(value: Any, most: int) -> str:
    return one_line(value)[:most].strip()


def _name(given: str, told: Sniffed) -> str:
    """Return the name it came with, with the ending of what it is: a .png that is a JPEG is called so."""
    name = _line(storage.clean_name(given), 200)
    ending = ENDINGS[told.mime]
    stem = name.rpartition(".")[0] or name or "asset"
    right = name.lower().endswith((ending, ".jpeg") if ending == ".jpg" else (ending,))
    return name if right else f"{stem[:190]}{ending}"


def _tags(values: Iterable[str], limits: Mapping[str, Any]) -> list[str]:
    found = list(dict.fromkeys(t for v in values if (t := _line(v, 200).lstrip("#"))))
    if len(found) > limits["most_tags"] or any(len(t) > limits["tag_letters"] for t in found):
        raise BadTags(most=limits["most_tags"], letters=limits["tag_letters"])
    return found


def _licence(given: Mapping[str, Any], limits: Mapping[str, Any]) -> dict[str, str]:
    found = {k: v for k in LICENCE if (v := _line(given.get(k), 200))}
    if found and found.get("kind") not in limits["licences"]:
        raise BadLicence()
    if until := found.get("until"):
        try:
            found["until"] = date.fromisoformat(until).isoformat()
        except ValueError:
            raise BadLicence() from None
    return found


def _made(actor: Member, given: Mapping[str, Any], told: Sniffed) -> dict[str, Any]:
    """Return where it comes from: as said, and as the file's own mark says."""
    by = str(given.get("by") or "none")
    by = by if by in ORIGINS else "none"
    if told.mark and by == "none":
        by = "generated"
    found: dict[str, Any] = {"by": by, "at": timezone.now().isoformat(), "member": str(actor.pk)}
    if model := _line(given.get("model"), 80):
        found["model"] = model
    return found | ({"mark": told.mark} if told.mark else {})


def _remade(actor: Member, row: Asset, given: Mapping[str, Any]) -> dict[str, Any]:
    by, model = str(given.get("by") or "none"), _line(given.get("model"), 80)
    mark = row.made.get("mark") or {}
    if mark.get("Label") == "1" and by not in ("assisted", "generated"):
        raise LabelStays()
    if (row.made.get("by"), row.made.get("model", "")) == (by, model) or by not in ORIGINS:
        return dict(row.made)
    return _made(actor, {"by": by, "model": model}, Sniffed(row.kind, row.mime)) | ({"mark": mark} if mark else {})
