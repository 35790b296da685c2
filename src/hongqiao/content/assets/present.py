"""Assets as the screens show them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from hongqiao.content.assets import queries, settings, storage
from hongqiao.content.assets.words import ORIGINS, RIGHTS
from hongqiao.content.models import Asset
from hongqiao.workspace.figures import calendar_day
from hongqiao.workspace.models import Brand


def cards(brand: Brand, rows: list[Asset]) -> list[dict[str, Any]]:
    """Return assets as cards."""
    today, soon = calendar_day(brand), settings.of(brand)["soon_days"]
    return [card(brand, r, queries.right(r, today, soon)) for r in rows]


def card(brand: Brand, row: Asset, right: str) -> dict[str, Any]:
    """Return one asset as a card; `right` is what its licence wants."""
    args = [brand.slug, row.pk]
    made = row.made.get("by", "none")
    return {
        "row": row,
        "url": reverse("content_asset", args=args),
        "file": reverse("content_asset_file", args=args),
        "thumb": reverse("content_asset_thumb", args=args) if storage.thumb_of(row).exists() else "",
        "kind": _(Asset.Kind(row.kind).label),
        "size": f"{row.width}×{row.height}" if row.width and row.height else "",
        "right": _(RIGHTS[right]) if right else "",
        "right_kind": "danger" if right == "ended" else "warn",
        "made": _(ORIGINS[made]) if made != "none" else "",
    }


def choices(brand: Brand) -> dict[str, Any]:
    """Return what filters and forms choose from."""
    return {
        "kinds": [(k, _(label)) for k, label in Asset.Kind.choices],
        "rights": [(k, _(label)) for k, label in RIGHTS.items()],
        "origins": [(k, _(label)) for k, label in ORIGINS.items()],
        "origins_ai": [(k, _(label)) for k, label in ORIGINS.items() if k != "none"],
        "licences": [(k, _(label)) for k, label in settings.of(brand)["licences"].items()],
    }
