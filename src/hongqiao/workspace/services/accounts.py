"""Platform accounts of a brand."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction

from hongqiao import platforms
from hongqiao.errors import N_, Conflict, Invalid
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.models import Account, Member
from hongqiao.workspace.services import checks

OWN_SYSTEMS = "own"  # the platform code of 自有数据


class BadPlatform(Invalid):
    code = "bad_platform"
    message = N_("不认识这个平台：%(platform)s")
    next_step = N_("请从列表中选择平台")


class BadRelation(Invalid):
    code = "bad_relation"
    message = N_("账号归属只能是自有或竞品：%(relation)s")
    next_step = N_("请从列表中选择")


class OwnIsOwn(Invalid):
    code = "own_is_own"
    message = N_("自有数据来自本品牌自己的系统，不能是竞品账号")
    next_step = N_("请换一个平台，或把归属改为自有")


class AccountTaken(Conflict):
    code = "account_taken"
    message = N_("这个平台下已有同名账号：%(name)s")
    next_step = N_("请直接使用已有账号，或换一个名称")


@transaction.atomic
def create_account(
    *,
    actor: Member,
    platform: str,
    name: str,
    zone: str = "",
    external_id: str = "",
    relation: str = Account.Relation.OWN,
) -> Account:
    """Add an account of a platform that PLATFORMS knows; its days are counted in `zone`, the brand's where empty."""
    permissions.require(actor, "settings.accounts")
    if platform not in platforms.PLATFORMS:
        raise BadPlatform(platform=platform)
    _check_relation(platform, relation)
    fields = {"name": checks.name(name, 120), "zone": checks.zone(zone or actor.brand.zone)}
    try:
        with transaction.atomic():
            row = Account.objects.create(
                brand=actor.brand,
                platform=platform,
                external_id=external_id.strip()[:120],
                relation=relation,
                **fields,
            )
    except IntegrityError:
        raise AccountTaken(name=fields["name"]) from None
    audit.record(actor, "account.created", row, name=row.name, platform=platform, relation=relation)
    return row


@transaction.atomic
def rename_account(*, actor: Member, account_id: UUID, name: str, seen: int | None) -> Account:
    """Give an account another name; its facts stay with it."""
    permissions.require(actor, "settings.accounts")
    row = Account.objects.for_member(actor, "settings.accounts").locked(account_id, seen)
    before, row.name = row.name, checks.name(name, 120)
    try:
        with transaction.atomic():
            row.save_next("name")
    except IntegrityError:
        raise AccountTaken(name=row.name) from None
    audit.record(actor, "account.renamed", row, before=before, after=row.name)
    return row


@transaction.atomic
def change_account_relation(*, actor: Member, account_id: UUID, relation: str, seen: int | None) -> Account:
    """Say whose account it is. Its facts stay; from now on they count, or do not, in the brand's own figures."""
    permissions.require(actor, "settings.accounts")
    row = Account.objects.for_member(actor, "settings.accounts").locked(account_id, seen)
    _check_relation(row.platform, relation)
    if row.relation == relation:
        raise Conflict()
    row.relation = relation
    row.save_next("relation")
    audit.record(actor, f"account.now_{relation}", row, name=row.name)
    return row


def _check_relation(platform: str, relation: str) -> None:
    if relation not in Account.Relation.values:
        raise BadRelation(relation=relation)
    if platform == OWN_SYSTEMS and relation != Account.Relation.OWN:
        raise OwnIsOwn()


def close_account(*, actor: Member, account_id: UUID, seen: int | None) -> Account:
    """Take an account out of the lists for new imports; what it brought stays."""
    return _move(actor, account_id, seen, Account.State.CLOSED, "account.closed")


def reopen_account(*, actor: Member, account_id: UUID, seen: int | None) -> Account:
    """Put a closed account back into use."""
    return _move(actor, account_id, seen, Account.State.OPEN, "account.reopened")


@transaction.atomic
def _move(actor: Member, account_id: UUID, seen: int | None, to: str, code: str) -> Account:
    permissions.require(actor, "settings.accounts")
    row = Account.objects.for_member(actor, "settings.accounts").locked(account_id, seen)
    if row.state == to:
        raise Conflict()
    row.state = to
    row.save_next("state")
    audit.record(actor, code, row, name=row.name)
    return row
