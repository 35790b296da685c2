"""Changing hours and caps: a brand may narrow the hours that vendors set, never widen them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from typing import Any

from django.db import transaction

from hongqiao.delivery.reaching import rules
from hongqiao.delivery.reaching.errors import BadChoice
from hongqiao.errors import N_
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.models import Brand, Member

RULE = "settings.brand"


@transaction.atomic
def set_rules(*, actor: Member, first: str, last: str, caps: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Keep the hours and caps of a brand. Raises NotAllowed, BadChoice."""
    permissions.require(actor, RULE)
    row: Brand = Brand.objects.for_member(actor, RULE).locked(actor.brand_id, None)
    widest = rules.shipped()["hours"]
    hours = {"from": _clock(first), "to": _clock(last)}
    if not widest["from"] <= hours["from"] < hours["to"] <= widest["to"]:
        raise BadChoice(what=N_("可触达的时段"), value=f"{hours['from']}–{hours['to']}")
    made = [{"days": _whole(days, 1, 365), "most": _whole(most, 1, 60)} for days, most in caps]
    kept = {**(row.settings or {})}
    room = {**(kept.get("audience") or {})}
    room["reaching"] = {**(room.get("reaching") or {}), "hours": hours, "caps": made}
    row.settings = {**kept, "audience": room}
    row.save_next("settings")
    audit.record(actor, "reaching.set", row, hours=f"{hours['from']}–{hours['to']}", caps=made)
    return dict(room["reaching"])


@transaction.atomic
def set_keep(*, actor: Member, days: str) -> Brand:
    """Keep for how many days it is known whose a message was; "" returns to what ships. Raises NotAllowed, BadChoice.

    No shorter than the caps look back, nor than what ships as the least.
    """
    permissions.require(actor, RULE)
    row: Brand = Brand.objects.for_member(actor, RULE).locked(actor.brand_id, None)
    shipped, book = rules.shipped()["keep"], rules.of(row)
    least = max(shipped["least"], *(cap["days"] for cap in book["caps"]))
    text = days.strip()
    if text and not (text.isascii() and text.isdigit() and len(text) < 5 and least <= int(text) <= 3650):
        raise BadChoice(what=N_("触达记录的保存天数"), value=text[:10])
    kept = {**(row.settings or {})}
    room = {**(kept.get("audience") or {})}
    reaching = {k: v for k, v in (room.get("reaching") or {}).items() if k != "keep"}
    if text and int(text) != shipped["days"]:
        reaching["keep"] = {"days": int(text)}
    room["reaching"] = reaching
    row.settings = {**kept, "audience": {k: v for k, v in room.items() if v}}
    row.save_next("settings")
    audit.record(actor, "reaching.kept", row, days=int(text) if text else shipped["days"])
    return row


def _clock(text: str) -> str:
    try:
        return f"{time.fromisoformat(text):%H:%M}"
    except ValueError:
        raise BadChoice(what=N_("可触达的时段"), value=text[:10]) from None


def _whole(text: str, least: int, most: int) -> int:
    try:
        number = int(text)
    except ValueError:
        raise BadChoice(what=N_("触达频次上限"), value=text[:10]) from None
    if not least <= number <= most:
        raise BadChoice(what=N_("触达频次上限"), value=text[:10])
    return number
