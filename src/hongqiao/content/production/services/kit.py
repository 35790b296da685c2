"""What production's services share: fetching with permission, checking what a person wrote, choosing who and when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone

from hongqiao.content.models import Piece, Stage
from hongqiao.content.production import queries, settings
from hongqiao.errors import N_, Conflict, Invalid
from hongqiao.workspace import permissions
from hongqiao.workspace.lines import one_line
from hongqiao.workspace.models import Account, Member

#: What a brief may say; the words of each are made in present.py.
BRIEF = (
    *("goal", "audience", "message", "proof", "must", "avoid", "tone", "facts", "cta", "spec", "references"),
    *("labels", "rights", "crisis"),
)


class WrongStage(Conflict):
    code = "wrong_stage"
    message = N_("现在的阶段不能做这一步")
    next_step = N_("请刷新后看它走到了哪一步")


class BadText(Invalid):
    code = "bad_text"
    message = N_("文字不能为空，最长 %(most)s 字")
    next_step = N_("请修改后再提交")


class BadDay(Invalid):
    code = "bad_day"
    message = N_("日期不对：%(day)s")
    next_step = N_("请按 2026-11-26 或 2026-11-26 20:00 的样子写")


class BadChoice(Invalid):
    code = "bad_choice"
    message = N_("%(name)s 不能选 %(value)s")
    next_step = N_("请从列表里选择")


class BadOwner(Invalid):
    code = "bad_owner"
    message = N_("这个人不能负责这一条")
    next_step = N_("请选在岗、能写内容的同事")


class BadAccount(Invalid):
    code = "bad_account"
    message = N_("这个账号不能发这一条")
    next_step = N_("请选同一平台、使用中的自有账号")


def piece_of(actor: Member, piece_id: UUID | str, seen: int | None, needs: str = queries.EDIT) -> Piece:
    """Return a piece, locked. Raises NotFound (absent, another brand's), NotAllowed, Conflict."""
    row: Piece = Piece.objects.for_member(actor, queries.SEE).locked(piece_id, None)
    permissions.require(actor, needs)
    if seen is not None and row.version != int(seen):
        raise Conflict()
    return row


def open_piece(actor: Member, piece_id: UUID | str, seen: int | None, needs: str = queries.EDIT) -> Piece:
    """Return a piece that is on its way, locked. Raises what piece_of raises, WrongStage."""
    row = piece_of(actor, piece_id, seen, needs)
    if row.stage not in queries.OPEN:
        raise WrongStage()
    return row


def text(value: Any, most: str, *, empty: bool = False) -> str:
    """Return a text without outer space and what no row can hold. Raises BadText."""
    said = "".join(c for c in str(value or "") if c in "\n\t" or c >= " ").strip()
    said = said.encode("utf-8", "ignore").decode()
    if (not said and not empty) or len(said) > settings.letters(most):
        raise BadText(most=settings.letters(most))
    return said


def line(value: Any, most: str, *, empty: bool = False) -> str:
    """Return a text in one line. Raises BadText."""
    return text(one_line(value), most, empty=empty)


def chosen(value: Any, choices: Any, name: str) -> str:
    """Return one of a model's choices. Raises BadChoice."""
    if str(value) not in choices.values:
        raise BadChoice(name=name, value=str(value)[:40])
    return str(value)


def a_day(value: Any) -> date | None:
    """Return a day from a date or its ISO text, None for nothing. Raises BadDay."""
    if value in (None, ""):
        return None
    try:
        found = value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        raise BadDay(day=str(value)[:40]) from None
    if not 2000 <= found.year <= 2100:
        raise BadDay(day=str(value)[:40])
    return found


def a_moment(value: Any, zone: ZoneInfo) -> datetime | None:
    """Return a moment from a datetime or its ISO text; without a zone it is the account's. Raises BadDay."""
    if value in (None, ""):
        return None
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        if not 2000 <= found.year <= 2100:
            raise ValueError
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadDay(day=str(value)[:40]) from None


def member_of(actor: Member, member_id: Any, permission: str = queries.EDIT) -> Member | None:
    """Return an active member of the brand who may do this, None for nobody. Raises BadOwner."""
    if not member_id:
        return None
    key = str(getattr(member_id, "pk", member_id))
    found = next((m for m in queries.colleagues(actor, permission) if str(m.pk) == key), None)
    if found is None:
        raise BadOwner()
    return found


def account_of(actor: Member, account_id: Any, platform: str) -> Account | None:
    """Return one of the brand's own accounts on a platform, None for none. Raises BadAccount."""
    if not account_id:
        return None
    key = str(getattr(account_id, "pk", account_id))
    found: Account | None = next(
        (a for a in queries.accounts(actor).filter(platform=platform) if str(a.pk) == key), None
    )
    if found is None:
        raise BadAccount()
    return found


def brief(given: Any) -> dict[str, str]:
    """Return a brief: known parts, none empty. Raises Invalid, BadText."""
    if not isinstance(given, Mapping) or set(given) - set(BRIEF):
        raise Invalid()
    said = {k: text(v, "brief", empty=True) for k, v in given.items()}
    return {k: v for k, v in said.items() if v}


def stand(piece: Piece, stage: Stage) -> None:
    """Let a piece stand at a stage from now on; the caller saves `stage` and `stage_at`."""
    piece.stage, piece.stage_at = stage, timezone.now()
