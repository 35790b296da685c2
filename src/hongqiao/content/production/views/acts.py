"""What can be done on a piece's page: each act calls one service and says what it did."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.content import body as bodies
from hongqiao.content.models import Piece, Stage
from hongqiao.content.production import anchors, forms, present, queries, services, slots, words
from hongqiao.content.production.services.revisions import TextConflict
from hongqiao.content.results import pairing
from hongqiao.workspace.access import BrandRequest
from hongqiao.workspace.links import absolute
from hongqiao.workspace.views import kit

Act = Callable[[BrandRequest], Any]


def of(row: Piece, tab: str) -> Mapping[str, Act]:
    """Return the acts of a tab of a piece, those of the head among them."""
    on: dict[str, Callable[[BrandRequest, Piece], Any]] = {**HEAD, **BY_TAB.get(tab, {})}
    return {name: lambda request, act=act: act(request, row) for name, act in on.items()}  # type: ignore[misc]


def _row(request: BrandRequest, row: Piece) -> dict[str, Any]:
    return {"actor": request.member, "piece_id": row.pk, "seen": kit.seen_of(request)}


def move(request: BrandRequest, row: Piece) -> Any:
    to = request.POST.get("stage", "")
    done = services.move(**_row(request, row), stage=to, solemn_reason=request.POST.get(slots.REASON, ""))
    return _("已到%(stage)s") % {"stage": words.label(Stage, done.stage)}


def adapt(request: BrandRequest, row: Piece) -> Any:
    post = request.POST
    made = services.adapt(
        actor=request.member, piece_id=row.pk, platform=post.get("platform", ""), form=post.get("form", "")
    )
    return {"go": present.url(made)}


def change(request: BrandRequest, row: Piece) -> Any:
    post = request.POST
    names = ("title", "account_id", "owner_id", "publish_at", "commercial", "lane", slots.REASON)
    given: dict[str, Any] = {k: post[k] for k in names if k in post}
    if "facts" in post:
        given["buying"] = "buying" in post
    if any(k.startswith("brief.") for k in post):
        given["brief"] = {k.removeprefix("brief."): v for k, v in post.items() if k.startswith("brief.")}
    services.change_piece(**_row(request, row), **given)
    return _("已保存")


def save(request: BrandRequest, row: Piece) -> Any:
    """Save the text; where somebody saved another since, both stand side by side and nothing is lost."""
    now = queries.newest(row)
    said = forms.body(row.form, request.POST, now.body if now else None)
    seen = kit.seen(request)
    try:
        made = services.add_revision(
            actor=request.member, piece_id=row.pk, seen=seen, body=said, note=request.POST.get("note", "")
        )
    except TextConflict as told:
        return _clash(request, row, said, told)
    return _("已保存第 %(number)d 版") % {"number": made.number}


def _clash(request: BrandRequest, row: Piece, said: Any, told: TextConflict) -> dict[str, Any]:
    mine = bodies.checked(row.form, said)
    now = queries.newest(row)
    services.keep_half(actor=request.member, piece_id=row.pk, base=row.revision, body=mine)
    theirs = present.body_lines(row, now.body) if now else ""
    texts = {"mine": present.body_lines(row, mine), "theirs": theirs}
    return {"clash": {**texts, "number": told.params["number"], "who": str(now.by) if now and now.by else ""}}


def drop(request: BrandRequest, row: Piece) -> Any:
    services.drop_half(actor=request.member, piece_id=row.pk)
    return _("已丢弃没保存的内容")


def catch_up(request: BrandRequest, row: Piece) -> Any:
    services.catch_up(**_row(request, row))
    return _("已标为跟上源内容")


def restore(request: BrandRequest, row: Piece) -> Any:
    number = kit.whole(request.POST.get("number", "")) or 0
    made = services.restore_revision(actor=request.member, piece_id=row.pk, seen=None, number=number)
    return _("已恢复，存为第 %(number)d 版") % {"number": made.number}


def let_stand(request: BrandRequest, row: Piece) -> Any:
    fields: dict[str, Any] = {k: request.POST.get(k, "") for k in ("key", "reason", "kind")}
    services.let_stand(**_row(request, row), **fields)
    return _("已放行，理由记入记录")


def withdraw(request: BrandRequest, row: Piece) -> Any:
    services.withdraw_stay(**_row(request, row), key=request.POST.get("key", ""))
    return _("已收回放行")


def remark(request: BrandRequest, row: Piece) -> Any:
    post = request.POST
    services.add_remark(
        actor=request.member,
        piece_id=row.pk,
        text=post.get("text", ""),
        anchor=anchors.typed(post),
        answers_id=post.get("answers") or None,
    )
    return _("已批注")


def _remark(request: BrandRequest) -> dict[str, Any]:
    return {"actor": request.member, "remark_id": kit.row_id(request), "seen": kit.seen_of(request)}


def settle(request: BrandRequest, row: Piece) -> Any:
    services.settle_remark(**_remark(request))
    return _("已标为处理好")


def unsettle(request: BrandRequest, row: Piece) -> Any:
    services.settle_remark(**_remark(request), settled=False)
    return _("已重新打开")


def unremark(request: BrandRequest, row: Piece) -> Any:
    services.remove_remark(**_remark(request))
    return _("已删除")


def decide(request: BrandRequest, row: Piece) -> Any:
    post = request.POST
    done = services.decide(
        **_row(request, row),
        decision=post.get("decision", ""),
        number=kit.whole(post.get("number", "")) or 0,
        note=post.get("note", ""),
        to=post.get("to", Stage.COPY),
    )
    if done.stage == Stage.REVIEW:
        return _("这一步已通过，等下一步审核")
    return _("审核完成") if done.stage == Stage.APPROVED else _("已退回，写的人会收到通知")


def risk(request: BrandRequest, row: Piece) -> Any:
    done = services.set_risk(
        **_row(request, row), level=request.POST.get("level", ""), reason=request.POST.get("reason", "")
    )
    return _("风险：%(risk)s") % {"risk": words.label(Piece.Risk, done.risk)}


def make_link(request: BrandRequest, row: Piece) -> Any:
    post = request.POST
    made, token = services.make_link(
        actor=request.member,
        piece_id=row.pk,
        name=post.get("name", ""),
        days=kit.whole(post.get("days", "")),
        may_decide="may_decide" in post,
    )
    return {"made_link": {"row": made, "address": absolute(f"/r/{token}/", request)}}


def end_link(request: BrandRequest, row: Piece) -> Any:
    services.end_link(actor=request.member, link_id=kit.row_id(request), seen=kit.seen_of(request))
    return _("链接已停用")


def _task(request: BrandRequest) -> dict[str, Any]:
    return {"actor": request.member, "task_id": kit.row_id(request), "seen": kit.seen_of(request)}


def _task_fields(request: BrandRequest) -> dict[str, Any]:
    return {k: request.POST.get(k, "") for k in ("kind", "text", "owner_id", "due", "hours")}


def add_task(request: BrandRequest, row: Piece) -> Any:
    services.add_task(actor=request.member, piece_id=row.pk, **_task_fields(request))
    return _("已添加任务")


def change_task(request: BrandRequest, row: Piece) -> Any:
    services.change_task(**_task(request), **_task_fields(request))
    return _("已保存")


def finish_task(request: BrandRequest, row: Piece) -> Any:
    done = services.finish_task(**_task(request), done=request.POST.get("done") != "0")
    return _("已完成") if done.done_at else _("已重新打开")


def remove_task(request: BrandRequest, row: Piece) -> Any:
    services.remove_task(**_task(request))
    return _("已删除")


def choose_facts(request: BrandRequest, row: Piece) -> Any:
    pairing.choose(**_row(request, row), key=request.POST.get("key", ""))
    return _("对上了，往后它的数都在这里")


def refuse_facts(request: BrandRequest, row: Piece) -> Any:
    pairing.refuse(**_row(request, row))
    return _("记下了：这几篇都不是")


def part_facts(request: BrandRequest, row: Piece) -> Any:
    pairing.part(**_row(request, row))
    return _("已分开，不会再自动对到那一篇")


HEAD = {"move": move, "adapt": adapt, "catch_up": catch_up}
BY_TAB: dict[str, dict[str, Callable[[BrandRequest, Piece], Any]]] = {
    "text": {"save": save, "change": change, "drop": drop},
    "check": {"let_stand": let_stand, "withdraw": withdraw},
    "versions": {"restore": restore},
    "remarks": {"remark": remark, "settle": settle, "unsettle": unsettle, "unremark": unremark},
    "review": {"decide": decide, "risk": risk, "make_link": make_link, "end_link": end_link, "change": change},
    "tasks": {"add": add_task, "save_task": change_task, "finish": finish_task, "remove": remove_task},
    "publish": {"change": change},
    "results": {"choose": choose_facts, "refuse": refuse_facts, "part": part_facts},
}
