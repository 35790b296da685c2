"""The ledger as a table to take away: its columns, a line an outcome."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.ledger import present
from hongqiao.ledger.models import Outcome


def heads() -> list[str]:
    return [
        _("动作"),
        _("模板"),
        _("板块"),
        _("负责人"),
        _("开始"),
        _("结束"),
        _("怎么判断"),
        _("指标"),
        _("结论"),
        _("原因"),
        _("效果"),
        _("区间下限"),
        _("区间上限"),
        _("置信水平"),
        _("相对变化"),
        _("样本"),
        _("费用"),
        _("数据版本"),
    ]


def lines(outcomes: Iterable[Outcome]) -> Iterator[list[Any]]:
    """Yield one row an outcome; figures stay figures."""
    for one in outcomes:
        row, said = one.action, present.shown(one)
        cost = float(row.cost) if row.cost is not None else None
        yield [
            present.words.label(row),
            row.template,
            present.room_label(row.room),
            str(row.owner or ""),
            one.start,
            one.end,
            said["method"],
            said["metric"],
            said["verdict"],
            said["why"],
            one.effect,
            one.lo,
            one.hi,
            one.level,
            one.relative,
            one.n,
            cost,
            one.manifest,
        ]
