"""A signed statement on its way out: by delivery, to the brand's own accounts, by its own switch, with proof.

The red button stops what is planned, not the answer to the crisis: statements have a switch of their own
(`crisis.statements`) and wait for no pace. That one goes out past a pause is said in the audit and the timeline.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hongqiao.crisis.incidents import handling, kit, timeline
from hongqiao.crisis.models import Incident, Statement
from hongqiao.crisis.statements import checking, services
from hongqiao.delivery import publishing
from hongqiao.delivery.models import Publication
from hongqiao.delivery.publishing import pacing
from hongqiao.delivery.publishing.asking import SCHEDULE
from hongqiao.delivery.publishing.states import LIVE
from hongqiao.errors import N_, Conflict, Invalid
from hongqiao.workspace import audit, pause, permissions, shots
from hongqiao.workspace.models import Account, Member
from hongqiao.workspace.words import platform_name

SUBJECT, SCOPE = "crisis.statement", "crisis.statements"
State = Statement.State

pause.register(SCOPE, N_("危机声明发布"), alone=True)
pacing.own_switch(SUBJECT, SCOPE)


class NotSigned(Conflict):
    code = "not_signed"
    message = N_("这份声明的现稿还没有签批")
    next_step = N_("签批通过后再发布；改过一个字都要重新签批")


class NoAccount(Invalid):
    code = "no_account"
    message = N_("还没有选发布账号")
    next_step = N_("请选使用中的自有账号")


@transaction.atomic
def publish(
    *,
    actor: Member,
    statement_id: UUID | str,
    seen: int,
    accounts: Sequence[str],
    way: str = "",
    cover: bytes | None = None,
) -> list[Publication]:
    """Put a signed statement on its way to accounts, now. `way`: "assisted" for a person, "" as each account may.

    A drill sends nothing: it is noted as out. Raises NotSigned, Flawed, NoAccount, NotAllowed, Conflict, NotAPicture,
    and what delivery raises.
    """
    incident, row = kit.part(actor, Statement, statement_id, seen)
    permissions.require(actor, SCHEDULE)
    if row.state not in (State.SIGNED, State.OUT) or not services.signed(row):
        raise NotSigned()
    if held := checking.holding(checking.check(row)):
        raise services.Flawed(n=len(held))
    if incident.drill:
        return _drilled(actor, incident, row)
    chosen = _accounts(actor, accounts)
    picture = shots.keep(actor.brand_id, cover) if cover else ""
    made = [_ask(actor, row, account, way, picture) for account in chosen]
    row.publications = list(dict.fromkeys([*row.publications, *(str(p.pk) for p in made)]))
    row.save_next("publications")
    past = [a.name for a in chosen if pacing.paused(a)]
    names = "、".join(map(_named, chosen))
    kit.tell(actor, incident, "statement.published", row, title=row.title, accounts=names, past=bool(past))
    return made


def _named(account: Account) -> str:
    return f"{platform_name(account.platform)} · {account.name}"


def _drilled(actor: Member, incident: Incident, row: Statement) -> list[Publication]:
    row.state, row.out_at = State.OUT, row.out_at or timezone.now()
    row.save_next("state", "out_at")
    kit.tell(actor, incident, "statement.drilled", row, title=row.title)
    handling.first(incident, by=actor, proof={"text": row.title}, way="statement")
    return []


def _accounts(actor: Member, keys: Sequence[str]) -> list[Account]:
    own = Account.objects.filter(brand=actor.brand, relation=Account.Relation.OWN, state=Account.State.OPEN)
    try:
        found = list(own.filter(pk__in=[UUID(k) for k in keys]).order_by("platform", "name"))
    except ValueError:
        found = []
    if not found or len(found) != len(set(keys)):
        raise NoAccount()
    return found


def _ask(actor: Member, row: Statement, account: Account, way: str, picture: str) -> Publication:
    return publishing.ask(
        actor=actor,
        account=account,
        subject=SUBJECT,
        subject_id=row.pk,
        title=row.title,
        payload=payload(row, account.platform, picture),
        digest=row.digest,
        due_at=timezone.now(),
        way=way,
    )


def payload(row: Statement, platform: str, picture: str = "") -> dict[str, Any]:
    """Return what is published: the words as signed; an article for 公众号, its cover where one was given."""
    html = "".join(f"<p>{escape(line)}</p>" for line in row.text.splitlines() if line.strip())
    part = {"name": "cover", "path": f"proofs/{row.brand_id}/{picture}", "kind": "image", "ai": "none"}
    part["mime"] = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp"}.get(picture.rpartition(".")[2], "")
    return {
        "form": "article" if platform == "wechat_oa" else "note",
        "title": row.title,
        "text": row.text,
        "tags": [],
        "body": {"title": row.title, "text": row.text, "html": html, "cover": "cover" if picture else ""},
        "labels": {},
        "parts": [part] if picture else [],
    }


def follow(row: Publication, before: str) -> None:
    """Hear of a publication's moves, in its transaction: live somewhere, the statement is out and the clock stops."""
    if row.subject != SUBJECT or row.state == before:
        return
    held = Statement.objects.filter(pk=row.subject_id, brand_id=row.brand_id).first()
    if held is None:
        return
    incident = Incident.objects.select_for_update().get(pk=held.incident_id)
    statement = Statement.objects.select_for_update().get(pk=held.pk)
    timeline.note(incident, "statement.moved", account=_named(row.account), state=row.state, publication=str(row.pk))
    if row.state == Publication.State.SUBMITTED and pacing.paused(row.account):
        audit.record(row.by, "statement.past_pause", statement, account=_named(row.account))
    if row.state in LIVE and statement.out_at is None:
        statement.state, statement.out_at = State.OUT, row.live_at or timezone.now()
        statement.save_next("state", "out_at")
        proof = {"publication": str(row.pk), "url": row.address, "text": statement.title}
        handling.first(incident, by=row.by, proof={k: v for k, v in proof.items() if v}, way="statement")


def wanted(row: Publication) -> bool:
    """Whether exactly these words are still signed."""
    if row.subject != SUBJECT:
        return True
    found = Statement.objects.filter(pk=row.subject_id, brand_id=row.brand_id).select_related("incident").first()
    if found is None or found.incident.drill or found.digest != row.digest:
        return False
    return found.state in (State.SIGNED, State.OUT) and services.signed(found)


WRITES = [publish]
