"""Pages of the desk: the day by the hour, one publication with its hand-off. Publish truth."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import segno
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from hongqiao.content import plain
from hongqiao.content.desk import asking, files, passes, present, queries, reminders
from hongqiao.content.models import Piece
from hongqiao.content.production import slots
from hongqiao.delivery.models import Publication
from hongqiao.delivery.publishing import pacing, proving, rules, services, states
from hongqiao.delivery.publishing import queries as publishing
from hongqiao.delivery.publishing.asking import HAND, SCHEDULE, way_of
from hongqiao.delivery.publishing.errors import BadMoment
from hongqiao.delivery.publishing.states import LIVE, State
from hongqiao.workspace import figures, links, permissions, shots, tabs
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.views import kit
from hongqiao.workspace.words import platform_name


@brand_view(asking.SEE)
@require_http_methods(["GET", "POST"])
def desk(request: BrandRequest) -> HttpResponse:
    """The day by the hour: what burns, what is to go out, what is under way, tomorrow, what is not on it yet."""
    return kit.act(request, {"schedule": _schedule}, _desk) if request.method == "POST" else _desk(request, {})


def _schedule(request: BrandRequest) -> str:
    post = request.POST
    row = asking.schedule(
        actor=request.member,
        piece_id=kit.row_id(request),
        seen=kit.seen_of(request),
        at=kit.moment(post.get("at", ""), request.brand.zone, BadMoment) or timezone.now(),
        account_id=post.get("account") or None,
        solemn_reason=post.get(slots.REASON, ""),
    )
    return _("已排到发布台：%(at)s") % {"at": present.local(row, row.due_at).strftime("%m-%d %H:%M")}  # type: ignore[union-attr]


def _desk(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    member, today = request.member, queries.today_of(request.brand)
    day = kit.day(request.GET.get("day", "")) or today
    if not today - timedelta(days=400) <= day <= today + timedelta(days=400):
        day = today
    burning = queries.burning(member) if day == today else []
    hot = {r.pk for r in burning}
    rows = queries.of_day(member, day)
    late = timezone.now() + timedelta(hours=1)
    context = {
        "tabs": tabs.of(member, "content", on="content_desk"),
        "day": day,
        "today": today,
        "story_until": figures.story_until(request.brand),
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "burning": [present.line(r, hot=True) for r in burning],
        "rows": present.lines(r for r in rows if r.pk not in hot),
        "counts": queries.counts(rows),
        "under_way": [present.line(r) for r in queries.under_way(member) if r not in rows],
        "tomorrow": [present.line(r) for r in queries.of_day(member, day + timedelta(days=1))],
        "ready": [_ready(p) for p in queries.ready(member)[:30]],
        "accounts": [_account(request, a) for a in queries.accounts(member)],
        "soonest": late.astimezone(ZoneInfo(request.brand.zone)).strftime("%Y-%m-%dT%H:00"),
        "may_schedule": permissions.allows(member, SCHEDULE),
        "pauses": [present.paused(p) for p in queries.pauses(request.brand)],
        "may_pause": permissions.allows(member, "crisis.pause"),
    }
    return render(request, "content/desk/desk.html", context | extra)


def _ready(piece: Any) -> dict[str, Any]:
    slot = piece.publish_at.astimezone(ZoneInfo(piece.brand.zone)) if piece.publish_at else None
    fits = slot is not None and piece.publish_at > timezone.now()
    return {
        "piece": piece,
        "platform": platform_name(piece.platform),
        "slot": slot.strftime("%Y-%m-%dT%H:%M") if slot and fits else "",
    }


def _account(request: BrandRequest, account: Any) -> dict[str, Any]:
    return {
        "account": account,
        "platform": platform_name(account.platform),
        "content": account.platform in rules.places(),
        "by_interface": way_of(account) == Publication.Way.API,
        "pace": rules.pacing(request.brand, account.platform),
        "waiting": queries.waiting_of(request.member, account),
        "quota": publishing.mass_quota(account),
        "paused": pacing.paused(account) is not None,
        "pause_url": pacing.switch_url(account),
    }


def _row(request: BrandRequest, publication_id: UUID) -> Publication:
    found: Publication = publishing.publications(request.member).one(publication_id)
    return found


@brand_view(asking.SEE)
@require_http_methods(["GET", "POST"])
def one(request: BrandRequest, publication_id: UUID) -> HttpResponse:
    """One publication: copy, download, publish by hand, paste the link; what is known of it; what may be done."""
    row = _row(request, publication_id)
    if request.method == "POST":
        return kit.act(request, ACTS, lambda r, extra: _one(r, _row(r, row.pk), extra))
    return _one(request, row, {})


def _of(request: BrandRequest, **more: Any) -> dict[str, Any]:
    publication = request.resolver_match.kwargs["publication_id"]  # type: ignore[union-attr]
    return {"actor": request.member, "publication_id": publication, "seen": kit.seen_of(request), **more}


def _stop(request: BrandRequest) -> str:
    services.stop(**_of(request))
    return _("已取消发布")


def _retry(request: BrandRequest) -> str:
    services.retry(**_of(request))
    return _("已重新排入，先查平台是否已收到")


def _assist(request: BrandRequest) -> str:
    services.assist(**_of(request))
    return _("已转人工发布")


def _automate(request: BrandRequest) -> str:
    services.assist(**_of(request), by_hand=False)
    return _("已改由官方接口发布")


def _move(request: BrandRequest) -> str:
    zone = _row(request, _of(request)["publication_id"]).account.zone
    at = kit.moment(request.POST.get("at", ""), zone, BadMoment) or timezone.now()
    asking.reschedule(**_of(request, at=at, solemn_reason=request.POST.get(slots.REASON, "")))
    return _("已改期")


def _review(request: BrandRequest) -> str:
    services.under_review(**_of(request))
    return _("已标记为平台审核中")


def _refused(request: BrandRequest) -> str:
    services.refused(**_of(request, words=request.POST.get("words", "")))
    return _("已登记平台的原因")


def _told(request: BrandRequest) -> str:
    services.told(**_of(request))
    return _("已登记群发")


def declare(request: Any, actor: Any, publication_id: Any, seen: int | None, *, phone: bool = False) -> str:
    """Keep the link or screenshot that a form sent. Raises what services.declare raises."""
    row = services.declare(
        actor=actor,
        publication_id=publication_id,
        seen=seen,
        pasted=request.POST.get("pasted", ""),
        picture=shots.sent(request),
        phone=phone,
    )
    if row.address and proving.can_read(row.account.platform, row.address):
        return _("已登记，正在打开链接核对")
    return _("已登记为已发布·待核实")


def _declare(request: BrandRequest) -> str:
    of = _of(request)
    return declare(request, of["actor"], of["publication_id"], of["seen"])


def _pass(request: BrandRequest) -> dict[str, Any]:
    of = _of(request)
    token, until = passes.make(actor=of["actor"], publication_id=of["publication_id"])
    address = links.absolute(reverse("phone_pass", args=[token]), request)
    picture = segno.make(address, error="m").svg_inline(scale=4, border=2, dark="#111", light="#fff", omitsize=True)
    return {
        "pass_": address,
        "until": until,
        "only_here": links.only_here(address),
        "qr": mark_safe(picture),  # noqa: S308 — drawn by segno: paths and numbers only
    }


def _end(request: BrandRequest) -> str:
    of = _of(request)
    services.end_passes(actor=of["actor"], publication_id=of["publication_id"])
    return _("已作废，之前的二维码都打不开了")


ACTS = {
    "stop": _stop,
    "retry": _retry,
    "assist": _assist,
    "automate": _automate,
    "move": _move,
    "review": _review,
    "refused": _refused,
    "told": _told,
    "declare": _declare,
    "pass": _pass,
    "end": _end,
}


def _one(request: BrandRequest, row: Publication, extra: dict[str, Any]) -> HttpResponse:
    member, zone = request.member, ZoneInfo(row.account.zone)
    context = shown(row) | {
        "tabs": tabs.of(member, "content", on="content_desk"),
        "may_hand": permissions.allows(member, HAND),
        "may_schedule": permissions.allows(member, SCHEDULE),
        "slot": row.due_at.astimezone(zone).strftime("%Y-%m-%dT%H:%M"),
        "quota": publishing.mass_quota(row.account),
        "can_automate": row.way == Publication.Way.ASSISTED and way_of(row.account) == Publication.Way.API,
    }
    return render(request, "content/desk/one.html", context | extra)


def shown(row: Publication) -> dict[str, Any]:
    """Return what the hand-off shows of a publication, on the desk and on the phone."""
    said, place = row.payload, rules.places().get(row.account.platform, {})
    article = row.subject == asking.SUBJECT and said.get("form") == Piece.Form.ARTICLE
    return {
        "row": row,
        "line": present.line(row),
        "proof": present.proof(row),
        "title": said.get("title", ""),
        "text": plain.unmarked(said.get("text", "")) if article else said.get("text", ""),
        "laid_out": reverse("content_piece", args=[row.brand.slug, row.subject_id]) if article else "",
        "tags": files.hashed(said.get("tags") or ()),
        "parts": files.parts(row),
        "reminders": reminders.of(row.account.platform, said),
        "upload": place.get("upload", ""),
        "paused": present.paused(pacing.stops(row)),
        "live": row.state in LIVE,
        "open": row.state in (State.WAITING, State.REVIEWING, State.FAILED),
        "waiting": row.state == State.WAITING,
        "failed": row.state == State.FAILED,
        "flying": states.in_flight(row),
        "by_hand": row.way == Publication.Way.ASSISTED,
        "changed": row.state in (State.WAITING, State.FAILED) and not states.stands(row),
    }


@brand_view(asking.SEE)
@require_GET
def file(request: BrandRequest, publication_id: UUID, number: int) -> HttpResponseBase:
    return files.one(_row(request, publication_id), number, shown="show" in request.GET)


@brand_view(asking.SEE)
@require_GET
def archive(request: BrandRequest, publication_id: UUID) -> HttpResponseBase:
    return files.every(_row(request, publication_id))


@brand_view(asking.SEE)
@require_GET
def shot(request: BrandRequest, publication_id: UUID) -> HttpResponseBase:
    """The screenshot that a person uploaded as proof."""
    row = _row(request, publication_id)
    return shots.shown(row.brand_id, str((row.proof or {}).get("shot") or ""))
