"""Time zones to choose from: the ones teams are in first, by city, each with its offset of today; then all others."""

from __future__ import annotations

import json
from datetime import date, datetime
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo, available_timezones

from django.utils.translation import gettext as _

Options = list[tuple[str, str]]  # (IANA name, words)


def choices() -> list[tuple[str, Options]]:
    """Return (words of the group, options) twice: common zones in the data file's order, the rest by name."""
    offsets = _offsets(date.today())
    common = [(e["zone"], f"{_(e['label'])} · {offsets[e['zone']]}") for e in _common() if e["zone"] in offsets]
    first = {zone for zone, _label in common}
    rest = [(zone, f"{zone} · {offset}") for zone, offset in offsets.items() if zone not in first]
    return [(_("常用时区"), common), (_("全部时区"), rest)]


@lru_cache(1)
def _common() -> list[dict[str, str]]:
    return json.loads(files(__package__).joinpath("zones.json").read_text("utf-8"))["common"]


@lru_cache(2)
def _offsets(day: date) -> dict[str, str]:
    """Return every zone with its offset at noon of a day: summer time moves it."""
    noon = datetime(day.year, day.month, day.day, 12)
    return {zone: _written(noon, zone) for zone in sorted(available_timezones())}


def _written(moment: datetime, zone: str) -> str:
    text = moment.replace(tzinfo=ZoneInfo(zone)).strftime("%z")
    return f"UTC{text[:3]}:{text[3:5]}"
