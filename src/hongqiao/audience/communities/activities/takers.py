"""What an activity brought: those who took part, held against buyers alike who did not. Not randomised, and said so.

Of the buyers of the days before it began, each taker is held against up to `each` others of the same tier, recency and
number of orders, chosen by the hash of their keys and never twice; the difference of who bought again in the days after
it ended, with Welch's interval (`methods.causal.experiment.compare`). Who takes part chose to: what made them take part
may also make them buy. So the ledger's verdict is never more than 数据不足, with the figure beside it.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from hongqiao import warehouse
from hongqiao.audience.communities import kit
from hongqiao.audience.communities.activities import services
from hongqiao.audience.models import Activity, Entry
from hongqiao.audience.tiers import facts, standing
from hongqiao.errors import N_, Conflict
from hongqiao.knowledge import audiences
from hongqiao.ledger import services as ledger
from hongqiao.ledger.models import Action, ActionState, Verdict
from hongqiao.ledger.queries import today_of
from hongqiao.methods.refusal import Refused
from hongqiao.workspace import audit
from hongqiao.workspace.models import Member

Cell = tuple[str, int, int]
METHOD = "matched"  # how the ledger names it


class NotMeasurable(Conflict):
    code = "activity_not_measurable"
    message = N_("还不能衡量：活动要先结束")
    next_step = N_("结束活动后再来；要知道谁参加了，需有参加事件或登记了用户编号")


def takers(activity: Activity, handle: Any) -> set[str]:
    """Return the person keys that took part: by events of the facts in its days, and by entries with a key."""
    found = set(
        Entry.objects.filter(activity=activity, known=True)
        .exclude(state=Entry.State.HIDDEN)
        .values_list("who", flat=True)
    )
    first, last = _days(activity)
    if activity.event:
        rows = handle.current("events")
        mine = (rows.event == activity.event) & rows.person_key.notnull() & (rows.day >= first) & (rows.day <= last)
        if activity.content:
            mine = mine & (rows.content == activity.content)
        found |= set(handle.fetch(rows.filter(mine).select("person_key").distinct())["person_key"].to_pylist())
    return found


def _days(activity: Activity) -> tuple[date, date]:
    if activity.opens is None or activity.closes is None or activity.state not in ("ended", "reviewed"):
        raise NotMeasurable()
    zone = ZoneInfo(activity.brand.zone)
    return activity.opens.astimezone(zone).date(), activity.closes.astimezone(zone).date()


def compared(activity: Activity, handle: Any) -> dict[str, Any]:
    """Return the comparison as plain values; `few` is set where it cannot be told. Raises NotMeasurable."""
    rule = kit.book(activity.brand)["takers"]
    first, last = _days(activity)
    took = takers(activity, handle)
    before = _bought(handle, first - timedelta(days=rule["before"]), first - timedelta(days=1))
    until = last + timedelta(days=rule["after"])
    after = _bought(handle, last + timedelta(days=1), until)
    newest = _newest(handle)
    tiers = _tiers(handle, first - timedelta(days=1))
    cells = {k: _cell(k, b, tiers, first, rule) for k, b in before.items()}
    arm, control, each = _matched(cells, took, rule["each"])
    there = {k for k in before if k in took}
    told: dict[str, Any] = {
        "takers": len(took),
        "buyers": len(before),
        "taken": len(there),
        "matched": len(arm),
        "others": len(control),
        "each": each,
        "before": rule["before"],
        "after": rule["after"],
        "level": rule["level"],
        "first": first.isoformat(),
        "last": last.isoformat(),
        "until": until.isoformat(),
        "short": newest is not None and newest < until,
        "newest": newest.isoformat() if newest else None,
        "version": handle.version,
        "few": "",
    }
    rates = {"again": _share(arm, after), "others_again": _share(control, after)}
    if min(len(arm), len(control)) < rule["least"]:
        return told | rates | {"few": "few", "least": rule["least"]}
    from hongqiao.methods.causal import experiment  # here: it loads SciPy

    found = experiment.compare([k in after for k in arm], [k in after for k in control], level=rule["level"])
    if isinstance(found, Refused):
        return told | rates | {"few": found.reason}
    return told | rates | {"lift": found.lift, "lo": found.lo, "hi": found.hi, "p": found.p, "se": found.se}


def _bought(handle: Any, first: date, last: date) -> Mapping[str, tuple[int, date]]:
    """Return person key → (orders, day of the last) of purchases in these days."""
    rows = facts.told(handle, audiences.tier_words())
    rows = rows.filter((rows.kind == "order") & (rows.day >= first) & (rows.day <= last))
    found = handle.fetch(rows.group_by("person").agg(n=rows.count(), last=rows.day.max())).to_pylist()
    return {r["person"]: (r["n"], r["last"]) for r in found}


def _newest(handle: Any) -> date | None:
    rows = facts.told(handle, audiences.tier_words())
    rows = rows.filter(rows.kind == "order")
    newest: date | None = handle.fetch(rows.agg(day=rows.day.max()))["day"][0].as_py()
    return newest


def _tiers(handle: Any, day: date) -> dict[str, str]:
    """Return person key → tier as of the end of a day; who was not judged then has none."""
    table = standing.current(handle, day)
    return {r["key"]: r["tier"] for r in handle.fetch(table.select("key", "tier")).to_pylist()}


def _cell(key: str, bought: tuple[int, date], tiers: Mapping[str, str], first: date, rule: Mapping[str, Any]) -> Cell:
    orders, last = bought
    since = (first - last).days
    recency = sum(since > bound for bound in rule["recency"])
    return tiers.get(key, ""), recency, sum(orders >= bound for bound in rule["orders"])


def _matched(cells: Mapping[str, Cell], took: set[str], most: int) -> tuple[list[str], list[str], int]:
    """Return takers and others held against each other, and how many others a taker has.

    The same number in every cell, so that both sides are made up alike: the most, up to `most`, that leaves out no
    more than a tenth of the takers; one where even that is too many.
    """
    sides: dict[Cell, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for key in sorted(cells, key=lambda k: hashlib.sha256(k.encode()).digest()):
        sides[cells[key]][key not in took].append(key)
    whole = sum(len(mine) for mine, _others in sides.values())
    for each in range(most, 0, -1):
        kept = {cell: min(len(mine), len(others) // each) for cell, (mine, others) in sides.items()}
        if each == 1 or sum(kept.values()) >= 0.9 * whole:
            break
    arm = [k for cell, (mine, _o) in sides.items() for k in mine[: kept[cell]]]
    control = [k for cell, (_m, others) in sides.items() for k in others[: kept[cell] * each]]
    return arm, control, each


def _share(keys: Sequence[str], after: Mapping[str, Any]) -> float | None:
    return sum(k in after for k in keys) / len(keys) if keys else None


def matched(action: Action, handle: Any, today: date) -> dict[str, Any]:
    """Return the outcome of an activity's action, as the ledger keeps it: a figure, never a verdict. `METHOD`'s way."""
    activity = Activity.objects.select_related("brand").get(brand=action.brand, pk=action.target["activity"])
    return _outcome(activity, compared(activity, handle))


def _outcome(activity: Activity, found: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "metric": "purchase",
        "verdict": Verdict.CANNOT_TELL,
        "reason": "not_randomised" if not found["few"] else "too_small",
        "params": {"n": found["matched"], "least": kit.book(activity.brand)["takers"]["least"]},
        "effect": found.get("lift"),
        "sd": found.get("se"),
        "lo": found.get("lo"),
        "hi": found.get("hi"),
        "unit": "percent",
        "level": found["level"],
        "n": found["matched"],
        "start": date.fromisoformat(found["last"]),
        "end": date.fromisoformat(found["until"]),
        "details": {k: v for k, v in found.items() if k not in ("lift", "lo", "hi", "se")},
    }


@transaction.atomic
def measure(*, actor: Member, activity_id: UUID | str, seen: int) -> Activity:
    """Compare takers with others now, and keep it in the ledger: an action of the activity, closed with its outcome.

    Measured again, the action gets a newer outcome. Raises NotAllowed, NotFound, Conflict, NotMeasurable.
    """
    row = services.of(actor, activity_id, seen)
    handle = warehouse.open(row.brand_id)
    found = compared(row, handle)
    action = _action(actor, row)
    action.state, action.measure_on = ActionState.DONE, today_of(row.brand)
    action.save_next("state", "measure_on")
    outcome = {"method": METHOD, "manifest": handle.version, **_outcome(row, found)}
    ledger.keep_outcome(action_id=action.pk, version=action.version, found=outcome)
    row.measured, row.action = found, action.pk
    row.save_next("measured", "action")
    audit.record(actor, "activity.measured", row, title=row.title, takers=found["takers"], matched=found["matched"])
    return row


def _action(actor: Member, row: Activity) -> Action:
    known = Action.objects.filter(brand=row.brand, pk=row.action).first() if row.action else None
    if known is not None:
        return known
    made = ledger.create_action(
        actor=actor,
        title=_("活动：%(title)s") % {"title": row.title},
        note=row.goal,
        room="users",
        target={"activity": str(row.pk)},
        cost=row.budget,
        measure={"method": METHOD},
    )
    return ledger.start_action(actor=actor, action_id=made.pk, seen=made.version, on=_days(row)[0])
