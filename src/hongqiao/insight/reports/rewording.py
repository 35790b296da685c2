"""A report's sentences in a model's words, one by one, in the background. Only its page shows them, each with its mark.

Files, groups and the interface carry the report's own sentences: a document has one wording.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import translation

from hongqiao.errors import N_
from hongqiao.insight.models import Report
from hongqiao.insight.reports import queries, thresholds
from hongqiao.insight.reports.kinds import kind_of
from hongqiao.insight.reports.written import Written
from hongqiao.ledger.words import everybodys_names
from hongqiao.workspace import assistant, audit, jobs, permissions
from hongqiao.workspace.assistant import rewording
from hongqiao.workspace.assistant.errors import NoAssistant
from hongqiao.workspace.models import Account, Job, Member, Rewording

REWORD = "insight.report_reword"
BLOCKS = ("sentence", "callout")


def subject(report: Report) -> str:
    """Return what a report's rewordings are kept under."""
    return f"report:{report.pk}"


def texts(said: Written) -> list[str]:
    """Return the sentences that may be reworded, in their order; what only explains the one before is short enough."""
    blocks = [b for s in said.sections for b in s["blocks"] if b["block"] in BLOCKS]
    found = [b["text"] for b in blocks if not b.get("sub")]
    return list(dict.fromkeys(t for t in found if len(t) >= thresholds()["reworded_from"]))


def shown(report: Report, said: Written) -> dict[str, Rewording]:
    """Return sentence → its rewording, for the page."""
    return rewording.reworded_parts(report.brand, subject(report), texts(said))


def names(report: Report) -> list[str]:
    """Return the names that may stand in a report: accounts, members, what people wrote, metrics, platforms."""
    brand = report.brand_id
    found = list(Account.objects.filter(brand_id=brand).values_list("name", flat=True))
    found += Member.objects.filter(brand_id=brand).values_list("user__name", flat=True)
    return [*found, *_written_by_people(report.document), *everybodys_names(), report.brand.name]


def _written_by_people(part: Any) -> Iterator[str]:
    """Walk a document for {"text": …} and {"account": …}."""
    if isinstance(part, Mapping):
        for key, value in part.items():
            if key in ("text", "account") and isinstance(value, str):
                yield value
            yield from _written_by_people(value)
    elif isinstance(part, list | tuple):
        for one in part:
            yield from _written_by_people(one)


@transaction.atomic
def ask(*, actor: Member, report_id: UUID | str) -> Job:
    """Ask for a report's sentences in other words. Raises NotFound, NotAllowed, NoAssistant."""
    permissions.require(actor, queries.TEND)
    row = queries.report_of(actor, report_id)
    if not assistant.allowed(actor.brand, rewording.USE):
        raise NoAssistant()
    audit.record(actor, "report.reworded", row, kind=kind_of(row.kind).label, start=row.start, end=row.end)
    payload = {"report": str(row.pk), "member": str(actor.pk), "language": translation.get_language(), "at": 0}
    return jobs.enqueue(REWORD, brand_id=row.brand_id, key=str(row.pk), payload=payload, priority=5, again=True)


@transaction.atomic
def end(*, actor: Member, report_id: UUID | str) -> None:
    """Show the report's own sentences again."""
    permissions.require(actor, queries.TEND)
    row = queries.report_of(actor, report_id)
    rewording.forget(actor, subject(row))
    audit.record(actor, "report.unworded", row, kind=kind_of(row.kind).label, start=row.start, end=row.end)


@jobs.handler(REWORD, atomic=False, label=N_("改写报告"))
def carry_out(ctx: jobs.Context) -> Any:
    """Reword a few sentences, then come again for the next ones. What is not faithful keeps its own words; where the
    model itself fails, the job ends with that error or is tried again later.
    """
    p = ctx.payload
    actor = Member.objects.select_related("brand", "user").get(pk=p["member"])
    with translation.override(p["language"]):
        row = queries.report_of(actor, p["report"])
        said = queries.in_words(actor, row)
        wanted, kept = texts(said)[: thresholds()["reworded_most"]], shown(row, said)
        known, after = names(row), p["at"] + thresholds()["reworded_each"]
        for text in wanted[p["at"] : after]:
            if text not in kept:
                _one(actor, row, text, known)
    if after < len(wanted):
        return jobs.Continue({**p, "at": after})
    return {"sentences": len(wanted)}


def _one(actor: Member, row: Report, text: str, known: list[str]) -> None:
    try:
        rewording.reword(actor, rewording.part(subject(row), text), text, known, everybodys_names())
    except rewording.NotFaithful:
        return
