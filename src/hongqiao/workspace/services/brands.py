"""Brands: made, changed, and their own differences over the default roles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from secrets import token_hex
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from hongqiao.errors import N_, Conflict, Invalid, NotAllowed
from hongqiao.workspace import audit, keys, permissions
from hongqiao.workspace.models import Brand, Member, User
from hongqiao.workspace.services import checks

SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,38}[a-z0-9]")


class BadSlug(Invalid):
    code = "bad_slug"
    message = N_("品牌网址名只能用小写字母、数字和连字符，2 到 40 位")
    next_step = N_("例如 anlan，保存后出现在网址里")


class SlugTaken(Conflict):
    code = "slug_taken"
    message = N_("这个品牌网址名已被使用")
    next_step = N_("请换一个，例如加上地区或年份")


class BadRoom(Invalid):
    code = "bad_room"
    message = N_("没有这个板块：%(room)s")
    next_step = N_("请从列表中选择")


def may_create_brand(user: User) -> bool:
    """The owner of the installation may, and whoever may in a brand they are in."""
    if user.is_superuser:
        return True
    members = Member.objects.filter(user=user, state=Member.State.ACTIVE).select_related("brand", "user")
    return any(permissions.allows(m, "settings.brands") for m in members)


def _slug_of(name: str) -> str:
    """Return an address for a name: its Latin letters where it has any, else a short mark that nobody else has."""
    latin = slugify(name)[:30].strip("-")
    return latin if SLUG.fullmatch(latin) and not Brand.objects.filter(slug=latin).exists() else f"b-{token_hex(3)}"


@transaction.atomic
def create_brand(*, user: User, name: str, slug: str, industry: str = "", zone: str = "Asia/Shanghai") -> Brand:
    """Make a brand; its maker becomes its first member, as 品牌营销总监. An empty slug is made up from the name.

    Raises NotAllowed, Invalid, Conflict.
    """
    if not may_create_brand(user):
        raise NotAllowed()
    slug = slug or _slug_of(name)
    if not SLUG.fullmatch(slug or ""):
        raise BadSlug()
    fields = {"name": checks.name(name), "industry": industry.strip()[:40], "zone": checks.zone(zone)}
    try:
        with transaction.atomic():
            brand = Brand.objects.create(slug=slug, created_by=user, **fields)
    except IntegrityError:
        raise SlugTaken() from None
    member = Member.objects.create(brand=brand, user=user, role=permissions.TOP)
    keys.brand_key(brand.pk, keys.PERSON)
    audit.record(member, "brand.created", brand, name=brand.name)
    return brand


@transaction.atomic
def change_brand(
    *,
    actor: Member,
    seen: int | None,
    name: str | None = None,
    industry: str | None = None,
    zone: str | None = None,
    hidden_rooms: Sequence[str] | None = None,
) -> Brand:
    """Change what is given of the actor's brand; what is None stays."""
    permissions.require(actor, "settings.brand")
    brand = Brand.objects.for_member(actor, "settings.brand").locked(actor.brand_id, seen)
    fields: dict[str, Any] = {
        "name": None if name is None else checks.name(name),
        "industry": None if industry is None else industry.strip()[:40],
        "zone": None if zone is None else checks.zone(zone),
        "hidden_rooms": None if hidden_rooms is None else _rooms(hidden_rooms),
    }
    changed = {k: v for k, v in fields.items() if v is not None and v != getattr(brand, k)}
    for field, value in changed.items():
        setattr(brand, field, value)
    brand.save_next(*changed)
    audit.record(actor, "brand.changed", brand, fields=", ".join(sorted(changed)))
    return brand


def _rooms(codes: Sequence[str]) -> list[str]:
    known = [r["code"] for r in permissions.rooms() if r["code"] not in ("today", "ledger", "settings")]
    for code in codes:
        if code not in known:
            raise BadRoom(room=code)
    return [code for code in known if code in codes]


@transaction.atomic
def change_role_permissions(
    *, actor: Member, role: str, add: Sequence[str] = (), remove: Sequence[str] = (), seen: int | None
) -> Brand:
    """Keep this brand's differences for a role; empty ones return it to the default.

    Raises NotAllowed where the actor would give what they do not hold, or change the role they are in.
    """
    permissions.require(actor, "settings.brand")
    brand = Brand.objects.for_member(actor, "settings.brand").locked(actor.brand_id, seen)
    known, held = set(permissions.book()["permissions"]), permissions.held_by(actor)
    if role not in permissions.roles() or not {*add, *remove} <= known:
        raise Invalid()
    if role == actor.role or role == permissions.TOP or not set(add) <= held:
        raise NotAllowed()
    default = permissions.default_permissions(role)
    change = {"add": sorted(set(add) - default), "remove": sorted(set(remove) & default)}
    every = {**brand.settings.get("roles", {}), role: change}
    brand.settings = {**brand.settings, "roles": {k: v for k, v in every.items() if v["add"] or v["remove"]}}
    brand.save_next("settings")
    audit.record(actor, "brand.roles_changed", brand, role=role, add=change["add"], remove=change["remove"])
    return brand
