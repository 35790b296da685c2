"""The frame of every page, put together from what the workspace says: places, brands, notices, the phone's bar.

Every value may be absent: sign-in and error pages, and a person without a brand, have no frame.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

KEYS = {"today": "t", "content": "c", "users": "u", "data": "d", "crisis": "r", "imports": "i"}
TABS = {
    "today": "today",
    "content": "file",
    "users": "users",
    "data": "data",
    "crisis": "alert",
    "imports": "upload",
}  # places of the phone's bar, and their icons
BAR = 5  # so many of them fit beside 我的 under a thumb


def frame(context: Mapping[str, Any]) -> dict[str, Any]:
    """Return `on, brand, brands, places, rooms, below, keyed, home, tabs, unread, who, role` and addresses (`…_url`).

    Reads the key `shell` of the context (`workspace.context.shell`): places are `{code, label, url, on, badge}`.
    """
    shell = context.get("shell")
    shell = shell if isinstance(shell, Mapping) else {}
    today = [shell["today"]] if shell.get("today") else []
    rooms = [_place(p) for p in (*today, *(shell.get("rooms") or []))]
    below = [_place(p) for p in shell.get("bottom") or []]
    slug = getattr(shell.get("brand"), "slug", None)
    request = context.get("request")
    return {
        "on": bool(rooms or below or shell.get("profile_url")),
        "brand": shell.get("brand"),
        "brands": [{**b, "on": b.get("slug") == slug} for b in shell.get("brands") or []],
        "places": [*rooms, *below],
        "rooms": rooms,
        "below": below,
        "keyed": [p for p in (*rooms, *below) if p["key"]],
        "home": shell.get("home") or "/",
        "tabs": _tabs([*rooms, *below], shell.get("profile_url") or "", getattr(request, "path", "")),
        "unread": shell.get("unread") or 0,
        "notices_url": shell.get("notices_url") or "",
        "profile_url": shell.get("profile_url") or "",
        "who": shell.get("who") or "",
        "role": shell.get("role") or "",
        "new_brand_url": shell.get("new_brand_url") or "",
        "search_url": shell.get("search_url") or "",
        "pause_url": shell.get("pause_url") or "",
        "paused": bool(shell.get("paused")),
    }


def _place(place: Mapping[str, Any]) -> dict[str, Any]:
    return {**place, "key": KEYS.get(place["code"], "")}


def _tabs(places: list[dict[str, Any]], mine: str, path: str) -> list[dict[str, Any]]:
    """The phone's bar: the first five of 今日, 内容, 用户, 数据, 舆情, 导入 that exist, and 我的."""
    short = {"today": _("今日"), "content": _("内容"), "users": _("用户"), "data": _("数据")}
    short |= {"crisis": _("舆情"), "imports": _("导入")}
    tabs = [{**p, "label": short[p["code"]], "icon": TABS[p["code"]]} for p in places if p["code"] in TABS][:BAR]
    if mine:
        tabs.append({"label": _("我的"), "url": mine, "on": path == mine, "icon": "user"})
    return tabs
