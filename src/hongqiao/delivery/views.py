"""Settings: the brand's group bots with what became of their messages, and how I want to be told."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hongqiao.delivery import cards, queries, quiet, services
from hongqiao.delivery.models import Group, Message, Preference
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.adapter import mail_works
from hongqiao.workspace.limits import limits
from hongqiao.workspace.views import kit
from hongqiao.workspace.words import stored_words

COLOURS = {"sent": "good", "failed": "danger", "waiting": "info", "stopped": ""}


@brand_view(queries.TEND)
@require_http_methods(["GET", "POST"])
def groups(request: BrandRequest) -> HttpResponse:
    """All group bots of the brand, a form for another, and the log of messages (`?part=log` is asked for anew)."""
    if request.method == "POST":
        return kit.act(request, {"add": _add, "resend": _resend}, _groups)
    return _groups(request, {})


def _groups(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    rows = list(queries.groups(request.member))
    context = _log(request, None) | {
        "groups": [{"row": g, "wants": _wanted(g.wants), "url": _address(g)} for g in rows],
        "kinds": Group.Kind.choices,
        "wants": _choices(extra, ["ledger.findings"]),
    }
    part = request.GET.get("part") == "log"
    return render(request, f"delivery/{'log' if part else 'groups'}.html", context | extra)


def _log(request: BrandRequest, group: Group | None) -> dict[str, Any]:
    found = queries.messages(request.member, group)
    rows, following = kit.page_of(found, kit.after(request), limits()["page_size"])
    waiting = any(m.state == Message.State.WAITING for m in rows)
    return {"lines": [_line(m) for m in rows], "next": following, "waiting": waiting}


def _line(row: Message) -> dict[str, Any]:
    kind = cards.kinds().get(row.kind)
    return {
        "row": row,
        "kind": _(kind.label) if kind else row.kind,
        "to": str(row.group or row.member or ""),
        "state": _(Message.State(row.state).label),
        "colour": COLOURS[row.state],
        "error": stored_words(row.error),
    }


def _choices(extra: dict[str, Any], chosen: list[str]) -> list[tuple[str, str, bool]]:
    ticked = extra["typed"].getlist("want") if "typed" in extra else chosen
    return [(code, _(kind.label), code in ticked) for code, kind in cards.kinds().items() if kind.group]


def _wanted(codes: list[str]) -> str:
    known = cards.kinds()
    return "、".join(_(known[c].label) for c in codes if c in known)


def _address(row: Group) -> str:
    return reverse("settings_group", args=[row.brand.slug, row.pk])


def _add(request: BrandRequest) -> str:
    post = request.POST
    fields = {k: post.get(k, "") for k in ("kind", "name", "address", "secret")}
    services.add_group(actor=request.member, wants=post.getlist("want"), **fields)
    return _("已添加，发一条测试消息看看")


def _resend(request: BrandRequest) -> str:
    services.resend_message(actor=request.member, message_id=kit.row_id(request))
    return _("已重新排队")


@brand_view(queries.TEND)
@require_http_methods(["GET", "POST"])
def group(request: BrandRequest, group_id: UUID) -> HttpResponse:
    """One group bot: change, try, end it; its messages, newest first."""
    row: Group = Group.objects.get_for(request.member, queries.TEND, group_id)
    if request.method == "POST" and request.POST.get("act") == "remove":
        services.remove_group(actor=request.member, group_id=row.pk, seen=kit.seen(request))
        return HttpResponseRedirect(reverse("settings_groups", args=[request.brand.slug]))
    if request.method == "POST":
        acts = {"save": lambda r: _save(r, row), "test": lambda r: _test(r, row), "resend": _resend}
        return kit.act(request, acts, lambda r, extra: _group(r, row, extra))
    return _group(request, row, {})


def _group(request: BrandRequest, row: Group, extra: dict[str, Any]) -> HttpResponse:
    row.refresh_from_db()
    part = request.GET.get("part") == "log"
    context = _log(request, row) | {"row": row, "wants": _choices(extra, row.wants)}
    return render(request, f"delivery/{'log' if part else 'group'}.html", context | extra)


def _save(request: BrandRequest, row: Group) -> str:
    post = request.POST
    fields: dict[str, Any] = {k: post.get(k, "") for k in ("name", "address", "secret")}
    fields |= {"wants": post.getlist("want"), "active": "active" in post}
    services.change_group(actor=request.member, group_id=row.pk, seen=kit.seen(request), **fields)
    return _("已保存")


def _test(request: BrandRequest, row: Group) -> str:
    services.try_group(actor=request.member, group_id=row.pk)
    return _("测试消息已排队，结果见发送记录")


@brand_view("today.view")
@require_http_methods(["GET", "POST"])
def notify(request: BrandRequest) -> HttpResponse:
    """How I want to be told."""
    if request.method == "POST":
        return kit.act(request, {"save": _wish}, _notify)
    return _notify(request, {})


def _notify(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    context = {
        "row": quiet.wish(request.member),
        "modes": Preference.Mode.choices,
        "severities": [(1, _("全部")), (2, _("重要与紧急")), (3, _("只要紧急"))],
        "hours": range(24),
        "mail": mail_works(),
    }
    return render(request, "delivery/notify.html", context | extra)


def _wish(request: BrandRequest) -> str:
    post = request.POST
    services.set_preference(
        actor=request.member,
        seen=kit.seen(request),
        mode=post.get("mode", ""),
        severity=_number(post.get("severity", "")),
        email="email" in post,
        digest_hour=_number(post.get("digest_hour", "")),
        quiet_from=post.get("quiet_from", ""),
        quiet_to=post.get("quiet_to", ""),
        urgent_anyway="urgent_anyway" in post,
    )
    return _("已保存")


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 4 else -1
