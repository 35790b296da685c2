"""What the repair's page shows: the plan by phase, the curve with its band, figures beside. X3."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.crisis import settings
from hongqiao.crisis.models import Goodwill, Incident, Mention
from hongqiao.crisis.repair.series import Beside
from hongqiao.methods.crisis.recovery import Recovery
from hongqiao.metrics import METRICS
from hongqiao.ui import formats

PHASES = (30, 60, 90)


def phases(incident: Incident, items: Sequence[Goodwill]) -> list[dict[str, Any]]:
    """Return the plan by phase, each item with whether it is late."""
    return [{"days": d, "items": [i for i in items if i.phase == d]} for d in PHASES]


def chart(found: Recovery) -> dict[str, Any] | None:
    """Return the curve of net sentiment with the line that it has to reach, None where nothing can be said."""
    if found.few or found.band is None:
        return None
    x = [p.day.isoformat() for p in found.points]
    low = [found.band.low] * len(x)
    marks = [{"x": x.index(found.recovered.isoformat()), "label": _("达到恢复标准")}] if found.recovered else []
    return {
        "type": "line",
        "x": x,
        "series": [
            {"name": _("近 7 天净情感"), "values": [p.value for p in found.points], "room": "crisis"},
            {"name": _("恢复线"), "values": low, "dashed": True, "room": "plain"},
        ],
        "annotations": marks,
        "size": "m",
    }


def volumes(found: Recovery) -> dict[str, Any] | None:
    """Return mentions a day with the most that counts as quiet."""
    if found.few or found.band is None:
        return None
    x = [p.day.isoformat() for p in found.points]
    return {
        "type": "line",
        "x": x,
        "series": [
            {"name": _("近 7 天日均提及"), "values": [p.a_day for p in found.points], "room": "crisis"},
            {"name": _("事发前日均"), "values": [found.band.a_day] * len(x), "dashed": True, "room": "plain"},
        ],
        "unit": "",
        "size": "s",
    }


def last(found: Recovery) -> dict[str, float | None]:
    """Return the newest figures of both curves, None where no day of the last seven says one."""
    newest = found.points[-7:]
    return {
        "value": next((p.value for p in reversed(newest) if p.value is not None), None),
        "a_day": next((p.a_day for p in reversed(newest) if p.a_day is not None), None),
    }


def beside(rows: Sequence[Beside]) -> list[dict[str, Any]]:
    """Return the figures beside, in words."""
    shown = []
    for one in rows:
        metric = METRICS[one.metric]
        unit = {"int": "count", "money": "money", "rate": "percent"}.get(metric.format, "")
        shown.append(
            {
                "label": _(metric.label),
                "before": formats.figure(one.before, unit) if one.before is not None else "",
                "now": formats.figure(one.now, unit) if one.now is not None else "",
                "back": one.back,
                "few": one.few,
            }
        )
    return shown


def quotes(incident: Incident) -> list[Mention]:
    """Return what users say since and not against the brand, newest first: for a person to choose from.

    Those of the incident itself come first: they are who it was mended for.
    """
    most = settings.of(incident.brand, "repair")["quotes"]
    keys = incident.mentions.exclude(author_key="").values_list("author_key", flat=True)
    rows = Mention.objects.filter(brand=incident.brand, ours=True, drill=incident.drill, negative=False)
    rows = rows.filter(posted_at__gt=incident.posted_at).exclude(read_at=None).exclude(incident=incident)
    theirs = list(rows.filter(author_key__in=list(keys[:500])).order_by("-posted_at")[:most])
    about = [w for w in incident.topics if isinstance(w, str)]
    named = [m for m in rows.order_by("-posted_at")[:400] if any(w in m.text for w in about) and m not in theirs]
    return [*theirs, *named][:most]
