"""A document in words: every text rendered, every cite numbered. All formats are made from this one form.

`written(document, allowed)` leaves out sections whose permission the reader lacks. Plain dicts and texts; nothing in it
depends on the clock.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.insight.goals.outlook import Outlook
from hongqiao.insight.goals.present import outlook_words
from hongqiao.insight.goals.progress import STATES
from hongqiao.insight.reports.document import canonical
from hongqiao.insight.reports.kinds import KINDS
from hongqiao.insight.reports.params import Params
from hongqiao.insight.reports.words import HEADS, SAYS
from hongqiao.ledger.words import said as rule_said
from hongqiao.ui import formats
from hongqiao.workspace.words import fill


@dataclass(frozen=True)
class Note:
    """A numbered cite. `words`: what it asks, for people."""

    number: int
    cite: Mapping[str, Any]
    words: str


@dataclass
class Written:
    """A report ready for any format. `stamp`: version and newest day; `sections`: {title, wide, blocks}."""

    kind: str
    title: str
    brand: str
    period: str
    stamp: str
    start: date
    end: date
    version: int
    sections: list[dict[str, Any]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    @property
    def line(self) -> str:
        """The line for the group, "" where the report has none."""
        return next((b["text"] for s in self.sections for b in s["blocks"] if b["block"] == "line"), "")


def written(document: Mapping[str, Any], allowed: Collection[str]) -> Written:
    """Return the document in the active language for a reader who holds these permissions."""
    return _Writer(document, allowed).write()


class _Writer:
    def __init__(self, document: Mapping[str, Any], allowed: Collection[str]):
        self.document, self.allowed = document, allowed
        self.start, self.end = date.fromisoformat(document["start"]), date.fromisoformat(document["end"])
        self.params = Params(self.end)
        self.numbers: dict[bytes, int] = {}
        self.notes: list[Note] = []

    def write(self) -> Written:
        d = self.document
        kind = KINDS.get(d["kind"])
        made = Written(
            d["kind"],
            _(kind.label) if kind else d["kind"],
            d["brand"],
            self._period(),
            self._stamp(),
            self.start,
            self.end,
            d["version"],
        )
        for section in d.get("sections", ()):
            needs = section.get("needs")
            if not needs or needs in self.allowed:
                blocks = [self._block(b) for b in section["blocks"]]
                title = _(HEADS[section["code"]]) if section["code"] in HEADS else section["code"]
                wide = section.get("wide", False)
                made.sections.append({"code": section["code"], "title": title, "wide": wide, "blocks": blocks})
        made.notes = self.notes
        return made

    def _period(self) -> str:
        if self.start == self.end:
            return self.start.isoformat()
        return f"{self.start}～{self.end}"

    def _stamp(self) -> str:
        fresh = self.document.get("fresh")
        said = _("数据版本 %(version)s") % {"version": self.document["version"]}
        return f"{_('数据更新至 %(day)s') % {'day': fresh}} · {said}" if fresh else said

    def _block(self, block: Mapping[str, Any]) -> dict[str, Any]:
        return getattr(self, "_" + block["block"])(block)

    def numbered(self, cites: Sequence[Mapping[str, Any]] | None) -> list[int]:
        """Return the numbers of cites, in order; the same question has the same number."""
        found = []
        for cite in cites or ():
            key = canonical(cite)
            if key not in self.numbers:
                self.numbers[key] = len(self.numbers) + 1
                self.notes.append(Note(self.numbers[key], cite, self.params.cite(cite)))
            found.append(self.numbers[key])
        return list(dict.fromkeys(found))

    def text(self, sentence: Mapping[str, Any]) -> str:
        """Return the words of one statement."""
        params = sentence.get("params", {})
        if sentence.get("rule"):
            return rule_said(sentence["rule"], sentence["code"], params)
        msgid = SAYS.get(sentence["code"])
        if msgid is None:
            return sentence["code"]
        return fill(msgid, {k: self.params.said(v) for k, v in params.items()})

    def _sentence(self, s: Mapping[str, Any]) -> dict[str, Any]:
        notes = self.numbered(s.get("cites"))
        more = {"tone": s.get("tone", ""), "sub": s.get("sub", False)}
        return {"block": "sentence", "text": self.text(s), "notes": notes, **more}

    def _callout(self, block: Mapping[str, Any]) -> dict[str, Any]:
        return {**self._sentence(block["sentence"]), "block": "callout", "tone": block.get("tone", "")}

    def _line(self, block: Mapping[str, Any]) -> dict[str, Any]:
        head, *rest = [self._sentence(s) for s in block["sentences"]]
        text = head["text"] + _("；").join(r["text"] for r in rest) + _("。")
        return {"block": "line", "text": text, "notes": [n for r in rest for n in r["notes"]]}

    def _kpis(self, block: Mapping[str, Any]) -> dict[str, Any]:
        return {"block": "kpis", "items": [self._kpi(k) for k in block["items"]]}

    def _kpi(self, k: Mapping[str, Any]) -> dict[str, Any]:
        change = k.get("change")
        moved = float((change or {}).get("value") or 0)
        better = k.get("better", "")
        tone = "" if not moved or not better else "good" if (moved > 0) == (better == "up") else "bad"
        note = self._sentence(k["note"])["text"] if k.get("note") else ""
        return {
            "label": self.params.said(k["label"]),
            "value": _("数据不足") if k.get("few") else self.params.said(k.get("value")),
            "few": k.get("few", False),
            "change": self.params.said(change) if change is not None else "",
            "tone": tone,
            "note": note,
            "notes": self.numbered(k.get("cites")),
        }

    def _goals(self, block: Mapping[str, Any]) -> dict[str, Any]:
        return {"block": "goals", "items": [self._goal(g) for g in block["items"]]}

    def _goal(self, g: Mapping[str, Any]) -> dict[str, Any]:
        seen = g.get("outlook")
        unit = (seen or {}).get("unit", "count")
        outlook = Outlook(**{k: v for k, v in seen.items() if k != "unit"}) if seen else None
        target = self.params.said(g["target"])
        return {
            "label": self.params.said(g["label"]),
            "place": self.params.said(g["place"]),
            "value": self.params.said(g.get("value")),
            "target": _("上限 %(target)s") % {"target": target} if g.get("ceiling") else target,
            "share": g.get("share"),
            "percent": formats.percent(g.get("share"), 0),
            "time": g.get("time"),
            "time_words": _("时间进度 %(time)s") % {"time": formats.percent(g["time"], 0)} if g.get("time") else "",
            "gap": "" if g.get("gap") is None else _("进度差 %(gap)s") % {"gap": formats.signed(g["gap"], "points")},
            "state": _(STATES[g["state"]][0]),
            "tone": {"good": "good", "info": "", "warn": "warn", "danger": "bad"}.get(g.get("tone", ""), ""),
            "owner": self.params.said(g.get("owner")),
            "outlook": outlook_words(outlook, unit),
            "notes": self.numbered(g.get("cites")),
        }

    def _table(self, block: Mapping[str, Any]) -> dict[str, Any]:
        heads = [{"label": self.params.said(h["label"]), "right": h.get("right", False)} for h in block["heads"]]
        rows = [[self._cell(c, h) for c, h in zip(row, heads, strict=True)] for row in block["rows"]]
        return {"block": "table", "heads": heads, "rows": rows}

    def _cell(self, c: Mapping[str, Any], head: Mapping[str, Any]) -> dict[str, Any]:
        text = self.params.said(c.get("value"))
        raw = self.params.raw(c.get("value"))
        more = {"tone": c.get("tone", ""), "right": head["right"], "head": head["label"], "raw": raw}
        return {"text": text, "notes": self.numbered(c.get("cites")), **more}

    def _chart(self, block: Mapping[str, Any]) -> dict[str, Any]:
        title = self.params.said(block["title"])
        series = [
            {"name": self.params.said(s["name"]), "values": s["values"], "room": s.get("room", "data")}
            for s in block["series"]
        ]
        plain = {k: block[k] for k in ("type", "x", "unit")}
        return {"block": "chart", "title": title, "series": series, "notes": self.numbered(block.get("cites")), **plain}
