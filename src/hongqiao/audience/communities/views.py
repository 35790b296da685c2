"""Pages of activities: the list, a new one, one with all that belongs to it. And exports."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hongqiao.audience.communities import exports, kit, planning, present
from hongqiao.audience.communities.activities import entries, queries, services, sheet, takers
from hongqiao.audience.communities.draws import opening
from hongqiao.audience.communities.groups import queries as groups
from hongqiao.audience.models import Activity, Draw
from hongqiao.errors import NotFound
from hongqiao.workspace import audit, permissions, shots, tabs
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.notices import holders
from hongqiao.workspace.views import kit as pages


def show(request: BrandRequest, page: str, context: dict[str, Any], part: str = "activities") -> HttpResponse:
    """Render a page of this part of the room, with the rooms' tabs and the part's own."""
    member = request.member
    parts = (
        ("activities", _("活动"), "users_communities"), ("groups", _("社群"), "users_groups"),
        ("draws", _("抽奖"), "users_draws"), ("bounds", _("门槛"), "users_bounds"),
    )  # fmt: skip
    shared = {
        "tabs": tabs.of(member, "users", on="users_communities"),
        "parts": [
            {"label": label, "url": reverse(name, args=[request.brand.slug]), "on": code == part}
            for code, label, name in parts
        ],
        "may_edit": permissions.allows(member, kit.EDIT),
        "may_send": permissions.allows(member, kit.SEND),
        "may_contact": permissions.allows(member, kit.CONTACT),
        "may_export": permissions.allows(member, "data.export"),
    }
    return render(request, f"audience/communities/{page}.html", shared | context)


@brand_view(kit.SEE)
@require_safe
def home(request: BrandRequest) -> HttpResponse:
    asked = {name: pages.words_of(request, name) for name in ("state", "kind", "q")}
    rows, following = pages.page_of(queries.activities(request.member, **asked), pages.after(request), 50)
    mine = list(groups.groups(request.member))
    context = {
        "rows": [present.line(r) for r in rows],
        "next": following,
        "filtered": any(asked.values()),
        "states": [(v, _(str(label))) for v, label in Activity.State.choices],
        "kinds": [(v, _(str(label))) for v, label in Activity.Kind.choices],
        "warned": present.warned(mine),
        "routine": present.routine(request.brand, mine),
    }
    return show(request, "home", context)


@brand_view("data.export")
@require_safe
def export(request: BrandRequest) -> HttpResponseBase:
    permissions.require(request.member, kit.SEE)
    kind = "xlsx" if request.GET.get("format") == "xlsx" else "csv"
    audit.record(request.member, "activity.exported", request.brand)
    return exports.activities(kind, queries.activities(request.member))


@brand_view(kit.EDIT)
@require_http_methods(["GET", "POST"])
def new(request: BrandRequest) -> HttpResponse:
    if request.method == "POST":
        return pages.act(request, {"create": _create}, _new) if "act" in request.POST else _new(request, {})
    return _new(request, {})


def _new(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    if made := extra.get("made"):
        return HttpResponseRedirect(reverse("users_activity", args=[request.brand.slug, made.pk]))
    kinds = [(v, _(str(label)), _(kit.book(request.brand)["kinds"][v]["words"])) for v, label in Activity.Kind.choices]
    return show(request, "new", {"kinds": kinds} | extra)


def _create(request: BrandRequest) -> dict[str, Any]:
    post = request.POST
    made = services.create_activity(
        actor=request.member, kind=post.get("kind", ""), title=post.get("title", ""), goal=post.get("goal", "")
    )
    return {"made": made}


@brand_view(kit.SEE)
@require_http_methods(["GET", "POST"])
def activity(request: BrandRequest, activity_id: UUID) -> HttpResponse:
    row = queries.activity(request.member, activity_id)
    if request.method == "POST":
        return pages.act(request, {n: partial(f, row=row) for n, f in ACTS.items()}, _page(activity_id))
    return _page(activity_id)(request, {})


def _page(activity_id: UUID) -> pages.Page:
    def page(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
        row = queries.activity(request.member, activity_id)
        if made := extra.get("draw"):
            return HttpResponseRedirect(reverse("users_draw", args=[request.brand.slug, made.pk]))
        brand = request.brand
        context = present.activity(request.member, row, pages.words_of(request, "state")) | {
            "members": holders(brand, kit.SEE),
            "accounts": kit.accounts(brand),
            "groups": groups.groups(request.member),
        }
        typed = extra["typed"] if extra.get("typed_act") == "save" else None
        context |= {"form": planning.values(row, typed), "roles": planning.roles(context.get("roles", []), typed)}
        return show(request, "activity", context | extra)

    return page


@brand_view(kit.SEE)
@require_safe
def photo(request: BrandRequest, activity_id: UUID, name: str) -> HttpResponseBase:
    row = queries.activity(request.member, activity_id)
    mine = row.photos + list(row.entries.exclude(photo="").values_list("photo", flat=True))
    if name not in mine:
        raise NotFound()
    return shots.shown(request.brand.pk, name)


def _save(request: BrandRequest, row: Activity) -> str:
    post = request.POST
    names = ("title", "goal", "rules", "script", "budget", "opens", "closes", "owner", "kill", "account", "group",
             "moderation", "event", "content")  # fmt: skip
    given: dict[str, Any] = {name: post[name] for name in names if name in post}
    data: dict[str, Any] = {
        n: post[n] for n in ("prompts", "options", "days", "expert", "guest", "licence") if n in post
    }
    if any(n.startswith("role.") for n in post):
        data["roles"] = {n.removeprefix("role."): post[n] for n in post if n.startswith("role.")}
    if data:
        given["data"] = data
    services.change_activity(actor=request.member, activity_id=row.pk, seen=pages.seen(request), **given)
    return _("已保存")


def _step(name: str, said: str) -> Any:
    def run(request: BrandRequest, row: Activity) -> str:
        getattr(services, name)(actor=request.member, activity_id=row.pk, seen=pages.seen(request))
        return _(said)

    return run


def _review(request: BrandRequest, row: Activity) -> str:
    post = request.POST
    services.review(
        actor=request.member, activity_id=row.pk, seen=pages.seen(request), results=post.get("results", ""),
        lessons=post.get("lessons", ""),
    )  # fmt: skip
    return _("复盘已保存")


def _spend(request: BrandRequest, row: Activity) -> str:
    post = request.POST
    services.spend(actor=request.member, activity_id=row.pk, amount=post.get("amount", ""), what=post.get("what", ""))
    return _("已记一笔花费")


def _unspend(request: BrandRequest, row: Activity) -> str:
    services.unspend(actor=request.member, spent_id=pages.row_id(request), seen=pages.seen(request))
    return _("已撤回这笔花费")


def _photo(request: BrandRequest, row: Activity) -> str:
    if picture := shots.sent(request):
        services.add_photo(actor=request.member, activity_id=row.pk, picture=picture)
        return _("照片已添加")
    raise kit.NeedsWords(field=_("照片"))


def _enter(request: BrandRequest, row: Activity) -> str:
    post = request.POST
    entries.add_entry(
        actor=request.member, activity_id=row.pk, person=post.get("person", ""), name=post.get("name", ""),
        words=post.get("words", ""), choice=post.get("choice", ""), licence=bool(post.get("licence")),
        picture=shots.sent(request),
    )  # fmt: skip
    return _("已登记，等审核")


def _on_entry(name: str, said: str, **more: Any) -> Any:
    def run(request: BrandRequest, row: Activity) -> str:
        getattr(entries, name)(actor=request.member, entry_id=pages.row_id(request), seen=pages.seen(request), **more)
        return _(said)

    return run


def _answer(request: BrandRequest, row: Activity) -> str:
    entries.answer(
        actor=request.member,
        entry_id=pages.row_id(request),
        seen=pages.seen(request),
        text=request.POST.get("text", ""),
    )
    return _("回答已保存")


def _follow(request: BrandRequest, row: Activity) -> str:
    entries.follow_up(
        actor=request.member,
        entry_id=pages.row_id(request),
        seen=pages.seen(request),
        text=request.POST.get("text", ""),
    )
    return _("跟进已保存")


def _score(request: BrandRequest, row: Activity) -> str:
    post = request.POST
    given = {n: post.get(n, "") for n in ("name", "before", "after")}
    entries.score(actor=request.member, activity_id=row.pk, **given)
    return _("评分已登记")


def _tick(done: bool) -> Any:
    def run(request: BrandRequest, row: Activity) -> str:
        sheet.tick_step(actor=request.member, step_id=pages.row_id(request), seen=pages.seen(request), done=done)
        return _("已完成") if done else _("已撤回")

    return run


def _add_step(request: BrandRequest, row: Activity) -> str:
    post = request.POST
    given = {n: post.get(n, "") for n in ("minute", "until", "title", "role", "words")}
    sheet.add_step(actor=request.member, activity_id=row.pk, **given)
    return _("流程单已增加一项")


def _drop_step(request: BrandRequest, row: Activity) -> str:
    sheet.drop_step(actor=request.member, step_id=pages.row_id(request), seen=pages.seen(request))
    return _("已去掉")


def _measure(request: BrandRequest, row: Activity) -> str:
    takers.measure(actor=request.member, activity_id=row.pk, seen=pages.seen(request))
    return _("已衡量，结果记入复盘台账")


def _draw(request: BrandRequest, row: Activity) -> dict[str, Draw]:
    mode = request.POST.get("mode", Draw.Mode.OWN)
    return {"draw": opening.create_draw(actor=request.member, title=row.title, mode=mode, activity_id=row.pk)}


ACTS = {
    "save": _save,
    "ready": _step("make_ready", "检查通过，待开始"),
    "draft": _step("back_to_draft", "已退回草稿"),
    "start": _step("start", "活动已开始"),
    "end": _step("end", "活动已结束"),
    "review": _review,
    "spend": _spend,
    "unspend": _unspend,
    "photo": _photo,
    "enter": _enter,
    "approve": _on_entry("approve", "已通过"),
    "hide": _on_entry("hide", "已隐藏"),
    "best": _on_entry("mark_best", "已精选", best=True),
    "not_best": _on_entry("mark_best", "已取消精选", best=False),
    "answer": _answer,
    "follow": _follow,
    "score": _score,
    "tick": _tick(True),
    "untick": _tick(False),
    "add_step": _add_step,
    "drop_step": _drop_step,
    "measure": _measure,
    "draw": _draw,
}
