"""One ticket: the matter, its clocks, its history, what the user hears, the partner's link."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hongqiao.audience.feedback import (
    addresses,
    clocks,
    kinds,
    kit,
    needs,
    pages,
    partner,
    present,
    queries,
    services,
    settings,
    teams,
    words,
)
from hongqiao.audience.inbox import addresses as inbox
from hongqiao.audience.models import Need, Ticket
from hongqiao.workspace import keys, links, permissions
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.models import Member
from hongqiao.workspace.views import kit as views


@brand_view(settings.SEE)
@require_http_methods(["GET", "POST"])
def ticket(request: BrandRequest, ticket_id: UUID) -> HttpResponse:
    """Show a ticket; take an owner, a route, a state, words, a link, a need."""
    queries.tickets(request.member).one(ticket_id)
    acts = {
        "own": _own,
        "route": _route,
        "move": _move,
        "solve": _solve,
        "reopen": _reopen,
        "respond": _respond,
        "note": _note,
        "score": _score,
        "link": _link,
        "end": _end,
        "need": _need,
    }
    if request.method == "POST":
        return views.act(request, {k: _of(f, ticket_id) for k, f in acts.items()}, _page(ticket_id))
    return _page(ticket_id)(request, {})


def _of(act: Any, ticket_id: UUID) -> Any:
    return lambda request: act(request, {"actor": request.member, "ticket_id": ticket_id, "seen": views.seen(request)})


def _page(ticket_id: UUID) -> Any:
    def show(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
        rows = queries.tickets(request.member).select_related("owner__user", "brand", "thread__brand", "account")
        row: Ticket = rows.one(ticket_id)
        context = {**present.line(row), "t": row, **_told(request, row), **_choices(row), "typed": {}}
        return pages.show(request, "feedback/ticket", "users_tickets", "users_tickets", context | extra)

    return show


def _told(request: BrandRequest, row: Ticket) -> dict[str, Any]:
    may = kit.works(request.member, row)
    contact = permissions.allows(request.member, "users.contact")
    notes = list(row.notes.select_related("by__user").order_by("-at", "-id")[:200])
    return {
        "may_work": may,
        "history": present.history(notes, row.number),
        "thread_url": inbox.thread(row.thread) if row.thread else "",
        "answer_url": _answer_url(row),
        "person_url": inbox.person(row.brand, row.subject),
        "order_no": keys.decrypt(row.order_no).decode() if row.order_no and contact else "",
        "has_order": bool(row.order_no),
        "links": list(row.links.order_by("-id")[:10]),
        "now": timezone.now(),
        "terms": _terms(row),
        "waited": row.waited,
        "needs": [(a.need, addresses.need(a.need)) for a in row.asked.select_related("need__brand")],
        "brief": f"{row.title}\n{kit.without_names(row.text)}" if row.text != row.title else row.title,
    }


def _answer_url(row: Ticket) -> str:
    """Return the address of the answer to a survey that the ticket was made of, "" for none."""
    answer = queries.answer_of(row)
    if answer is None:
        return ""
    return reverse("users_survey_answers", args=[row.brand.slug, answer.survey_id]) + f"?answer={answer.pk}"


def _terms(row: Ticket) -> list[dict[str, Any]]:
    """Return the clocks: what, by when, met when, and whether it was late."""
    now = timezone.now()
    dues = {
        "first": (row.first_due, row.first_at),
        "own": (row.own_due, row.owned_at),
        "fix": (row.fix_due, row.solved_at),
    }
    late = set(row.late) | (set(clocks.missed(row, now)) if row.state in clocks.RUNNING else set())
    return [
        {"name": words.clock_name(code), "due": due, "met": met, "late": code in late}
        for code, (due, met) in dues.items()
        if due is not None
    ]


def _choices(row: Ticket) -> dict[str, Any]:
    book = settings.book(row.brand)
    people = {m.pk: m for m in teams.members(row.brand, row.team)}
    everybody = Member.objects.filter(brand=row.brand, state=Member.State.ACTIVE).select_related("user", "brand")
    people |= {m.pk: m for m in everybody if permissions.allows(m, settings.EDIT)}
    return {
        "moves": [
            (s, words.state(s)) for s in Ticket.State.values if s in services.MOVES.get(Ticket.State(row.state), set())
        ],
        "live": row.state in clocks.LIVE,
        "done": row.state in (Ticket.State.SOLVED, Ticket.State.CLOSED),
        "all_kinds": kinds.choices(),
        "priorities": [(k, _(v)) for k, v in Ticket.Priority.choices],
        "teams": teams.labels(row.brand),
        "colleagues": sorted(people.values(), key=str),
        "days": book["partner"]["days"],
        "most_days": book["partner"]["most_days"],
        "open_needs": Need.objects.filter(brand=row.brand).exclude(state="declined").order_by("-number")[:50],
        "points": range(5, 0, -1),
    }


def _own(request: BrandRequest, ids: dict[str, Any]) -> str:
    owner = request.POST.get("owner", "me")
    row = services.own(**ids, owner_id=str(request.member.pk) if owner == "me" else owner)
    return _("已由 %(name)s 负责") % {"name": row.owner}


def _route(request: BrandRequest, ids: dict[str, Any]) -> str:
    given: dict[str, Any] = {k: request.POST.get(k, "") for k in ("team", "kind", "priority")}
    services.route(**ids, **given)
    return _("已改派")


def _move(request: BrandRequest, ids: dict[str, Any]) -> str:
    row = services.move(**ids, state=request.POST.get("state", ""), text=request.POST.get("text", ""))
    return _("已改为%(state)s") % {"state": words.state(row.state)}


def _solve(request: BrandRequest, ids: dict[str, Any]) -> str:
    services.solve(**ids, fix=request.POST.get("fix", ""))
    return _("已解决。别忘了告诉用户")


def _reopen(request: BrandRequest, ids: dict[str, Any]) -> str:
    services.reopen(**ids, reason=request.POST.get("reason", ""))
    return _("已重开")


def _respond(request: BrandRequest, ids: dict[str, Any]) -> str:
    services.responded(**ids, text=request.POST.get("text", ""))
    return _("已登记联系经过")


def _note(request: BrandRequest, ids: dict[str, Any]) -> str:
    post = request.POST
    given = {k: ids[k] for k in ("actor", "ticket_id")}
    services.write(**given, text=post.get("text", ""), shared=post.get("shared") == "1")
    return _("已写下")


def _score(request: BrandRequest, ids: dict[str, Any]) -> str:
    services.score(**ids, points=views.whole(request.POST.get("points", "")) or 0)
    return _("已记下满意度")


def _link(request: BrandRequest, ids: dict[str, Any]) -> dict[str, Any]:
    post = request.POST
    given: dict[str, Any] = {
        "name": post.get("name", ""),
        "brief": post.get("brief", ""),
        "days": views.whole(post.get("days", "")),
    }
    row, token = partner.make_link(actor=ids["actor"], ticket_id=ids["ticket_id"], **given)
    return {"fresh_link": links.absolute(reverse("ticket_partner", args=[token]), request), "fresh_name": row.name}


def _end(request: BrandRequest, ids: dict[str, Any]) -> str:
    partner.end_link(actor=ids["actor"], link_id=request.POST.get("link", ""), seen=None)
    return _("链接已停用")


def _need(request: BrandRequest, ids: dict[str, Any]) -> str:
    post, chosen = request.POST, [str(ids["ticket_id"])]
    if post.get("need"):
        needs.attach(actor=ids["actor"], need_id=post["need"], ticket_ids=chosen)
        return _("已归入需求")
    row: Ticket = queries.tickets(request.member).one(ids["ticket_id"])
    needs.open_need(
        actor=ids["actor"], title=post.get("title", ""), ticket_ids=chosen, kind=row.kind, product=row.product
    )
    return _("已立需求")
