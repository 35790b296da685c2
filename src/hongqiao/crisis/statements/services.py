"""Statements from draft to signature: written, checked, submitted, signed by another, voided by any edit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from hongqiao.crisis.incidents import kit, steps
from hongqiao.crisis.models import Fact, Incident, Statement
from hongqiao.crisis.statements import checking, writing
from hongqiao.errors import N_, Conflict, Invalid
from hongqiao.workspace import notices
from hongqiao.workspace.models import Member

State, Kind = Statement.State, Statement.Kind
MEASURES = 12


class NotNow(Conflict):
    code = "statement_not_now"
    message = N_("这份声明现在不能这样做")
    next_step = N_("请刷新后看它的状态")


class Flawed(Invalid):
    code = "statement_flawed"
    message = N_("还有 %(n)s 处不能签发的问题")
    next_step = N_("请按“检查”里的提示改好再提交")


class TooManyMeasures(Invalid):
    code = "too_many_measures"
    message = N_("措施最多 %(most)s 条，现在有 %(n)s 条")
    next_step = N_("请合并或只留要点")


class OwnStatement(Invalid):
    code = "own_statement"
    message = N_("写稿的人不能签自己的稿")
    next_step = N_("请另一位有签批权限的同事签批")


@transaction.atomic
def draft(
    *, actor: Member, incident_id: UUID | str, kind: str, title: str = "", facts: Sequence[str] = (), **given: str
) -> Statement:
    """Draft a statement by its structure from the verified facts that were chosen. `given`: people, topic, blame,
    measures (a line each), next, contact, sign. Raises Invalid for a kind or fact that is none, or not verified."""
    incident = kit.of(actor, incident_id)
    if kind not in Kind.values:
        raise Invalid()
    chosen = _facts(incident, facts)
    text = writing.draft(actor.brand, kind, _filled(incident, chosen, given), body=writing.bodily(incident))
    row = Statement(brand=actor.brand, incident=incident, kind=kind, text=text, by=actor)
    row.title = kit.clean(title, 120) or str(writing.book(actor.brand)["kinds"][kind]["label"])
    row.facts = [str(f.pk) for f in chosen]
    _written(row, actor)
    row.save(force_insert=True)
    kit.tell(actor, incident, "statement.drafted", row, title=row.title)
    return row


def _facts(incident: Incident, keys: Sequence[str]) -> list[Fact]:
    """Return the verified facts of these keys, in the order of the list. Raises Invalid."""
    try:
        wanted = {UUID(k) for k in keys}
    except ValueError:
        raise Invalid() from None
    rows = list(Fact.objects.filter(incident=incident, pk__in=wanted, state=Fact.State.VERIFIED).order_by("id"))
    if len(rows) != len(wanted):
        raise Invalid(N_("只能选用已核实的事实"), code="fact_not_verified")
    return rows


def _filled(incident: Incident, facts: Sequence[Fact], given: dict[str, str]) -> dict[str, str]:
    known = {k: kit.clean(v, 2000, lines=True) for k, v in given.items() if k in writing.HOLES}
    known["measures"] = writing.measures(known.get("measures", ""))
    if (n := len(known["measures"].splitlines())) > MEASURES:
        raise TooManyMeasures(most=MEASURES, n=n)
    known["facts"] = writing.facts([f.text for f in facts])
    known["basis"] = "；".join(f.basis for f in facts if f.basis)
    known["product"] = str(incident.fields.get("product") or "")
    known["batch"] = "、".join(incident.fields.get("batches") or ())
    known["day"] = timezone.localtime().strftime("%Y年%-m月%-d日")
    known.setdefault("sign", "")
    known["sign"] = known["sign"] or incident.brand.name
    return known


def _written(row: Statement, actor: Member) -> None:
    """Note who wrote these words, and what the checks say of them."""
    row.digest = checking.digest(row.title, row.text)
    row.found = checking.check(row)
    row.signatures = [*row.signatures, _signature(row, actor, "wrote", "")]
    row.by = actor


def _signature(row: Statement, actor: Member, verdict: str, reason: str) -> dict[str, Any]:
    at = timezone.now().isoformat()
    who = {"member": str(actor.pk), "by": str(actor), "role": actor.role}
    return {**who, "at": at, "digest": row.digest, "verdict": verdict, "reason": reason}


@transaction.atomic
def edit(
    *, actor: Member, statement_id: UUID | str, seen: int, title: str, text: str, facts: Sequence[str] | None = None
) -> Statement:
    """Reword it: whatever was signed is so no more. Raises NotNow once it is out, NeedsWords, Conflict."""
    incident, row = kit.part(actor, Statement, statement_id, seen)
    if row.state in (State.OUT, State.DROPPED):
        raise NotNow()
    row.title, row.text = kit.words(title, 120), kit.words(text, 5000, lines=True)
    if facts is not None:
        row.facts = [str(f.pk) for f in Fact.objects.filter(incident=incident, pk__in=[*facts])]
    before, was = row.digest, row.state
    _written(row, actor)
    row.state = State.DRAFT if row.digest != before else row.state
    row.save_next("title", "text", "facts", "digest", "found", "signatures", "state", "by")
    voided = was == State.SIGNED and row.state == State.DRAFT
    kit.tell(actor, incident, "statement.edited", row, title=row.title, voided=voided)
    return row


@transaction.atomic
def submit(*, actor: Member, statement_id: UUID | str, seen: int) -> Statement:
    """Hand it to legal; what holds it must be mended first. Raises NotNow, Flawed, Conflict."""
    incident, row = kit.part(actor, Statement, statement_id, seen)
    if row.state != State.DRAFT:
        raise NotNow()
    _sound(row)
    row.state = State.REVIEW
    row.save_next("state", "found")
    steps.follow(incident, "approve", actor, proof={"text": row.title})
    kit.tell(actor, incident, "statement.submitted", row, title=row.title)
    url = _url(row)
    told = notices.holders(actor.brand, kit.SIGN, but=actor)
    notices.tell(told, "statement.submitted", url=url, title=kit.named(incident, row.title))
    return row


def _sound(row: Statement) -> None:
    """Check it as it stands today: a fact may have fallen since. Raises Flawed."""
    row.found = checking.check(row)
    if held := checking.holding(row.found):
        raise Flawed(n=len(held))


@transaction.atomic
def sign(*, actor: Member, statement_id: UUID | str, seen: int, note: str = "") -> Statement:
    """Sign these very words; none of their writers may. Raises NotAllowed, OwnStatement, NotNow, Flawed, Conflict."""
    incident, row = kit.part(actor, Statement, statement_id, seen, kit.SIGN)
    if row.state != State.REVIEW:
        raise NotNow()
    if str(actor.pk) in writers(row):
        raise OwnStatement()
    _sound(row)
    row.signatures = [*row.signatures, _signature(row, actor, "signed", kit.clean(note, 300))]
    row.state = State.SIGNED
    row.save_next("state", "signatures", "found")
    kit.tell(actor, incident, "statement.signed", row, title=row.title, digest=row.digest[:12])
    return row


def writers(row: Statement) -> set[str]:
    """Return the keys of those who wrote at it."""
    return {str(s["member"]) for s in row.signatures if s["verdict"] == "wrote"}


def signed(row: Statement) -> bool:
    """Whether exactly these words are signed."""
    return any(s["verdict"] == "signed" and s["digest"] == row.digest for s in row.signatures)


@transaction.atomic
def send_back(*, actor: Member, statement_id: UUID | str, seen: int, reason: str) -> Statement:
    """Give it back with the reason. Raises NotAllowed, NotNow, NeedsWords, Conflict."""
    incident, row = kit.part(actor, Statement, statement_id, seen, kit.SIGN)
    if row.state not in (State.REVIEW, State.SIGNED) or row.out_at:
        raise NotNow()
    why = kit.words(reason, 300)
    row.signatures = [*(s | {"digest": ""} if s["verdict"] == "signed" else s for s in row.signatures)]
    row.signatures += [_signature(row, actor, "returned", why)]
    row.state = State.DRAFT
    row.save_next("state", "signatures")
    kit.tell(actor, incident, "statement.returned", row, title=row.title, reason=why)
    told = [m for m in (row.by,) if m is not None and m != actor]
    notices.tell(told, "statement.returned", url=_url(row), title=kit.named(incident, row.title), reason=why)
    return row


@transaction.atomic
def drop(*, actor: Member, statement_id: UUID | str, seen: int, reason: str) -> Statement:
    """Void a statement that is not out. Raises NotNow, NeedsWords, Conflict."""
    incident, row = kit.part(actor, Statement, statement_id, seen)
    if row.state in (State.OUT, State.DROPPED):
        raise NotNow()
    row.state = State.DROPPED
    row.save_next("state")
    kit.tell(actor, incident, "statement.dropped", row, title=row.title, reason=kit.words(reason, 300))
    return row


def _url(row: Statement) -> str:
    return reverse("crisis_statement", args=[row.brand.slug, row.pk])


WRITES = [draft, edit, submit, sign, send_back, drop]
