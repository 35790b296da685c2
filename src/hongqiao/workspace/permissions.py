"""Who may do what: roles as data (knowledge/roles.json), a brand's differences over them, and one question to ask.

A permission is "room.action". `Brand.settings["roles"] = {"specialist": {"add": ["imports.undo"], "remove": []}}` holds
what a brand changed; nothing else is stored, so that a better default reaches every brand.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from hongqiao.errors import NotAllowed

if TYPE_CHECKING:
    from hongqiao.workspace.models import Brand, Member

TOP = "brand_director"


@cache
def book() -> dict[str, Any]:
    """Return knowledge/roles.json."""
    return json.loads(files("hongqiao.knowledge").joinpath("roles.json").read_text("utf-8"))


@cache
def roles() -> dict[str, dict[str, Any]]:
    """Return the roles by code, in the order of the file."""
    return {role["code"]: role for role in book()["roles"]}


def rooms() -> list[dict[str, Any]]:
    """Return the rooms in the rainbow's order, then imports and settings."""
    return book()["rooms"]


@cache
def default_permissions(role: str) -> frozenset[str]:
    """Return what a role may do before a brand's differences; a ladder role holds all of the one below it."""
    entry = roles().get(role)
    if entry is None:
        return frozenset()
    below = default_permissions(entry["above"]) if "above" in entry else frozenset()
    return below | frozenset(entry["permissions"])


def role_permissions(brand: Brand, role: str) -> frozenset[str]:
    """Return what a role may do in this brand."""
    change = (brand.settings or {}).get("roles", {}).get(role, {})
    known = frozenset(book()["permissions"])
    held = default_permissions(role) | (frozenset(change.get("add", ())) & known)
    return held - frozenset(change.get("remove", ()))


def held_by(member: Member) -> frozenset[str]:
    """Return what this member may do now: role, narrowed by their rooms and, for a token, by its scopes."""
    if member.state != "active" or not member.user.is_active:
        return frozenset()
    held = role_permissions(member.brand, member.role)
    if member.rooms is not None:
        held = frozenset(p for p in held if p.partition(".")[0] in {*member.rooms, "today", "ledger"})
    scopes = getattr(member, "scopes", None)
    return held if scopes is None else held & frozenset(scopes)


def allows(member: Member, permission: str) -> bool:
    """Return whether the member may do this. Raises LookupError for a permission that nobody defined (a typo)."""
    if permission not in book()["permissions"]:
        raise LookupError(f"unknown permission {permission!r}")
    return permission in held_by(member)


def require(member: Member, permission: str) -> None:
    """Raise NotAllowed where the member may not do this."""
    if not allows(member, permission):
        raise NotAllowed()


def may_give(actor: Member, role: str) -> bool:
    """Return whether the actor may put somebody in this role: never one that can do more than the actor can."""
    return role in roles() and role_permissions(actor.brand, role) <= held_by(actor)
