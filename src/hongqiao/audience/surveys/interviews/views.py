"""Pages of interviews and insight cards."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hongqiao.audience import addresses
from hongqiao.audience.models import Evidence, Insight, Interview
from hongqiao.audience.surveys import kit
from hongqiao.audience.surveys.interviews import queries, services
from hongqiao.audience.surveys.views import show
from hongqiao.audience.tiers import settings as tiers
from hongqiao.book import queries as book
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.models import Brand, Member
from hongqiao.workspace.views import kit as pages

TONES = {"open": "", "held": "good", "refuted": "danger"}


def _talk(member: Member, row: Interview) -> dict[str, Any]:
    how, noted, said = kit.shown(member), kit.unseal(row.words), services.opened_quotes(row)
    words, quotes = how(noted), [how(q) for q in said]
    return {
        "row": row, "words": words, "quotes": quotes, "lines": "\n".join(quotes),
        "veiled": (words, quotes) != (noted, said),
        "tags": "，".join(row.tags), "person": addresses.person(row.brand, row.subject) if row.subject else "",
    }  # fmt: skip


def _evidence(row: Evidence) -> dict[str, Any]:
    slug = row.brand.slug
    if row.interview:
        url, name = reverse("users_interview", args=[slug, row.interview.pk]), row.interview.title
    else:
        assert row.answer is not None
        url = reverse("users_survey_answers", args=[slug, row.answer.survey_id]) + f"?answer={row.answer_id}"
        name = row.answer.survey.title
    return {"row": row, "quote": kit.veiled(kit.unseal(row.quote)), "url": url, "name": name}


def card(row: Insight) -> dict[str, Any]:
    """Return an insight card as it is shown."""
    rows = sorted(row.evidence.all(), key=lambda e: e.pk)
    return {
        "row": row, "state": _(str(row.get_state_display())), "tone": TONES[row.state],
        "tier": _(tiers.labels("tiers").get(row.tier, row.tier)) if row.tier else "",
        "evidence": [_evidence(e) for e in rows], "people": queries.people(rows),
    }  # fmt: skip


def _choices(brand: Brand) -> dict[str, Any]:
    return {
        "personas": [(str(p.pk), p.name) for p in book.personas(brand)],
        "tiers": [(v, _(label)) for v, label in tiers.labels("tiers").items()],
        "states": [(v, _(str(label))) for v, label in Insight.State.choices],
    }


def _claims(request: BrandRequest) -> list[tuple[str, str]]:
    return [(str(i.pk), i.claim) for i in queries.insights(request.member)[:100]]


@brand_view(kit.SEE)
@require_http_methods(["GET", "POST"])
def listed(request: BrandRequest) -> HttpResponse:
    return pages.act(request, {"keep": _keep}, _listed) if request.method == "POST" else _listed(request, {})


def _listed(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    asked = {name: pages.words_of(request, name) for name in ("q", "tag")}
    rows = queries.interviews(request.member, **asked)
    context = {
        "rows": [_talk(request.member, r) for r in rows[:100]], "more": len(rows) > 100,
        "filtered": any(asked.values()),
        "tags_": [(t, f"{t} {n}") for t, n in queries.tags(request.member)], "today": timezone.localdate().isoformat(),
    }  # fmt: skip
    return show(request, "interviews", context | extra, "interviews")


def _given(request: BrandRequest) -> dict[str, Any]:
    post = request.POST
    given: dict[str, Any] = {n: post.get(n, "") for n in ("title", "day", "person", "words", "tags")}
    return given | {"quotes": post.get("quotes", "").splitlines()}


def _keep(request: BrandRequest) -> str:
    services.keep_interview(actor=request.member, **_given(request))
    return _("访谈已记录")


@brand_view(kit.SEE)
@require_http_methods(["GET", "POST"])
def one(request: BrandRequest, interview_id: UUID) -> HttpResponse:
    queries.interview(request.member, interview_id)

    def save(request: BrandRequest) -> str:
        seen = pages.seen(request)
        services.keep_interview(actor=request.member, interview_id=interview_id, seen=seen, **_given(request))
        return _("访谈已保存")

    def remove(request: BrandRequest) -> dict[str, Any]:
        services.remove_interview(actor=request.member, interview_id=interview_id, seen=pages.seen(request))
        return {"gone": True}

    def cite(request: BrandRequest) -> str:
        return _cite(request, interview_id=str(interview_id))

    def page(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
        if extra.get("gone"):
            return HttpResponseRedirect(reverse("users_interviews", args=[request.brand.slug]))
        row = queries.interview(request.member, interview_id)
        cards = {e.insight for e in row.evidence.select_related("insight")}
        context = _talk(request.member, row) | {"claims": _claims(request), "cards": sorted(cards, key=lambda c: c.pk)}
        return show(request, "interview", context | extra, "interviews")

    acts = {"keep": save, "remove": remove, "cite": cite}
    return pages.act(request, acts, page) if request.method == "POST" else page(request, {})


def _cite(request: BrandRequest, **source: str) -> str:
    """Put a quote under a claim: one that is there, or a new one."""
    post = request.POST
    insight = post.get("insight", "")
    if not insight:
        insight = str(services.keep_insight(actor=request.member, claim=post.get("claim", "")).pk)
    services.add_evidence(
        actor=request.member,
        insight_id=insight,
        quote=post.get("quote", ""),
        question=post.get("question", ""),
        **source,
    )
    return _("已加到洞察卡")


@brand_view(kit.SEE)
@require_http_methods(["GET", "POST"])
def insights(request: BrandRequest) -> HttpResponse:
    acts = {"claim": _claim, "cite": lambda r: _cite(r, answer_id=r.POST.get("answer", ""))}
    return pages.act(request, acts, _insights) if request.method == "POST" else _insights(request, {})


def _insights(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    asked = {name: pages.words_of(request, name) for name in ("state", "q", "persona")}
    rows, following = pages.page_of(queries.insights(request.member, **asked), pages.after(request), 30)
    context = {"cards": [card(r) for r in rows], "next": following, "filtered": any(asked.values())}
    return show(request, "insights", context | _choices(request.brand) | extra, "insights")


def _claim(request: BrandRequest) -> str:
    given: dict[str, Any] = {n: request.POST.get(n, "") for n in ("claim", "persona", "tier")}
    services.keep_insight(actor=request.member, **given)
    return _("洞察卡已保存")


@brand_view(kit.SEE)
@require_http_methods(["GET", "POST"])
def insight(request: BrandRequest, insight_id: UUID) -> HttpResponse:
    queries.insight(request.member, insight_id)

    def save(request: BrandRequest) -> str:
        names: dict[str, Any] = {n: request.POST.get(n, "") for n in ("claim", "persona", "tier")}
        services.keep_insight(actor=request.member, insight_id=insight_id, seen=pages.seen(request), **names)
        return _("洞察卡已保存")

    def turn(request: BrandRequest) -> str:
        state = request.POST.get("state", "")
        services.turn(actor=request.member, insight_id=insight_id, seen=pages.seen(request), state=state)
        return _("状态已更新")

    def drop(request: BrandRequest) -> str:
        services.drop_evidence(actor=request.member, evidence_id=pages.row_id(request))
        return _("这条证据已去掉")

    def remove(request: BrandRequest) -> dict[str, Any]:
        services.remove_insight(actor=request.member, insight_id=insight_id, seen=pages.seen(request))
        return {"gone": True}

    def page(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
        if extra.get("gone"):
            return HttpResponseRedirect(reverse("users_insights", args=[request.brand.slug]))
        row = queries.insight(request.member, insight_id)
        return show(request, "insight", {"c": card(row)} | _choices(request.brand) | extra, "insights")

    acts = {"keep": save, "turn": turn, "drop": drop, "remove": remove}
    return pages.act(request, acts, page) if request.method == "POST" else page(request, {})
