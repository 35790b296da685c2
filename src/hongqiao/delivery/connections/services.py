"""Connecting an account: keys are taken, tried, changed, put out of use. Secrets are never shown again."""

from __future__ import annotations

import re
import secrets
import string
from typing import Any
from uuid import UUID

from django.db import transaction

from hongqiao.delivery.connections import clients
from hongqiao.delivery.connections.keeping import opened, sealed
from hongqiao.delivery.models import Connection
from hongqiao.errors import N_, Conflict, HongqiaoError, Invalid, NotFound
from hongqiao.platforms import capabilities
from hongqiao.workspace import audit, jobs, permissions
from hongqiao.workspace.models import Account, Member

TEND = "settings.accounts"
State = Connection.State
_APP_ID = re.compile(r"wx[0-9a-z]{16}")
_SECRET = re.compile(r"[0-9a-zA-Z]{32}")


class BadAppId(Invalid):
    code = "bad_app_id"
    message = N_("AppID 应以 wx 开头，共 18 位")
    next_step = N_("请在公众平台“设置与开发 → 开发接口管理”里复制")


class BadSecret(Invalid):
    code = "bad_app_secret"
    message = N_("AppSecret 应是 32 位字母和数字")
    next_step = N_("请在公众平台“设置与开发 → 开发接口管理”里重置后复制；AppID 换了也要重新填写")


class BadKind(Invalid):
    code = "bad_account_kind"
    message = N_("请选择账号类型")
    next_step = N_("类型决定这个账号能用哪些接口，请按公众平台的认证情况选择")


class NoInterface(Invalid):
    code = "no_interface"
    message = N_("这个平台还没有可接入的官方接口")
    next_step = N_("内容由人发布，数据按取数清单导入")


class NotConnected(Conflict):
    code = "not_connected"
    message = N_("这个账号还没有接入")
    next_step = N_("请先填写 AppID 与 AppSecret")


def account_of(actor: Member, account_id: UUID | str) -> Account:
    """Return an own, open account. Raises NotFound."""
    row: Account = Account.objects.get_for(actor, TEND, account_id)
    if row.competitor or row.state != Account.State.OPEN or row.platform not in capabilities.CONTENT:
        raise NotFound()
    return row


@transaction.atomic
def connect(
    *, actor: Member, account_id: UUID | str, seen: int | None, kind: str, app_id: str, secret: str = ""
) -> Connection:
    """Connect an account, or change its kind and keys; an empty secret keeps the one there is of the same AppID.

    Raises NotAllowed, NotFound, NoInterface, BadKind, BadAppId, BadSecret, Conflict.
    """
    permissions.require(actor, TEND)
    account = account_of(actor, account_id)
    if account.platform not in clients.PLATFORMS:
        raise NoInterface()
    Account.objects.select_for_update().get(pk=account.pk)
    clean, held = _checked(account, kind, app_id, secret), Connection.objects.filter(account=account).first()
    if held is None:
        return _new(actor, account, clean)
    row: Connection = Connection.objects.for_member(actor, TEND).locked(held.pk, seen)
    if not clean["secret"] and row.app_id != clean["app_id"]:
        raise BadSecret()
    fields = ["kind", "app_id"]
    if clean["secret"]:
        row.secrets = sealed({**opened(row.secrets), "secret": clean["secret"]})
        row.hint, row.tokens, row.tokens_until = f"…{clean['secret'][-4:]}", "", None
        row.state, row.said = State.UNTRIED, {}
        fields += ["secrets", "hint", "tokens", "tokens_until", "state", "said"]
    row.kind, row.app_id = clean["kind"], clean["app_id"]
    row.save_next(*fields)
    audit.record(actor, "connection.changed", row, name=account.name, kind=row.kind)
    return row


def _checked(account: Account, kind: str, app_id: str, secret: str) -> dict[str, str]:
    clean = {"kind": kind, "app_id": app_id.strip(), "secret": secret.strip()}
    if kind not in dict(capabilities.kinds(account.platform)):
        raise BadKind()
    if not _APP_ID.fullmatch(clean["app_id"]):
        raise BadAppId()
    if clean["secret"] and not _SECRET.fullmatch(clean["secret"]):
        raise BadSecret()
    return clean


def _new(actor: Member, account: Account, clean: dict[str, str]) -> Connection:
    if not clean["secret"]:
        raise BadSecret()
    row = Connection.objects.create(
        brand=actor.brand,
        account=account,
        kind=clean["kind"],
        app_id=clean["app_id"],
        hint=f"…{clean['secret'][-4:]}",
        secrets=sealed({"secret": clean["secret"]}),
        by=actor,
    )
    audit.record(actor, "connection.made", row, name=account.name, kind=row.kind)
    return row


def try_out(*, actor: Member, account_id: UUID | str) -> int:
    """Ask the platform whether keys, white list and rights are good; return how many drafts it holds.

    Not in a transaction: what it answers is kept whether good or not. Raises PlatformError, Unreachable, NotSure.
    """
    permissions.require(actor, TEND)
    row = of_account(actor, account_id)
    try:
        count = clients.wechat(row).check()
    except HongqiaoError as error:
        clients.remember(row.pk, error)
        audit.record(actor, "connection.tried", row, name=row.account.name, good=False)
        raise
    clients.remember(row.pk, None)
    audit.record(actor, "connection.tried", row, name=row.account.name, good=True)
    return count


@transaction.atomic
def pull_now(*, actor: Member, account_id: UUID | str) -> None:
    """Ask for the account's statistics now, without waiting for the morning. Raises NotConnected."""
    permissions.require(actor, TEND)
    row = of_account(actor, account_id)
    payload = {"connection": str(row.pk)}
    jobs.enqueue("delivery.statistics", brand_id=row.brand_id, key=f"{row.pk}:now", payload=payload, again=True)
    audit.record(actor, "connection.pulled", row, name=row.account.name)


@transaction.atomic
def renew_callback(*, actor: Member, account_id: UUID | str, seen: int | None) -> dict[str, str]:
    """Make Token and EncodingAESKey for callbacks anew; return them to be shown once."""
    row = _locked(actor, account_id, seen)
    letters = string.ascii_letters + string.digits
    # the last of 43 letters carries four bits only: one that leaves the other two at zero
    key = "".join(secrets.choice(letters) for _ in range(42)) + secrets.choice("AEIMQUYcgkosw048")
    made = {"callback_token": "".join(secrets.choice(letters) for _ in range(24)), "aes_key": key}
    row.secrets = sealed({**opened(row.secrets), **made})
    row.save_next("secrets")
    audit.record(actor, "connection.callback_renewed", row, name=row.account.name)
    return made


@transaction.atomic
def turn(*, actor: Member, account_id: UUID | str, seen: int | None, on: bool) -> Connection:
    """Put a connection out of use, or back into it: untried until it is tried."""
    row = _locked(actor, account_id, seen)
    row.state, row.said = State.UNTRIED if on else State.OFF, {}
    row.save_next("state", "said")
    audit.record(actor, "connection.on" if on else "connection.off", row, name=row.account.name)
    return row


@transaction.atomic
def remove(*, actor: Member, account_id: UUID | str, seen: int | None) -> None:
    """End a connection with its keys and tokens."""
    row = _locked(actor, account_id, seen)
    audit.record(actor, "connection.removed", row, name=row.account.name)
    row.delete()


def of_account(actor: Member, account_id: UUID | str) -> Connection:
    """Return the connection of an account. Raises NotFound, NotConnected."""
    account = account_of(actor, account_id)
    rows: Any = Connection.objects.for_member(actor, TEND).select_related("account", "brand")
    row: Connection | None = rows.filter(account=account).first()
    if row is None:
        raise NotConnected()
    return row


def _locked(actor: Member, account_id: UUID | str, seen: int | None) -> Connection:
    permissions.require(actor, TEND)
    row: Connection = Connection.objects.for_member(actor, TEND).locked(of_account(actor, account_id).pk, seen)
    return row
