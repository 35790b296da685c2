"""Goals, missing files, pieces, competitors, money and the brand on the market, as blocks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from hongqiao.errors import N_
from hongqiao.insight.fillers import Feeds
from hongqiao.insight.goals import progress
from hongqiao.insight.models import Goal
from hongqiao.insight.reports import thresholds
from hongqiao.insight.reports.desk import Desk, change_of, limit
from hongqiao.insight.reports.document import (
    Block,
    Callout,
    Cell,
    GoalLine,
    Goals,
    Head,
    Kpi,
    Kpis,
    Param,
    Sentence,
    Table,
    fig,
)
from hongqiao.insight.reports.parts.figures import cards
from hongqiao.insight.reports.parts.notable import piece_rows, rank
from hongqiao.insight.words import unit_of
from hongqiao.metrics import METRICS
from hongqiao.workspace import missing as waiting


def goals(desk: Desk) -> list[Block]:
    """Return the goals whose period touches the report's last day, the furthest behind first."""
    rows = Goal.objects.filter(brand=desk.brand, archived_at=None, start__lte=desk.end, end__gte=desk.end)
    found = [(g, progress.measure(g, desk.handle, desk.today)) for g in rows.select_related("owner__user", "account")]
    slow = progress.behind(found)
    rest = [x for x in found if x not in slow]
    rest.sort(key=lambda x: (x[0].end, x[0].scope, x[0].metric, str(x[0].pk)))
    if not found:
        return [Sentence("goals.none")]
    return [Goals([_goal(desk, g, p) for g, p in [*slow, *rest][: limit("goals")]])]


def _goal(desk: Desk, goal: Goal, found: progress.Progress) -> GoalLine:
    unit = unit_of(goal.metric) if goal.metric in METRICS else "number"
    place: Param = {"word": N_("全品牌")}
    if goal.account_id:
        place = desk.name(goal.account_id)
    elif goal.platform:
        place = {"platform": goal.platform}
    end = min(goal.end, desk.end)
    seen = found.outlook
    return GoalLine(
        {"metric": goal.metric},
        place,
        fig(found.value, unit) if found.value is not None else None,
        fig(goal.target, unit),
        found.state,
        found.tone,
        found.share,
        None if found.way == "ratio" or found.state == "waiting" else found.time,
        found.gap,
        {"word": N_("无人负责")} if goal.orphaned else {"text": str(goal.owner)},
        None if seen is None else {**vars(seen), "unit": unit},
        found.ceiling,
        [desk.cite(goal.metric, where=goal.where, start=goal.start, end=end)] if goal.metric in METRICS else [],
    )


def goals_said(desk: Desk) -> list[Block]:
    """Say in one sentence how many goals are behind."""
    lines = [line for block in goals(desk) if isinstance(block, Goals) for line in block.items]
    if not lines:
        return []
    slow = [x for x in lines if x.state in ("behind", "below", "missed", "over")]
    names = [x.label for x in slow[: limit("lines")]]
    cites = [c for x in (slow or lines) for c in x.cites]
    if slow:
        return [Sentence("goals.behind", {"n": len(slow), "all": len(lines), "names": names}, cites, "bad")]
    return [Sentence("goals.fine", {"all": len(lines)}, cites, "good")]


def missing(desk: Desk) -> list[Block]:
    """Return which files were due and are not there."""
    found = waiting.missing(desk.brand, desk.end)
    if not found:
        return [Sentence("missing.none", tone="good")]
    shown = [{"join": [_whose(m), {"text": " "}, {"word": m.label}]} for m in found[: limit("missing")]]
    params = {"n": len(found), "files": shown}
    code = "missing.more" if len(found) > len(shown) else "missing"
    return [Callout(Sentence(code, params, [{"page": "checklist", "day": desk.end}]), "warn")]


def _whose(one: waiting.Missing) -> Param:
    return {"account": one.account, "platform": one.platform}


def pieces(desk: Desk) -> list[Block]:
    """Return the pieces published in the period by views, each with its percentile among its platform's older ones."""
    rows = piece_rows(desk, desk.start, desk.end)
    if not rows:
        return [Sentence("pieces.none")]
    older = piece_rows(desk, desk.start - timedelta(days=limit("piece_days")), desk.start - timedelta(days=1))
    top = sorted(rows, key=lambda r: (-float(r["piece_views"]), r["content"]))[: limit("pieces")]
    heads = [Head({"word": N_("作品")}), Head({"word": N_("平台")}), Head({"word": N_("发布")})]
    heads += [Head({"metric": "piece_views"}, right=True), Head({"metric": "piece_share_rate"}, right=True)]
    heads.append(Head({"word": N_("同平台位次")}, right=True))
    return [Table(heads, [_piece(desk, r, older) for r in top])]


def _piece(desk: Desk, row: dict[str, Any], older: Sequence[dict[str, Any]]) -> list[Cell]:
    history = sorted(float(r["piece_views"]) for r in older if r["platform"] == row["platform"])
    place: Param = {"word": N_("数据不足")}
    if len(history) >= thresholds()["piece_least"]:
        place = {"percentile": rank(history, float(row["piece_views"]))}
    share = row.get("piece_share_rate")
    where = {"content": row["content"]}
    cites = [desk.cite("piece_views", where=where, start=row["day"], end=row["day"])]
    return [
        Cell({"title": row["title"]}, cites),
        Cell({"platform": row["platform"]}),
        Cell({"day": row["day"]}),
        Cell(desk.of("piece_views", row["piece_views"])),
        Cell(desk.of("piece_share_rate", share) if share is not None else None),
        Cell(place),
    ]


def repeatable(desk: Desk) -> list[Block]:
    """Return what hit and whether it can be repeated: the form or series that its like were strong in before."""
    rows = piece_rows(desk, desk.start, desk.end)
    older = piece_rows(desk, desk.start - timedelta(days=limit("piece_days")), desk.start - timedelta(days=1))
    found: list[tuple[float, str, Block]] = []
    for row in rows:
        history = sorted(float(r["piece_views"]) for r in older if r["platform"] == row["platform"])
        if len(history) < thresholds()["piece_least"]:
            continue
        place = rank(history, float(row["piece_views"]))
        if place >= thresholds()["piece_high"]:
            strong = history[int(len(history) * thresholds()["piece_high"])]
            again = sum(v >= strong for v in history)
            params = {
                "title": {"title": row["title"]},
                "platform": {"platform": row["platform"]},
                "value": desk.of("piece_views", row["piece_views"]),
                "percentile": {"percentile": place},
                "n": len(history),
                "again": again,
                "level": desk.of("piece_views", strong),
            }
            cites = [desk.cite("piece_views", where={"content": row["content"]}, start=row["day"], end=row["day"])]
            found.append((-place, row["content"], Sentence("hit", params, cites, "good")))
    if not found:
        best = fig(1 - thresholds()["piece_high"], "percent")
        return [Sentence("hit.none", {"share": best}) if rows else Sentence("pieces.none")]
    return [block for *_order, block in sorted(found, key=lambda x: x[:2])][: limit("lines")]


def competitors(desk: Desk) -> list[Block]:
    """Return the week of the competitors' accounts, apart from the brand's own figures; what is not there is said."""
    if not desk.competitors:
        return [Sentence("competitors.none")]
    codes = [c for c in thresholds()["competitor"] if c in METRICS]
    keys = [str(a.pk) for a in desk.competitors]
    result = desk.ask(codes, ("account",), {"account": keys}, compare="previous", span=desk.span)
    rows = [r for r in result.rows if any(r.get(c) is not None for c in codes)]
    if not rows:
        return [Callout(Sentence("competitors.files", {"n": len(keys)}), "")]
    kept = [c for c in codes if any(r.get(c) is not None for r in rows)]
    heads = [Head({"word": N_("竞品账号")}), *(Head({"metric": c}, right=True) for c in kept)]
    rows.sort(key=lambda r: str(desk.name(r["account"])))
    return [Table(heads, [[Cell(desk.name(r["account"])), *(_theirs(desk, c, r) for c in kept)] for r in rows])]


def _theirs(desk: Desk, code: str, row: dict[str, Any]) -> Cell:
    if row.get(code) is None:
        return Cell(None)
    shown = [desk.of(code, row[code])]
    if (change := row.get(f"{code}__change")) is not None and abs(change) >= thresholds()["moved_least"]:
        shown.append(change_of(code, change) or {})
    return Cell({"cells": shown}, [desk.cite(code, where={"account": str(row["account"])})])


MONEY = ("ad_spend", "creator_cost", "ad_net_roi", "ad_roi", "ad_cpa", "cpe", "net_paid")


def money(desk: Desk) -> list[Block]:
    """Return what was spent and what it brought: ROI after returns, cost of a conversion, CPE; gaps say their file."""
    codes = [c for c in MONEY if c in METRICS]
    result = desk.whole(codes)
    known = [c for c in codes if result.totals.get(c) is not None]
    if "ad_net_roi" in known and "ad_roi" in known:
        known.remove("ad_roi")
    found: list[Block] = [Kpis(cards(desk, known, result))] if known else []
    found += _each(desk, result)
    feeds = Feeds(desk.brand)
    for code in ("ad_spend", "ad_net_roi", "cpe"):
        if code in codes and result.totals.get(code) is None:
            hint = feeds.hint(code, result.coverage) or feeds.wanted(code)
            found.append(Sentence("no_figure", {"metric": {"metric": code}, "files": {"text": hint}}, sub=True))
    return found or [Callout(Sentence("money.none"), "warn")]


def _each(desk: Desk, money: Any) -> list[Block]:
    """Say what a new follower and a buyer cost: two figures of the dictionary, one over the other, both cited."""
    spend = money.totals.get("ad_spend")
    counted = desk.ask(("followers_new", "buyers"), (), coverage=False).totals
    found: list[Block] = []
    for code, said in (("followers_new", "per_follower"), ("buyers", "per_buyer")):
        if spend and counted.get(code):
            each = round(Decimal(str(spend)) / Decimal(str(counted[code])), 2)
            params = {"spend": desk.of("ad_spend", spend), "people": desk.of(code, counted[code])}
            cites = [desk.cite("ad_spend"), desk.cite(code)]
            found.append(Sentence(said, params | {"each": fig(each, "money")}, cites, sub=True))
    return found


def market(desk: Desk) -> list[Block]:
    """Return brand search and 5A as the platforms state them, else which file would say it; and new customers."""
    since = desk.start - timedelta(days=desk.days)
    rows = desk.ask(("brand_index",), ("indicator", "platform"), None, desk.start, desk.end, totals=False).rows
    before = desk.ask(
        ("brand_index",), ("indicator", "platform"), None, since, desk.start - timedelta(days=1), totals=False
    ).rows
    was = {(r["indicator"], r["platform"]): r["brand_index"] for r in before}
    items = [_indicator(desk, r, was) for r in rows if r.get("brand_index") is not None]
    found: list[Block] = [Kpis(items)] if items else []
    if not items:
        files = Feeds(desk.brand).wanted("brand_index")
        said = Sentence("market.none", {"files": {"text": files}}) if files else Sentence("market.map")
        found.append(Callout(said, ""))
    people = [c for c in ("persons_new", "follow_purchase", "repurchase_rate") if c in METRICS]
    result = desk.whole(people)
    known = [c for c in people if result.totals.get(c) is not None]
    return [*found, Kpis(cards(desk, known, result))] if known else found


def _indicator(desk: Desk, row: dict[str, Any], was: dict[Any, Any]) -> Kpi:
    key = (row["indicator"], row["platform"])
    before, value = was.get(key), row["brand_index"]
    change = float(value) / float(before) - 1 if before else None
    where = {"indicator": row["indicator"], "platform": row["platform"]}
    label = {"join": [{"text": str(row["indicator"] or "")}, {"text": " · "}, {"platform": row["platform"]}]}
    shown = fig(change, "percent", signed=True) if change is not None else None
    return Kpi(label, fig(value, "count"), shown, "up", [desk.cite("brand_index", where=where)])
