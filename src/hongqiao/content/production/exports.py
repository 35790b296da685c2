"""Pieces as a file that opens in Excel; a text that could be read as a formula is never one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from hongqiao.content.production import queries
from hongqiao.workspace import spreadsheets
from hongqiao.workspace.views import kit

MOST = 5000


def xlsx(cards: Sequence[dict[str, Any]], name: str = "") -> HttpResponse:
    """Return the pieces of a list as a workbook, a line a piece. name: what its file is called, without the ending."""
    made = spreadsheets.xlsx(_heads(), map(_line, cards), _("内容"))
    return kit.named(HttpResponse(made, content_type=spreadsheets.XLSX), f"{name or _('内容进度')}.xlsx")


def _heads() -> list[str]:
    return [
        *(_("标题"), _("平台"), _("账号"), _("形式"), _("阶段"), _("负责人"), _("发布时间"), _("审核通道"), _("风险")),
        *(_("须处理"), _("未处理批注"), _("下一个任务到期"), _("地址")),
    ]


def _line(card: dict[str, Any]) -> list[Any]:
    row = card["row"]
    slot = at.replace(tzinfo=None) if (at := queries.local(row)) else None
    return [
        *(row.title, card["platform"], str(row.account or ""), card["form"], card["stage"], card["owner"], slot),
        *(_(row.get_lane_display()), _(row.get_risk_display()), card["stops"], card["remarks"]),
        *(card["due"]["day"] if card["due"] else None, row.address),
    ]
