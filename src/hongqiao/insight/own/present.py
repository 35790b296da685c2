"""What the pages of a brand's own metrics show, in words. Nothing is computed here."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from hongqiao.errors import N_
from hongqiao.insight import queries as figures
from hongqiao.insight.models import OwnMetric
from hongqiao.insight.own import drafts, loading, queries
from hongqiao.insight.words import few_words, label, note_words, part_words, unit_of, unit_words
from hongqiao.metrics import DIMENSIONS, METRICS, families
from hongqiao.metrics.formula.reading import plain
from hongqiao.ui import formats
from hongqiao.ui.period import days_words
from hongqiao.workspace import figures as brand_figures
from hongqiao.workspace.models import Member

FIELDS = {
    "label": N_("名称"),
    "formula": N_("公式"),
    "format": N_("写法"),
    "better": N_("好坏"),
    "note": N_("说明"),
}
QUIET = ("missing_days", "partial_days", "late_accounts")  # said by the figure's own page


def typed(member: Member, row: OwnMetric) -> dict[str, Any]:
    """Return the form of the version in force; its formula in the reader's words, a new reason to be given."""
    now = row.versions.get(number=row.number)
    plain = {name: getattr(now, name) for name in ("label", "format", "better", "note")}
    return plain | {"formula": _typed(member, now.formula), "code": row.code, "why": ""}


def _typed(member: Member, formula: str) -> str:
    """Return a kept formula as a person would type it: by names, by code where a name is not one metric's alone."""
    known = drafts.names(member, loading.fetch(member.brand_id))

    def name(code: str) -> str:
        base = code.partition("@")[0]
        text = label(base) if base in METRICS else base
        return text if known.get(plain(text)) == (base,) else base

    return queries.said(formula, name)


def names() -> list[dict[str, Any]]:
    """Return what a formula may be made of, by family: (code, name, unit)."""
    return [{"label": _(f.label), "entries": [_name(c) for c in f.metrics]} for f in families()]


def _name(code: str) -> tuple[str, str, str]:
    return code, label(code), unit_words(METRICS[code].unit)


def check(member: Member, draft: drafts.Draft) -> dict[str, Any]:
    """Return unit, parts, dimensions and the example of a draft."""
    found = drafts.example(member, draft)
    metric = draft.metric
    with drafts.tried(member, draft):
        parts = [name for _part, name in part_words(drafts.DRAFT)]
        unit = unit_of(drafts.DRAFT)
        notes = [note_words({**n, "metrics": ()}) for n in found.notes if n["code"] not in QUIET]
        few = few_words(drafts.DRAFT, found.few[drafts.DRAFT]) if drafts.DRAFT in found.few else None
    value = found.totals.get(drafts.DRAFT)
    return {
        "formula": queries.said(draft.formula),
        "unit": unit_words(metric.unit),
        "parts": parts,
        "dimensions": [_(DIMENSIONS[d].label) for d in metric.dimensions],
        "additive": metric.additive,
        "value": formats.figure(value, unit),
        "few": few[1] if few else "",
        "none": value is None,
        "days": days_words(found.start, found.end, brand_figures.today_of(member.brand))
        if found.start and found.end
        else "",
        "notes": notes,
        "facts": figures.has_facts(member.brand),
    }


def page(row: OwnMetric) -> dict[str, Any]:
    """Return one metric's versions, the newest first, each with what it changed."""
    steps = queries.history(row)
    return {
        "row": row,
        "now": steps[0].version,
        "formula": queries.said(steps[0].version.formula),
        "known": row.code in METRICS,
        "unit": unit_words(METRICS[row.code].unit) if row.code in METRICS else "",
        "versions": [
            {
                "v": s.version,
                "formula": queries.said(s.version.formula),
                "changes": [(_(FIELDS[name]), was, now) for name, was, now in s.changes],
                "follows": label(s.version.follows) if s.version.follows in METRICS else s.version.follows,
                "code": f"{row.code}@{s.version.number}",
            }
            for s in steps
        ],
    }
