"""指标异动: a figure that left its own baseline for days or on one day, at a stated rate of false alarms.

Many series tell of one movement (a platform's views, its interactions, the whole brand's): one finding is raised, at
the place and of the metric that tell most; the others stand in its evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from hongqiao.errors import N_
from hongqiao.insight import watching
from hongqiao.insight.rules import acts, hits, mix, saying, windows
from hongqiao.insight.rules.windows import Window
from hongqiao.ledger.models import Finding
from hongqiao.ledger.rules import Look, Proposal, Raised, Rule, Statement
from hongqiao.methods import watch
from hongqiao.methods.watch import WatchSettings
from hongqiao.metrics import METRICS

KEPT = "insight.moves"


@dataclass(frozen=True)
class Move:
    """One strange run of one series, in days."""

    key: watching.Key
    kind: str
    up: bool
    begins: date
    last: date
    alerted: date
    value: float
    expected: float
    change: float | None

    @property
    def where(self) -> dict[str, str | None]:
        return dict(self.key.where)

    def meets(self, other: Move) -> bool:
        """Whether two runs share days, or begin within three days of each other."""
        near = abs((self.begins - other.begins).days) <= 3
        return near or (self.begins <= other.last and other.begins <= self.last)


def moves(look: Look) -> list[Move]:
    """Return every run that was alerted in the days under question; kept for the other rules of the run."""
    if KEPT not in look.shared:
        look.shared[KEPT] = _moves(look)
    found: list[Move] = look.shared[KEPT]
    return found


def _moves(look: Look) -> list[Move]:
    until = look.day - timedelta(days=1)
    blocks = watching.blocks(look.ask, look.brand, until)
    look.shared["insight.blocks"] = blocks
    if not blocks:
        return []
    settings = WatchSettings(alerts_per_week=look.settings["alerts_per_week"])
    calendar, baselines, keys = watching.events(), [], []
    for kind, block in blocks.items():
        baselines.append(
            watch.baseline(
                block.values,
                block.first_day,
                kind=kind,
                denominators=block.denominators,
                events=calendar,
                partial=block.partial,
                breaks=block.breaks,
                settings=settings,
            )
        )
        keys += block.keys
    first = next(iter(blocks.values())).first_day
    since = (until - first).days - int(look.settings["days"]) + 1
    marked = watch.anomalies(watch.join(*baselines), since=max(since, 0))
    return [_move(keys[f.series], f, first) for f in marked.findings(since=max(since, 0)) if f.alerted is not None]


def _move(key: watching.Key, f: watch.Finding, first: date) -> Move:
    def day(index: int) -> date:
        return first + timedelta(days=int(index))

    alerted = day(f.alerted if f.alerted is not None else f.last_marked)
    n = f.last_marked - f.begins + 1
    rate = METRICS[key.metric].format == "rate"  # sums of daily rates are shown as their mean
    value, expected = (float(v) / n if rate else float(v) for v in (f.value, f.expected))
    return Move(key, f.kind, f.direction > 0, day(f.begins), day(f.last_marked), alerted, value, expected, f.change)


def detect(look: Look) -> Iterator[Raised]:
    """Raise one finding a movement, the gravest first."""
    for group in grouped(look, [m for m in moves(look) if METRICS[m.key.metric].better or m.key.metric == "ad_spend"]):
        lead = group[0]
        if lead.key.metric == "ad_spend":
            continue  # what we spend is our own act: it is overlaid, not found
        if lead.key.metric in mix.said(look):
            continue  # said already, and that nothing of it moved by itself
        if _only_fading(look, lead):
            continue  # a piece had its days: 波动归因 says so to who asks
        yield _raised(look, lead, group[1:])


def _only_fading(look: Look, lead: Move) -> bool:
    """Whether a fall only goes back to where the metric was before one strong piece."""
    fell = not lead.up and METRICS[lead.key.metric].better == "up"
    return fell and hits.fading(look, lead.key.metric, lead.where, lead.begins, lead.last) is not None


def grouped(look: Look, found: Iterable[Move]) -> list[list[Move]]:
    """Return movements, each with its leading move first: by place (a platform before its account, both before the
    whole), then by the order of what is watched."""
    order = {code: i for i, code in enumerate(watching.settings(look.brand)["first"])}
    places = {"platform": 0, "platform+channel": 1, "platform+campaign": 1, "account": 2, "": 3}
    ranked = sorted(found, key=lambda m: (order.get(m.key.metric, 99), places.get(m.key.cut, 1), m.begins, str(m.key)))
    groups: list[list[Move]] = []
    for move in ranked:
        home = next((g for g in groups if _same(g[0], move)), None)
        if home is None:
            groups.append([move])
        else:
            home.append(move)
    return groups


def _same(lead: Move, move: Move) -> bool:
    """Whether a run is of the same movement: the same days, and the same place, one inside the other, or the whole."""
    if not lead.meets(move):
        return False
    one, two = lead.where, move.where
    return all(two.get(name, value) == value for name, value in one.items()) or not two


def _raised(look: Look, lead: Move, others: list[Move]) -> Raised:
    code, where = lead.key.metric, lead.where
    window = Window(lead.begins, lead.last)
    better = METRICS[code].better
    good = lead.up == (better == "up")
    rate = METRICS[code].format == "rate"
    told = {
        "place": saying.place(look, where),
        "metric": saying.metric(code),
        "start": saying.day(lead.begins),
        "end": saying.day(lead.last),
        "value": saying.figure(code, lead.value),
        "expected": saying.figure(code, lead.expected),
        "change": saying.moved(code, lead.value - lead.expected) if rate else saying.change(lead.change),
        "days": saying.days(window),
    }
    rise = 0.0 if rate else lead.value - lead.expected
    hit = hits.carrying(look, code, where, (lead.begins, lead.last), rise)
    if hit is not None:
        told |= {"title": hit.title, "share": saying.share(hit.value / rise)}
    cited = saying.cite([code], where, window.before.start, lead.last)
    evidence = [Statement("rate" if rate else "value", told, cited), *_reasons(look, code, where, window, others, rise)]
    size = abs(lead.change or 0)
    return Raised(
        key=_key(look, lead),
        variant=_carried(hit, rise) + f"{lead.kind}_{'up' if lead.up else 'down'}",
        kind="opportunity" if good else "problem",
        day=lead.last,
        severity=1 if good else 3 if size >= look.settings["severe"] else 2,
        subject={"metric": code, "where": where},
        params=told,
        evidence=tuple(evidence),
        proposals=tuple(_proposals(code, where, good)),
    )


def _carried(hit: hits.Hit | None, rise: float) -> str:
    """Return how the variant's name begins: with the part of the rise that one piece carries."""
    if hit is None:
        return ""
    return "part_" if hit.value < rise else "all_"


def _key(look: Look, lead: Move) -> str:
    """Return the key of this run, or of the finding that told of it before: where a run begins is estimated anew with
    every day that is known, and one movement must not be told twice for it."""
    near = lead.begins - timedelta(days=int(look.settings["same_days"]))
    told = Finding.objects.filter(brand=look.brand, rule=RULE.code, key__startswith=f"{lead.key}|", day__gte=near)
    for one in told.filter(variant__endswith="up" if lead.up else "down").order_by("-last_said", "-id"):
        if one.key.rsplit("|", 2)[0] == str(lead.key):
            return one.key
    return f"{lead.key}|{lead.kind}|{lead.begins}"


def _reasons(
    look: Look, code: str, where: dict[str, Any], window: Window, others: list[Move], change: float
) -> Iterator[Statement]:
    found = windows.explained(look, code, where, window)
    if found is not None:
        yield from windows.parts(look, code, where, window, found)
    yield from acts.coincided(look, code, where, window, change)
    for move in others[:3]:
        cited = saying.cite([move.key.metric], move.where, move.begins, move.last)
        told = {"place": saying.place(look, move.where), "metric": saying.metric(move.key.metric)}
        yield saying.statement("also", cited, **told, change=saying.change(move.change))


def _proposals(code: str, where: dict[str, Any], good: bool) -> Iterator[Proposal]:
    want = METRICS[code].better or "up"
    measure = {"method": "controls", "metric": code, "where": where, "want": want, "days": 14}
    if good and code in ("views", "interactions", "followers_new", "share_rate", "interaction_rate"):
        yield Proposal("repeat_format", measure=measure)
    elif not good:
        yield Proposal("by_hand", measure=measure)


def values_of(look: Look, key: watching.Key) -> np.ndarray | None:
    """Return a watched series of this run, None where it is not watched."""
    blocks = look.shared.get("insight.blocks") or {}
    return next((block.of(key) for block in blocks.values() if key in block.keys), None)


RULE = Rule(
    code="insight.moved",
    room="data",
    kind="either",
    label=N_("指标异动"),
    watches=N_("每个账号、平台、渠道与投放计划的主要指标，按日与自己的往常比：星期、节日、大促都算在往常里"),
    speaks=N_("连续几天或单日明显偏离往常，且误报率在设定以内；缺数据和未满一天的日子不判断"),
    finding={
        "spike_up": N_("%(place)s%(metric)s %(start)s 突增 %(change)s"),
        "part_spike_up": N_("%(place)s%(metric)s %(start)s 突增 %(change)s，其中 %(share)s 来自《%(title)s》"),
        "part_shift_up": N_("%(place)s%(metric)s 自 %(start)s 起上升 %(change)s，其中 %(share)s 来自《%(title)s》"),
        "part_drift_up": N_("%(place)s%(metric)s 自 %(start)s 起逐渐上升 %(change)s，其中 %(share)s 来自《%(title)s》"),
        "all_spike_up": N_("%(place)s%(metric)s %(start)s 突增 %(change)s，《%(title)s》一篇就不少于全部增量"),
        "all_shift_up": N_("%(place)s%(metric)s 自 %(start)s 起上升 %(change)s，《%(title)s》一篇就不少于全部增量"),
        "all_drift_up": N_("%(place)s%(metric)s 自 %(start)s 起逐渐上升 %(change)s，《%(title)s》一篇就不少于全部增量"),
        "spike_down": N_("%(place)s%(metric)s %(start)s 突降 %(change)s"),
        "shift_up": N_("%(place)s%(metric)s 自 %(start)s 起上升 %(change)s"),
        "shift_down": N_("%(place)s%(metric)s 自 %(start)s 起下降 %(change)s"),
        "drift_up": N_("%(place)s%(metric)s 自 %(start)s 起逐渐上升 %(change)s"),
        "drift_down": N_("%(place)s%(metric)s 自 %(start)s 起逐渐下降 %(change)s"),
    },
    evidence=saying.EVIDENCE,
    detect=detect,
    actions=("repeat_format", "by_hand", "check_data"),
    measured=N_("前后对比，用没有动作的其他平台或账号做对照"),
    settings=saying.thresholds("insight.moved"),
)
