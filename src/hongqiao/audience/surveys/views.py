"""Pages of surveys: the list, a new one, the builder with its preview, results, single answers, exports."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hongqiao.audience.feedback import addresses as feedback
from hongqiao.audience.models import Activity, Survey
from hongqiao.audience.surveys import (
    answering,
    asking,
    exports,
    form,
    kit,
    linking,
    present,
    queries,
    results,
    services,
    ticketing,
)
from hongqiao.audience.surveys.acts import ACTS, ANSWERS, RESULTS
from hongqiao.audience.surveys.interviews import queries as talks
from hongqiao.errors import N_
from hongqiao.workspace import audit, permissions, tabs
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.views import kit as pages

PARTS = (
    ("surveys", N_("问卷"), "users_surveys"),
    ("interviews", N_("访谈"), "users_interviews"),
    ("insights", N_("洞察卡"), "users_insights"),
)


def show(request: BrandRequest, page: str, context: dict[str, Any], part: str = "surveys") -> HttpResponse:
    """Render a page of this part of the room, with the room's tabs and the part's own."""
    member, slug = request.member, request.brand.slug
    shared = {
        "tabs": tabs.of(member, "users", on="users_surveys"),
        "parts": [{"label": _(t), "url": reverse(name, args=[slug]), "on": code == part} for code, t, name in PARTS],
        "may_edit": permissions.allows(member, kit.EDIT),
        "may_send": permissions.allows(member, kit.SEND),
        "may_export": permissions.allows(member, kit.EXPORT),
    }
    return render(request, f"audience/surveys/{page}.html", shared | context)


@brand_view(kit.SEE)
@require_safe
def home(request: BrandRequest) -> HttpResponse:
    asked = {name: pages.words_of(request, name) for name in ("state", "q")}
    rows, following = pages.page_of(queries.surveys(request.member, **asked), pages.after(request), 50)
    context = {
        "rows": [present.line(r) for r in rows], "next": following, "filtered": any(asked.values()),
        "states": [(v, _(str(label))) for v, label in Survey.State.choices],
    }  # fmt: skip
    return show(request, "home", context)


@brand_view(kit.EDIT)
@require_http_methods(["GET", "POST"])
def new(request: BrandRequest) -> HttpResponse:
    return pages.act(request, {"create": _create}, _new) if "act" in request.POST else _new(request, {})


def _new(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    if made := extra.get("made"):
        return HttpResponseRedirect(reverse("users_survey", args=[request.brand.slug, made.pk]))
    return show(request, "new", {"starts": services.starts()} | extra)


def _create(request: BrandRequest) -> dict[str, Any]:
    post = request.POST
    return {"made": services.create(actor=request.member, title=post.get("title", ""), start=post.get("start", ""))}


@brand_view(kit.SEE)
@require_http_methods(["GET", "POST"])
def one(request: BrandRequest, survey_id: UUID) -> HttpResponse:
    queries.survey(request.member, survey_id)

    def page(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
        if extra.get("gone"):
            return HttpResponseRedirect(reverse("users_surveys", args=[request.brand.slug]))
        if made := extra.get("made"):
            return HttpResponseRedirect(reverse("users_survey", args=[request.brand.slug, made.pk]))
        row = queries.survey(request.member, survey_id)
        activities = Activity.objects.for_member(request.member, kit.SEE).filter(kind=Activity.Kind.QA)
        context = present.builder(row) | {"activities": activities.order_by("-id")[:50]}
        if row.state == Survey.State.OPEN:
            context["shared"] = linking.shared(row, request)
        return show(request, "one", context | extra)

    if request.method == "POST":
        return pages.act(request, {n: _bound(f, survey_id) for n, f in ACTS.items()}, page)
    return page(request, {})


def _bound(act: Any, survey_id: UUID) -> Any:
    return lambda request: act(request, survey_id)


@brand_view(kit.SEE)
@require_safe
def preview(request: BrandRequest, survey_id: UUID) -> HttpResponse:
    """Walk through a survey as people will; the answers stand in the address, nothing is kept."""
    row = queries.survey(request.member, survey_id)
    held = kit.form_of(row)
    said: dict[str, Any] = {}
    for question in held.questions:
        values = request.GET.getlist(f"a.{question['id']}")
        if request.GET.get("at") == question["id"]:
            values = request.GET.getlist("value") or ["", request.GET.get("words", "")[:1]]
        if values:
            said[question["id"]] = values if question["kind"] == "multi" else values[0]
    said = form.kept(held.questions, said)
    found = answering.Standing(answering.Link(row, "", ""), held, path=form.way(held.questions, said))
    found.at = found.path[-1]
    found.why = "done" if found.at == form.END else ""
    hidden = [(f"a.{k}", v) for k, vs in said.items() for v in (vs if isinstance(vs, list) else [vs])]
    before = [(k, v) for k, v in hidden if k != f"a.{list(said)[-1]}"] if said else []
    back = f"{request.path}?{urlencode(before)}"
    context = asking.context(found) | {"preview": True, "hidden": hidden, "back_url": back}
    return render(request, "audience/surveys/preview.html", context)


@brand_view(kit.SEE)
@require_http_methods(["GET", "POST"])
def outcome(request: BrandRequest, survey_id: UUID) -> HttpResponse:
    queries.survey(request.member, survey_id)

    def page(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
        row = queries.survey(request.member, survey_id)
        asked = {name: pages.words_of(request, name) for name in ("tier", "wave")}
        return show(request, "results", present.outcome(request.member, row, **asked) | extra)

    if request.method == "POST":
        return pages.act(request, {n: _bound(f, survey_id) for n, f in RESULTS.items()}, page)
    return page(request, {})


@brand_view(kit.SEE)
@require_http_methods(["GET", "POST"])
def answers(request: BrandRequest, survey_id: UUID) -> HttpResponse:
    queries.survey(request.member, survey_id)

    def page(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
        if made := extra.get("ticket"):
            return HttpResponseRedirect(feedback.ticket(made))
        row = queries.survey(request.member, survey_id)
        rows = queries.answers(request.member, survey_id)
        try:
            rows = rows.filter(pk=UUID(request.GET["answer"])) if "answer" in request.GET else rows
        except ValueError:
            rows = rows.none()
        found, following = pages.page_of(rows, pages.after(request), 20)
        read = results.read(row)
        context = {
            "row": row, "line": present.line(row), "next": following, "single": "answer" in request.GET,
            "claims": [(str(i.pk), i.claim) for i in talks.insights(request.member)[:100]],
        }  # fmt: skip
        made = ticketing.of([r.pk for r in found])
        shown = [present.answer(request.member, read, r, made.get(r.pk)) for r in found]
        return show(request, "answers", context | {"answers": shown} | extra)

    if request.method == "POST":
        return pages.act(request, {n: _bound(f, survey_id) for n, f in ANSWERS.items()}, page)
    return page(request, {})


@brand_view(kit.EXPORT)
@require_safe
def export(request: BrandRequest, survey_id: UUID) -> HttpResponseBase:
    permissions.require(request.member, kit.SEE)
    row = queries.survey(request.member, survey_id)
    audit.record(request.member, "survey.exported", row, title=row.title)
    return exports.answers("xlsx" if request.GET.get("format") == "xlsx" else "csv", row)
