"""What the services of an incident's room share: fetching with permission, proof, and telling what was done."""

from __future__ import annotations

from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model

from hongqiao.crisis.incidents import timeline
from hongqiao.crisis.models import Incident
from hongqiao.errors import N_, Conflict, Invalid
from hongqiao.workspace import audit, links, permissions, shots
from hongqiao.workspace.lines import one_line
from hongqiao.workspace.models import BrandedModel, Member

SEE, HANDLE, SIGN, PAUSE = "crisis.view", "crisis.handle", "crisis.sign", "crisis.pause"
State = Incident.State
Row = TypeVar("Row", bound=BrandedModel)


class Merged(Conflict):
    code = "incident_merged"
    message = N_("这个事件已并入另一个事件")
    next_step = N_("请到合并后的事件里处理")


class NeedsProof(Invalid):
    code = "needs_proof"
    message = N_("请附上凭证：链接、截图或说明")
    next_step = N_("有一样就可以登记")


class NeedsWords(Invalid):
    code = "needs_words"
    message = N_("还没有填写内容")
    next_step = N_("请填写后再提交")


class TooLong(Invalid):
    code = "too_long"
    message = N_("最多 %(most)s 字，现在有 %(length)s 字")
    next_step = N_("请删短后再提交；写好的内容仍在本页")


class BadAddress(Invalid):
    code = "bad_address"
    message = N_("链接要以 http:// 或 https:// 开头")
    next_step = N_("请重新粘贴，或不填")


class NoMember(Invalid):
    code = "no_member"
    message = N_("没有这位同事")
    next_step = N_("请从列表中选择")


def of(actor: Member, incident_id: UUID | str, seen: int | None = None, permission: str = HANDLE) -> Incident:
    """Return the incident, locked. Raises NotAllowed, NotFound, Conflict, Merged."""
    permissions.require(actor, permission)
    row: Incident = Incident.objects.for_member(actor, permission).locked(incident_id, seen)
    if row.state == State.MERGED:
        raise Merged()
    return row


def part(
    actor: Member, model: type[Row], key: UUID | str, seen: int | None, permission: str = HANDLE
) -> tuple[Incident, Row]:
    """Return a row of an incident's room and its incident, both locked; the incident first, as everywhere.

    Raises NotAllowed, NotFound, Conflict, Merged.
    """
    permissions.require(actor, permission)
    rows = model.objects.for_member(actor, permission)
    incident = of(actor, rows.one(key).incident_id, None, permission)
    return incident, rows.locked(key, seen)


def tell(
    actor: Member | None, incident: Incident, code: str, obj: Model | None = None, *, text: str = "", **params: Any
) -> None:
    """Leave the audit row and the line of the timeline: the same code and parameters. No personal data in them.

    text: what a person wrote with it (a fact, a reason). It stands in the timeline alone, the audit keeps none of it.
    """
    audit.record(actor, code, obj or incident, brand=incident.brand, incident=str(incident.pk), **params)
    timeline.note(incident, code, by=actor, text=text, **params)


def named(incident: Incident, text: str = "") -> str:
    """Return how colleagues are told of an incident, or of something of it: a drill says so first."""
    said = text or incident.title
    return f"【演练】{said}" if incident.drill else said


def clean(text: str | None, most: int, *, lines: bool = False) -> str:
    """Return what was typed, without what no row can hold; in one line unless `lines`.

    Nothing is cut: what a person wrote is kept whole or refused. Raises TooLong.
    """
    plain = (text or "").encode("utf-8", "ignore").decode().replace("\x00", "").replace("\r\n", "\n")
    plain = plain.strip() if lines else one_line(text)
    if len(plain) > most:
        raise TooLong(most=most, length=len(plain))
    return plain


def words(text: str | None, most: int, *, lines: bool = False) -> str:
    """Return what was typed. Raises NeedsWords where there is nothing, TooLong."""
    found = clean(text, most, lines=lines)
    if not found:
        raise NeedsWords()
    return found


def address(url: str | None) -> str:
    """Return an address that people may be sent to, "" for none. Raises BadAddress, TooLong."""
    found = clean(url, 1000)
    if found and not links.is_page(found):
        raise BadAddress()
    return found


def proof(
    actor: Member, *, text: str = "", url: str = "", picture: bytes | None = None, must: bool = True
) -> dict[str, str]:
    """Return {text, url, shot} of what was given. Raises NeedsProof, BadAddress, NotAPicture, TooLong."""
    said = {"text": clean(text, 500), "url": address(url)}
    said["shot"] = shots.keep(actor.brand_id, picture) if picture else ""
    if must and not any(said.values()):
        raise NeedsProof()
    return {k: v for k, v in said.items() if v}


def member(actor: Member, key: Any) -> Member | None:
    """Return a colleague at work by key, None for none named. Raises NoMember."""
    if not key:
        return None
    try:
        found = Member.objects.filter(brand=actor.brand, state=Member.State.ACTIVE, pk=UUID(str(key))).first()
    except ValueError:
        found = None
    if found is None:
        raise NoMember()
    return found
