"""The views a member pinned to 今日: one figure a view, its change against the period before, its days as a line."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from hongqiao.errors import HongqiaoError
from hongqiao.insight import pictures
from hongqiao.insight.explorer import answer as answers
from hongqiao.insight.explorer import picture, services
from hongqiao.insight.explorer.question import from_json
from hongqiao.insight.models import SavedView
from hongqiao.insight.words import label, unit_of
from hongqiao.metrics import METRICS
from hongqiao.workspace import figures, permissions
from hongqiao.workspace.models import Member
from hongqiao.workspace.words import error_words


def cards(member: Member) -> list[dict[str, Any]]:
    """Return one card a pinned view. A view that cannot be answered any more says why, and opens."""
    if not permissions.allows(member, services.SEE):
        return []
    today = figures.today_of(member.brand)
    return [_card(member, view, today) for view in services.pinned(member)]


def _card(member: Member, view: SavedView, today: date) -> dict[str, Any]:
    url = reverse("data_view", args=[member.brand.slug, view.id])
    try:
        return {"name": view.name, "url": url} | _figure(member, view, today)
    except HongqiaoError as error:
        return {"name": view.name, "url": url, "failed": error_words(error)["message"]}


def _said(code: str, name: str) -> str:
    """Return which metric a pin shows where its name does not say so, and that it is retired where it is."""
    if METRICS[code].retired:
        return _("%(name)s（已停用）") % {"name": label(code)}
    return label(code) if label(code) != name else ""


def _figure(member: Member, view: SavedView, today: date) -> dict[str, Any]:
    """The first metric of the view, over all its cells."""
    kept = from_json(view.question, today)
    code = kept.metrics[0]
    found = answers.answer(
        member, replace(kept, metrics=(code,), by=("day",), vs=kept.vs or "previous", sort=""), today
    )
    result, metric = found.result, METRICS[code]
    if result is None:
        return {}
    rows = {r["day"]: r.get(code) for r in result.rows}
    days = pictures.days_of(found.period)
    return {
        "value": result.totals.get(code),
        "unit": unit_of(code),
        "change": result.change.get(code),
        "change_unit": "points" if metric.format == "rate" else "percent",
        "against": picture.change_words(found),
        "better": metric.better or "",
        "note": _said(code, view.name),
        "spark": [pictures.as_number(rows.get(d)) for d in days] if len(days) > 1 else [],
    }
