"""新增关注下降，来自哪个平台，那里的投放是否减了 (D2a): the fall in parts that add up, the cut of spend that coincides,
and what putting it back should bring, from what the cut itself took."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from hongqiao.errors import N_
from hongqiao.insight.rules import acts, saying, windows
from hongqiao.insight.rules.windows import Spend, Window
from hongqiao.insight.watching import settings
from hongqiao.ledger.rules import Look, Proposal, Raised, Rule, Statement
from hongqiao.methods.causal import Effect, structural
from hongqiao.methods.rootcause import Explained, Slice

CODE = "followers_new"


def detect(look: Look) -> Iterator[Raised]:
    """Raise a fall since a platform's spend was cut, where that platform carries it; as long as it lasts."""
    for platform in settings(look.brand)["drivers"]:
        recent = Window(look.day - timedelta(days=int(look.settings["days"])), look.day - timedelta(days=1))
        spend = windows.spend_change(look, {"platform": platform}, recent, least=look.settings["cut"], lead=0)
        if spend is None or spend.change >= 0:
            continue
        window = _since(look, spend)
        found = windows.explained(look, CODE, {}, window) if window else None
        if window is None or found is None or not found.before:
            continue
        one = next((s for s in found.by_dim.get("platform", ()) if dict(s.where)["platform"] == platform), None)
        fell = found.change <= -look.settings["fall"] * found.before
        if fell and one is not None and (one.share or 0) >= look.settings["share"]:
            yield _raised(look, window, found, one, spend)


def _since(look: Look, spend: Spend) -> Window | None:
    """Return the last full week against the last one before the cut took effect; None while it is too early to tell."""
    lag = int(look.settings["lag"])
    window = Window(look.day - timedelta(days=7), look.day - timedelta(days=1))
    works = spend.since + timedelta(days=lag)
    if (window.end - works).days < 4:
        return None
    weeks = max(1, -(-((window.end - works).days + 1) // 7))
    return Window(window.start, window.end, weeks)


def _raised(look: Look, window: Window, found: Explained, one: Slice, spend: Spend) -> Raised:
    where = dict(one.where)
    platform = saying.named(look, "platform", where["platform"])
    share = (found.after or 0) / found.before - 1 if found.before else None
    told = {
        "metric": saying.metric(CODE),
        "change": saying.change(share),
        "total": saying.moved(CODE, found.change),
        "platform": platform,
        "part": saying.moved(CODE, one.change),
        "spend": saying.change(spend.change),
        "start": saying.day(window.start),
        "end": saying.day(window.end),
        **saying.base(window),
        "days": saying.days(window),
    }
    return Raised(
        key=f"{CODE}|platform={where['platform']}|cut|{spend.since}",
        variant="fell_since",
        kind="problem",
        day=window.end,
        severity=3 if (share or 0) <= -look.settings["severe"] else 2,
        subject={"metric": CODE, "where": where},
        params=told,
        evidence=tuple(_evidence(look, window, found, where, spend)),
        proposals=(_proposal(look, where, spend),),
    )


def _evidence(
    look: Look, window: Window, found: Explained, where: Mapping[str, Any], spend: Spend
) -> Iterator[Statement]:
    cited = saying.cite([CODE], {}, window.before.start, window.end, ("day", "platform"))
    told: dict[str, Any] = {"place": saying.place(look, {}), "metric": saying.metric(CODE)}
    told |= {"start": saying.day(window.start), "end": saying.day(window.end)}
    told |= saying.base(window)
    told |= {"value": saying.figure(CODE, found.after), "before": saying.figure(CODE, found.before)}
    share = (found.after or 0) / found.before - 1 if found.before else None
    yield Statement("against_days", {**told, "change": saying.change(share)}, cited)
    slices = [s for s in found.by_dim["platform"] if s.change]
    for one in slices[:3]:
        names = [saying.named(look, name, value) for name, value in one.where]
        parts = {"slice": {"parts": names, "tail": ""}, "change": saying.moved(CODE, one.change)}
        own = saying.cite([CODE], dict(one.where), window.before.start, window.end)
        yield saying.statement("part", own, **parts, share=saying.share(one.share))
    rest = found.change - sum(s.change for s in slices[:3])
    yield saying.statement("rest", cited, change=saying.moved(CODE, rest), total=saying.moved(CODE, found.change))
    yield windows.spend_statement(look, where, window, spend)
    yield from windows.lagged(look, CODE, where, window)
    yield from acts.pieces(look, CODE, where, window, None)
    yield from acts.paused(look, where, window)
    yield from acts.around(look, CODE, where, window)


def _proposal(look: Look, where: Mapping[str, Any], spend: Spend) -> Proposal:
    """Propose to put the spend back; what that should bring is what the cut took, with its interval."""
    measure = {"method": "controls", "metric": CODE, "where": dict(where), "want": "up", "days": 14, "by": "platform"}
    platform = saying.named(look, "platform", where["platform"])
    gap = spend.before - spend.after
    told = {
        "platform": platform,
        "from": saying.figure("ad_spend", spend.after),
        "to": saying.figure("ad_spend", spend.before),
    }
    return Proposal("restore_spend", told, expected(look, where, spend), measure, due_days=3, cost=_money(gap * 14))


def _money(value: float) -> Decimal:
    return Decimal(str(round(max(value, 0.0), 2)))


def expected(look: Look, where: Mapping[str, Any], spend: Spend) -> dict[str, Any] | None:
    """Return new followers a day that the cut took (other platforms as controls); None where that cannot be told."""
    until = look.day - timedelta(days=1)
    first = spend.since - timedelta(days=90)
    answer = look.ask([CODE], ("day", "platform"), {}, first, until, totals=False, coverage=False)
    series: dict[str, dict[date, float]] = {}
    for row in answer.rows:
        if row[CODE] is not None:
            series.setdefault(str(row["platform"]), {})[row["day"]] = float(row[CODE])
    target = series.pop(str(where["platform"]), {})
    days = [first + timedelta(days=i) for i in range((until - first).days + 1)]
    controls = [v for v in series.values() if len(v) >= 0.8 * len(days)]
    if not target or not controls:
        return None
    y = np.array([target.get(d, np.nan) for d in days])
    x = np.column_stack([[v.get(d, np.nan) for d in days] for v in controls])
    start = (spend.since - first).days + int(look.settings["lag"])
    found = structural.effect(y, x, start, season=7)
    if not isinstance(found, Effect) or found.safe_hi >= 0:
        return None
    told = {"n": found.n_after, "spend": saying.figure("ad_spend", spend.before - spend.after)}
    figures = {"low": -found.safe_hi, "mid": -found.effect, "high": -found.safe_lo}
    return {"metric": CODE, "unit": "a_day", "reason": "what_the_cut_took", "params": told, **figures}


RULE = Rule(
    code="insight.source_cut",
    room="data",
    kind="problem",
    label=N_("涨粉下降与投放减少"),
    watches=N_("最近一整周的新增关注与投放减少前的一周比，按平台拆开；各平台对应的广告账户消耗"),
    speaks=N_("新增关注下降，主要来自一个平台，而那里的消耗此前明显减少"),
    finding={
        "fell_since": N_(
            "新增关注 %(start)s～%(end)s 比减投前的 %(from)s～%(until)s %(change)s（%(total)s），"
            "其中%(platform)s %(part)s；与其投放消耗 %(spend)s 同时发生"
        ),
        "fell": N_(
            "新增关注 %(start)s～%(end)s %(change)s，%(share)s 来自%(platform)s；与其投放消耗 %(spend)s 同时发生"
        ),
    },
    evidence=saying.EVIDENCE,
    detect=detect,
    actions=("restore_spend", "raise_spend"),
    measured=N_("恢复后两周，用其他平台做对照"),
    settings=saying.thresholds("insight.source_cut"),
)
