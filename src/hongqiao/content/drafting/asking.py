"""Drafts by the brand's model, in the background: asked for, under way, stopped. A person may leave and come back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hongqiao.content.drafting import asked, queries, services
from hongqiao.content.models import Piece
from hongqiao.errors import N_, Conflict
from hongqiao.workspace import assistant, audit, jobs, permissions
from hongqiao.workspace.assistant.errors import NoAssistant
from hongqiao.workspace.limits import limits
from hongqiao.workspace.models import Job, Member
from hongqiao.workspace.words import stored_words

DRAFT = "content.draft"
OPEN = (Job.State.QUEUED, Job.State.RUNNING)


class StillStopping(Conflict):
    code = "draft_still_stopping"
    message = N_("上一次的模型起草还在停止")
    next_step = N_("模型答完这一次就停，最多一分半钟；请稍后再请")


@dataclass(frozen=True)
class UnderWay:
    """Where the model's drafting of a piece stands. `again`: it failed once and will be tried once more by itself."""

    state: str
    stopping: bool
    seconds: int
    most: int
    ended: datetime | None
    failed: dict[str, str]
    said: str
    again: bool

    @property
    def open(self) -> bool:
        """Whether there is still something to wait for."""
        return self.state in OPEN


@transaction.atomic
def ask(*, actor: Member, piece_id: UUID | str) -> Job:
    """Have the brand's model draft a piece in the background. One at a time a piece: asked twice it is the same job.

    Raises NotFound, NotAllowed, NotNow, NoAssistant, StillStopping.
    """
    piece = services.to_draft(actor, piece_id)
    if not assistant.allowed(actor.brand, asked.USE):
        raise NoAssistant()
    there = job_of(piece)
    if there is not None and there.state in OPEN:
        if there.cancelling:
            raise StillStopping()
        return there
    audit.record(actor, "draft.asked", piece, name=piece.title)
    payload = {"piece": str(piece.pk), "member": str(actor.pk), "language": translation.get_language()}
    return jobs.enqueue(DRAFT, brand_id=actor.brand_id, key=str(piece.pk), payload=payload, priority=5, again=True)


@transaction.atomic
def stop(*, actor: Member, piece_id: UUID | str) -> Job:
    """Stop it: what waits is taken back, what the model still answers is thrown away.

    Raises NotFound, NotAllowed, Conflict where nothing is under way.
    """
    piece: Piece = queries.production.pieces(actor).one(piece_id)
    permissions.require(actor, queries.EDIT)
    there = job_of(piece)
    if there is None:
        raise Conflict()
    row = jobs.stop(Job.objects.select_for_update().get(pk=there.pk))
    audit.record(actor, "draft.stopped", piece, name=piece.title)
    return row


def job_of(piece: Piece) -> Job | None:
    """Return the last time the model was asked to draft a piece, None where it never was or that is forgotten."""
    return jobs.known(DRAFT, piece.brand_id, str(piece.pk))


def under_way(piece: Piece) -> UnderWay | None:
    """Return where the model's drafting of a piece stands, None where it was never asked."""
    job = job_of(piece)
    if job is None:
        return None
    most = int(limits()["assistant_long_timeout"])
    begun = job.started_at or job.created_at
    waited = int((timezone.now() - begun).total_seconds()) if job.state in OPEN else 0
    failed = stored_words(job.error) if job.error and job.state != Job.State.DONE else {}
    said = outcome(job.result) if job.state == Job.State.DONE else ""
    again = job.state == Job.State.QUEUED and bool(failed)
    return UnderWay(job.state, job.cancelling, min(max(waited, 0), most), most, job.finished_at, failed, said, again)


def outcome(result: Any) -> str:
    """Return what came of it, in words: how many drafts, and what of the model's was not taken."""
    made, refused = int((result or {}).get("drafts", 0)), (result or {}).get("refused") or []
    said = ngettext("模型起草了 %(n)d 稿", "模型起草了 %(n)d 稿", made) % {"n": made}
    if refused:
        why = "、".join(dict.fromkeys(_(asked.WHY[code]) for code in refused if code in asked.WHY))
        said += _("；另有 %(n)s 稿没有用：%(why)s") % {"n": len(refused), "why": why}
    return said
