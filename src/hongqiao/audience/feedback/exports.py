"""Tickets as a file: csv or xlsx, without who said it and without the number of an order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from hongqiao.audience.feedback import clocks, kinds, settings, teams, words
from hongqiao.audience.models import Ticket
from hongqiao.workspace.views import kit


def head() -> list[str]:
    """Return the names of the columns."""
    said = [_("编号"), _("标题"), _("内容"), _("类型"), _("优先级"), _("定级依据"), _("状态"), _("小组"), _("负责人")]
    said += [_("产品"), _("来源"), _("登记时间"), _("首次响应"), _("解决时间"), _("方案时限"), _("等用户（分钟）")]
    return [*said, _("解决用时（服务分钟）"), _("超时项"), _("升级次数"), _("重开次数"), _("满意度"), _("怎样解决")]


def lines(rows: Iterable[Ticket]) -> Iterator[list[Any]]:
    """Yield a line a ticket."""
    names: dict[Any, dict[str, str]] = {}
    books: dict[Any, dict[str, Any]] = {}
    for t in rows:
        team = names.setdefault(t.brand_id, dict(teams.labels(t.brand)))
        book = books.setdefault(t.brand_id, settings.book(t.brand))
        took = clocks.took(t, t.solved_at, book).total_seconds() / 60 if t.solved_at else None
        said: list[Any] = [t.number, t.title, t.text, kinds.label(t.kind), t.priority, words.why(t.why)]
        said += [words.state(t.state), team.get(t.team, t.team), str(t.owner) if t.owner else "", t.product]
        said += [_(t.get_origin_display()), _at(t.opened_at), _at(t.first_at), _at(t.solved_at), _at(t.fix_due)]
        said += [round(t.waited / 60), None if took is None else round(took)]
        yield [*said, "、".join(words.clock_name(c) for c in t.late), t.level, t.reopened, t.score, t.fix]


def _at(moment: Any) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M:%S") if moment else ""


def respond(form: str, rows: Iterable[Ticket]) -> HttpResponseBase:
    """Return tickets as a file; no text of it is taken for a formula."""
    return kit.table_file(form, f"tickets.{form}", head(), lines(rows))
