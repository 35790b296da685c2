"""Members: invited, joined, in a role, gone. Nobody gives more than they hold; a brand keeps a keeper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from hongqiao.errors import N_, Conflict, HongqiaoError, Invalid, NotAllowed
from hongqiao.workspace import audit, notices, permissions, secrets
from hongqiao.workspace.limits import limits
from hongqiao.workspace.models import Brand, Invitation, Member, User
from hongqiao.workspace.services import checks

MEMBERS = "settings.members"


class InvitationDead(HongqiaoError):
    code, status = "invitation_dead", 410
    message = N_("邀请已失效")
    next_step = N_("请联系邀请你的同事重新发送邀请")


class OthersInvitation(HongqiaoError):
    code, status = "others_invitation", 403
    message = N_("这份邀请是发给 %(email)s 的")
    next_step = N_("请先退出，再用这个邮箱登录或注册")


class SignInFirst(HongqiaoError):
    code, status = "sign_in_first", 403
    message = N_("%(email)s 已有账户")
    next_step = N_("请先登录，再打开邀请链接")


class AlreadyMember(Conflict):
    code = "already_member"
    message = N_("%(email)s 已是本品牌成员")
    next_step = N_("请在成员列表里调整角色")


class LastKeeper(Invalid):
    code = "last_keeper"
    message = N_("品牌至少要有一位能管理成员的人")
    next_step = N_("请先把另一位成员设为经理或以上，再做这一步")


class BadPassword(Invalid):
    code = "bad_password"
    message = N_("密码不合要求：%(why)s")
    next_step = N_("请换一个至少 10 位、不常见的密码")


@transaction.atomic
def invite(*, actor: Member, email: str, role: str) -> tuple[Invitation, str]:
    """Invite somebody by e-mail. Returns the invitation and its token. Raises NotAllowed, Invalid, Conflict."""
    permissions.require(actor, MEMBERS)
    if not permissions.may_give(actor, role):
        raise NotAllowed()
    address = checks.email(email)
    if Member.objects.filter(brand=actor.brand, user__email=address, state=Member.State.ACTIVE).exists():
        raise AlreadyMember(email=address)
    now = timezone.now()
    Invitation.objects.filter(brand=actor.brand, email=address, accepted_at=None, revoked_at=None).update(
        revoked_at=now
    )
    token, kept = secrets.make()
    until = now + timedelta(days=limits()["invitation_days"])
    row = Invitation.objects.create(
        brand=actor.brand, email=address, role=role, token_hash=kept, expires_at=until, invited_by=actor
    )
    audit.record(actor, "member.invited", row, email=address, role=role)
    return row, token


@transaction.atomic
def revoke_invitation(*, actor: Member, invitation_id: UUID, seen: int | None) -> Invitation:
    """Take an open invitation back."""
    permissions.require(actor, MEMBERS)
    row = Invitation.objects.for_member(actor, MEMBERS).locked(invitation_id, seen)
    if row.accepted_at or row.revoked_at:
        raise Conflict()
    row.revoked_at = timezone.now()
    row.save_next("revoked_at")
    audit.record(actor, "member.invitation_revoked", row, email=row.email)
    return row


def invitation_by_token(token: str) -> Invitation:
    """Return an invitation that can still be accepted. Raises InvitationDead."""
    kept = secrets.digest(token)
    open_ones = Invitation.objects.filter(accepted_at=None, revoked_at=None, expires_at__gt=timezone.now())
    row = open_ones.select_related("brand", "invited_by__user", "invited_by__brand").filter(token_hash=kept).first()
    if row is None or not secrets.same(row.token_hash, kept):
        raise InvitationDead()
    if not permissions.may_give(row.invited_by, row.role):  # the inviter has left, or may not give this any more
        raise InvitationDead()
    return row


@transaction.atomic
def accept_invitation(*, token: str, user: User | None, name: str = "", password: str = "") -> Member:
    """Join the brand. `user` is who is signed in; without one a new user is made with this name and password.

    Raises InvitationDead, OthersInvitation (signed in as somebody else), SignInFirst (the address has a user), Invalid.
    """
    row = Invitation.objects.select_for_update().get(pk=invitation_by_token(token).pk)
    if row.accepted_at or row.revoked_at:
        raise InvitationDead()
    if user is not None and user.email != row.email:
        raise OthersInvitation(email=row.email)
    if user is None:
        user = _new_user(row.email, name, password)
    member, made = Member.objects.get_or_create(brand=row.brand, user=user, defaults={"role": row.role})
    if not made:
        if member.state == Member.State.ACTIVE:
            raise AlreadyMember(email=row.email)
        member.role, member.rooms, member.state = row.role, None, Member.State.ACTIVE
        member.save_next("role", "rooms", "state")
    row.accepted_at, row.accepted_by = timezone.now(), user
    row.save_next("accepted_at", "accepted_by")
    audit.record(member, "member.joined", member, name=str(user), role=row.role)
    notices.tell([row.invited_by], "member.joined", name=str(user))
    return member


def _new_user(email: str, name: str, password: str) -> User:
    if User.objects.filter(email=email).exists():
        raise SignInFirst(email=email)
    fresh = User(email=email, name=checks.name(name))
    try:
        validate_password(password, fresh)
    except ValidationError as error:
        raise BadPassword(why=" ".join(error.messages)) from None
    return User.objects.create_user(email, password, name=fresh.name)


@transaction.atomic
def change_role(*, actor: Member, member_id: UUID, role: str, seen: int | None) -> Member:
    """Put a member in another role."""
    row = _to_change(actor, member_id, seen)
    if not permissions.may_give(actor, role):
        raise NotAllowed()
    before, row.role = row.role, role
    _still_kept(row.brand, row)
    row.save_next("role")
    audit.record(actor, "member.role_changed", row, name=str(row), before=before, after=role)
    notices.tell([row], "member.role_changed", role=role)
    return row


@transaction.atomic
def change_rooms(*, actor: Member, member_id: UUID, rooms: Sequence[str] | None, seen: int | None) -> Member:
    """Narrow a member to some rooms; None gives back all that the role has."""
    row = _to_change(actor, member_id, seen)
    known = {r["code"] for r in permissions.rooms()}
    if rooms is not None and not set(rooms) <= known:
        raise Invalid()
    row.rooms = None if rooms is None else sorted(rooms)
    _still_kept(row.brand, row)
    row.save_next("rooms")
    audit.record(actor, "member.rooms_changed", row, name=str(row), rooms=row.rooms)
    return row


def deactivate_member(*, actor: Member, member_id: UUID, seen: int | None) -> Member:
    """Shut a member out of the brand at once; their tokens end with them. What they did stays."""
    return _set_state(actor, member_id, seen, Member.State.INACTIVE, "member.deactivated")


def reactivate_member(*, actor: Member, member_id: UUID, seen: int | None) -> Member:
    """Let a member in again, in the role they had."""
    return _set_state(actor, member_id, seen, Member.State.ACTIVE, "member.reactivated")


@transaction.atomic
def _set_state(actor: Member, member_id: UUID, seen: int | None, state: str, code: str) -> Member:
    row = _to_change(actor, member_id, seen)
    if row.state == state:
        raise Conflict()
    row.state = state
    if state == Member.State.ACTIVE and not permissions.may_give(actor, row.role):
        raise NotAllowed()
    _still_kept(row.brand, row)
    row.save_next("state")
    if state == Member.State.INACTIVE:
        row.tokens.filter(revoked_at=None).update(revoked_at=timezone.now())
    audit.record(actor, code, row, name=str(row))
    return row


def _to_change(actor: Member, member_id: UUID, seen: int | None) -> Member:
    """Return the member locked. Raises NotAllowed where they can do more than the actor can."""
    permissions.require(actor, MEMBERS)
    Brand.objects.for_member(actor, MEMBERS).locked(actor.brand_id, None)  # one change of members at a time
    row: Any = Member.objects.for_member(actor, MEMBERS).locked(member_id, seen)
    if not permissions.role_permissions(row.brand, row.role) <= permissions.held_by(actor):
        raise NotAllowed()
    return row


def _still_kept(brand: Brand, changed: Member) -> None:
    """Raise LastKeeper where, with this change, nobody could manage the members any more."""
    others = Member.objects.filter(brand=brand, state=Member.State.ACTIVE).exclude(pk=changed.pk)
    if not any(permissions.allows(m, MEMBERS) for m in [*others.select_related("brand", "user"), changed]):
        raise LastKeeper()
