"""What people change of the rules: thresholds, whether one speaks at all, and what is muted for whom."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from hongqiao.errors import NotAllowed, NotFound
from hongqiao.ledger import queries, rules
from hongqiao.ledger.models import Mute, Severity
from hongqiao.ledger.queries import today_of
from hongqiao.ledger.rules import BadSetting, Rule, Setting
from hongqiao.ledger.services import kit
from hongqiao.ledger.telling import subject_key
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.models import Brand, Member


def rule_of(actor: Member, code: str) -> Rule:
    """Return a rule of the member's rooms. Raises NotFound."""
    found = rules.all_rules().get(code)
    if found is None or not permissions.allows(actor, queries.SEE) or found.room not in queries.rooms_of(actor):
        raise NotFound()
    return found


@transaction.atomic
def change_rule(
    *,
    actor: Member,
    code: str,
    seen: int | None,
    on: bool | None = None,
    values: Mapping[str, Any] | None = None,
    severity: Any = None,
    reset: bool = False,
) -> Brand:
    """Keep a brand's differences for a rule: on or off, thresholds within their bounds, how serious it is taken (0: as
    the rule says); the shipped value is no difference, `reset` takes all back. Raises NotFound, NotAllowed,
    Conflict, BadSetting.
    """
    rule = rule_of(actor, code)
    permissions.require(actor, queries.JUDGE)
    brand: Brand = Brand.objects.for_member(actor, queries.JUDGE).locked(actor.brand_id, seen)
    every = dict((brand.settings or {}).get("rules", {}))
    own = {} if reset else dict(every.get(code, {}))
    for name, value in (values or {}).items():
        if name not in rule.settings:
            raise BadSetting(name=name, value=str(value)[:40], low="", high="")
        number = _number(value, rule.settings[name])
        own.pop(name, None)
        if number != rule.settings[name].value:
            own[name] = number
    if severity is not None:
        own.pop("severity", None)
        if fixed := _severity(severity):
            own["severity"] = fixed
    if on is not None:
        own.pop("on", None)
        if not on:
            own["on"] = False
    every = {k: v for k, v in {**every, code: own}.items() if v}
    brand.settings = {**(brand.settings or {}), "rules": every}
    brand.save_next("settings")
    audit.record(actor, "rule.changed", brand, rule=code, values={**own})
    return brand


def _severity(value: Any) -> int:
    known = (0, *Severity.values)
    if str(value) not in map(str, known):
        raise BadSetting(name="severity", value=str(value)[:40], low="0", high=str(max(known)))
    return int(value)


def _number(value: Any, setting: Setting) -> float:
    try:
        found = float(str(value).strip())
    except ValueError:
        found = math.nan
    if not setting.low <= found <= setting.high:
        low, high = _bound(setting, setting.low), _bound(setting, setting.high)
        typed = str(value)[:40] if math.isnan(found) else _bound(setting, found)
        raise BadSetting(name=gettext(setting.label), value=typed, low=low, high=high)
    return found


def _bound(setting: Setting, value: float) -> str:
    """Return a threshold's value as the page writes it: a share in percent."""
    return setting.typed(value) + setting.sign


@transaction.atomic
def mute(
    *,
    actor: Member,
    rule: str,
    reason: str,
    text: str = "",
    finding_id: UUID | str | None = None,
    everybody: bool = False,
    until: Any = None,
) -> Mute:
    """Not hear of a rule, or of it about what one finding is about: for oneself, or (who judges) for all.

    Raises NotFound, NotAllowed, BadReason, BadDay.
    """
    known = rule_of(actor, rule)
    if everybody:
        permissions.require(actor, queries.JUDGE)
    about = queries.findings(actor).filter(rule=rule).one(finding_id) if finding_id else None
    row = Mute.objects.create(
        brand=actor.brand,
        rule=known.code,
        subject=subject_key(about) if about else "",
        member=None if everybody else actor,
        by=actor,
        reason=kit.reason(reason, text),
        until=kit.later(until, today_of(actor.brand)) if until else None,
    )
    audit.record(actor, "rule.muted", row, rule=known.code, subject=row.subject, everybody=everybody)
    return row


@transaction.atomic
def lift_mute(*, actor: Member, mute_id: UUID | str, seen: int | None) -> Mute:
    """Hear of it again. Raises NotFound, NotAllowed, Conflict."""
    row: Mute = queries.mutes(actor).select_related(None).locked(mute_id, seen)
    if row.member_id is None:
        permissions.require(actor, queries.JUDGE)
    elif row.member_id != actor.pk:
        raise NotAllowed()
    row.lifted_at = timezone.now()
    row.save_next("lifted_at")
    audit.record(actor, "rule.unmuted", row, rule=row.rule, subject=row.subject)
    return row
