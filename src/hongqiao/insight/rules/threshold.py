"""自设提醒: a figure crossed a line that a person drew. One crossing is told once, however long it lasts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from hongqiao.errors import N_
from hongqiao.insight.alerts import crossing, series
from hongqiao.insight.alerts.crossing import Run
from hongqiao.insight.alerts.model import AlertRule
from hongqiao.insight.rules import saying
from hongqiao.insight.rules.windows import Window
from hongqiao.ledger.rules import Look, Proposal, Raised, Rule, Statement
from hongqiao.metrics import METRICS


def detect(look: Look) -> Iterator[Raised]:
    """Raise the newest crossing of every line that is not paused, as long as it is news."""
    for row in AlertRule.objects.filter(brand=look.brand, paused=False).select_related("account"):
        if series.fits(row.metric):  # a metric that the dictionary dropped is silent, its line is still listed
            yield from _of(look, row)


def _of(look: Look, row: AlertRule) -> Iterator[Raised]:
    """Days run from `since`, which does not move: so that a crossing that lasts keeps its first day, and its key."""
    known = series.limits()
    until = look.day - timedelta(days=1)
    if row.since > until:
        return
    points = series.points(look.ask, row.metric, row.where, row.grain, row.since, until)
    found = crossing.runs(points, row.condition, float(row.line), known["rest"][row.grain])
    if found and (until - found[-1].last).days < known["recall"][row.grain]:
        yield _raised(look, row, found[-1])


def _raised(look: Look, row: AlertRule, run: Run) -> Raised:
    code, where = row.metric, row.where
    worst, line = run.worst, float(row.line)
    good = METRICS[code].better == ("up" if row.condition in ("above", "rises") else "down")
    told: dict[str, Any] = {
        "place": saying.place(look, where),
        "metric": saying.metric(code),
        "start": saying.day(worst.first),
        "end": saying.day(worst.last),
        "value": saying.figure(code, worst.value),
        "line": saying.share(line) if row.relative else saying.figure(code, line),
        "days": saying.days(Window(worst.first, worst.last)),
    }
    if row.relative:
        told |= {"before": saying.figure(code, worst.before), "change": saying.change(worst.change)}
    step = 7 if row.relative else 0
    cited = saying.cite([code], where, worst.first - timedelta(days=step), worst.last, (row.grain,))
    evidence = [Statement(f"{row.grain}_{'moved' if row.relative else 'value'}", told, cited)]
    if run.n > 1:
        whole = saying.cite([code], where, run.first, run.last, (row.grain,))
        since = {"start": saying.day(run.first), "n": run.n}
        evidence.append(Statement(f"{row.grain}s", since, whole))
    want = METRICS[code].better or "up"
    measure = {"method": "controls", "metric": code, "where": where, "want": want, "days": 14}
    return Raised(
        key=f"alert|{row.pk}|{run.first}",
        variant=f"{row.condition}_{row.grain}",
        kind="opportunity" if good else "problem",
        day=run.last,
        severity=row.severity,
        subject={"metric": code, "where": where, "alert": str(row.pk)},
        params=told,
        evidence=tuple(evidence),
        proposals=() if good else (Proposal("by_hand", measure=measure),),
        cares=row.cares,
    )


RULE = Rule(
    code="insight.threshold",
    room="data",
    kind="either",
    label=N_("自设提醒"),
    watches=N_("团队自己画线的指标，按日或按周"),
    speaks=N_("越过自己设的提醒线；同一次越线只说一次，缺数据和未满的日子不判断"),
    finding={
        "above_day": N_("%(place)s%(metric)s %(start)s 为 %(value)s，高于提醒线 %(line)s"),
        "below_day": N_("%(place)s%(metric)s %(start)s 为 %(value)s，低于提醒线 %(line)s"),
        "rises_day": N_("%(place)s%(metric)s %(start)s 比上周同日 %(change)s，超过提醒线 %(line)s"),
        "falls_day": N_("%(place)s%(metric)s %(start)s 比上周同日 %(change)s，降幅超过提醒线 %(line)s"),
        "above_week": N_("%(place)s%(metric)s %(start)s～%(end)s 为 %(value)s，高于提醒线 %(line)s"),
        "below_week": N_("%(place)s%(metric)s %(start)s～%(end)s 为 %(value)s，低于提醒线 %(line)s"),
        "rises_week": N_("%(place)s%(metric)s %(start)s～%(end)s 比前一周 %(change)s，超过提醒线 %(line)s"),
        "falls_week": N_("%(place)s%(metric)s %(start)s～%(end)s 比前一周 %(change)s，降幅超过提醒线 %(line)s"),
    },
    evidence={
        "day_value": N_("%(place)s%(metric)s %(start)s 为 %(value)s，提醒线 %(line)s"),
        "week_value": N_("%(place)s%(metric)s %(start)s～%(end)s 为 %(value)s，提醒线 %(line)s"),
        "day_moved": N_("%(place)s%(metric)s %(start)s 为 %(value)s，上周同日 %(before)s（%(change)s）"),
        "week_moved": N_("%(place)s%(metric)s %(start)s～%(end)s 为 %(value)s，前一周 %(before)s（%(change)s）"),
        "days": N_("自 %(start)s 起已有 %(n)s 天越线"),
        "weeks": N_("自 %(start)s 起已有 %(n)s 周越线"),
    },
    detect=detect,
    actions=("by_hand", "check_data"),
    measured=N_("前后对比，用没有动作的其他平台或账号做对照"),
)
