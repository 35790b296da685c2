"""The steps of a playbook in an incident: started, branched, done with proof, skipped with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hongqiao.crisis.incidents import book, kit
from hongqiao.crisis.models import Incident, Step
from hongqiao.crisis.watching import clocks, tables
from hongqiao.errors import N_, Conflict, Invalid
from hongqiao.workspace.models import Member

Waiting = Step.State.WAITING


class NoSuchPlaybook(Invalid):
    code = "no_such_playbook"
    message = N_("没有这份预案")
    next_step = N_("请从列表中选择")


class OverAlready(Conflict):
    code = "step_over"
    message = N_("这个步骤已经处理过")
    next_step = N_("请刷新后再看")


class BadDue(Invalid):
    code = "bad_due"
    message = N_("时限要晚于现在，且在 180 天以内")
    next_step = N_("请改一个时间")


@transaction.atomic
def start(
    *, actor: Member, incident_id: UUID | str, seen: int | None, playbook: str, answers: Mapping[str, str]
) -> list[Step]:
    """Start a playbook, or follow another branch of it: steps that apply are added, due from the first hearing; those
    that apply no more and still wait are skipped with that reason. What was done stays. Returns the new ones.

    Raises NoSuchPlaybook, Conflict.
    """
    incident = kit.of(actor, incident_id, seen)
    known = book.playbooks(actor.brand)
    if playbook not in known:
        raise NoSuchPlaybook()
    given = _answers(known[playbook], answers)
    wanted = {s["code"]: s for s in book.steps(actor.brand, playbook, given)}
    there = {s.code: s for s in Step.objects.select_for_update().filter(incident=incident)}
    _drop(actor, incident, [s for c, s in there.items() if c not in wanted and s.state == Waiting and not s.text])
    fresh = [_made(incident, s, n) for n, s in enumerate(wanted.values(), 1) if s["code"] not in there]
    Step.objects.bulk_create(fresh)
    _taken(incident, actor)
    incident.playbook, incident.fields = playbook, {**incident.fields, "branch": given}
    incident.save_next("playbook", "fields")
    kit.tell(actor, incident, "incident.playbook", playbook=playbook, n=len(fresh), branch=given)
    return fresh


def _answers(playbook: Mapping[str, Any], answers: Mapping[str, str]) -> dict[str, str]:
    """Return the answers that the playbook asks for. Raises Invalid for one that it does not offer."""
    given = {}
    for ask in playbook["asks"]:
        said = answers.get(ask["code"], "") or "unknown"
        if said not in {o["code"] for o in ask["options"]}:
            raise Invalid()
        given[ask["code"]] = said
    return given


def _made(incident: Incident, known: Mapping[str, Any], order: int) -> Step:
    due = incident.heard_at + timedelta(minutes=known["minutes"])
    if known.get("first"):  # a promise of the level goes before the playbook's own minutes
        due = min(due, _answer_by(incident))
    fields = {"code": known["code"], "role": known["role"], "due_at": due, "order": order}
    fields["known"] = {k: known[k] for k in book.GIVEN if k in known}
    return Step(brand_id=incident.brand_id, incident=incident, **fields)


def _answer_by(incident: Incident) -> datetime:
    return clocks.answer_by(incident, tables.table(incident.brand))


def hasten(incident: Incident) -> None:
    """Let steps that make the first answer end with its clock, which a graver level or nature has just shortened."""
    due = _answer_by(incident)
    for row in Step.objects.select_for_update().filter(incident=incident, state=Waiting, due_at__gt=due):
        if book.given(row, incident.playbook).get("first"):
            row.due_at = due
            row.save_next("due_at")


def _drop(actor: Member, incident: Incident, rows: list[Step]) -> None:
    for row in rows:
        if row.code in (book.ADS, book.ADS_BACK):
            continue
        row.state, row.done_at, row.by = Step.State.SKIPPED, timezone.now(), actor
        row.proof = {"code": "branch"}
        row.save_next("state", "done_at", "by", "proof")


def _taken(incident: Incident, actor: Member) -> None:
    """Let stand done what was done before the playbook began: taking, the strategy, the first answer."""
    chosen = (incident.choice or {}).get("at")
    before = {"take": incident.taken_at, "publish": incident.answered_at}
    before["choose"] = datetime.fromisoformat(chosen) if chosen else None
    for code, at in before.items():
        if at:
            follow(incident, code, actor, at=at)


def follow(
    incident: Incident,
    code: str,
    by: Member | None,
    *,
    at: datetime | None = None,
    proof: Mapping[str, str] | None = None,
) -> None:
    """Let a step stand done that follows from what was just done elsewhere in the room: nobody says it twice."""
    row = Step.objects.select_for_update().filter(incident=incident, code=code, state=Waiting).first()
    if row is not None:
        row.state, row.done_at, row.by, row.proof = Step.State.DONE, at or timezone.now(), by, dict(proof or {})
        row.save_next("state", "done_at", "by", "proof")


@transaction.atomic
def add(
    *, actor: Member, incident_id: UUID | str, text: str, due_at: datetime | None, role: str = "", owner: Any = None
) -> Step:
    """Add a step of one's own. Raises NeedsWords, BadDue, NoMember."""
    incident, now = kit.of(actor, incident_id), timezone.now()
    if due_at is None or not now < due_at < now + timedelta(days=180):
        raise BadDue()
    held = role if role in book.roles(actor.brand) else ""
    row = Step(brand=actor.brand, incident=incident, text=kit.words(text, 300), role=held, due_at=due_at)
    row.code, row.owner, row.order = f"own-{row.pk}", kit.member(actor, owner), 99
    row.save(force_insert=True)
    kit.tell(actor, incident, "incident.step_added", row, step=row.code, own=book.own_words(row))
    return row


@transaction.atomic
def by_hand(*, actor: Member, incident_id: UUID | str, code: str) -> Step:
    """Ask for what is done by hand in advertising back ends (pause, resume): a step with its list and its proof.

    One that was done is asked for anew. Raises Invalid.
    """
    incident = kit.of(actor, incident_id)
    if code not in (book.ADS, book.ADS_BACK):
        raise Invalid()
    known = book.by_hand(actor.brand, code)
    due = timezone.now() + timedelta(minutes=known["minutes"])
    row = Step.objects.select_for_update().filter(incident=incident, code=code).first()
    if row is None:
        said = {k: known[k] for k in book.GIVEN if k in known}
        row = Step.objects.create(
            brand=actor.brand, incident=incident, code=code, role=known["role"], due_at=due, known=said
        )
    elif row.state != Waiting:
        row.state, row.due_at, row.done_at, row.proof = Waiting, due, None, {}
        row.save_next("state", "due_at", "done_at", "proof")
    kit.tell(actor, incident, "incident.ads_asked", row, step=code)
    return row


@transaction.atomic
def done(
    *,
    actor: Member,
    step_id: UUID | str,
    seen: int | None,
    text: str = "",
    url: str = "",
    picture: bytes | None = None,
    ticked: list[str] | None = None,
) -> Step:
    """Say that a step is done; with proof where its playbook wants one. Raises NeedsProof, OverAlready, Conflict."""
    incident, row = kit.part(actor, Step, step_id, seen)
    if row.state != Waiting:
        raise OverAlready()
    known = book.given(row, incident.playbook)
    lists = [str(label) for label in known.get("labels") or ()]
    must = bool(known.get("proof") or lists)
    row.proof = kit.proof(actor, text=text, url=url, picture=picture, must=must)
    if lists:
        row.proof["ticked"] = [t for t in lists if t in (ticked or ())]
    row.state, row.done_at, row.by = Step.State.DONE, timezone.now(), actor
    row.save_next("state", "done_at", "by", "proof")
    late = row.done_at > row.due_at
    kit.tell(actor, incident, "incident.step_done", row, step=row.code, own=book.own_words(row), late=late)
    return row


@transaction.atomic
def skip(*, actor: Member, step_id: UUID | str, seen: int | None, reason: str) -> Step:
    """Say why a step does not apply. Raises NeedsWords, OverAlready, Conflict."""
    incident, row = kit.part(actor, Step, step_id, seen)
    if row.state != Waiting:
        raise OverAlready()
    row.proof = {"text": kit.words(reason, 300)}
    row.state, row.done_at, row.by = Step.State.SKIPPED, timezone.now(), actor
    row.save_next("state", "done_at", "by", "proof")
    kit.tell(
        actor, incident, "incident.step_skipped", row, step=row.code, own=book.own_words(row), reason=row.proof["text"]
    )
    return row


@transaction.atomic
def give(*, actor: Member, step_id: UUID | str, seen: int | None, owner: Any) -> Step:
    """Name who does a step. Raises NoMember, Conflict."""
    incident, row = kit.part(actor, Step, step_id, seen)
    row.owner = kit.member(actor, owner)
    row.save_next("owner")
    kit.tell(
        actor, incident, "incident.step_given", row, step=row.code, own=book.own_words(row), name=str(row.owner or "")
    )
    return row


WRITES = [start, add, by_hand, done, skip, give]
