"""The report on paper (PDF) or as one long picture (PNG). X3."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from hongqiao.crisis.models import Incident
from hongqiao.crisis.repair.report import Section
from hongqiao.ui import formats, typeset

SHAPES = {"pdf": "application/pdf", "png": "image/png"}
PPI = 160.0


def draw(shape: str, row: Incident, made: Sequence[Section]) -> bytes:
    """Return the report as "pdf" or "png"; sentences are numbered as on the page. Raises NoTypeface."""
    with typeset.sheet("hongqiao.crisis.repair", "report.typ") as sheet:
        sheet.told(
            {
                "whole": shape == "png",
                "font": sheet.family,
                "lang": typeset.language(),
                "title": row.title,
                "sub": _("舆情事件 %(n)s · %(level)s · %(state)s")
                % {"n": row.number, "level": _(row.get_level_display()), "state": _(row.get_state_display())},
                "drill": _("演练") if row.drill else "",
                "foot": _("%(at)s 由系统记录生成，每句话的依据在系统里可以打开")
                % {"at": formats.moment(timezone.now())},
                "sections": [{"title": s.title, "lines": [x.text for x in s.sentences]} for s in made],
            }
        )
        return sheet.made(shape, PPI)
