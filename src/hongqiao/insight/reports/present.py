"""Reports as pages show them: notes as links, charts for the chart component, kinds, archive, schedules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from hongqiao.errors import N_, NotFound
from hongqiao.insight.models import Report, Schedule
from hongqiao.insight.reports import queries
from hongqiao.insight.reports.formats.pdf import marks
from hongqiao.insight.reports.kinds import KINDS
from hongqiao.insight.reports.written import Written
from hongqiao.insight.words import label, unit_of
from hongqiao.metrics import METRICS, Result
from hongqiao.workspace.models import Member, Rewording

PAGE = 20
TAGS = {"good": "good", "bad": "danger", "warn": "warn"}
WEEKDAYS = (N_("周一"), N_("周二"), N_("周三"), N_("周四"), N_("周五"), N_("周六"), N_("周日"))


def home(member: Member, kind: str, after: str) -> dict[str, Any]:
    """Return what the page of reports shows."""
    slug, newest = member.brand.slug, queries.latest(member)
    rows, following = _page(member, kind if kind in KINDS else "", after)
    people = Member.objects.filter(brand=member.brand, state=Member.State.ACTIVE).select_related("user").order_by("id")
    return {
        "kinds": [_kind(member, code, newest.get(code)) for code in KINDS],
        "rows": [_row(slug, r) for r in rows],
        "next": following,
        "kind": kind,
        "kind_options": [(k.code, _(k.label)) for k in KINDS.values()],
        "schedules": [_schedule(s, {str(m.pk): str(m) for m in people}) for s in queries.schedules(member)],
        "people": [(str(m.pk), str(m)) for m in people],
        "rhythms": [(v, _(w)) for v, w in Schedule.Rhythm.choices],
        "weekdays": [(n, _(w)) for n, w in enumerate(WEEKDAYS)],
        "hours": range(24),
        "monthdays": range(1, 29),
    }


def _kind(member: Member, code: str, row: Report | None) -> dict[str, Any]:
    kind, slug = KINDS[code], member.brand.slug
    start, end = queries.wanted_days(member, code)
    url = reverse("data_report", args=[slug, row.pk]) if row else ""
    newest = {"url": url, "period": period(row)} if row else None
    return {"code": code, "label": _(kind.label), "about": _(kind.about), "unit": kind.unit, "row": newest} | {
        "start": start,
        "end": end,
    }


def period(row: Report) -> str:
    return str(row.start) if row.start == row.end else f"{row.start}～{row.end}"


def _page(member: Member, kind: str, after: str) -> tuple[list[Report], str]:
    found = queries.reports(member, kind)
    if after:
        try:
            found = found.filter(id__lt=UUID(after))
        except ValueError:
            raise NotFound() from None
    rows = list(found[: PAGE + 1])
    return rows[:PAGE], str(rows[PAGE - 1].pk) if len(rows) > PAGE else ""


def _row(slug: str, row: Report) -> dict[str, Any]:
    kind = KINDS.get(row.kind)
    return {
        "label": _(kind.label) if kind else row.kind,
        "period": period(row),
        "url": reverse("data_report", args=[slug, row.pk]),
        "built": row.created_at,
        "by": str(row.author) if row.author else _("定时"),
        "version": row.manifest,
    }


def _schedule(row: Schedule, people: Mapping[str, str]) -> dict[str, Any]:
    kind = KINDS.get(row.kind)
    when = {"weekly": _(WEEKDAYS[row.day % 7]), "monthly": _("%(day)s 日") % {"day": row.day}}.get(row.rhythm, "")
    names = [people[m] for m in row.members if m in people]
    names += [_("群机器人")] if row.groups else []
    return {
        "row": row,
        "label": _(kind.label) if kind else row.kind,
        "when": f"{_(row.get_rhythm_display())} {when} {row.hour:02d}:00".replace("  ", " "),
        "who": _("、").join(names) or _("没有收件人"),
    }


def sections(
    slug: str, row: Report, said: Written, made: Mapping[str, Rewording] | None = None
) -> list[dict[str, Any]]:
    """Return the sections for the page: blocks with their notes as links and charts as payloads, and the rewordings
    of their sentences (`made`: sentence → rewording)."""
    linked = _Linked(slug, row, made or {})
    shown = []
    for section in said.sections:
        shown.append({**section, "blocks": [linked.block(b) for b in section["blocks"]]})
    return shown


class _Linked:
    def __init__(self, slug: str, row: Report, made: Mapping[str, Rewording]):
        self.slug, self.row, self.charts, self.made = slug, row, 0, made

    def block(self, block: Mapping[str, Any]) -> dict[str, Any]:
        made = self._noted(block) | {"reworded": self.made.get(block.get("text", ""))}
        if "items" in block:
            made["items"] = [self._noted(i) for i in block["items"]]
        if "rows" in block:
            made["rows"] = [[self._noted(c) for c in row] for row in block["rows"]]
        if block["block"] == "chart":
            self.charts += 1
            made |= {"id": f"chart_{self.charts}", "payload": _payload(block)}
        return made

    def _noted(self, block: Mapping[str, Any]) -> dict[str, Any]:
        links = [{**m, "url": self._url(m["first"])} for m in marks(list(block.get("notes", [])))]
        tag = TAGS.get(block.get("tone", ""), "")
        return {**block, "links": links, "tag": tag, "url": links[0]["url"] if links else ""}

    def _url(self, number: int) -> str:
        return reverse("data_report_note", args=[self.slug, self.row.pk, number])


def _payload(block: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": block["type"], "x": block["x"], "unit": block["unit"], "series": block["series"], "size": "s"}


def cards(answers: Mapping[str, Result]) -> list[dict[str, Any]]:
    """Return the figures of a note as cards."""
    return [
        {
            "code": code,
            "label": label(code),
            "value": result.totals.get(code),
            "unit": unit_of(code),
            "proxy": _(METRICS[code].definition) if METRICS[code].proxy and not METRICS[code].params else "",
        }
        for code, result in answers.items()
    ]
