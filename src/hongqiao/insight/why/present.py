"""The answer as a page and as rows: sentences with their rows, a chart of the parts, tables that add up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from hongqiao.errors import N_
from hongqiao.insight import queries
from hongqiao.insight.links import metric_link
from hongqiao.insight.rules import acts, windows
from hongqiao.insight.rules.moved import RULE
from hongqiao.insight.why.asking import Answer
from hongqiao.insight.words import label, listed, unit_of, value_words
from hongqiao.ledger import words as ledger_words
from hongqiao.ledger.present import rows_url
from hongqiao.ledger.rules import Look
from hongqiao.methods.rootcause import Slice
from hongqiao.metrics import DIMENSIONS, METRICS
from hongqiao.ui import formats
from hongqiao.ui.period import Period, days_words
from hongqiao.workspace import permissions
from hongqiao.workspace.models import Member

VERDICTS = {
    "single_cause": N_("主要来自一处：%(first)s，占变化的 %(share)s。"),
    "several": N_("来自几处：%(first)s 等，合起来占变化的 %(share)s。"),
    "mix_only": N_("只是结构变化：各部分自身几乎没变，变的是它们的占比。"),
    "broad": N_("没有单一原因：变化分散在各部分。"),
    "no_change": N_("没有变化。"),
    "one_place": N_("只有这一处，没有更细的部分可拆；看同时发生了什么。"),
}
SHOWN = 12


class Page:
    """An answer for one member: names, links and units worked out once."""

    def __init__(self, member: Member, answer: Answer, period: Period) -> None:
        self.member, self.answer, self.period = member, answer, period
        self.code = answer.asked.metric
        self.accounts = queries.account_names(member.brand_id)
        self.link = metric_link(member.brand.slug, period, answer.asked.where)
        self.rate = METRICS[self.code].format == "rate"
        self.unit = unit_of(self.code)
        self.change_unit = "points" if self.rate else self.unit
        self.parts = self._parts()

    def _parts(self) -> Sequence[Slice]:
        """Return the parts found; where none has a name, the slices of the first dimension, if they are few: they add
        up too, and say more than one bar for everything."""
        first = next(iter(self.answer.found.by_dim.values()), ())
        named = any(p.where for p in self.answer.found.parts)
        return self.answer.found.parts if named or not 0 < len(first) <= SHOWN else first

    def context(self) -> dict[str, Any]:
        """Return what the template shows."""
        found = self.answer.found
        return {
            "code": self.code,
            "label": label(self.code),
            "unit": self.unit,
            "change_unit": self.change_unit,
            "found": found,
            "relative": found.change / abs(found.before) if found.before and not self.rate else None,
            "verdict": self.verdict(),
            "parts": [self.row(p) for p in self.parts],
            "by_dim": [self.table(name) for name in found.by_dim],
            "chart": self.chart(),
            "ratio": found.kind == "ratio",
            "against": days_words(self.answer.before_start, self.answer.before_end, self.period.today),
            "coincided": list(self.coincided()),
            "left_out": listed(_(DIMENSIONS[d].label) for d in self.answer.left_out),
            "missing": self.answer.missing,
            "metric_url": reverse("data_metric", args=[self.member.brand.slug, self.code]),
        }

    def verdict(self) -> str:
        """Return the sentence that says what it was."""
        found = self.answer.found
        named = [p for p in found.parts if p.where and (p.share or 0) > 0]
        share = sum(p.share or 0 for p in named[:1] if named) if found.verdict == "single_cause" else 0
        share = share or sum(p.share or 0 for p in named)
        first = self.name(named[0]) if named else ""
        return _(VERDICTS[found.verdict]) % {"first": first, "share": formats.percent(share)}

    def name(self, part: Slice) -> str:
        """Return a slice's name: 抖音 · 推荐; the rest's."""
        if not part.where:
            return _("其余") if len(self.answer.found.parts) > 1 else _("全部")
        return " · ".join(value_words(d, v, self.accounts, {}) for d, v in part.where)

    def row(self, part: Slice) -> dict[str, Any]:
        cell = {d: (v or None) for d, v in part.where}
        url = self.link(self.code, **cell) if part.where else ""
        plain = {k: getattr(part, k) for k in ("before", "after", "change", "mix", "rate", "share", "weight")}
        return {"name": self.name(part), "url": url, **plain}

    def table(self, name: str) -> dict[str, Any]:
        """Return one dimension's slices, the largest first, the small ones folded, with the sum."""
        slices = self.answer.found.by_dim[name]
        shown, rest = slices[:SHOWN], slices[SHOWN:]
        rows = [self.row(s) for s in shown]
        if rest:
            folded = {k: sum(getattr(s, k) for s in rest) for k in ("change", "mix", "rate")}
            share = sum(s.share or 0 for s in rest)
            more = _("另外 %(n)s 项") % {"n": len(rest)}
            rows.append({"name": more, "url": "", "before": None, "after": None, "share": share, **folded})
        return {"code": name, "label": _(DIMENSIONS[name].label), "rows": rows}

    def chart(self) -> dict[str, Any]:
        """Return the parts as bars, whose values add up to the change."""
        parts = self.parts
        values = [p.change * 100 if self.rate else p.change for p in parts]
        return {
            "type": "hbar",
            "x": [self.name(p) for p in parts],
            "unit": "number" if self.rate else self.unit,
            "series": [{"name": _("贡献（百分点）") if self.rate else _("贡献"), "values": values, "room": "data"}],
            "links": [self.row(p)["url"] for p in parts],
            "size": "s" if len(parts) < 5 else "m",
        }

    def coincided(self) -> Iterator[dict[str, str]]:
        """Yield what happened at the same time, never as a cause, each with the rows behind it."""
        asked, brand = self.answer.asked, self.member.brand
        look = Look(brand, queries.opened(self.member), asked.end + timedelta(days=1), {}, {})
        against = (self.answer.before_start, self.answer.before_end)
        window = windows.Window(asked.start, asked.end, against=against)
        change = None if self.answer.found.kind == "ratio" else self.answer.found.change
        held = permissions.held_by(self.member)
        for one in acts.coincided(look, self.code, asked.where, window, change):
            said = ledger_words.said(RULE.code, one.code, one.params)
            yield {"text": said, "url": rows_url(brand, one.cite, held)}

    def rows(self) -> Iterator[list[Any]]:
        """Yield the parts and each dimension's slices as rows of a file."""
        for part in self.answer.found.parts:
            yield [_("分解"), *self._cells(self.row(part))]
        for name, slices in self.answer.found.by_dim.items():
            for part in slices:
                yield [_(DIMENSIONS[name].label), *self._cells(self.row(part))]

    @staticmethod
    def _cells(row: Mapping[str, Any]) -> list[Any]:
        return [row[k] for k in ("name", "before", "after", "change", "mix", "rate", "share")]


def heads() -> list[str]:
    """Return the head of the file."""
    return [_("维度"), _("部分"), _("对比期"), _("本期"), _("贡献"), _("结构变化"), _("自身变化"), _("占变化")]


def to_json(answer: Answer) -> dict[str, Any]:
    """Return an answer as the interface gives it."""
    plain: dict[str, Any] = answer.found.to_json()
    spans: dict[str, date] = {"start": answer.asked.start, "end": answer.asked.end}
    spans |= {"compare_start": answer.before_start, "compare_end": answer.before_end}
    return {
        "metric": answer.asked.metric,
        **{k: str(v) for k, v in spans.items()},
        **plain,
        "dims": list(answer.dims),
        "left_out": list(answer.left_out),
        "missing_days": answer.missing,
        "version": answer.version,
    }
