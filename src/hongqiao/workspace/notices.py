"""Lines for members: codes and parameters, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hongqiao.workspace import permissions
from hongqiao.workspace.models import Brand, Member, Notice


def tell(members: Iterable[Member], code: str, *, url: str = "", **params: Any) -> list[Notice]:
    """Leave a notice for each member. `url` is a path of this house."""
    rows = [Notice(brand_id=m.brand_id, member=m, code=code, params=params, url=url) for m in members]
    return Notice.objects.bulk_create(rows)


def holders(brand: Brand, permission: str, *, but: Member | None = None) -> list[Member]:
    """Return the active members of a brand who may do this, without one of them."""
    found = Member.objects.filter(brand=brand, state=Member.State.ACTIVE).select_related("user", "brand")
    return [m for m in found if m != but and permissions.allows(m, permission)]


def unread(member: Member) -> int:
    """Return how many notices the member has not read."""
    return Notice.objects.filter(member=member, read_at=None).count()
