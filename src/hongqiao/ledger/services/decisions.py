"""待决策: what waits for somebody who may decide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hongqiao.errors import N_, Invalid, NotAllowed
from hongqiao.ledger import queries
from hongqiao.ledger.limits import limits
from hongqiao.ledger.models import Decision
from hongqiao.ledger.queries import today_of
from hongqiao.ledger.services import kit
from hongqiao.workspace import audit, notices, permissions
from hongqiao.workspace.models import Member

State = Decision.State


class BadOptions(Invalid):
    code = "bad_options"
    message = N_("请给出 2 到 %(most)s 个不同的选项")
    next_step = N_("例如：批准、缓一周、不批准")


class NoOption(Invalid):
    code = "no_option"
    message = N_("没有这个选项")
    next_step = N_("请从列出的选项里选一个")


def may_decide(member: Member, row: Decision) -> bool:
    """Return whether a member may decide: who judges; an amount of money needs who approves budgets."""
    need = queries.APPROVE if row.amount else queries.JUDGE
    return permissions.allows(member, need)


@transaction.atomic
def create_decision(
    *,
    actor: Member,
    title: str,
    options: Sequence[str],
    note: str = "",
    amount: Any = None,
    deadline: Any = None,
    finding_id: UUID | str | None = None,
    action_id: UUID | str | None = None,
) -> Decision:
    """Ask for a decision. Raises NotFound, NotAllowed, BadText, BadOptions, BadAmount, BadDay."""
    permissions.require(actor, queries.SEE)
    permissions.require(actor, queries.EDIT)
    offered = list(dict.fromkeys(kit.text(o, "option_letters") for o in options if str(o).strip()))
    if not 2 <= len(offered) <= limits()["options"]:
        raise BadOptions(most=limits()["options"])
    row = Decision.objects.create(
        brand=actor.brand,
        author=actor,
        title=kit.text(title, "title_letters"),
        note=kit.text(note, "note_letters", empty=True),
        amount=kit.amount(amount),
        options=offered,
        deadline=kit.later(deadline, today_of(actor.brand)) if deadline else None,
        finding=queries.findings(actor).one(finding_id) if finding_id else None,
        action=queries.actions(actor).one(action_id) if action_id else None,
    )
    audit.record(actor, "decision.asked", row, title=row.title)
    url = f"/b/{row.brand.slug}/ledger/decisions/"
    to = notices.holders(actor.brand, queries.APPROVE if row.amount else queries.JUDGE, but=actor)
    notices.tell(
        [m for m in to if queries.decisions(m).filter(pk=row.pk).exists()],
        "decision.asked",
        url=url,
        name=str(actor),
        title=row.title,
    )
    return row


def _open(actor: Member, decision_id: UUID | str, seen: int | None) -> Decision:
    row: Decision = queries.decisions(actor).locked(decision_id, seen)
    if row.state != State.OPEN:
        raise kit.WrongState()
    return row


@transaction.atomic
def decide(*, actor: Member, decision_id: UUID | str, seen: int | None, chosen: str, note: str = "") -> Decision:
    """Choose one of the options. Raises NotFound, NotAllowed, Conflict, WrongState, NoOption."""
    row = _open(actor, decision_id, seen)
    if not may_decide(actor, row):
        raise NotAllowed()
    if chosen not in row.options:
        raise NoOption()
    said = kit.text(note, "note_letters", empty=True)
    row.note = f"{row.note}\n\n{said}".strip() if said else row.note
    row.state, row.chosen, row.decided_by, row.decided_at = State.DECIDED, chosen, actor, timezone.now()
    row.save_next("state", "chosen", "decided_by", "decided_at", "note")
    audit.record(actor, "decision.decided", row, title=row.title, chosen=chosen)
    if row.author != actor and row.author.state == Member.State.ACTIVE:
        url = f"/b/{row.brand.slug}/ledger/decisions/"
        notices.tell([row.author], "decision.decided", url=url, name=str(actor), title=row.title, chosen=chosen)
    return row


@transaction.atomic
def withdraw_decision(*, actor: Member, decision_id: UUID | str, seen: int | None) -> Decision:
    """Take the question back: its author's, or who judges. Raises NotFound, NotAllowed, Conflict, WrongState."""
    row = _open(actor, decision_id, seen)
    permissions.require(actor, queries.EDIT)
    if row.author_id != actor.pk:
        permissions.require(actor, queries.JUDGE)
    row.state = State.WITHDRAWN
    row.save_next("state")
    audit.record(actor, "decision.withdrawn", row, title=row.title)
    return row
