"""Codes that messages hand out: taken in as a list, encrypted, each given once, with the message that gave it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from hongqiao.delivery.models import Coupon, CouponPool, Reach
from hongqiao.delivery.reaching.errors import NoCodes, PoolTaken
from hongqiao.delivery.reaching.rules import shipped
from hongqiao.workspace import audit, keys, permissions
from hongqiao.workspace.models import Brand, Member

_CODE = re.compile(r"[0-9A-Za-z\-]{4,64}")
keys.keeps(Coupon, "sealed")


@transaction.atomic
def make_pool(*, actor: Member, name: str, benefit: str, until: date | None = None) -> CouponPool:
    """Make a pool. Raises NotAllowed, PoolTaken, NoCodes for one without a name."""
    permissions.require(actor, "users.edit")
    clean = " ".join(name.split())[:80]
    if not clean:
        raise NoCodes()
    if CouponPool.objects.filter(brand=actor.brand, name=clean).exists():
        raise PoolTaken(name=clean)
    said = " ".join(benefit.split())[:120]
    return CouponPool.objects.create(brand=actor.brand, name=clean, benefit=said, until=until, by=actor)


@transaction.atomic
def add_codes(*, actor: Member, pool_id: UUID | str, text: str) -> int:
    """Take codes in, one a line; those that are there already are left out. Raises NotAllowed, NotFound, NoCodes."""
    permissions.require(actor, "users.edit")
    pool: CouponPool = CouponPool.objects.for_member(actor, "users.edit").locked(pool_id, None)
    codes = dict.fromkeys(c for line in text.split() if _CODE.fullmatch(c := line.strip()))
    if not codes:
        raise NoCodes()
    hashed = keys.person_keys(actor.brand_id).hash([f"coupon:{c}" for c in codes])
    there = set(pool.coupons.values_list("digest", flat=True))
    rows = [
        Coupon(brand=actor.brand, pool=pool, digest=d, sealed=keys.encrypt(c.encode()))
        for c, d in zip(codes, hashed, strict=True)
        if d not in there
    ]
    Coupon.objects.bulk_create(rows, batch_size=shipped()["rows"])
    audit.record(actor, "coupons.added", pool, name=pool.name, count=len(rows))
    return len(rows)


def hand_out(brand: Brand, rows: Sequence[Reach]) -> dict[UUID, str]:
    """Give each message that wants one a code of its pool, in the caller's transaction; return message → code.

    A message that has one keeps it. Who is not in the answer got none: the pool is empty, over, or none of the brand's.
    """
    held = {c.reach_id: c for c in Coupon.objects.filter(brand=brand, reach__in=[r.pk for r in rows])}
    found = {pk: keys.decrypt(c.sealed).decode() for pk, c in held.items() if pk}
    by_pool: dict[str, list[Reach]] = {}
    for row in rows:
        if row.pk not in found:
            by_pool.setdefault(str(row.content.get("pool")), []).append(row)
    for pool, wanting in by_pool.items():
        for row, coupon in zip(wanting, _free(brand, pool, len(wanting)), strict=False):
            coupon.reach, coupon.given_at = row, timezone.now()
            coupon.save(update_fields=["reach", "given_at"])
            found[row.pk] = keys.decrypt(coupon.sealed).decode()
    return found


def _free(brand: Brand, pool: str, count: int) -> list[Coupon]:
    today = timezone.localdate()
    try:
        row = CouponPool.objects.filter(brand=brand, pk=pool).first()
    except (ValueError, ValidationError):
        return []
    if row is None or (row.until is not None and row.until < today):
        return []
    free = Coupon.objects.filter(pool=row, given_at=None).order_by("id")
    skip = connection.features.has_select_for_update_skip_locked
    return list(free.select_for_update(skip_locked=skip)[:count])
