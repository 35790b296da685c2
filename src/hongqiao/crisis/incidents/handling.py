"""What people do with the incident itself: take it, answer, note, fill in its fields, close and open it again."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hongqiao.crisis.incidents import kit, timeline
from hongqiao.crisis.models import Duty, Incident, Step
from hongqiao.crisis.watching import acting, opening
from hongqiao.delivery.models import Publication
from hongqiao.delivery.publishing.states import LIVE
from hongqiao.errors import N_, Conflict, Invalid
from hongqiao.workspace import audit
from hongqiao.workspace.models import Member

State = Incident.State
FIELDS = ("product", "batches", "medical", "region", "count")
BATCHES = 20


class TakenAlready(Conflict):
    code = "taken_already"
    message = N_("%(name)s 已经接警")
    next_step = N_("请刷新后再看；需要换人可以在“分工”里改总指挥")


class NotNow(Conflict):
    code = "incident_not_now"
    message = N_("现在不能这样做")
    next_step = N_("请刷新后看事件的状态")


class StillOpen(Invalid):
    code = "still_open"
    status = 409
    message = N_("还有 %(steps)s 个步骤、%(duties)s 项法定时限没有完成")
    next_step = N_("请先完成；确要现在关闭，请写明理由")
    confirm = "reason"


class BadCount(Invalid):
    code = "bad_count"
    message = N_("涉及人数要是 0 或更大的整数，“%(value)s”不是")
    next_step = N_("只填数字；还不清楚就空着")


class TooManyBatches(Invalid):
    code = "too_many_batches"
    message = N_("批号最多 %(most)s 个，现在有 %(n)s 个")
    next_step = N_("请只留涉及的批号")


class NotLive(Invalid):
    code = "publication_not_live"
    message = N_("这条发布还没有发出，不能作为凭证")
    next_step = N_("发出并登记后再选它")


@transaction.atomic
def take(*, actor: Member, incident_id: UUID | str, seen: int | None = None) -> Incident:
    """Take an incident (接警): who takes it commands it where nobody does. Twice by one person changes nothing.

    Raises NotAllowed, NotFound, Conflict, TakenAlready.
    """
    row = kit.of(actor, incident_id, seen)
    if row.taken_at is not None:
        if row.commander_id == actor.pk:
            return row
        raise TakenAlready(name=str(row.commander or ""))
    acting.took(row, actor)
    return row


def _minutes(row: Incident) -> int:
    return max(0, round((timezone.now() - row.heard_at).total_seconds() / 60))


@transaction.atomic
def answer(
    *,
    actor: Member,
    incident_id: UUID | str,
    seen: int | None = None,
    text: str = "",
    url: str = "",
    picture: bytes | None = None,
    publication_id: Any = None,
) -> Incident:
    """Keep the first answer or contact with its proof: words, a link, a screenshot, or what delivery has published.

    Raises NeedsProof, NotLive, BadAddress, NotAPicture, Conflict.
    """
    row = kit.of(actor, incident_id, seen)
    if row.state == State.CLOSED:
        raise NotNow()
    out = _publication(actor, publication_id) if publication_id else None
    proof = kit.proof(actor, text=text, url=url or (out.address if out else ""), picture=picture, must=out is None)
    proof |= {"publication": str(out.pk)} if out else {}
    first(row, by=actor, proof=proof)
    return row


def first(row: Incident, *, by: Member | None, proof: Mapping[str, str], way: str = "reply") -> None:
    """Note an answer of a locked incident: the first one stops the clock, a later one is only noted."""
    if row.answered_at is None:
        opening.answered(row, at=timezone.now(), by=by, way=way, proof=proof)
        return
    said: dict[str, Any] = {"number": row.number, "minutes": _minutes(row), "way": way}
    audit.record(by, "incident.answered_again", row, brand=row.brand, **said)
    timeline.note(row, "incident.answered_again", by=by, text=proof.get("text", ""), proof=dict(proof), **said)


def _publication(actor: Member, key: Any) -> Publication:
    try:
        found = Publication.objects.filter(brand=actor.brand, pk=UUID(str(key)), state__in=LIVE).first()
    except ValueError:
        found = None
    if found is None:
        raise NotLive()
    return found


@transaction.atomic
def write(*, actor: Member, incident_id: UUID | str, text: str) -> Incident:
    """Write a line of one's own into the timeline. Raises NeedsWords."""
    row = kit.of(actor, incident_id)
    said = kit.words(text, 2000, lines=True)
    timeline.note(row, "note", by=actor, text=said)
    audit.record(actor, "incident.noted", row, number=row.number)
    return row


@transaction.atomic
def fill(*, actor: Member, incident_id: UUID | str, seen: int | None, fields: Mapping[str, str]) -> Incident:
    """Fill in what the law asks of a case: product, batches, medical proof, region, count (persons, 0 or more).

    Raises Conflict, BadCount, TooLong, TooManyBatches.
    """
    row = kit.of(actor, incident_id, seen)
    given: dict[str, Any] = {k: kit.clean(v, 300) for k, v in fields.items() if k in FIELDS}
    if "batches" in given:
        given["batches"] = _batches(given["batches"])
    if given.get("count"):
        given["count"] = _count(given["count"])
    changed = sorted(k for k, v in given.items() if row.fields.get(k, [] if k == "batches" else "") != v)
    if changed:
        row.fields = {**row.fields, **given}
        row.save_next("fields")
        kit.tell(actor, row, "incident.filled", fields=", ".join(changed))
    return row


def _batches(text: str) -> list[str]:
    marks = text.replace("，", ",").replace("、", ",").replace(";", ",").replace("；", ",")
    found = list(dict.fromkeys(b.strip() for b in marks.split(",") if b.strip()))
    if len(found) > BATCHES:
        raise TooManyBatches(most=BATCHES, n=len(found))
    return found


def _count(text: str) -> str:
    """Return a number of persons as it is kept: in digits, however they were typed."""
    plain = unicodedata.normalize("NFKC", text).replace(",", "").removesuffix("人").strip()
    if not plain.isascii() or not plain.isdigit() or len(plain) > 9:
        raise BadCount(value=text)
    return str(int(plain))


def undone(row: Incident) -> dict[str, Any]:
    """Return how many steps and duties are not done yet."""
    steps = Step.objects.filter(incident=row, state=Step.State.WAITING).count()
    return {"steps": steps, "duties": Duty.objects.filter(incident=row, done_at=None).count()}


@transaction.atomic
def close(*, actor: Member, incident_id: UUID | str, seen: int | None, said: str = "", reason: str = "") -> Incident:
    """Close it: with all steps and terms done, or with a reason why not. Raises StillOpen, NotNow, Conflict."""
    row = kit.of(actor, incident_id, seen)
    if row.state in (State.CLOSED, State.MENDING):  # what is in repair is closed there
        raise NotNow()
    left = undone(row)
    why = kit.clean(reason, 300)
    if any(left.values()) and len(why) < 4:
        raise StillOpen(**left)
    row.state, row.closed_at = State.CLOSED, timezone.now()
    row.save_next("state", "closed_at")
    kit.tell(actor, row, "incident.closed", number=row.number, reason=why or kit.clean(said, 300), **left)
    return row


@transaction.atomic
def reopen(*, actor: Member, incident_id: UUID | str, seen: int | None, reason: str) -> Incident:
    """Open a closed one again. Raises NotNow, NeedsWords, Conflict."""
    row = kit.of(actor, incident_id, seen)
    if row.state != State.CLOSED:
        raise NotNow()
    why = kit.words(reason, 300)
    row.state, row.closed_at = State.HANDLING, None
    row.save_next("state", "closed_at")
    kit.tell(actor, row, "incident.reopened", number=row.number, reason=why)
    return row


WRITES = [take, answer, write, fill, close, reopen]
