"""Settings: members and roles, role permissions, platform accounts."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hongqiao import platforms
from hongqiao.errors import Invalid
from hongqiao.warehouse.models import Source
from hongqiao.workspace import links, mail, permissions, queries, services, zones
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.context import address, existing_permissions, existing_rooms, settings_menu
from hongqiao.workspace.models import Account, Member
from hongqiao.workspace.views import kit
from hongqiao.workspace.words import role_label


@brand_view("settings.view")
def home(request: BrandRequest) -> HttpResponse:
    """The first settings page that the member may open."""
    return HttpResponseRedirect(settings_menu(request, request.member, permissions.held_by(request.member))[0]["url"])


@brand_view("settings.view")
@require_http_methods(["GET", "POST"])
def members(request: BrandRequest) -> HttpResponse:
    if request.method == "POST":
        return kit.act(request, MEMBER_ACTS, _members)
    return _members(request, {})


def _members(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    me = request.member
    may = permissions.allows(me, "settings.members")
    context = {
        "lines": [_member_line(me, row, may) for row in queries.members(me)],
        "invitations": [(i, role_label(i.role), queries.dead(i)) for i in queries.open_invitations(me)],
        "roles": [(code, _(r["label"])) for code, r in permissions.roles().items() if permissions.may_give(me, code)],
        "rooms": [(r["code"], _(r["label"])) for r in existing_rooms(me.brand) if r["code"] != "today"],
        "may": may,
    }
    return kit.show(request, "members", context | extra)


def _member_line(me: Member, row: Member, may: bool) -> dict[str, Any]:
    """What the list shows of one member; `may` act only on those who can do no more than oneself."""
    below = permissions.role_permissions(row.brand, row.role) <= permissions.held_by(me)
    names = {r["code"]: _(r["label"]) for r in permissions.rooms()}
    narrowed = None if row.rooms is None else "、".join(names.get(c, c) for c in row.rooms) or "—"
    active = row.state == Member.State.ACTIVE
    return {"row": row, "role": role_label(row.role), "rooms": narrowed, "may": may and below, "active": active}


def _invite(request: BrandRequest) -> dict[str, Any]:
    email, role = request.POST.get("email", ""), request.POST.get("role", "")
    row, token = services.invite(actor=request.member, email=email, role=role)
    link = links.absolute(reverse("invitation", args=[token]), request)
    return {"shown_link": link, "shown_for": row.email, "mailed": mail.invitation(row, link), "invited": True} | {
        "only_here": links.only_here(link)
    }


def _change_role(request: BrandRequest) -> str:
    role = request.POST.get("role", "")
    services.change_role(actor=request.member, member_id=kit.row_id(request), role=role, seen=kit.seen(request))
    return _("角色已调整")


def _change_rooms(request: BrandRequest) -> str:
    rooms = request.POST.getlist("rooms") if request.POST.get("narrow") else None
    services.change_rooms(actor=request.member, member_id=kit.row_id(request), rooms=rooms, seen=kit.seen(request))
    return _("可进入的板块已调整")


def _deactivate(request: BrandRequest) -> str:
    services.deactivate_member(actor=request.member, member_id=kit.row_id(request), seen=kit.seen(request))
    return _("已停用，对方立即无法进入本品牌")


def _reactivate(request: BrandRequest) -> str:
    services.reactivate_member(actor=request.member, member_id=kit.row_id(request), seen=kit.seen(request))
    return _("已恢复")


def _link(request: BrandRequest) -> dict[str, Any]:
    row = Member.objects.get_for(request.member, "settings.members", kit.row_id(request))
    token = services.make_sign_in_link(user=row.user, actor=request.member)
    link = links.absolute(reverse("sign_in_link", args=[token]), request)
    return {"shown_link": link, "shown_for": str(row), "only_here": links.only_here(link)}


def _revoke(request: BrandRequest) -> str:
    services.revoke_invitation(actor=request.member, invitation_id=kit.row_id(request), seen=kit.seen(request))
    return _("邀请已撤回")


MEMBER_ACTS = {
    "invite": _invite,
    "role": _change_role,
    "rooms": _change_rooms,
    "deactivate": _deactivate,
    "reactivate": _reactivate,
    "link": _link,
    "revoke": _revoke,
}


@brand_view("settings.brand")
@require_http_methods(["GET", "POST"])
def roles(request: BrandRequest) -> HttpResponse:
    if request.method == "POST":
        return kit.act(request, {"save": _save_role}, _roles)
    return _roles(request, {})


def _roles(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    me, chosen = request.member, request.GET.get("role", "specialist")
    chosen = chosen if chosen in permissions.roles() else "specialist"
    held, default = permissions.role_permissions(me.brand, chosen), permissions.default_permissions(chosen)
    mine = permissions.held_by(me)
    rows = []
    shown = existing_permissions(me.brand)
    for room in permissions.rooms():
        codes = [c for c in shown if c.partition(".")[0] == room["code"]]
        if not codes:
            continue
        boxes = [
            {
                "code": c,
                "label": _(permissions.book()["permissions"][c]),
                "on": c in held,
                "differs": (c in held) != (c in default),
            }
            | {"locked": c not in mine and c not in held}
            for c in codes
        ]
        rows.append((_(room["label"]), boxes))
    tabs = [
        {"label": _(r["label"]), "url": f"?role={code}", "on": code == chosen}
        for code, r in permissions.roles().items()
    ]
    fixed = chosen in (me.role, permissions.TOP)
    context = {"rooms": rows, "roles_tabs": tabs, "chosen": chosen, "label": role_label(chosen), "fixed": fixed}
    return kit.show(request, "roles", context | extra)


def _save_role(request: BrandRequest) -> str:
    role, ticked = request.POST.get("role", ""), set(request.POST.getlist("permission"))
    if role not in permissions.roles():
        raise Invalid()
    default = permissions.default_permissions(role)
    ticked |= permissions.role_permissions(request.brand, role) - set(existing_permissions(request.brand))
    change = {"add": sorted(ticked - default), "remove": sorted(default - ticked)}
    services.change_role_permissions(actor=request.member, role=role, seen=kit.seen(request), **change)
    return _("角色权限已保存")


@brand_view("settings.view")
@require_http_methods(["GET", "POST"])
def accounts(request: BrandRequest) -> HttpResponse:
    if request.method == "POST":
        return kit.act(request, ACCOUNT_ACTS, _accounts)
    return _accounts(request, {})


def _accounts(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    names = {code: _(p.name) for code, p in platforms.PLATFORMS.items()}
    narrowed = {name: kit.words_of(request, name) for name in ("platform", "relation")}
    found = queries.accounts(request.member, **narrowed)
    context = {
        "relations": [(value, _(label)) for value, label in Account.Relation.choices],
        "narrowed": any(narrowed.values()),
        "lines": [(row, names.get(row.platform, row.platform), row.state == Account.State.OPEN) for row in found],
        "platforms": list(names.items()),
        "zones": zones.choices(),
        "may": permissions.allows(request.member, "settings.accounts"),
        "import_url": _import_url(request.member),
    }
    return kit.show(request, "accounts", context | extra)


def _import_url(me: Member) -> str:
    """Where files are taken in, as long as the brand has accounts and no data at all; else ""."""
    if not permissions.allows(me, "imports.run") or Source.objects.filter(brand_id=me.brand_id).exists():
        return ""
    return (address("imports_home", me.brand) or "") if Account.objects.filter(brand=me.brand).exists() else ""


def _create_account(request: BrandRequest) -> str:
    fields = {k: request.POST.get(k, "") for k in ("platform", "name", "zone", "external_id")}
    relation = request.POST.get("relation", Account.Relation.OWN)
    services.create_account(actor=request.member, relation=relation, **fields)
    return _("账号已添加")


def _rename_account(request: BrandRequest) -> str:
    name = request.POST.get("name", "")
    services.rename_account(actor=request.member, account_id=kit.row_id(request), name=name, seen=kit.seen(request))
    return _("账号已改名")


def _change_relation(request: BrandRequest) -> str:
    to = request.POST.get("relation", "")
    row = services.change_account_relation(
        actor=request.member, account_id=kit.row_id(request), relation=to, seen=kit.seen(request)
    )
    return _("已设为竞品账号，不计入本品牌数据") if row.competitor else _("已设为自有账号")


def _close_account(request: BrandRequest) -> str:
    services.close_account(actor=request.member, account_id=kit.row_id(request), seen=kit.seen(request))
    return _("账号已关闭，历史数据保留")


def _reopen_account(request: BrandRequest) -> str:
    services.reopen_account(actor=request.member, account_id=kit.row_id(request), seen=kit.seen(request))
    return _("账号已重新启用")


ACCOUNT_ACTS = {
    "create": _create_account,
    "rename": _rename_account,
    "relation": _change_relation,
    "close": _close_account,
    "reopen": _reopen_account,
}
