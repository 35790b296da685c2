"""What the workspace itself has to find: pages, accounts, colleagues."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from hongqiao.errors import N_
from hongqiao.workspace import permissions, queries, search, tabs
from hongqiao.workspace.context import SETTINGS_PAGES, address
from hongqiao.workspace.models import Member
from hongqiao.workspace.words import role_label


def pages(member: Member, text: str, limit: int) -> list[search.Hit]:
    """Find rooms and pages of settings by their names."""
    places = [(room["label"], room["url"], f"{room['code']}.view") for room in permissions.rooms()]
    places += [(label, name, permission) for room in tabs.ROOMS.values() for name, label, permission in room]
    places += [(label, name, permission) for name, label, permission in SETTINGS_PAGES]
    held, low = permissions.held_by(member), text.lower()
    named = [(_(label), address(name, member.brand)) for label, name, need in places if need in held]
    return [search.Hit(label, url) for label, url in named if url and low in label.lower()][:limit]


def accounts(member: Member, text: str, limit: int) -> list[search.Hit]:
    """Find platform accounts by name; the page of accounts is where each stands."""
    url = reverse("settings_accounts", args=[member.brand.slug])
    rows = queries.accounts(member).filter(name__icontains=text)[:limit]
    return [search.Hit(a.name, url, f"{a.platform} · {_(a.get_relation_display())}") for a in rows]


def people(member: Member, text: str, limit: int) -> list[search.Hit]:
    """Find colleagues by name or e-mail."""
    url = reverse("settings_members", args=[member.brand.slug])
    rows = queries.members(member)
    rows = (rows.filter(user__name__icontains=text) | rows.filter(user__email__icontains=text))[:limit]
    return [search.Hit(str(m.user), url, role_label(m.role)) for m in rows]


search.register("pages", N_("页面"), "today.view", pages, order=10)
search.register("accounts", N_("平台账号"), "settings.view", accounts, order=70)
search.register("people", N_("成员"), "settings.view", people, order=80)
