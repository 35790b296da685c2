"""Points, level and benefits on one person's page."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.audience.growth import ledger, words
from hongqiao.audience.models import Applicant
from hongqiao.workspace.access import BrandRequest


def acts(key: str) -> dict[str, Any]:
    """Return the acts of the person's page that are of this part."""
    return {
        "points": lambda r: _points(r, key),
        "claim": lambda r: _claim(r, key),
        "unclaim": lambda r: _unclaim(r, key),
    }


def whole(text: str) -> int | None:
    """Return a whole number with its sign, None for what is none."""
    text = unicodedata.normalize("NFKC", text).strip().replace("−", "-")
    bare = text.lstrip("+-")
    return int(text) if len(text) - len(bare) < 2 and bare.isascii() and bare.isdigit() and len(bare) < 10 else None


def _points(request: BrandRequest, key: str) -> str:
    said = request.POST
    ledger.write(actor=request.member, key=key, amount=whole(said.get("amount", "")), reason=said.get("reason", ""))
    return _("积分已调整")


def _claim(request: BrandRequest, key: str) -> str:
    ledger.claim(actor=request.member, key=key, benefit=request.POST.get("benefit", ""))
    return _("已登记领取")


def _unclaim(request: BrandRequest, key: str) -> str:
    ledger.unclaim(actor=request.member, key=key, benefit=request.POST.get("benefit", ""))
    return _("已撤回领取，花的积分退回")


def shown(request: BrandRequest, key: str) -> dict[str, Any]:
    """Return what the page shows of a person's growth."""
    brand = request.brand
    benefits = [
        b
        | {"label": _(b["label"]), "each": _(words.PERIODS[b["period"]]), "from": _(b["at"].label) if b["at"] else "—"}
        for b in ledger.benefits(brand, key)
    ]
    trials = Applicant.objects.filter(brand=brand, subject=key).select_related("trial").order_by("-pk")[:20]
    now = ledger.standing(brand, key)
    return {
        "growth": now | {"label": _(now["level"].label), "next_label": _(now["next"].label) if now["next"] else ""},
        "benefits": benefits,
        "points": ledger.lines(brand, key, 20),
        "trials": trials,
    }
