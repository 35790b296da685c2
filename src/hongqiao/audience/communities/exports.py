"""Lists to take away: activities, and a draw's tickets and winners. Names stay masked, contacts are not in them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from hongqiao.audience.communities import kit
from hongqiao.audience.communities.activities import queries
from hongqiao.audience.communities.draws import queries as draws
from hongqiao.audience.models import Activity, Draw
from hongqiao.workspace.views.kit import table_file


def activities(kind: str, rows: Iterable[Activity]) -> HttpResponseBase:
    """Return the list of activities as a file."""
    heads = [
        _("活动"),
        _("类型"),
        _("状态"),
        _("目标"),
        _("开始"),
        _("结束"),
        _("负责人"),
        _("社群"),
        _("账号"),
        _("预算"),
        _("已花"),
        _("参与"),
        _("结果"),
        _("下次怎么改"),
    ]

    def one(r: Activity) -> list[Any]:
        return [
            r.title,
            _(str(r.get_kind_display())),
            _(str(r.get_state_display())),
            r.goal,
            at(r.opens),
            at(r.closes),
            str(r.owner or ""),
            str(r.group or ""),
            str(r.account or ""),
            r.budget,
            queries.spent(r),
            queries.took_part(r),
            r.results,
            r.lessons,
        ]

    return table_file(kind, f"activities.{kind}", heads, map(one, rows))


def draw(kind: str, row: Draw) -> HttpResponseBase:
    """Return who entered a draw and who won, as a file for the records."""
    heads = [
        _("编号"),
        _("昵称"),
        _("券数"),
        _("报名时间"),
        _("排除原因"),
        _("名次"),
        _("奖项"),
        _("价格"),
        _("兑奖"),
        _("快递与单号"),
        _("弃奖原因"),
    ]
    won = {w.ticket_id: w for w in draws.wins(row)}
    prizes = {p["code"]: f"{p['level']} {p['name']}" for p in row.form.get("prizes", [])}
    reasons = kit.book(row.brand)["exclusions"]["labels"]

    def one(t: Any) -> list[Any]:
        win = won.get(t.pk)
        told = (
            [
                win.rank,
                prizes.get(win.prize, win.prize) or _("候补"),
                win.price,
                _(str(win.get_state_display())),
                win.carrier,
                win.why,
            ]
            if win
            else [None] * 6
        )
        reason = _(reasons[t.excluded]) if t.excluded in reasons else t.excluded
        return [t.code, kit.masked(kit.unseal(t.name)), t.count, at(t.taken_at), reason, *told]

    return table_file(kind, f"draw-{row.pk}.{kind}", heads, map(one, draws.tickets(row)))


def at(moment: Any) -> str:
    """Return a moment in the reader's zone, "" for none."""
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""
