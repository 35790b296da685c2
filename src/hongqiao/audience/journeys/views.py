"""The pages of journeys: the list, one journey with its flow, what a person sends by hand, coupons."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from hongqiao.audience.growth import trials
from hongqiao.audience.journeys import (
    book,
    checking,
    entering,
    forms,
    present,
    preview,
    queries,
    questionnaires,
    samples,
    services,
)
from hongqiao.audience.journeys import words as wording
from hongqiao.audience.models import Applicant, Enrolment, Journey
from hongqiao.audience.tiers import standing
from hongqiao.delivery.models import Channel, CouponPool, Purpose
from hongqiao.delivery.reaching import assisted, coupons
from hongqiao.ui import formats
from hongqiao.workspace import permissions, tabs
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.views import kit as pages

COLOURS = {"draft": "", "running": "good", "paused": "warn", "ended": ""}
#: how a journey of no template begins: it is a draft, and cannot start before it has a step that reaches somebody
BLANK_GOAL = "first_purchase"
BLANK_TRIGGER = {"kind": "tier", "tier": "potential", "stage": "", "existing": False}
PAGE = 30


def _base(request: BrandRequest) -> dict[str, Any]:
    may = {"edit": services.EDIT, "send": services.SEND, "contact": "users.contact"}
    said = {f"may_{k}": permissions.allows(request.member, p) for k, p in may.items()}
    return {"tabs": tabs.of(request.member, "users", on="users_journeys"), **said}


def _made(request: BrandRequest) -> Journey:
    if template := request.POST.get("template", ""):
        return services.create(actor=request.member, template=template)
    return services.create(actor=request.member, name=_("新的自动触达"), goal=BLANK_GOAL, trigger=BLANK_TRIGGER)


@brand_view(services.SEE)
@require_http_methods(["GET", "POST"])
def journeys(request: BrandRequest) -> HttpResponse:
    """What runs, what waits to be sent by hand, and the templates to begin with."""
    if request.method == "POST" and request.POST.get("act") == "make":
        row = _made(request)
        return HttpResponseRedirect(reverse("users_journey", args=[request.brand.slug, row.pk]))
    rows, following = pages.page_of(queries.journeys(request.member).order_by("-id"), pages.after(request), PAGE)
    counts = queries.counted(rows)
    context = {
        "lines": [_line(row, counts[row.pk]) for row in rows],
        "next": following,
        "templates": [
            {"code": t["code"], "label": _(t["label"]), "words": _(t["description"])}
            for t in book.of(request.brand)["templates"]
        ],
        "by_hand": sum(t.count for t in assisted.tasks(request.member)),
    }
    return render(request, "audience/journeys/list.html", _base(request) | context)


def _line(row: Journey, counts: dict[str, int]) -> dict[str, Any]:
    return {
        "row": row,
        "state": wording.state(row.state),
        "colour": COLOURS[row.state],
        "goal": book.label(row.brand, "goals", row.goal),
        "trigger": present.trigger(row),
        "came": sum(counts.get(s, 0) for s in Enrolment.State.values),
        **{s: counts.get(s, 0) for s in (*Enrolment.State.values, "goal")},
    } | {
        "goal": book.label(row.brand, "goals", row.goal),
        "reached": counts.get("goal", 0),
        "hold": counts.get("hold", 0),
    }


@brand_view(services.SEE)
@require_http_methods(["GET", "POST"])
def journey(request: BrandRequest, journey_id: UUID) -> HttpResponse:
    """One journey: its flow and who stands where, before the start what it would do, after it what it did."""
    row = _row(request, journey_id)
    if request.method == "POST" and request.POST.get("act") == "remove":
        services.remove(actor=request.member, journey_id=row.pk, seen=pages.seen(request))
        return HttpResponseRedirect(reverse("users_journeys", args=[request.brand.slug]))
    if request.method == "POST":
        return pages.act(request, ACTS, lambda r, extra: _page(r, _row(r, journey_id), extra))
    return _page(request, row, {})


def _row(request: BrandRequest, journey_id: UUID) -> Journey:
    row: Journey = queries.journeys(request.member).one(journey_id)
    return row


def _page(request: BrandRequest, row: Journey, extra: dict[str, Any]) -> HttpResponse:
    brand, editable = request.brand, row.state in (Journey.State.DRAFT, Journey.State.PAUSED)
    problems = checking.problems(row) if editable else []
    asked = row.state == Journey.State.DRAFT or request.GET.get("preview") == "1"
    context = _base(request) | {
        "row": row,
        "state": wording.state(row.state),
        "colour": COLOURS[row.state],
        "goal": book.label(brand, "goals", row.goal),
        "trigger": present.trigger(row),
        "held_share": row.holdout,
        "halts": row.state == Journey.State.RUNNING and entering.by_tier(row) and not standing.whole(brand),
        "steps": present.flow(row, queries.by_step(row), problems),
        "problems": problems,
        "warnings": checking.warnings(row),
        "counts": queries.counted([row])[row.pk],
        "preview": preview.of(row) if asked and row.state != Journey.State.ENDED else None,
        "sent": preview.sent(row) if row.started_at else None,
        "lift": present.lift(queries.lift(row)) if row.started_at else None,
        "left": present.left(queries.left(row)),
        "stages": _stages(row),
        "places": samples.places(row),
        "applied": _applied(row),
    }
    context["may_change"] = context["may_edit"] and editable
    if context["may_change"]:
        context |= _choices(request, row)
    return render(request, "audience/journeys/one.html", context | extra)


def _choices(request: BrandRequest, row: Journey) -> dict[str, Any]:
    brand = request.brand
    pools = CouponPool.objects.for_member(request.member, services.EDIT).order_by("-id")[:100]
    return {
        "channels": [(v, _(str(label))) for v, label in Channel.choices],
        "purposes": [(v, _(str(label))) for v, label in Purpose.choices],
        "tests": book.words(brand, "tests"),
        "tiers": book.words(brand, "tiers"),
        "goals": book.words(brand, "goals"),
        "orders": [(c, book.label(brand, "stages", c)) for c in book.ORDER],
        "pools": list(pools),
        "surveys": questionnaires.choices(row),
        "targets": [(s["id"], n) for n, s in enumerate(row.steps, 1)],
    }


def _stages(row: Journey) -> list[tuple[str, str, int]]:
    if not row.kind:
        return []
    found = dict(samples.applicants(row).values_list("state").annotate(n=Count("pk")))
    return [(v, _(str(label)), found.get(v, 0)) for v, label in Applicant.State.choices]


def _applied(row: Journey) -> list[dict[str, Any]]:
    if not row.kind:
        return []
    return [
        {
            "row": p,
            "state": _(p.get_state_display()),
            "moves": [(m, _(str(m.label))) for m in samples.MOVES.get(Applicant.State(p.state), ())],
            "report": trials.report_of(p),
        }
        for p in samples.applicants(row).order_by("-id")[:PAGE]
    ]


def _of(request: BrandRequest) -> dict[str, Any]:
    match = request.resolver_match
    assert match is not None
    return {"actor": request.member, "journey_id": match.kwargs["journey_id"], "seen": pages.seen(request)}


def _start(request: BrandRequest) -> str:
    services.start(**_of(request))
    return _("已启用，一分钟内开始")


def _pause(request: BrandRequest) -> str:
    services.pause(**_of(request))
    return _("已暂停，谁走到哪里都记着")


def _end(request: BrandRequest) -> str:
    services.end(**_of(request))
    return _("已结束，对照组观察期满后给出效果")


def _save(request: BrandRequest) -> str:
    post = request.POST
    given: dict[str, Any] = {k: post[k] for k in ("name", "goal", "days", "places") if k in post}
    if "holdout" in post:
        given["holdout"] = (pages.whole(post["holdout"]) or 0) / 100
    if "trigger" in post:
        given["trigger"] = forms.trigger(post)
    services.change(**_of(request), **given)
    return _("已保存")


def _step(request: BrandRequest) -> str:
    services.put_step(**_of(request), step=forms.step(request.POST))
    return _("这一步已保存")


def _move(by: int) -> Callable[[BrandRequest], str]:
    def act(request: BrandRequest) -> str:
        services.move_step(**_of(request), step=request.POST.get("id", ""), by=by)
        return _("已移动")

    return act


def _drop(request: BrandRequest) -> str:
    services.remove_step(**_of(request), step=request.POST.get("id", ""))
    return _("这一步已删除")


def _turn(request: BrandRequest) -> str:
    post = request.POST
    key = pages.row_id(request)
    said = {name: post.get(name, "") for name in ("to", "parcel", "reason")}
    samples.move(actor=request.member, key=key, seen=pages.seen(request), **said)
    return _("已改，等着的人马上继续")


def _open(request: BrandRequest) -> dict[str, Any]:
    key = pages.row_id(request)
    return {"opened": samples.opened(actor=request.member, key=key), "opened_id": key}


ACTS: dict[str, Callable[[Any], Any]] = {
    "start": _start,
    "pause": _pause,
    "end": _end,
    "save": _save,
    "step": _step,
    "up": _move(-1),
    "down": _move(1),
    "drop": _drop,
    "turn": _turn,
    "open": _open,
}


@brand_view(services.SEE)
@require_http_methods(["GET"])
def people(request: BrandRequest, journey_id: UUID) -> HttpResponse:
    """The persons of a journey by state or step, by key; a person's name is on their own page."""
    row = _row(request, journey_id)
    rows = Enrolment.objects.for_member(request.member, services.SEE).filter(journey=row).order_by("-id")
    state, step = pages.words_of(request, "state"), pages.words_of(request, "step")
    rows = rows.filter(state=state) if state in Enrolment.State.values else rows
    rows = rows.filter(step=step, state=Enrolment.State.ACTIVE) if step else rows
    found, following = pages.page_of(rows, pages.after(request), PAGE)
    numbers = {s["id"]: n for n, s in enumerate(row.steps, 1)}
    context = _base(request) | {
        "row": row,
        "lines": [
            {
                "row": e,
                "state": _(str(Enrolment.State(e.state).label)),
                "why": wording.why(e.why),
                "step": numbers.get(e.step, ""),
            }
            for e in found
        ],
        "next": following,
        "states": [(v, _(str(label))) for v, label in Enrolment.State.choices],
        "chosen": state,
    }
    return render(request, "audience/journeys/people.html", context)


@brand_view(services.SEE)
@require_http_methods(["GET", "POST"])
def tasks(request: BrandRequest) -> HttpResponse:
    """What waits to be sent by hand: a list and a text, then the word that it was done."""
    if request.method == "POST":
        return pages.act(request, {"sent": _sent, "not_sent": _not_sent}, _tasks)
    return _tasks(request, {})


def _tasks(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    found = assisted.tasks(request.member)
    names = {f"journey:{r.pk}": r.name for r in queries.journeys(request.member)}
    lines = [{"task": t, "name": names.get(t.origin, t.origin)} for t in found]
    context: dict[str, Any] = _base(request) | {"lines": lines}
    origin, channel = request.GET.get("origin", ""), request.GET.get("channel", "")
    if origin and channel in Channel.values and context["may_edit"]:
        context["opened"] = assisted.opened(request.member, origin, channel)
        context["opened_name"] = names.get(origin, origin)
        context["opened_channel"] = _(str(Channel(channel).label))
    return render(request, "audience/journeys/tasks.html", context | extra)


def _sent(request: BrandRequest) -> str:
    count = assisted.confirm(actor=request.member, ids=request.POST.getlist("ids"), sent=True)
    return ngettext("已登记发送 %(n)s 人", "已登记发送 %(n)s 人", count) % {"n": formats.number(count)}


def _not_sent(request: BrandRequest) -> str:
    count = assisted.confirm(actor=request.member, ids=request.POST.getlist("ids"), sent=False)
    return ngettext("已登记 %(n)s 人未发送", "已登记 %(n)s 人未发送", count) % {"n": formats.number(count)}


@brand_view(services.EDIT)
@require_http_methods(["GET", "POST"])
def pools(request: BrandRequest) -> HttpResponse:
    """The pools of coupon codes: how many there are, how many are handed out."""
    if request.method == "POST":
        return pages.act(request, {"pool": _pool, "codes": _codes}, _pools)
    return _pools(request, {})


def _pools(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    rows = CouponPool.objects.for_member(request.member, services.EDIT).order_by("-id")
    rows = rows.annotate(n=Count("coupons"), given=Count("coupons", filter=Q(coupons__given_at__isnull=False)))
    return render(request, "audience/journeys/pools.html", _base(request) | {"lines": list(rows[:200])} | extra)


def _pool(request: BrandRequest) -> str:
    post = request.POST
    until = pages.day(post.get("until", ""))
    coupons.make_pool(actor=request.member, name=post.get("name", ""), benefit=post.get("benefit", ""), until=until)
    return _("券码池已建好，现在粘贴券码")


def _codes(request: BrandRequest) -> str:
    count = coupons.add_codes(actor=request.member, pool_id=pages.row_id(request), text=request.POST.get("text", ""))
    return ngettext("加入 %(n)s 个券码", "加入 %(n)s 个券码", count) % {"n": formats.number(count)}
