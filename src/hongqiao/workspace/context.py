"""What the frame of every page shows: who looks, for which brand, the rooms they may enter, unread notices."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, gettext

from hongqiao.errors import N_
from hongqiao.workspace import access, notices, pause, permissions
from hongqiao.workspace.adapter import mail_works
from hongqiao.workspace.models import Brand, Member
from hongqiao.workspace.services.brands import may_create_brand
from hongqiao.workspace.words import role_label

#: Pages of the settings room: url name, label, permission.
SETTINGS_PAGES = [
    ("settings_accounts", N_("平台账号"), "settings.view"),
    ("settings_connections", N_("平台接入"), "settings.accounts"),
    ("settings_reaching", N_("短信与触达"), "settings.accounts"),
    ("settings_members", N_("成员与角色"), "settings.view"),
    ("settings_jobs", N_("后台任务"), "settings.jobs"),
    ("settings_audit", N_("操作记录"), "settings.audit"),
    ("settings_tokens", N_("接口令牌"), "settings.tokens"),
    ("settings_notify", N_("我的通知"), "today.view"),
    ("settings_groups", N_("群机器人"), "settings.groups"),
    ("settings_webhooks", N_("Webhook 通知"), "settings.tokens"),
    ("settings_assistant", N_("模型"), "settings.brand"),
    ("settings_pause", N_("一键暂停"), "crisis.pause"),
    ("settings_severity", N_("舆情定级"), "settings.brand"),
    ("settings_crisis", N_("危机预案"), "settings.brand"),
    ("settings_roles", N_("角色权限"), "settings.brand"),
    ("settings_days", N_("庄重日设置"), "content.view"),
    ("settings_brand", N_("品牌设置"), "settings.brand"),
]


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return `shell` (the frame), `member` (None outside any brand) and `allowed` (permissions held) for templates."""
    frame: dict[str, Any] = {"language": get_language(), "mail_works": mail_works(), "home": "/", "rooms": []}
    if not hasattr(request, "user") or not request.user.is_authenticated:
        return {"shell": frame, "member": None, "allowed": frozenset()}
    frame |= {"who": str(request.user), "profile_url": reverse("profile"), "notices_url": reverse("notices")}
    member = access.current(request)
    if member is None:
        return {"shell": frame, "member": None, "allowed": frozenset()}
    held = permissions.held_by(member)
    places = rooms(request, member, held)
    frame |= {
        "brand": member.brand,
        "brands": [{"name": m.brand.name, "slug": m.brand.slug, "url": front(m)} for m in access.memberships(request)],
        "home": front(member),
        "role": role_label(member.role),
        "today": next((r for r in places if r["code"] == "today"), None),
        "rooms": [r for r in places if r["group"] == "rooms" and r["code"] != "today"],
        "bottom": [r for r in places if r["group"] == "foot"],
        "settings": settings_menu(request, member, held),
        "unread": notices.unread(member),
        "search_url": address("search", member.brand),
        "pause_url": address("settings_pause", member.brand) if "crisis.pause" in held else "",
        "paused": pause.any_on(member.brand),
        "new_brand_url": reverse("new_brand") if may_create_brand(member.user) else "",
    }
    return {"shell": frame, "member": member, "allowed": held}


def rooms(request: HttpRequest, member: Member, held: frozenset[str]) -> list[dict[str, Any]]:
    """Return the rooms to show: those that exist, that the member may enter, and that the brand does not hide.

    Each is {code, label, url, color (a CSS variable), group ("rooms" or "foot"), on}.
    """
    hidden = set(member.brand.hidden_rooms or ()) - {"today", "settings"}
    shown = []
    room: dict[str, Any]
    for room in permissions.rooms():
        url = address(room["url"], member.brand)
        if url is None or f"{room['code']}.view" not in held or room["code"] in hidden:
            continue
        shown.append({**room, "label": gettext(room["label"]), "url": url, "on": False})
    today = next((r for r in shown if r["code"] == "today"), None)
    for room in sorted(shown, key=lambda r: len(r["url"]), reverse=True):
        if request.path == room["url"] or (room["code"] != "today" and request.path.startswith(room["url"])):
            place = today if room["group"] == "today" and today else room  # the ledger is a part of 今日
            place["on"] = True
            break
    return shown


def settings_menu(request: HttpRequest, member: Member, held: frozenset[str]) -> list[dict[str, Any]]:
    """Return the pages of the settings room that the member may open, as items of `{% tabs %}`."""
    pages = []
    for name, label, permission in SETTINGS_PAGES:
        url = address(name, member.brand)
        if url and permission in held:
            pages.append({"code": name, "label": gettext(label), "url": url, "on": request.path.startswith(url)})
    return pages


def existing_rooms(brand: Brand) -> list[dict[str, Any]]:
    """Return the rooms that this version has."""
    return [room for room in permissions.rooms() if address(room["url"], brand)]


def existing_permissions(brand: Brand) -> list[str]:
    """Return the permissions that open something in this version: of its rooms, and of the pages of settings."""
    rooms = {room["code"] for room in existing_rooms(brand)}
    pages = {permission for _name, _label, permission in SETTINGS_PAGES}
    return [p for p in permissions.book()["permissions"] if p.partition(".")[0] in rooms or p in pages]


def address(name: str, brand: Brand) -> str | None:
    """Return the address of a page of the brand, None where the page does not exist (yet)."""
    try:
        return reverse(name, kwargs={"brand": brand.slug})
    except NoReverseMatch:
        return None


def front(member: Member) -> str:
    """Return where a member starts in a brand: today, else the first room they may enter, else their profile."""
    held = permissions.held_by(member)
    for room in permissions.rooms():
        url = address(room["url"], member.brand)
        if url and f"{room['code']}.view" in held:
            return url
    return reverse("profile")
