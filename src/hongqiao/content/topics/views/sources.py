"""Where topics come from: pasted share texts, what people say and search, a team's table."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from hongqiao.content.models import Signal, Topic
from hongqiao.content.topics import present, queries, services, tables
from hongqiao.content.topics.views import base
from hongqiao.errors import Invalid
from hongqiao.workspace import permissions
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.views import kit
from hongqiao.workspace.words import error_words, stored_words

KINDS = {"topics": tables.COLUMNS} | dict.fromkeys(Signal.Kind.values, tables.SAID)


@brand_view(queries.SEE)
@require_http_methods(["GET", "POST"])
def sources(request: BrandRequest) -> HttpResponse:
    """Paste share texts, comments, tickets, search words, hot lists; what was heard of late."""
    if request.method == "POST":
        return kit.act(request, {"shares": _shares, "said": _said, "feed": _feed, "unfeed": _unfeed}, _sources)
    return _sources(request, {})


def _sources(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    around = base.around_of(request)
    rows, following = kit.page_of(
        queries.signals(request.member, kit.words_of(request, "kind")), kit.after(request), 40
    )
    context = {
        "signals": [{"row": s, "kind": _(s.get_kind_display())} for s in rows],
        "next": following,
        "kinds": [(k, _(v)) for k, v in Signal.Kind.choices],
        "table_kinds": [("topics", _("选题表")), *((k, _(v)) for k, v in Signal.Kind.choices)],
        "platforms": present.platforms(around),
        "feeds": [{"row": f, "wrong": stored_words(f.error)} for f in queries.feeds(request.member)],
    }
    return base.show(request, "sources", "content_sources", context | extra)


def _came(came: services.Came) -> str:
    said = ngettext("新增 %(n)d 条", "新增 %(n)d 条", came.new) % {"n": came.new}
    if came.joined:
        said += " · " + ngettext("%(n)d 条已有，已合并", "%(n)d 条已有，已合并", came.joined) % {"n": came.joined}
    if came.left:
        said += " · " + ngettext("%(n)d 条没有收进", "%(n)d 条没有收进", len(came.left)) % {"n": len(came.left)}
        said += "：" + "；".join(f"{n}. {error_words(e)['message']}" for n, e in came.left[:3])
    return said


def _shares(request: BrandRequest) -> str:
    post = request.POST
    source = post.get("source", "") or Topic.Source.COMPETITOR
    return _came(services.add_shares(actor=request.member, text=post.get("text", "")[:50000], source=source))


def _feed(request: BrandRequest) -> str:
    post = request.POST
    services.add_feed(
        actor=request.member, url=post.get("url", ""), name=post.get("name", ""), source=post.get("source", "")
    )
    return _("已订阅，一小时内读取")


def _unfeed(request: BrandRequest) -> str:
    services.remove_feed(actor=request.member, feed_id=kit.row_id(request), seen=kit.seen(request))
    return _("已取消订阅")


def _said(request: BrandRequest) -> str:
    post = request.POST
    lines = services.counted_lines(post.get("text", "")[:200000])
    if day := post.get("day", ""):
        lines = [line | {"day": day} for line in lines]
    came = services.add_signals(
        actor=request.member,
        kind=post.get("kind", ""),
        lines=lines,
        platform=post.get("platform", ""),
        cite=post.get("cite", ""),
    )
    return _came(came)


@brand_view(queries.EDIT)
@require_http_methods(["GET", "POST"])
def table(request: BrandRequest) -> HttpResponse:
    """A table: read from a file or pasted, its columns confirmed, then taken in."""
    if request.method == "POST":
        return kit.act(request, {"read": _read, "take": _take}, _table)
    return _table(request, {})


def _kind(request: BrandRequest) -> str:
    kind = request.POST.get("kind", "topics")
    if kind not in KINDS:
        raise Invalid()
    return kind


def _read(request: BrandRequest) -> dict[str, Any]:
    file = request.FILES.get("file")
    if file is not None:
        name = str(file.name or "")[:80]
        got = tables.read_file(name, file.read())
    else:
        name, got = "", tables.read_text(request.POST.get("text", ""))
    return _confirming(got, _kind(request), name)


def _confirming(got: tables.Table, kind: str, name: str) -> dict[str, Any]:
    columns = KINDS[kind]
    guessed = tables.guess(got.head, columns)
    return {
        "kind": kind,
        "name": name,
        "text": tables.as_text(got),
        "count": len(got.rows),
        "columns": [
            {"n": n, "head": head, "chosen": chosen, "cells": [row[n] for row in got.rows[:3]]}
            for n, (head, chosen) in enumerate(zip(got.head, guessed, strict=True))
        ],
        "meanings": [(code, _(label)) for code, (label, _names) in columns.items()],
    }


def _take(request: BrandRequest) -> Any:
    kind, post = _kind(request), request.POST
    got = tables.read_text(post.get("text", ""))
    chosen = [post.get(f"column.{n}", "") for n in range(len(got.head))]
    columns = [c if c in KINDS[kind] and chosen.index(c) == n else "" for n, c in enumerate(chosen)]
    if kind == "topics":
        return _came(services.import_table(actor=request.member, table=got, columns=columns, name=post.get("name", "")))
    if "text" not in columns:
        raise services.NothingFound()
    lines = [{c: v for c, v in zip(columns, row, strict=False) if c} for row in got.rows]
    came = services.add_signals(actor=request.member, kind=kind, lines=lines, cite=post.get("name", ""))
    return _came(came)


def _table(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    permissions.require(request.member, queries.EDIT)
    kinds = [("topics", _("选题表")), *((k, _(v)) for k, v in Signal.Kind.choices)]
    return base.show(request, "table", "content_sources", {"table_kinds": kinds} | extra)
