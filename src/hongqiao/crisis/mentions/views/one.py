"""One mention: what was said and when, what was read in it and why, what is done about it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from hongqiao.crisis import addresses
from hongqiao.crisis.intake.sources import SEE
from hongqiao.crisis.intake.views import base
from hongqiao.crisis.mentions import incidents, queries, services, words
from hongqiao.crisis.mentions.views.listed import line
from hongqiao.crisis.models import Incident, Mention, WatchWord
from hongqiao.errors import NotFound
from hongqiao.workspace import keys, permissions, shots
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.models import Member
from hongqiao.workspace.views import kit

_COPIES = 6


@brand_view(SEE)
@require_http_methods(["GET", "POST"])
def mention(request: BrandRequest, mention_id: UUID) -> HttpResponse:
    """Show a mention; take a correction, an owner, an answer, a reason, an incident."""
    queries.mentions(request.member).one(mention_id)
    acts = {"judge": _judge, "assign": _assign, "answer": _answer, "move": _move, "attach": _attach, "open": _open}
    if request.method == "POST":
        return kit.act(request, {k: _of(f, mention_id) for k, f in acts.items()}, _page(mention_id))
    return _page(mention_id)(request, {})


def _of(act: Any, mention_id: UUID) -> Any:
    return lambda request: act(request, {"actor": request.member, "mention_id": mention_id, "seen": kit.seen(request)})


def _page(mention_id: UUID) -> Any:
    def show(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
        rows = queries.mentions(request.member).select_related("source", "owner__user", "incident", "first", "brand")
        row: Mention = rows.one(mention_id)
        may = permissions.allows(request.member, queries.HANDLE)
        context = {**line(row), "m": row, **_told(row, may), **_choices(request, may), "typed": {}}
        return base.show(request, "mentions/one", "crisis_mentions", context | extra)

    return show


def _told(row: Mention, may: bool) -> dict[str, Any]:
    """Return what the page tells of a mention; the author's name where the member may handle it."""
    now, abouts = timezone.now(), {code: _(label) for code, label in WatchWord.About.choices}
    return {
        "said": marked(row.text, row.cue),
        "author": keys.decrypt(row.author).decode() if row.author and may else "",
        "known_author": _others_of(row),
        "about": [(abouts.get(a["about"], ""), a["name"]) for a in row.about],
        "since_posted": (now - row.posted_at).total_seconds(),
        "since_heard": (now - row.heard_at).total_seconds(),
        "lag": (row.heard_at - row.posted_at).total_seconds(),
        "wave": queries.wave(row).exclude(pk=row.pk).order_by("posted_at")[:_COPIES],
        "wave_count": queries.wave(row).count(),
        "answers": _answers(row),
        "edits": [{**e, "at": _moment(e)} for e in row.edits],
        "incident_url": addresses.incident(row.incident) if row.incident else "",
    }


def _choices(request: BrandRequest, may: bool) -> dict[str, Any]:
    return {
        "me": request.member,
        "ways": [(c, _(label)) for c, label in words.WAYS.items()],
        "kinds": list(words.kinds().items()),
        "colleagues": base.colleagues(request.member),
        "incidents": incidents.open_ones(request.member),
        "may_open": may,
        "levels": [(c, _(label)) for c, label in reversed(Incident.Level.choices)],
    }


def marked(text: str, cue: str) -> tuple[str, str, str]:
    """Return what stands before the words that told, those words, and what stands after; all before where not found."""
    plain = "".join(_plain(letter) for letter in text)  # as the reader writes its cue: one width, one case
    at = plain.find("".join(_plain(letter) for letter in cue)) if cue else -1
    end = at + len(cue)
    return (text[:at], text[at:end], text[end:]) if at >= 0 else (text, "", "")


def _plain(letter: str) -> str:
    """Return a letter in its usual width and small; itself where that would be more than one."""
    made = unicodedata.normalize("NFKC", letter).lower()
    return made if len(made) == 1 else letter


def _others_of(row: Mention) -> int:
    if not row.author_key:
        return 0
    return Mention.objects.filter(brand=row.brand_id, author_key=row.author_key).exclude(pk=row.pk).count()


def _answers(row: Mention) -> list[dict[str, Any]]:
    if not row.answered_at:
        return []
    kept = [{k: v for k, v in row.answer.items() if k != "more"}, *row.answer.get("more", [])]
    names = {str(m.pk): str(m) for m in Member.objects.filter(brand=row.brand_id).select_related("user")}
    return [
        {**a, "at": _moment(a), "way": _(words.WAYS.get(a.get("way", ""), "")), "by": names.get(a.get("by", ""), "")}
        for a in kept
    ]


def _moment(kept: Mapping[str, Any]) -> datetime | None:
    """Return when what is kept as JSON was, for the page to say in the reader's zone."""
    return parse_datetime(str(kept.get("at") or ""))


def _whole(request: BrandRequest) -> bool:
    return request.POST.get("whole") == "1"


def _judge(request: BrandRequest, ids: dict[str, Any]) -> str:
    post = request.POST
    services.judge(**ids, negative=post.get("negative") == "1", kind=post.get("kind", ""), whole=_whole(request))
    return _("已改判，以后会读得更准")


def _assign(request: BrandRequest, ids: dict[str, Any]) -> str:
    owner = request.POST.get("owner", "")
    row = services.assign(**ids, owner_id=str(request.member.pk) if owner == "me" else owner or None)
    return _("已交给 %(name)s") % {"name": row.owner} if row.owner else _("已取消指派")


def _answer(request: BrandRequest, ids: dict[str, Any]) -> str:
    post = request.POST
    said = {k: post.get(k, "") for k in ("way", "text", "url")}
    services.answer(**{**ids, **said}, picture=shots.sent(request), whole=_whole(request))
    return _("已登记回应")


def _move(request: BrandRequest, ids: dict[str, Any]) -> str:
    post = request.POST
    row = services.move(**ids, state=post.get("state", ""), reason=post.get("reason", ""), whole=_whole(request))
    return _("已改为%(state)s") % {"state": words.state(row.state)}


def _attach(request: BrandRequest, ids: dict[str, Any]) -> str:
    incident = incidents.attach(**ids, incident_id=request.POST.get("incident", ""))
    return _("已归入事件：%(title)s") % {"title": incident.title}


def _open(request: BrandRequest, ids: dict[str, Any]) -> str:
    post = request.POST
    incident = incidents.open_one(**ids, title=post.get("title", ""), level=post.get("level", ""))
    return _("已立事件：%(title)s") % {"title": incident.title}


@brand_view(SEE)
@require_GET
def shot(request: BrandRequest, mention_id: UUID, name: str) -> HttpResponseBase:
    """A screenshot that shows a mention, or proves its answer."""
    row: Mention = queries.mentions(request.member).one(mention_id)
    kept = [row.answer.get("shot"), *(a.get("shot") for a in row.answer.get("more", [])), *row.shots]
    if name not in kept:
        raise NotFound()
    return shots.shown(row.brand_id, name)
