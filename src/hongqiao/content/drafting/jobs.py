"""Background work of drafting: the brand's model is asked, what it wrote is checked and kept once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import translation

from hongqiao.content.drafting import asking, material, services
from hongqiao.content.drafting.asked import ModelDraft
from hongqiao.content.models import Piece, Proposal
from hongqiao.errors import N_
from hongqiao.workspace import jobs, notices
from hongqiao.workspace.models import Job, Member


def subjects(rows: Sequence[Job]) -> Mapping[UUID, jobs.Subject]:
    """Say which piece each job drafts."""
    keys = [row.payload.get("piece") for row in rows]
    pieces = {str(p.pk): p for p in Piece.objects.filter(pk__in=keys).select_related("brand")}
    found = {}
    for row in rows:
        piece = pieces.get(str(row.payload.get("piece")))
        if piece is not None and piece.brand_id == row.brand_id:
            found[row.pk] = jobs.Subject(piece.title, address(piece))
    return found


def address(piece: Piece) -> str:
    """Return the page of a piece's drafts."""
    return reverse("content_drafts", args=[piece.brand.slug, piece.pk])


@jobs.handler(asking.DRAFT, atomic=False, label=N_("用模型起草"), attempts=2, backoff=(20,), subject=subjects)
def draft(ctx: jobs.Context) -> dict[str, Any]:
    """Ask the model, outside any transaction; keep what holds, unless somebody stopped it while the model wrote.

    Tried a second time where trying again can help: each try is a call of the month.
    """
    actor = Member.objects.select_related("brand", "user").get(pk=ctx.payload["member"])
    with translation.override(ctx.payload["language"]):
        piece = services.to_draft(actor, ctx.payload["piece"])
        ctx.progress(0.1)
        batch = ModelDraft(actor).make(material.of(piece))
        ctx.progress(0.9)
        with ctx.once("kept") as first:
            if Job.objects.filter(pk=ctx.job.pk, cancelling=True).exists():
                raise jobs.Cancelled()
            if first:
                rows = services.keep(actor, piece, Proposal.Maker.MODEL, batch)
                told = {"name": piece.title, "count": len(rows)}
                notices.tell([actor], "draft.ready", url=address(piece), **told)
    return {"drafts": len(batch.drafts), "refused": list(batch.refused)}
