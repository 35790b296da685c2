"""The list of incidents as a file: csv or xlsx."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from hongqiao.crisis.models import Incident
from hongqiao.crisis.watching import clocks, words
from hongqiao.workspace.views import kit


def head() -> list[str]:
    """Return the names of the columns."""
    return [
        _("编号"), _("事件"), _("级别"), _("人工定级"), _("状态"), _("类型"), _("性质"), _("提及数"), _("首发时间"),
        _("首次听到"), _("接警"), _("首次回应"), _("听到后回应分钟"), _("关闭"), _("总指挥"), _("演练"),
    ]  # fmt: skip


def rows(incidents: Iterable[Incident]) -> Iterator[list[Any]]:
    """Yield a line an incident; times in the reader's zone."""
    for one in incidents:
        took = one.answered_at - one.heard_at if one.answered_at else None
        yield [
            one.number,
            one.title,
            words.level(one.level),
            one.by_hand.get("reason", ""),
            _(clocks.State(one.state).label),
            words.kind(one.kind),
            words.nature(one.brand, one.nature),
            getattr(one, "n", None),
            *(_at(t) for t in (one.posted_at, one.heard_at, one.taken_at, one.answered_at)),
            round(took.total_seconds() / 60) if took is not None else None,
            _at(one.closed_at),
            str(one.commander or ""),
            _("演练") if one.drill else "",
        ]


def _at(moment: Any) -> str:
    return timezone.localtime(moment).isoformat(sep=" ", timespec="minutes")[:16] if moment else ""


def respond(form: str, incidents: Iterable[Incident]) -> HttpResponseBase:
    """Return the download; no text of it is taken for a formula."""
    return kit.table_file(form, f"incidents.{form}", head(), rows(incidents))
