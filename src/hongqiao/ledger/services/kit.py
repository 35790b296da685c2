"""What the ledger's services share: fetching with permission, checking what a person wrote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from hongqiao.errors import N_, Conflict, Invalid
from hongqiao.ledger import queries
from hongqiao.ledger.limits import limits, reasons
from hongqiao.ledger.models import Action, Finding
from hongqiao.ledger.queries import EDIT
from hongqiao.workspace import permissions
from hongqiao.workspace.models import Member

LINKS = ("piece", "placement", "segment", "incident")


class WrongState(Conflict):
    code = "wrong_state"
    message = N_("现在的状态不能做这一步")
    next_step = N_("请刷新后看它走到了哪一步")


class BadText(Invalid):
    code = "bad_text"
    message = N_("文字不能为空，最长 %(most)s 字")
    next_step = N_("请修改后再提交")


class BadReason(Invalid):
    code = "bad_reason"
    message = N_("请从列表里选一个原因")
    next_step = N_("列表里没有的，请选「其他」并写一句")


class BadDay(Invalid):
    code = "bad_day"
    message = N_("日期不对：%(day)s")
    next_step = N_("请选今天或以后的日子")


class BadAmount(Invalid):
    code = "bad_amount"
    message = N_("金额不对：%(value)s")
    next_step = N_("请填不小于 0 的数，最多四位小数")


class BadOwner(Invalid):
    code = "bad_owner"
    message = N_("这个人不能负责这一条")
    next_step = N_("请选在岗、能进入这个板块的同事")


class BadLink(Invalid):
    code = "bad_link"
    message = N_("关联的写法不对")
    next_step = N_("写明种类（作品、合作单、人群、舆情事件）和编号")


def finding_of(actor: Member, finding_id: UUID | str, seen: int | None, needs: str = EDIT) -> Finding:
    """Return a finding, locked. Raises NotFound (absent, another brand's or room's), NotAllowed, Conflict."""
    row: Finding = queries.findings(actor).locked(finding_id, None)
    permissions.require(actor, needs)
    _same(row, seen)
    return row


def action_of(actor: Member, action_id: UUID | str, seen: int | None, needs: str = EDIT) -> Action:
    """Return an action, locked. Raises NotFound, NotAllowed, Conflict."""
    row: Action = queries.actions(actor).locked(action_id, None)
    permissions.require(actor, needs)
    _same(row, seen)
    return row


def _same(row: Any, seen: int | None) -> None:
    if seen is not None and row.version != int(seen):
        raise Conflict()


def text(value: Any, most: str, *, empty: bool = False) -> str:
    """Return a text without outer space and control letters. Raises BadText."""
    said = "".join(c for c in str(value or "") if c in "\n\t" or c >= " ").strip()
    said = said.encode("utf-8", "ignore").decode()
    if (not said and not empty) or len(said) > limits()[most]:
        raise BadText(most=limits()[most])
    return said


def reason(code: str, said: str = "") -> str:
    """Return a reason as it is kept: its code, then "|" and a person's own words. Raises BadReason, BadText."""
    known = reasons().get(code)
    if known is None or known["of"] != "person":
        raise BadReason()
    words = text(said, "reason_letters", empty=True).replace("\n", " ")
    if code == "other" and not words:
        raise BadReason()
    return f"{code}|{words}" if words else code


def later(day: Any, today: date) -> date:
    """Return a day that is not over. Raises BadDay."""
    found = a_day(day)
    if found is None or found < today:
        raise BadDay(day=str(day))
    return found


def a_day(day: Any) -> date | None:
    """Return a day from a date or its ISO text, None for nothing. Raises BadDay."""
    if day in (None, ""):
        return None
    try:
        found = day if isinstance(day, date) else date.fromisoformat(str(day))
    except ValueError:
        raise BadDay(day=str(day)) from None
    if not 2000 <= found.year <= 2100:
        raise BadDay(day=str(day))
    return found


def amount(value: Any) -> Decimal | None:
    """Return an amount of money, None for nothing. Raises BadAmount."""
    if value in (None, ""):
        return None
    try:
        found = Decimal(str(value).replace(",", "").strip())
        fits = found.is_finite() and 0 <= found <= limits()["cost_max"] and found == round(found, 4)
    except InvalidOperation:
        fits = False
    if not fits:
        raise BadAmount(value=str(value)[:40])
    return found


def links(given: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Return links to pieces, placements, segments and incidents, by kind and code. Raises BadLink."""
    found: list[dict[str, str]] = []
    for one in given:
        kind, code = (str(one.get(k, "")).strip() for k in ("kind", "code"))
        if kind not in LINKS or not code or len(code) > 200 or "\x00" in code:
            raise BadLink()
        if {"kind": kind, "code": code} not in found:
            found.append({"kind": kind, "code": code})
    if len(found) > limits()["links"]:
        raise BadLink()
    return found


def owner_of(actor: Member, owner_id: UUID | str | None, room: str) -> Member | None:
    """Return the member who is to carry something out. Raises BadOwner for who may not, or is not here any more.

    Giving it to oneself is for who may edit; giving it to another needs `ledger.judge` (NotAllowed).
    """
    if not owner_id:
        return None
    found = next((m for m in queries.holders(actor, room) if str(m.pk) == str(owner_id)), None)
    if found is None:
        raise BadOwner()
    if found != actor:
        permissions.require(actor, queries.JUDGE)
    return found
