"""Group bots of a brand: added, changed, tried, ended. Addresses are secrets: encrypted, never shown again."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

from django.db import transaction

from hongqiao.delivery import bots, cards
from hongqiao.delivery.limits import limits
from hongqiao.delivery.models import Group, Message
from hongqiao.delivery.services.sending import put
from hongqiao.errors import N_, Conflict, Invalid
from hongqiao.workspace import audit, keys, permissions
from hongqiao.workspace.models import Member
from hongqiao.workspace.services import checks

TEND = "settings.groups"
TEST = "delivery.test"


class TooManyGroups(Invalid):
    code = "too_many_groups"
    message = N_("一个品牌最多 %(most)s 个群机器人")
    next_step = N_("请先删除不用的")


class GroupTaken(Conflict):
    code = "group_taken"
    message = N_("已有同名的群：%(name)s")
    next_step = N_("请换一个名称")


class BadGroupKind(Invalid):
    code = "bad_group_kind"
    message = N_("只支持飞书、钉钉和企业微信的群机器人")
    next_step = N_("请从列表中选择")


@transaction.atomic
def add_group(
    *, actor: Member, kind: str, name: str, address: str, secret: str = "", wants: Sequence[str] = ()
) -> Group:
    """Add a group's bot. Raises NotAllowed, BadGroupKind, BadAddress, GroupTaken, TooManyGroups."""
    permissions.require(actor, TEND)
    if kind not in Group.Kind.values:
        raise BadGroupKind()
    most = limits()["groups_a_brand"]
    if Group.objects.filter(brand=actor.brand).count() >= most:
        raise TooManyGroups(most=most)
    row = Group(brand=actor.brand, created_by=actor, kind=kind, name=checks.name(name), wants=_wants(wants))
    _secrets(row, address, secret)
    with checks.once(GroupTaken(name=row.name)):
        row.save(force_insert=True)
    audit.record(actor, "group.added", row, name=row.name, bot=kind)
    return row


@transaction.atomic
def change_group(
    *,
    actor: Member,
    group_id: UUID | str,
    seen: int | None,
    name: str,
    wants: Sequence[str],
    active: bool,
    address: str = "",
    secret: str = "",
) -> Group:
    """Change a group's bot; an empty address keeps the one there is, with its secret."""
    row = _locked(actor, group_id, seen)
    row.name, row.wants, row.active = checks.name(name), _wants(wants), active
    if address.strip():
        _secrets(row, address, secret)
    with checks.once(GroupTaken(name=row.name)):
        row.save_next("name", "wants", "active", "address", "secret", "hint")
    audit.record(actor, "group.changed", row, name=row.name, active=active)
    return row


@transaction.atomic
def remove_group(*, actor: Member, group_id: UUID | str, seen: int | None) -> None:
    """End a group's bot with the log of its messages."""
    row = _locked(actor, group_id, seen)
    audit.record(actor, "group.removed", row, name=row.name)
    row.delete()


@transaction.atomic
def try_group(*, actor: Member, group_id: UUID | str) -> Message:
    """Send a test message; what came of it is in the log."""
    row = _locked(actor, group_id, None)
    count = Message.objects.filter(group=row, kind=TEST).count() + 1
    sent = put(row.brand, TEST, {"by": str(actor)}, key=f"test|{row.pk}|{count}", group=row)
    audit.record(actor, "group.tested", row, name=row.name)
    return sent


def _locked(actor: Member, group_id: UUID | str, seen: int | None) -> Group:
    permissions.require(actor, TEND)
    return Group.objects.for_member(actor, TEND).locked(group_id, seen)


def _secrets(row: Group, address: str, secret: str) -> None:
    clean = bots.check(row.kind, address)
    row.address, row.secret = (
        keys.encrypt(clean.encode()),
        keys.encrypt(secret.strip().encode()) if secret.strip() else "",
    )
    parts = urlsplit(clean)
    token = next((v for k, v in parse_qsl(parts.query) if k in ("access_token", "key")), parts.path.rpartition("/")[2])
    row.hint = f"…{token[-4:]}"


def _wants(codes: Sequence[str]) -> list[str]:
    return [code for code, kind in cards.kinds().items() if kind.group and code in set(codes)]
