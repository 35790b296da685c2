"""成长体系 and 试用: levels with persons, the ledger, rules with what they would do; trials up to the report."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hongqiao.audience import addresses
from hongqiao.audience.growth import changing, ledger, settings, trials, words
from hongqiao.audience.growth.card import whole
from hongqiao.audience.models import Applicant, GrowthRun, Trial
from hongqiao.audience.people import card, meaning
from hongqiao.audience.tiers.views import base
from hongqiao.errors import Invalid
from hongqiao.knowledge import read
from hongqiao.ui import formats
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.models import Brand
from hongqiao.workspace.views import kit


@brand_view(ledger.SEE)
@require_http_methods(["GET", "HEAD", "POST"])
def growth(request: BrandRequest) -> HttpResponse:
    if request.method == "POST":
        return kit.act(request, {"preview": _preview, "save": _save, "reset": _reset}, _growth)
    return _growth(request, {})


def _growth(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    brand = Brand.objects.get(pk=request.brand.pk)
    book, shipped, own = settings.book(brand), read(f"audience/{settings.NAME}"), settings.own_of(brand)
    levels, typed = settings.levels(brand), extra.get("typed")
    people = changing.counted(brand, levels)
    whole_house = sum(people.values())
    lines = ledger.recent(request.member, most=12)
    hints = card.hints_of(brand, [p.subject for p in lines])
    context = {
        "brand": brand,
        "levels": [
            {"label": _(lv.label), "code": lv.code, "least": lv.least, "n": people[lv.code],
             "share": people[lv.code] / whole_house if whole_house else None,
             "value": typed.get(f"least.{lv.code}", "") if typed else lv.least,
             "shipped": next(r["least"] for r in shipped["levels"] if r["code"] == lv.code),
             "benefits": [_(b["label"]) for b in book["benefits"] if b["level"] == lv.code]}
            for lv in levels
        ],
        "rules": [
            {"name": n, "label": _(label), "unit": _(unit), "shipped": shipped["rules"][n],
             "value": typed.get(n, "") if typed else book["rules"][n], "own": n in (own.get("rules") or {})}
            for n, (label, unit) in words.RULES.items()
        ],
        "own": own,
        "total": whole_house,
        "lines": [
            {"row": p, "kind": _(p.get_kind_display()), "short": p.subject[:8], "hint": hints.get(p.subject, ""),
             "url": addresses.person(brand, p.subject)}
            for p in lines
        ],
        "run": GrowthRun.objects.filter(brand=brand).first(),
        "trials_url": addresses.page("users_trials", brand),
    }  # fmt: skip
    return base.show(request, "growth/home", "users_growth", context | extra)


def _preview(request: BrandRequest) -> dict[str, Any]:
    rows = changing.preview(request.member, changing.taken(request.POST))
    return {"typed": request.POST, "preview": [r | {"label": _(r["label"])} for r in rows]}


def _save(request: BrandRequest) -> str:
    changing.save(actor=request.member, seen=kit.seen(request), wanted=changing.taken(request.POST))
    return _("成长体系已保存：等级马上按新门槛算，已入账的积分不变")


def _reset(request: BrandRequest) -> str:
    changing.save(actor=request.member, seen=kit.seen(request), wanted={})
    return _("已恢复默认")


@brand_view(trials.SEE)
@require_http_methods(["GET", "HEAD", "POST"])
def trials_page(request: BrandRequest) -> HttpResponse:
    if request.method == "POST":
        return kit.act(request, {"open": _open}, _trials)
    return _trials(request, {})


def _open(request: BrandRequest) -> str:
    said = request.POST
    row = trials.open_trial(
        actor=request.member, name=said.get("name", ""), product=said.get("product", ""),
        quota=kit.whole(said.get("quota", "")), report_days=kit.whole(said.get("report_days", "")),
        closes_at=kit.moment(said.get("closes_at", ""), request.brand.zone, trials.BadTrial),
    )  # fmt: skip
    return _("已新建试用“%(name)s”，现在可以登记报名") % {"name": row.name}


def _trials(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    rows = [
        {"row": t, "url": reverse("users_trial", args=[request.brand.slug, t.pk]), "rate": trials.rate(t),
         "state": _("已截止") if t.state == "open" and not trials.taking(t) else _(t.get_state_display())}
        for t in trials.listed(request.member)
    ]  # fmt: skip
    context = {"rows": rows, "growth_url": addresses.page("users_growth", request.brand)}
    return base.show(request, "growth/trials", "users_growth", context | extra)


@brand_view(trials.SEE)
@require_http_methods(["GET", "HEAD", "POST"])
def trial(request: BrandRequest, trial_id: UUID) -> HttpResponse:
    Trial.objects.get_for(request.member, trials.SEE, trial_id)
    acts = {
        "apply": lambda r: _apply(r, trial_id),
        "draw": lambda r: _draw(r, trial_id),
        "choose": _choose,
        "decline": _decline,
        "send": _send,
        "report": _report,
        "show": lambda r: _show(r, trial_id),
    }
    if request.method == "POST":
        return kit.act(request, acts, lambda r, extra: _trial(r, trial_id, extra))
    return _trial(request, trial_id, {})


def _apply(request: BrandRequest, trial_id: UUID) -> str:
    """Put down one person with an address, or many: a line each."""
    said = request.POST
    lines = [line for line in said.get("who", "").splitlines() if line.strip()] or [""]
    if len(lines) > 1 and said.get("address", "").strip():
        raise Invalid(_("一次登记多人时不能填地址"), _("请清空地址，或一次登记一个人"))
    found = [meaning.meant(request.member, line) for line in lines]
    n = trials.apply_many(actor=request.member, trial_id=trial_id, keys=found, address=said.get("address", ""))
    if n == len(found):
        return _("已登记报名") if n == 1 else _("已登记 %(n)s 人报名") % {"n": n}
    return _("已登记 %(n)s 人报名，%(known)s 人之前报过") % {"n": n, "known": len(found) - n}


def _draw(request: BrandRequest, trial_id: UUID) -> str:
    n = trials.draw(actor=request.member, trial_id=trial_id, seen=kit.seen_of(request))
    return _("随机选中 %(n)s 人，其余为未选中；种子已记下，可以复算") % {"n": formats.number(n)}


def _choose(request: BrandRequest) -> str:
    row, seen = kit.row_id(request), kit.seen_of(request)
    trials.choose(actor=request.member, applicant_id=row, seen=seen, reason=request.POST.get("reason", ""))
    return _("已选中")


def _decline(request: BrandRequest) -> str:
    trials.decline(actor=request.member, applicant_id=kit.row_id(request), seen=kit.seen_of(request))
    return _("已退回，名额空出来了")


def _send(request: BrandRequest) -> str:
    row, parcel = kit.row_id(request), request.POST.get("parcel", "")
    done = trials.send(actor=request.member, applicant_id=row, seen=kit.seen_of(request), parcel=parcel)
    return _("已登记寄出，%(day)s 前交报告") % {"day": timezone.localtime(done.due_at).date() if done.due_at else ""}


def _report(request: BrandRequest) -> str:
    said = request.POST
    trials.report(
        actor=request.member, applicant_id=kit.row_id(request), seen=kit.seen_of(request), text=said.get("text", ""),
        score=whole(said.get("score", "")),
    )  # fmt: skip
    return _("报告已收下")


def _show(request: BrandRequest, trial_id: UUID) -> dict[str, Any]:
    """Show addresses and reports in full, once; audited."""
    permissions.require(request.member, card.CONTACT)
    row = Trial.objects.get_for(request.member, card.CONTACT, trial_id)
    audit.record(request.member, "trial.addresses_shown", row, name=row.name)
    return {"full": True}


def _trial(request: BrandRequest, trial_id: UUID, extra: dict[str, Any]) -> HttpResponse:
    member, brand = request.member, request.brand
    found = next(t for t in trials.listed(member) if t.pk == trial_id)
    rows = list(Applicant.objects.filter(trial=found).order_by("state", "pk")[:500])
    hints, now, full = card.hints_of(brand, [a.subject for a in rows]), timezone.now(), extra.get("full", False)
    scores = [a.score for a in rows if a.score]
    context = {
        "trial": found,
        "rate": trials.rate(found),
        "score": sum(scores) / len(scores) if scores else None,
        "open": found.state == "open" and found.journey is None,
        "taking": trials.taking(found),
        "journey_url": reverse("users_journey", args=[brand.slug, found.journey_id]) if found.journey_id else "",
        "rows": [
            {"row": a, "id": str(a.pk), "short": a.subject[:8], "hint": hints.get(a.subject, ""),
             "state": _(a.get_state_display()),
             "url": addresses.person(brand, a.subject), "late": a.state == "sent" and a.due_at and a.due_at < now,
             "address": " · ".join(filter(None, trials.address_of(a).values())) if full else "",
             "report": trials.report_of(a) if full else ""}
            for a in rows
        ],
        "may_choose": permissions.allows(member, trials.CHOOSE),
        "may_contact": permissions.allows(member, card.CONTACT),
        "trials_url": addresses.page("users_trials", brand),
    }  # fmt: skip
    return base.show(request, "growth/trial", "users_growth", context | extra)
