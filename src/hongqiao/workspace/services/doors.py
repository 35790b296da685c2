"""Ways in: users made by the owner, one-time links, tokens for programs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hongqiao.errors import N_, Conflict, HongqiaoError, Invalid, NotAllowed
from hongqiao.workspace import audit, permissions, secrets, throttle
from hongqiao.workspace.limits import limits
from hongqiao.workspace.models import ApiToken, Member, SignInLink, User
from hongqiao.workspace.services import checks

TOKENS = "settings.tokens"
PREFIX = "hq_"


class LinkDead(HongqiaoError):
    code, status = "link_dead", 410
    message = N_("登录链接已失效")
    next_step = N_("链接只能用一次，且有时限；请重新生成")


class TokenDead(HongqiaoError):
    code, status = "token_dead", 401
    message = N_("接口令牌无效或已过期")
    next_step = N_("请在设置里新建接口令牌")


class UserTaken(Conflict):
    code = "user_taken"
    message = N_("%(email)s 已有账户")
    next_step = N_("请直接使用这个账户")


@transaction.atomic
def create_user(
    *, email: str, name: str = "", password: str | None = None, owner: bool = False, actor: User | None = None
) -> User:
    """Make a user from the command line; without a password a one-time link lets them in. Raises UserTaken."""
    address = checks.email(email)
    if User.objects.filter(email=address).exists():
        raise UserTaken(email=address)
    user = User.objects.create_user(address, password, name=name.strip()[:80], is_superuser=owner)
    audit.record(actor, "user.created", user, name=str(user))
    return user


def make_sign_in_link(*, user: User, actor: Member | None = None) -> str:
    """Return the token of a one-time link for a user; `/in/<token>` is its address.

    `actor` is the member who asks for a colleague, None for the command line. Raises NotAllowed where the colleague can
    do more than the actor, owns the installation, or is also in a brand that the actor does not run.
    """
    if actor is not None:
        permissions.require(actor, "settings.members")
        _may_vouch(actor, user)
        throttle.check("link.made", str(user.pk), amount=limits()["sign_in_links_per_hour"], seconds=3600)
    token, kept = secrets.make()
    until = timezone.now() + timedelta(minutes=limits()["sign_in_link_minutes"])
    with transaction.atomic():
        SignInLink.objects.create(user=user, token_hash=kept, expires_at=until)
        audit.record(actor, "link.made", user, name=str(user))
    return token


def _may_vouch(actor: Member, user: User) -> None:
    if user.is_superuser and user.pk != actor.user_id:
        raise NotAllowed()
    theirs = Member.objects.filter(user=user, state=Member.State.ACTIVE).select_related("brand", "user")
    mine = {m.brand_id: m for m in Member.objects.filter(user_id=actor.user_id).select_related("brand", "user")}
    if not theirs or not any(m.brand_id == actor.brand_id for m in theirs):
        raise NotAllowed()
    for member in theirs:
        me = mine.get(member.brand_id)
        if me is None or not permissions.held_by(me) >= permissions.held_by(member) | {"settings.members"}:
            raise NotAllowed()


def use_sign_in_link(*, token: str, ip: str | None) -> User:
    """Return the user of a link and use it up. Raises LinkDead where it is unknown, used or too old, TooOften."""
    # Outside the transaction: a try that fails must be counted, also where the cache is in the same database.
    throttle.check("link.tried", ip or "-", amount=limits()["link_tries_per_minute"], seconds=60)
    return _use(token)


@transaction.atomic
def _use(token: str) -> User:
    kept, now = secrets.digest(token), timezone.now()
    link = SignInLink.objects.select_related("user").filter(token_hash=kept).first()
    if link is None or not secrets.same(link.token_hash, kept) or not link.user.is_active:
        raise LinkDead()
    if not SignInLink.objects.filter(pk=link.pk, used_at=None, expires_at__gt=now).update(used_at=now):
        raise LinkDead()
    audit.record(link.user, "link.used", link.user, name=str(link.user))
    return link.user


@transaction.atomic
def create_token(
    *, actor: Member, name: str, scopes: Sequence[str], expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """Make a token that acts as the actor within `scopes` (permissions they hold).

    Returns the row and the token, to be shown once. Raises NotAllowed, Invalid.
    """
    permissions.require(actor, TOKENS)
    if not scopes or not set(scopes) <= permissions.held_by(actor):
        raise Invalid(N_("请至少选一项你自己拥有的权限"), code="bad_scopes")
    until = expires_at or timezone.now() + timedelta(days=limits()["token_days"])
    token, kept = secrets.make(PREFIX)
    fields = {"name": checks.name(name), "scopes": sorted(scopes), "expires_at": until, "hint": token[:9]}
    row = ApiToken.objects.create(brand=actor.brand, member=actor, token_hash=kept, **fields)
    audit.record(actor, "token.created", row, name=row.name, scopes=row.scopes)
    return row, token


@transaction.atomic
def revoke_token(*, actor: Member, token_id: UUID, seen: int | None) -> ApiToken:
    """End a token at once."""
    permissions.require(actor, TOKENS)
    row = ApiToken.objects.for_member(actor, TOKENS).locked(token_id, seen)
    if row.revoked_at:
        raise Conflict()
    row.revoked_at = timezone.now()
    row.save_next("revoked_at")
    audit.record(actor, "token.revoked", row, name=row.name)
    return row


def member_by_token(token: str) -> Member:
    """Return the member a token acts as, its permissions narrowed to `.scopes`. Raises TokenDead."""
    kept, now = secrets.digest(token), timezone.now()
    found = ApiToken.objects.filter(token_hash=kept, revoked_at=None).select_related("member__user", "member__brand")
    row = found.first()
    if row is None or not secrets.same(row.token_hash, kept) or (row.expires_at and row.expires_at <= now):
        raise TokenDead()
    if row.member.state != Member.State.ACTIVE or not row.member.user.is_active:
        raise TokenDead()
    if row.last_used_at is None or now - row.last_used_at > timedelta(minutes=1):
        ApiToken.objects.filter(pk=row.pk).update(last_used_at=now)
    row.member.scopes = row.scopes  # type: ignore[attr-defined]
    return row.member
