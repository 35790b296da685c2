"""The card of an alarm, as e-mail and group bots write it: what, how grave, until when, where to take it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from hongqiao.crisis.models import Alarm
from hongqiao.crisis.watching import alarms, clocks, tables, words
from hongqiao.delivery import cards
from hongqiao.workspace.links import absolute
from hongqiao.workspace.models import Brand


def card(brand: Brand, payload: Mapping[str, Any]) -> cards.Card | None:
    """Return the card, None where somebody took the alarm meanwhile."""
    found = Alarm.objects.filter(brand=brand, pk=str(payload["alarm"]), taken_at=None)
    alarm = found.select_related("brand", "incident__brand", "mention").first()
    if alarm is None:
        return None
    lines = [cards.Line(words.sentence(alarm))]
    incident = alarm.incident
    if incident:
        said = _("事件 %(number)s：%(title)s") % {"number": incident.number, "title": incident.title}
        lines.append(cards.Line(said))
        if clock := clocks.running(incident, tables.table(brand), timezone.now()):
            lines.append(cards.Line(words.clock(clock)))
    head = _("舆情告警 · %(level)s") % {"level": words.level(alarms.level_of(alarm))}
    title = f"{_('【演练】') if alarm.drill else ''}{brand.name}：{head}"
    return cards.Card(title, tuple(lines), absolute(alarms.address(alarm)), _("打开后点“接警”，不再继续提醒"))
