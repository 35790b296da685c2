"""消息: one list of comments and direct messages, searched and filtered; several at once; pasted ones."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from hongqiao.audience.feedback import kinds, pages
from hongqiao.audience.inbox import addresses, pushing, queries, services, words
from hongqiao.audience.inbox.settings import SEE, limits
from hongqiao.audience.models import Thread
from hongqiao.ui.tables import Column
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.views import kit
from hongqiao.workspace.words import account_name


def asked_of(request: BrandRequest) -> dict[str, str]:
    """Return the filters of the address; without any the list shows what waits for an answer."""
    asked = {name: kit.words_of(request, name) for name in queries.FILTERS}
    if not any(asked.values()):
        asked["state"] = Thread.State.OPEN
    return asked


@brand_view(SEE)
@require_http_methods(["GET", "POST"])
def listed(request: BrandRequest) -> HttpResponse:
    """Threads, the newest said first."""
    if request.method == "POST":
        return kit.act(request, {"assign": _assign, "close": _close, "paste": _paste}, _page)
    return _page(request, {})


def _page(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    asked = asked_of(request)
    size = limits(request.brand)["page"]
    rows, following = queries.page(queries.found(request.member, asked), kit.words_of(request, "after"), size)
    given = any(kit.words_of(request, name) for name in queries.FILTERS)
    context = {
        "rows": [line(t) for t in rows],
        "next": following,
        "columns": columns(),
        "counts": queries.counts(request.member),
        "most": limits(request.brand)["count_cap"],
        "chosen": asked,
        "filtered": given,
        "empty": not rows and not given and not queries.threads(request.member).exists(),
        "states": [*((k, _(v)) for k, v in Thread.State.choices), ("all", _("全部"))],
        "channels": [(k, _(v)) for k, v in Thread.Channel.choices],
        "kinds": [*kinds.groups(), ("none", _("没有类型"))],
        "accounts": [(a.pk, account_name(a)) for a in queries.accounts(request.member)],
        "owners": [("me", _("我")), ("none", _("无人")), *((m.pk, m) for m in queries.colleagues(request.member))],
    }
    return pages.show(request, "inbox/list", "users_inbox", "users_inbox", context | extra)


def columns() -> list[Column]:
    """Return the columns of the list."""
    return [
        Column("pick", ""),
        Column("said", _("消息")),
        Column("where", _("来自")),
        Column("kind", _("类型")),
        Column("state", _("状态")),
        Column("due", _("回复时限")),
        Column("last", _("最近")),
    ]


def line(row: Thread) -> dict[str, Any]:
    """Return a thread as a list shows it."""
    now = timezone.now()
    return {
        "row": row,
        "url": addresses.thread(row),
        "kind": kinds.label(row.kind),
        "state": words.state(row.state),
        "tone": words.TONES[Thread.State(row.state)],
        "place": _(row.place) if row.place else "",
        "channel": words.channel(row.channel),
        "late": bool(row.due_at and row.state == Thread.State.OPEN and row.due_at < now),
        "left": (row.due_at - now).total_seconds() if row.due_at else None,
        "over": (now - row.due_at).total_seconds() if row.due_at and row.due_at < now else None,
    }


def _assign(request: BrandRequest) -> str:
    owner = request.POST.get("owner", "")
    chosen = str(request.member.pk) if owner == "me" else owner or None
    n = services.assign_many(actor=request.member, thread_ids=_picked(request), owner_id=chosen)
    return ngettext("已指派 %(n)d 条", "已指派 %(n)d 条", n) % {"n": n}


def _close(request: BrandRequest) -> str:
    n = services.close_many(actor=request.member, thread_ids=_picked(request))
    return ngettext("已关闭 %(n)d 条", "已关闭 %(n)d 条", n) % {"n": n}


def _picked(request: BrandRequest) -> list[str]:
    found = []
    for key in request.POST.getlist("id"):
        try:
            found.append(str(UUID(key)))
        except ValueError:
            continue
    return found


def _paste(request: BrandRequest) -> str:
    post = request.POST
    given = {k: post.get(k, "") for k in ("text", "channel", "place", "url", "title")}
    done = pushing.paste(actor=request.member, account_id=post.get("account") or None, **given)
    told = ngettext("新收 %(n)d 条", "新收 %(n)d 条", done.new) % {"n": done.new}
    known = ngettext("%(n)d 条已有", "%(n)d 条已有", done.known) % {"n": done.known}
    return f"{told} · {known}" if done.known else told
