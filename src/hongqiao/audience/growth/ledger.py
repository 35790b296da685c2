"""The ledger of points: lines are added and never changed. Balance is their sum, level the sum earned in the window."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone

from hongqiao import warehouse
from hongqiao.audience.growth import settings
from hongqiao.audience.models import Claim, Points
from hongqiao.audience.tiers import present
from hongqiao.audience.tiers import standing as places
from hongqiao.errors import N_, Conflict, Invalid, NotFound
from hongqiao.workspace import audit, figures, permissions
from hongqiao.workspace.models import Brand, Member

SEE, EDIT = "users.view", "users.edit"
MOST = 100_000  # points that a person may write at once


class BadPoints(Invalid):
    code = "bad_points"
    message = N_("积分要是 ±%(most)s 以内的整数，并写明原因")
    next_step = N_("请改好再提交")


class BelowZero(Invalid):
    code = "points_below_zero"
    message = N_("扣不了这么多：现在有 %(have)s 分")
    next_step = N_("请少扣一些")


class TooFew(Invalid):
    code = "too_few_points"
    message = N_("积分不够：有 %(have)s，需要 %(need)s")
    next_step = N_("请等积分够了再兑换")


class LevelTooLow(Invalid):
    code = "level_too_low"
    message = N_("等级还不够：这项权益从“%(level)s”起")
    next_step = N_("请先看这位用户的等级")


class NotForThem(Invalid):
    code = "benefit_not_for_them"
    message = N_("这项权益只给：%(tiers)s")
    next_step = N_("请看这位用户在哪一层")


class SoldOut(Conflict):
    code = "benefit_sold_out"
    message = N_("这一期的 %(stock)s 份已经领完")
    next_step = N_("请等下一期，或在权益页加库存")


class ClaimedAlready(Conflict):
    code = "benefit_claimed"
    message = N_("这一期已经领过")
    next_step = N_("请等下一期")


def since(brand: Brand) -> Any:
    """Return the moment from which on earned points make a level."""
    return timezone.now() - timedelta(days=settings.book(brand)["rules"]["window_days"])


def earned(brand: Brand) -> Any:
    """Return rows of subject and points earned in the window, of whoever earned any."""
    rows = Points.objects.filter(brand=brand, at__gte=since(brand), kind__in=settings.EARNED)
    return rows.values("subject").annotate(points=Sum("amount"))


def standing(brand: Brand, subject: str) -> dict[str, Any]:
    """Return one person's balance, points of the window, level, and what is missing to the next."""
    mine = Points.objects.filter(brand=brand, subject=subject)
    window = Q(at__gte=since(brand), kind__in=settings.EARNED)
    sums = mine.aggregate(balance=Sum("amount"), points=Sum("amount", filter=window))
    balance, points = sums["balance"] or 0, max(0, sums["points"] or 0)
    found = settings.levels(brand)
    level = settings.level_of(found, points)
    above = next((one for one in found if one.least > points), None)
    return {"balance": balance, "points": points, "level": level, "next": above,
            "missing": above.least - points if above else 0}  # fmt: skip


def lines(brand: Brand, subject: str, most: int = 50) -> list[Points]:
    rows = Points.objects.filter(brand=brand, subject=subject).select_related("by__user")
    return list(rows.order_by("-at", "-pk")[:most])


def open_with(brand: Brand, subject: str, points: int) -> None:
    """Take the balance that an older system states, once a person."""
    Points.objects.get_or_create(
        brand=brand, key=f"opening|{subject}",
        defaults={"subject": subject, "kind": "opening", "amount": points, "at": timezone.now()},
    )  # fmt: skip


@transaction.atomic
def write(*, actor: Member, key: str, amount: int | None, reason: str) -> Points:
    """Add or take points by hand, not more than there are. Raises NotAllowed, BadPoints, BelowZero."""
    permissions.require(actor, EDIT)
    reason = " ".join(reason.split())[:200]
    if not amount or abs(amount) > MOST or not reason:
        raise BadPoints(most=f"{MOST:,}")
    if amount < 0:
        Brand.objects.select_for_update().get(pk=actor.brand_id)  # two at once take points once
        have = standing(actor.brand, key)["balance"]
        if have + amount < 0:
            raise BelowZero(have=f"{have:,}")
    row = Points.objects.create(
        brand=actor.brand, subject=key, key=f"manual|{uuid4().hex}", kind="manual", amount=amount, reason=reason,
        at=timezone.now(), by=actor,
    )  # fmt: skip
    audit.record(actor, "points.written", row, amount=amount)
    return row


def benefits(brand: Brand, subject: str) -> list[dict[str, Any]]:
    """Return every benefit with whether it may be claimed now, and if it was in this period."""
    now = standing(brand, subject)
    least = {level.code: level for level in settings.levels(brand)}
    claimed = set(Claim.objects.filter(brand=brand, subject=subject).values_list("benefit", "period"))
    rows = []
    for one in settings.book(brand)["benefits"]:
        level = least.get(one["level"])
        done = (one["code"], period(brand, one["period"])) in claimed
        open_now = level is not None and now["points"] >= level.least and now["balance"] >= one["cost"] and not done
        open_now = open_now and left(brand, one) != 0 and _for_them(brand, subject, one)
        rows.append(one | {"at": level, "claimed": done, "may": open_now})
    return rows


def left(brand: Brand, benefit: dict[str, Any]) -> int | None:
    """Return how many of a benefit are left in this period, None where its stock has no end."""
    if benefit["stock"] is None:
        return None
    taken = Claim.objects.filter(brand=brand, benefit=benefit["code"], period=period(brand, benefit["period"]))
    return max(0, int(benefit["stock"]) - taken.count())


def _for_them(brand: Brand, subject: str, benefit: dict[str, Any]) -> bool:
    if not benefit["tiers"]:
        return True
    place = places.of(warehouse.open(brand.pk), [subject]).get(subject)
    return place is not None and place.tier in benefit["tiers"]


def period(brand: Brand, kind: str) -> str:
    """Return the name of the present period of a kind."""
    today = figures.calendar_day(brand)
    return {"year": f"{today:%Y}", "month": f"{today:%Y-%m}"}.get(kind, "once")


@transaction.atomic
def claim(*, actor: Member, key: str, benefit: str) -> Claim:
    """Note that a benefit was taken; its points are spent.

    Raises NotAllowed, NotFound, LevelTooLow, TooFew, NotForThem, SoldOut, ClaimedAlready.
    """
    permissions.require(actor, EDIT)
    brand: Brand = Brand.objects.select_for_update().get(pk=actor.brand_id)  # two claims at once spend points once
    one = next((b for b in settings.book(brand)["benefits"] if b["code"] == benefit), None)
    if one is None:
        raise NotFound()
    now = standing(brand, key)
    level = next((lv for lv in settings.levels(brand) if lv.code == one["level"]), None)
    if level is None or now["points"] < level.least:
        raise LevelTooLow(level=level.label if level else "—")
    if now["balance"] < one["cost"]:
        raise TooFew(have=now["balance"], need=one["cost"])
    if not _for_them(brand, key, one):
        raise NotForThem(tiers="、".join(present.tier(t) for t in one["tiers"]))
    if left(brand, one) == 0 and not _claimed(brand, key, one):
        raise SoldOut(stock=one["stock"])
    row, made = Claim.objects.get_or_create(
        brand=brand, subject=key, benefit=benefit, period=period(brand, one["period"]),
        defaults={"points": one["cost"], "at": timezone.now(), "by": actor},
    )  # fmt: skip
    if not made:
        raise ClaimedAlready()
    if one["cost"]:
        Points.objects.create(
            brand=brand, subject=key, key=f"spent|{row.pk}", kind="spent", amount=-one["cost"], reason=one["label"],
            at=timezone.now(), by=actor,
        )  # fmt: skip
    audit.record(actor, "benefit.claimed", row, benefit=one["label"])
    return row


@transaction.atomic
def unclaim(*, actor: Member, key: str, benefit: str) -> Claim:
    """Take back what was noted of this period: it may be claimed again, its points come back as a line of their own.

    Raises NotAllowed, NotFound.
    """
    permissions.require(actor, EDIT)
    one = next((b for b in settings.book(actor.brand)["benefits"] if b["code"] == benefit), None)
    rows = Claim.objects.select_for_update().filter(brand=actor.brand, subject=key, benefit=benefit)
    row = rows.filter(period=period(actor.brand, one["period"])).first() if one else None
    if one is None or row is None:
        raise NotFound()
    if row.points:
        Points.objects.create(
            brand=actor.brand, subject=key, key=f"unspent|{row.pk}", kind="spent", amount=row.points,
            reason=one["label"], at=timezone.now(), by=actor,
        )  # fmt: skip
    audit.record(actor, "benefit.unclaimed", row, benefit=one["label"])
    row.delete()
    return row


def _claimed(brand: Brand, key: str, one: dict[str, Any]) -> bool:
    there = Claim.objects.filter(brand=brand, subject=key, benefit=one["code"], period=period(brand, one["period"]))
    return there.exists()


def recent(member: Member, kinds: Sequence[str] = (), most: int = 50) -> list[Points]:
    """Return the newest lines of the ledger."""
    rows = Points.objects.for_member(member, SEE).select_related("by__user")
    return list((rows.filter(kind__in=kinds) if kinds else rows).order_by("-at", "-pk")[:most])


WRITES = [write, claim, unclaim]
