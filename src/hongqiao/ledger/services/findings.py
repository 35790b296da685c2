"""What becomes of findings: said by a rule, judged right or wrong, put off, merged, taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from hongqiao.errors import N_, Invalid
from hongqiao.ledger import telling
from hongqiao.ledger.limits import limits
from hongqiao.ledger.models import Finding, FindingState, Mute
from hongqiao.ledger.queries import JUDGE, LIVE, OPEN_ACTIONS, today_of
from hongqiao.ledger.rules import Raised, Rule, severity_of
from hongqiao.ledger.services import kit
from hongqiao.metrics.result import jsonable
from hongqiao.workspace import audit, webhooks
from hongqiao.workspace.models import Brand, Member

State = FindingState
QUIET = "quiet"


class SameFinding(Invalid):
    code = "same_finding"
    message = N_("不能合并到它自己，或已经合并掉的一条")
    next_step = N_("请选另一条还在的")


@dataclass
class Said:
    """What one call brought: rows new, said again, opened again, closed because the rule is quiet."""

    new: int = 0
    again: int = 0
    reopened: int = 0
    closed: int = 0


@transaction.atomic
def raise_all(brand: Brand, rule: Rule, raised: Iterable[Raised], day: date, manifest: int | None) -> Said:
    """Keep what a rule found on a day at one version of the facts: one row a key.

    Said again, a row gets the newest words, evidence and proposals, and its severity may grow, or is the one the
    brand set; the same version twice changes nothing. What is no longer said closes by itself after `quiet_days` where
    nobody acted. What a person refused, or called wrong, or muted for all, is never opened again.
    """
    Brand.objects.select_for_update().get(pk=brand.pk)  # two looks at once would both make a key
    fixed = severity_of(brand, rule)
    found = {one.key: replace(one, severity=fixed) if fixed else one for one in raised}
    rows = {f.key: f for f in Finding.objects.select_for_update().filter(brand=brand, rule=rule.code, key__in=found)}
    mutes = list(Mute.objects.filter(brand=brand, rule=rule.code, member=None, lifted_at=None))
    at, done, fresh = _moment(brand, day), Said(), []
    for key, one in found.items():
        row = rows.get(key)
        if row is None:
            fresh.append(_new(brand, rule, one, at, manifest))
        elif row.manifest != manifest or _day(brand, row.last_said) != _day(brand, at):
            row.severity = one.severity if fixed else max(row.severity, one.severity)
            _again(row, one, at, manifest, done, mutes, day)
    done.new = len(fresh)
    done.closed = _close_quiet(brand, rule, set(found), day)
    for row in fresh:
        if not telling.muted(mutes, None, row):
            webhooks.announce(brand, "finding.raised", summary(row))
    if done != Said():
        audit.record(None, "finding.watched", brand=brand, rule=rule.code, **asdict(done))
    return done


def summary(row: Finding) -> dict[str, Any]:
    """Return a finding as other systems are told of it: codes and parameters."""
    plain = ("rule", "key", "variant", "room", "kind", "severity", "state", "subject", "params")
    return {"id": str(row.pk), "day": str(row.day), **{name: getattr(row, name) for name in plain}}


def _moment(brand: Brand, day: date) -> datetime:
    """Return when a look of this day ended: now, or the day's end where an older day is looked at."""
    return min(timezone.now(), datetime.combine(day + timedelta(days=1), time(), ZoneInfo(brand.zone)))


def _day(brand: Brand, moment: datetime) -> date:
    return (moment - timedelta(microseconds=1)).astimezone(ZoneInfo(brand.zone)).date()


def _said(one: Raised) -> dict[str, Any]:
    """Return what a finding keeps of its newest saying."""
    return {
        "variant": one.variant,
        "day": one.day,
        "kind": one.kind,
        "subject": jsonable(one.subject),
        "params": jsonable(one.params),
        "evidence": [jsonable(vars(e)) for e in one.evidence],
        "proposals": [jsonable(vars(p)) for p in one.proposals],
        "cares": list(one.cares),
    }


def _new(brand: Brand, rule: Rule, one: Raised, at: datetime, manifest: int | None) -> Finding:
    fields = {"rule": rule.code, "key": one.key, "room": rule.room, "severity": one.severity, "manifest": manifest}
    return Finding.objects.create(brand=brand, first_said=at, last_said=at, **fields, **_said(one))


def _again(
    row: Finding, one: Raised, at: datetime, manifest: int | None, done: Said, mutes: list[Mute], day: date
) -> None:
    for name, value in _said(one).items():
        setattr(row, name, value)
    row.manifest = manifest
    row.times, row.last_said = row.times + 1, max(row.last_said, at)
    done.again += 1
    slept = row.state == State.SNOOZED and row.snoozed_until is not None and row.snoozed_until <= day
    over = row.state == State.CLOSED and row.right is not False and not telling.muted(mutes, None, row)
    if slept or over:
        row.state, row.closed_at, row.reason, row.snoozed_until = State.OPEN, None, "", None
        done.reopened += 1
    moved = ("state", "closed_at", "reason", "snoozed_until")
    row.save_next(*_said(one), "severity", "manifest", "times", "last_said", *moved)


def _close_quiet(brand: Brand, rule: Rule, said: set[str], day: date) -> int:
    """Close what the rule has not said for `quiet_days` and nobody acted on."""
    line = _moment(brand, day) - timedelta(days=limits()["quiet_days"])
    silent = Finding.objects.select_for_update().filter(brand=brand, rule=rule.code, last_said__lte=line)
    count = 0
    for row in silent.filter(state__in=[State.OPEN, State.SNOOZED]).exclude(key__in=said):
        if row.actions.exists():
            continue
        row.state, row.reason, row.closed_at = State.CLOSED, QUIET, timezone.now()
        row.save_next("state", "reason", "closed_at")
        count += 1
    return count


def _moved(row: Finding, state: str, allowed: Iterable[str], **fields: Any) -> None:
    """Move a finding. Raises WrongState."""
    if row.state not in allowed:
        raise kit.WrongState()
    row.state = state
    for name, value in fields.items():
        setattr(row, name, value)
    row.save_next("state", *fields)


def _kept(actor: Member, code: str, row: Finding, **params: Any) -> Finding:
    audit.record(actor, code, row, rule=row.rule, key=row.key, **params)
    return row


@transaction.atomic
def mark_finding(*, actor: Member, finding_id: UUID | str, seen: int | None, right: bool | None) -> Finding:
    """Say that a finding was right (有用) or wrong (误报), or take it back (None). A wrong one that is open closes.

    Raises NotFound, NotAllowed, Conflict.
    """
    row = kit.finding_of(actor, finding_id, seen, JUDGE)
    row.right, row.decided_by = right, actor
    fields: Mapping[str, Any] = {}
    if right is False and row.state in (State.OPEN, State.SNOOZED):
        fields = {"state": State.WONT, "reason": "false_alarm", "closed_at": timezone.now()}
        for name, value in fields.items():
            setattr(row, name, value)
    row.save_next("right", "decided_by", *fields)
    code = "finding.unmarked" if right is None else "finding.right" if right else "finding.wrong"
    return _kept(actor, code, row)


@transaction.atomic
def wont_finding(*, actor: Member, finding_id: UUID | str, seen: int | None, reason: str, text: str = "") -> Finding:
    """Do nothing about a finding, because. Raises NotFound, NotAllowed, Conflict, WrongState, BadReason."""
    row = kit.finding_of(actor, finding_id, seen)
    why = kit.reason(reason, text)
    _moved(row, State.WONT, (State.OPEN, State.SNOOZED), reason=why, decided_by=actor, closed_at=timezone.now())
    return _kept(actor, "finding.wont", row, reason=reason, text=text)


@transaction.atomic
def snooze_finding(*, actor: Member, finding_id: UUID | str, seen: int | None, until: date | str) -> Finding:
    """Put a finding off until a day. Raises NotFound, NotAllowed, Conflict, WrongState, BadDay."""
    row = kit.finding_of(actor, finding_id, seen)
    day = kit.later(until, today_of(actor.brand) + timedelta(days=1))
    _moved(row, State.SNOOZED, (State.OPEN, State.SNOOZED), snoozed_until=day, decided_by=actor)
    return _kept(actor, "finding.snoozed", row, until=day)


@transaction.atomic
def merge_finding(*, actor: Member, finding_id: UUID | str, seen: int | None, into: UUID | str) -> Finding:
    """Say that a finding is the same as another: it stands under that one from now on, with what was merged into it.

    Raises NotFound, NotAllowed, Conflict, WrongState, SameFinding.
    """
    row = kit.finding_of(actor, finding_id, seen)
    other = kit.finding_of(actor, into, None)
    if other.pk == row.pk or other.state == State.MERGED:
        raise SameFinding()
    _moved(row, State.MERGED, LIVE, merged_into=other, decided_by=actor)
    Finding.objects.filter(brand=row.brand, merged_into=row).update(merged_into=other)
    return _kept(actor, "finding.merged", row, into=other.key)


@transaction.atomic
def unmerge_finding(*, actor: Member, finding_id: UUID | str, seen: int | None) -> Finding:
    """Take a merge back. Raises NotFound, NotAllowed, Conflict, WrongState."""
    row = kit.finding_of(actor, finding_id, seen)
    _moved(row, _standing(row), (State.MERGED,), merged_into=None, decided_by=actor)
    return _kept(actor, "finding.unmerged", row)


@transaction.atomic
def reopen_finding(*, actor: Member, finding_id: UUID | str, seen: int | None) -> Finding:
    """Open what was refused, put off or closed. Raises NotFound, NotAllowed, Conflict, WrongState."""
    row = kit.finding_of(actor, finding_id, seen)
    cleared: dict[str, Any] = {"reason": "", "closed_at": None, "snoozed_until": None, "decided_by": actor}
    if row.right is False:
        cleared["right"] = None
    _moved(row, _standing(row), (State.WONT, State.SNOOZED, State.CLOSED), **cleared)
    return _kept(actor, "finding.reopened", row)


def _standing(row: Finding) -> str:
    """Return the state of a finding that stands: acting where an action is under way."""
    return State.ACTING if row.actions.filter(state__in=OPEN_ACTIONS).exists() else State.OPEN


def settle(row: Finding | None) -> None:
    """Bring a finding in line with its actions: acting while one is open, closed where all ended and one was judged,
    else open again. In the caller's transaction; the finding's version moves only where its state does."""
    if row is None or row.state not in (State.OPEN, State.ACTING, State.SNOOZED, State.CLOSED):
        return
    states = set(row.actions.values_list("state", flat=True))
    if states & set(OPEN_ACTIONS):
        state, reason, closed = State.ACTING, "", None
    elif "judged" in states:
        state, reason, closed = State.CLOSED, "acted", timezone.now()
    elif row.state == State.ACTING:
        state, reason, closed = State.OPEN, "", None
    else:
        return
    if row.state != state:
        row.state, row.reason, row.closed_at, row.snoozed_until = state, reason, closed, None
        row.save_next("state", "reason", "closed_at", "snoozed_until")
