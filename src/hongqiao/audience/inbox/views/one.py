"""One thread: what was said, what was read in it, the answer, its tickets and needs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hongqiao.audience.feedback import addresses as feedback
from hongqiao.audience.feedback import kinds, needs, pages, present, settings, teams, tickets
from hongqiao.audience.inbox import addresses, checking, holding, queries, senders, services, words
from hongqiao.audience.inbox.settings import EDIT, SEE, limits
from hongqiao.audience.inbox.texts import texts_of
from hongqiao.audience.inbox.views.listed import line
from hongqiao.audience.models import Need, Thread, ThreadMessage, Ticket
from hongqiao.errors import NotFound
from hongqiao.workspace import keys, permissions, shots
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.views import kit


@brand_view(SEE)
@require_http_methods(["GET", "POST"])
def thread(request: BrandRequest, thread_id: UUID) -> HttpResponse:
    """Show a thread; take an answer, its proof, an owner, a state, a correction, a ticket, a need."""
    queries.threads(request.member).one(thread_id)
    acts = {
        "reply": _reply,
        "sent": _sent,
        "drop": _drop,
        "assign": _assign,
        "move": _move,
        "judge": _judge,
        "ticket": _ticket,
        "need": _need,
    }
    if request.method == "POST":
        return kit.act(request, {k: _of(f, thread_id) for k, f in acts.items()}, _page(thread_id))
    return _page(thread_id)(request, {})


def _of(act: Any, thread_id: UUID) -> Any:
    return lambda request: act(request, {"actor": request.member, "thread_id": thread_id, "seen": kit.seen(request)})


def _page(thread_id: UUID) -> Any:
    def show(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
        rows = queries.threads(request.member).select_related("account", "assignee__user", "brand")
        row: Thread = rows.one(thread_id)
        context = {**line(row), "t": row, **_told(request, row), **_choices(request, row), "typed": {}}
        return pages.show(request, "inbox/one", "users_inbox", "users_inbox", context | extra)

    return show


def _told(request: BrandRequest, row: Thread) -> dict[str, Any]:
    """Return what the page tells of a thread; the author's name to whom answers only."""
    may = permissions.allows(request.member, EDIT)
    messages = queries.messages(row)
    ready = [m for m in messages if m.state == ThreadMessage.State.READY]
    return {
        "theirs": texts_of([row])[row.pk] or row.said,
        "talk": [_message(m) for m in messages if m.state != ThreadMessage.State.READY],
        "ready": ready,
        "author": keys.decrypt(row.author).decode() if row.author and may else "",
        "person_url": addresses.person(row.brand, row.subject),
        "others": queries.others_of(row)[:5],
        "others_count": queries.others_of(row).count(),
        "read": _read(row),
        "tickets": [present.line(t) for t in row.tickets.select_related("owner__user", "brand").order_by("-number")],
        "needs": [(a.need, feedback.need(a.need)) for a in row.asked.select_related("need__brand")],
        "holders": queries.holders(row, request.member),
        "by_interface": senders.of(row) is not None,
    }


def _message(row: ThreadMessage) -> dict[str, Any]:
    proof = row.proof or {}
    return {
        "row": row,
        "mine": row.way == ThreadMessage.Way.OUT,
        "proof": _(words.PROOFS[proof["how"]]) if proof.get("how") in words.PROOFS else "",
        "url": proof.get("url", ""),
        "shot": proof.get("shot", ""),
        "at": parse_datetime(str(proof.get("at", ""))) if proof.get("at") else None,
        "edits": [{"at": parse_datetime(e["at"]), "text": e["text"]} for e in row.edits],
    }


def _read(row: Thread) -> dict[str, Any]:
    said = row.read or {}
    return {
        "rule": kinds.label(said.get("rule", "")),
        "cue": said.get("cue", ""),
        "model": kinds.label(said.get("model", "")),
        "sure": said.get("sure") or None,  # a reading of before has none
        "p": said.get("p"),
        "learnt": kinds.label(said.get("learnt", "")),
        "grave": _(kinds.book()["grave"][said["grave"]]["label"]) if said.get("grave") else "",
    }


def _choices(request: BrandRequest, row: Thread) -> dict[str, Any]:
    crowd = tickets.crowd_of(row.brand, row.kind)
    priority, why = tickets.proposed(row.brand, row.kind, (row.read or {}).get("grave", ""), row.followers, crowd)
    above, below = queries.neighbours(request.member, row, {"state": Thread.State.OPEN})
    return {
        "kinds": kinds.choices(),
        "canned": queries.canned(request.member, row.kind),
        "colleagues": queries.colleagues(request.member),
        "teams": teams.labels(row.brand),
        "team": teams.of_kind(row.kind),
        "priorities": [(c, _(v)) for c, v in Ticket.Priority.choices],
        "priority": priority,
        "why": present.words.why(why),
        "open_needs": Need.objects.for_member(request.member, SEE).exclude(state="declined").order_by("-number")[:50],
        "poll": limits(row.brand)["poll_seconds"],
        "above": above,
        "below": below,
        "most": limits(row.brand)["reply"],
        "title_most": settings.book(row.brand)["title"],
    }


def _reply(request: BrandRequest, ids: dict[str, Any]) -> Any:
    post = request.POST
    if post.get("check"):
        found = checking.check(request.brand, post.get("text", ""))
        return {"found": checking.shown(found), "checked": True, "typed": post, "typed_act": "reply"}
    services.reply(
        **ids, text=post.get("text", ""), canned_id=post.get("canned") or None, confirmed=post.get("confirmed", "")
    )
    return _("回复已写好：复制，到原处发出，再回来登记")


def _sent(request: BrandRequest, ids: dict[str, Any]) -> str:
    post = request.POST
    services.sent(
        actor=request.member,
        message_id=post.get("message", ""),
        seen=ids["seen"],
        url=post.get("url", ""),
        picture=shots.sent(request),
        declared=post.get("declared") == "1",
    )
    return _("已登记发出")


def _drop(request: BrandRequest, ids: dict[str, Any]) -> str:
    services.drop(actor=request.member, message_id=request.POST.get("message", ""), seen=ids["seen"])
    return _("已撤下，没有发出")


def _assign(request: BrandRequest, ids: dict[str, Any]) -> str:
    owner = request.POST.get("owner", "")
    row = services.assign(**ids, owner_id=str(request.member.pk) if owner == "me" else owner or None)
    return _("已交给 %(name)s") % {"name": row.assignee} if row.assignee else _("已取消指派")


def _move(request: BrandRequest, ids: dict[str, Any]) -> str:
    row = services.move(**ids, state=request.POST.get("state", ""))
    return _("已改为%(state)s") % {"state": words.state(row.state)}


def _judge(request: BrandRequest, ids: dict[str, Any]) -> str:
    services.judge(**ids, kind=request.POST.get("kind", ""))
    return _("记下了，以后会读得更准")


def _ticket(request: BrandRequest, ids: dict[str, Any]) -> str:
    post = request.POST
    given = {k: post.get(k, "") for k in ("title", "kind", "priority", "team")}
    again = post.get("again") == "1"
    row = tickets.from_thread(actor=ids["actor"], thread_id=ids["thread_id"], again=again, **given)
    return _("已登记工单 #%(number)s") % {"number": row.number}


def _need(request: BrandRequest, ids: dict[str, Any]) -> str:
    post, threads = request.POST, [str(ids["thread_id"])]
    if post.get("need"):
        needs.attach(actor=ids["actor"], need_id=post["need"], thread_ids=threads)
        return _("已归入需求")
    row: Thread = queries.threads(request.member).one(ids["thread_id"])
    kind = row.kind if kinds.known(row.kind) else ""
    needs.open_need(actor=ids["actor"], title=post.get("title", ""), thread_ids=threads, kind=kind, product=row.product)
    return _("已立需求")


@brand_view(SEE)
@require_POST
def hold(request: BrandRequest, thread_id: UUID) -> HttpResponse:
    """Renew the member's lease of a thread; say who else has it open."""
    queries.threads(request.member).one(thread_id)
    if not permissions.allows(request.member, EDIT):
        return render(request, "audience/inbox/holders.html", {"holders": []})
    return render(
        request,
        "audience/inbox/holders.html",
        {"holders": holding.hold(actor=request.member, thread_id=thread_id), "now": timezone.now()},
    )


@brand_view(SEE)
@require_GET
def shot(request: BrandRequest, thread_id: UUID, name: str) -> HttpResponseBase:
    """A screenshot that proves an answer of a thread."""
    row: Thread = queries.threads(request.member).one(thread_id)
    if name not in {m.proof.get("shot") for m in row.messages.all() if m.proof}:
        raise NotFound()
    return shots.shown(row.brand_id, name)
