"""Writes of lines. Each takes who acts and the version they saw, and leaves one audit row. Serves D2."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.db import transaction

from hongqiao.errors import N_, Invalid, NotAllowed
from hongqiao.insight import queries as figures
from hongqiao.insight.alerts import queries, series
from hongqiao.insight.alerts.model import AlertRule
from hongqiao.metrics import METRICS
from hongqiao.platforms import PLATFORMS
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.figures import today_of
from hongqiao.workspace.models import Account, Member

LARGEST = Decimal("99999999999999")
FIELDS: tuple[str, ...] = ("metric", "platform", "account", "dimension", "value", "condition", "line", "grain")
FIELDS += ("severity", "roles", "members")


class BadAlert(Invalid):
    code = "bad_alert"
    message = N_("提醒没有填对")
    next_step = N_("请按提示修改后再保存")


@dataclass(frozen=True)
class Wanted:
    """What a person fills in. `line` in the metric's own unit, a rate or a change as a share."""

    metric: str
    condition: str
    line: Any
    grain: str = AlertRule.Grain.DAY
    severity: int = AlertRule.Severity.MIDDLE
    platform: str = ""
    account_id: UUID | str | None = None
    dimension: str = ""
    value: str = ""
    roles: Sequence[str] = ()
    members: Sequence[str] = ()


def drafted(*, actor: Member, wanted: Wanted) -> AlertRule:
    """Return a line that is not kept, for its preview. Raises NotAllowed, NotFound, BadAlert."""
    permissions.require(actor, queries.SEE)
    row = AlertRule(brand=actor.brand, author=actor)
    _fill(actor, row, wanted)
    return row


@transaction.atomic
def add_alert(*, actor: Member, wanted: Wanted) -> AlertRule:
    """Draw a line. Raises NotAllowed, NotFound, BadAlert."""
    permissions.require(actor, queries.MAKE)
    row = drafted(actor=actor, wanted=wanted)
    if AlertRule.objects.filter(brand=actor.brand).count() >= series.limits()["most"]:
        raise BadAlert(N_("提醒太多，没有人会看：请先删掉不用的"))
    row.save()
    audit.record(actor, "alert.added", row, **_said(row))
    return row


@transaction.atomic
def change_alert(*, actor: Member, alert_id: UUID | str, seen: int | None, wanted: Wanted) -> AlertRule:
    """Draw a line anew; it looks from now on. Raises what `add_alert` raises, and Conflict."""
    row = _tended(actor, alert_id, seen)
    _fill(actor, row, wanted)
    row.save_next(*FIELDS, "since")
    audit.record(actor, "alert.changed", row, **_said(row))
    return row


@transaction.atomic
def pause_alert(*, actor: Member, alert_id: UUID | str, seen: int | None, paused: bool) -> AlertRule:
    """Let a line rest, or look again: what crossed it meanwhile is no news. Raises NotFound, NotAllowed, Conflict."""
    row = _tended(actor, alert_id, seen)
    if row.paused != paused:
        row.paused = paused
        if not paused:
            row.since = today_of(actor.brand)
        row.save_next("paused", "since")
        audit.record(actor, "alert.paused" if paused else "alert.resumed", row, **_said(row))
    return row


@transaction.atomic
def delete_alert(*, actor: Member, alert_id: UUID | str, seen: int | None) -> None:
    """Take a line away. Raises NotFound, NotAllowed, Conflict."""
    row = _tended(actor, alert_id, seen)
    audit.record(actor, "alert.deleted", row, **_said(row))
    row.delete()


def _tended(actor: Member, alert_id: UUID | str, seen: int | None) -> AlertRule:
    row: AlertRule = AlertRule.objects.for_member(actor, queries.SEE).locked(alert_id, seen)
    if not queries.may_tend(actor, row):
        raise NotAllowed()
    return row


def _fill(actor: Member, row: AlertRule, wanted: Wanted) -> None:
    if not series.fits(wanted.metric):
        raise BadAlert(N_("这个指标不能设提醒"))
    if wanted.condition not in AlertRule.Condition.values or wanted.grain not in AlertRule.Grain.values:
        raise BadAlert(N_("没有这种条件"))
    if wanted.severity not in AlertRule.Severity.values:
        raise BadAlert(N_("没有这种程度"))
    row.metric, row.condition, row.grain, row.severity = (
        wanted.metric,
        wanted.condition,
        wanted.grain,
        wanted.severity,
    )
    row.line = _line(row, wanted.line)
    row.platform, row.account = _place(actor, wanted)
    row.dimension, row.value = _cut(wanted)
    row.roles = _roles(wanted.roles)
    row.members = _members(actor, wanted.members)
    row.since = today_of(actor.brand) - timedelta(days=series.limits()["recall"][row.grain])


def _line(row: AlertRule, given: Any) -> Decimal:
    try:
        line = Decimal(str(given))
    except InvalidOperation:
        raise BadAlert(N_("提醒线要是一个数")) from None
    if not line.is_finite() or abs(line) > LARGEST:
        raise BadAlert(N_("提醒线要是一个数"))
    if row.relative and not 0 < line <= 100:
        raise BadAlert(N_("变化要大于 0，例如 20%"))
    if row.condition == row.Condition.FALLS and line >= 1:
        raise BadAlert(N_("下降不会超过 100%"))
    return line.quantize(Decimal("0.0001"))


def _place(actor: Member, wanted: Wanted) -> tuple[str, Account | None]:
    if wanted.account_id:
        return "", Account.objects.for_member(actor, queries.SEE).one(wanted.account_id)
    if wanted.platform and wanted.platform not in PLATFORMS:
        raise BadAlert(N_("请选平台"))
    return wanted.platform, None


def _cut(wanted: Wanted) -> tuple[str, str]:
    if not wanted.dimension:
        return "", ""
    if wanted.dimension not in series.cuts(wanted.metric):
        raise BadAlert(N_("这个指标不能按这个维度看"))
    figures.checked_text("value", wanted.value)
    value = wanted.value.strip()
    if not value or len(value) > 120:
        raise BadAlert(N_("请填维度的取值"))
    return wanted.dimension, value


def _roles(given: Sequence[str]) -> list[str]:
    known = permissions.roles()
    if any(r not in known for r in given):
        raise BadAlert(N_("没有这种角色"))
    return [r for r in known if r in set(given)]


def _members(actor: Member, given: Sequence[str]) -> list[str]:
    """Return the keys of members who are here and may see figures. Raises BadAlert for any other."""
    known = [str(m.pk) for m in queries.readers(actor)]
    if any(str(key) not in known for key in given):
        raise BadAlert(N_("这个成员不在了，或看不到数据"))
    return [key for key in known if key in {str(g) for g in given}]


def _said(row: AlertRule) -> dict[str, Any]:
    label = METRICS[row.metric].label if row.metric in METRICS else row.metric
    return {"metric": label, "of": row.metric, "condition": row.get_condition_display(), "line": str(row.line)}
