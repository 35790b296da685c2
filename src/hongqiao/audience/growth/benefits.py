"""A brand's benefits: those that ship changed or stopped, its own added. Only what differs is kept. U1."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hongqiao.audience.growth import ledger, settings, words
from hongqiao.audience.tiers.flow import TIERS
from hongqiao.errors import N_, Conflict, Invalid, NotFound
from hongqiao.ids import uuid7
from hongqiao.knowledge import read
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.models import Brand, Member

FIELDS = ("label", "level", "tiers", "period", "cost", "stock", "off")
MOST_POINTS, MOST_STOCK, MOST = 1_000_000, 10_000_000, 100


class BadBenefit(Invalid):
    code = "bad_benefit"
    message = N_("请填名称（40 字以内）、等级、周期；积分与库存是不小于 0 的整数，库存留空为不限")
    next_step = N_("请改好再提交")


class TooManyBenefits(Conflict):
    code = "too_many_benefits"
    message = N_("最多 %(most)s 项权益")
    next_step = N_("请先改用或恢复已有的一项")


def taken(brand: Brand, typed: Mapping[str, Any], tiers: list[str]) -> dict[str, Any]:
    """Return what a form says of a benefit. Raises BadBenefit."""
    label = " ".join(str(typed.get("label", "")).replace("\x00", "").split())
    level, period = str(typed.get("level", "")), str(typed.get("period", ""))
    known = {one.code for one in settings.levels(brand)}
    if not 0 < len(label) <= 40 or level not in known or period not in words.PERIODS or not set(tiers) <= set(TIERS):
        raise BadBenefit()
    stock = str(typed.get("stock", "")).strip()
    return {
        "label": label,
        "level": level,
        "tiers": [tier for tier in TIERS if tier in tiers],
        "period": period,
        "cost": _whole(str(typed.get("cost", "")).strip() or "0", MOST_POINTS),
        "stock": _whole(stock, MOST_STOCK) if stock else None,
    }


def _whole(text: str, most: int) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9 or int(text) > most:
        raise BadBenefit()
    return int(text)


def add(*, actor: Member, seen: int | None, given: Mapping[str, Any]) -> str:
    """Add a benefit and return its code. Raises NotAllowed, Conflict, TooManyBenefits."""
    code = f"b{uuid7().hex[-12:]}"
    if len(settings.benefits(actor.brand)) >= MOST:
        raise TooManyBenefits(most=MOST)
    _write(actor, seen, code, dict(given), "benefit.added")
    return code


def change(*, actor: Member, seen: int | None, code: str, given: Mapping[str, Any]) -> None:
    """Change a benefit; what was claimed stays as it was. Raises NotAllowed, NotFound, Conflict."""
    now = _one(actor.brand, code)
    said = dict(given)
    if said.get("label") == _(now["label"]):
        said["label"] = now["label"]  # as it was shown in the reader's language
    _write(actor, seen, code, said, "benefit.changed")


def turn(*, actor: Member, seen: int | None, code: str, on: bool) -> None:
    """Stop a benefit, or give it again; nobody claims a stopped one. Raises NotAllowed, NotFound, Conflict."""
    _write(actor, seen, code, {"off": not on}, "benefit.started" if on else "benefit.stopped")


def reset(*, actor: Member, seen: int | None, code: str) -> None:
    """Return one that ships to how it ships. Raises NotAllowed, NotFound, Conflict."""
    if not _one(actor.brand, code)["shipped"]:
        raise NotFound()
    _write(actor, seen, code, None, "benefit.reset")


def _one(brand: Brand, code: str) -> dict[str, Any]:
    found = next((one for one in settings.benefits(brand) if one["code"] == code), None)
    if found is None:
        raise NotFound()
    return found


@transaction.atomic
def _write(actor: Member, seen: int | None, code: str, given: dict[str, Any] | None, what: str) -> None:
    """Keep what of a benefit differs from how it ships; None: nothing."""
    permissions.require(actor, ledger.EDIT)
    brand: Brand = Brand.objects.for_member(actor, ledger.EDIT).locked(actor.brand_id, seen)
    own = settings.own_of(brand)
    kept = dict(own.get("benefits") or {})
    first: dict[str, Any] = next(
        (row for row in read(f"audience/{settings.NAME}")["benefits"] if row["code"] == code), {}
    )
    if what != "benefit.added" and not first and code not in kept:
        raise NotFound()
    blank = {"tiers": [], "stock": None, "off": False, **first}
    wanted = {**blank, **kept.get(code, {}), **given} if given is not None else blank
    differs = {k: wanted[k] for k in FIELDS if k in wanted and wanted[k] != blank.get(k, _NONE)}
    kept.pop(code, None)
    if differs or not first:
        kept[code] = differs
    own |= {"benefits": kept}
    room = {**((brand.settings or {}).get("audience") or {}), settings.NAME: {k: v for k, v in own.items() if v}}
    brand.settings = {**(brand.settings or {}), "audience": {k: v for k, v in room.items() if v}}
    brand.save_next("settings")
    actor.brand.settings = brand.settings
    audit.record(actor, what, brand, benefit=wanted.get("label", code))


_NONE = object()  # unlike anything that a benefit may hold
WRITES = [add, change, turn, reset]
