"""读的人多、转的人少 (C3a) 与完播低 (C3b): a piece's rates against the same account's and form's earlier pieces, never
others'. One finding an account, form and month names the pieces; a series that nobody finishes is one, not ten.

A piece that money was put behind is not judged: its rates are of those whom that brought. Nor is it a peer where enough
others are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from hongqiao.errors import N_
from hongqiao.insight.rules import saying
from hongqiao.ledger.rules import Look, Proposal, Raised, Rule, Statement
from hongqiao.workspace import boosted

KEPT = "insight.piece_rates"
CODES = ("piece_views", "piece_share_rate", "piece_completion_rate", "piece_impressions")
Group = tuple[str, str, str]  # platform, account, form


@dataclass(frozen=True)
class Piece:
    key: str
    title: str
    views: float
    share: float | None
    completion: float | None
    platform: str = ""
    seen: float | None = None
    boosted: bool = False

    def rate(self, code: str) -> float | None:
        return self.share if code == "piece_share_rate" else self.completion


@dataclass(frozen=True)
class Low:
    """A piece far below its own kind: its rate, how many it is held against, their median, the share below it."""

    piece: Piece
    rate: float
    n: int
    median: float
    percentile: float


def _span(look: Look) -> tuple[date, date, date]:
    """Return the first day of the earlier pieces, the first and the last of those under question. One that is only a
    day or two old is not read to its end by anybody yet."""
    last = look.day - timedelta(days=1 + int(look.settings["rest_days"]))
    first = last - timedelta(days=int(look.settings["days"]) - 1)
    return first - timedelta(days=int(look.settings["peer_days"])), first, last


def _pieces(look: Look, first: date, last: date) -> dict[Group, list[Piece]]:
    """Return the pieces published in these days with their totals; asked once a run."""
    kept = look.shared.setdefault(KEPT, {})
    if (first, last) not in kept:
        by = ("platform", "account", "form", "content")
        answer = look.ask(list(CODES), by, {}, first, last, totals=False, coverage=False)
        titles = answer.labels.get("content", {})
        rows = [r for r in answer.rows if r["piece_views"]]
        pieces = [_piece(r, str(titles.get(r["content"]) or "")) for r in rows]
        paid, groups = boosted.of(look.brand, look.handle, pieces), defaultdict(list)
        for row, piece in zip(rows, pieces, strict=True):
            group = str(row["platform"]), str(row["account"]), str(row["form"])
            groups[group].append(replace(piece, boosted=piece.key in paid))
        kept[first, last] = groups
    found: dict[Group, list[Piece]] = kept[first, last]
    return found


def _piece(row: Mapping[str, Any], title: str) -> Piece:
    views, *rates = (None if row[c] is None else float(row[c]) for c in CODES)
    share, completion, seen = rates
    return Piece(str(row["content"]), title, views or 0.0, share, completion, str(row["platform"]), seen)


def lows(look: Look, code: str) -> dict[Group, list[Low]]:
    """Return the pieces under question whose rate is below the own percentile and which enough people saw, by group;
    groups with too few earlier pieces are left out, and pieces that money was put behind."""
    before, first, last = _span(look)
    earlier = _pieces(look, before, first - timedelta(days=1))
    found: dict[Group, list[Low]] = {}
    for group, recent in _pieces(look, first, last).items():
        every = [p for p in earlier.get(group, ()) if p.rate(code) is not None]
        natural = [p for p in every if not p.boosted]
        peers = natural if len(natural) >= look.settings["peers"] else every
        if len(peers) < look.settings["peers"]:
            continue
        rates, views = sorted(p.rate(code) or 0.0 for p in peers), sorted(p.views for p in peers)
        seen = views[min(int(len(views) * look.settings["seen"]), len(views) - 1)]
        asked = [p for p in recent if p.rate(code) is not None and p.views >= seen and not p.boosted]
        low = [_low(p, p.rate(code) or 0.0, rates) for p in asked]
        low = [x for x in low if x.percentile <= look.settings["share"] and x.rate <= look.settings["part"] * x.median]
        if low:
            found[group] = sorted(low, key=lambda x: -x.piece.views)
    return found


def _low(piece: Piece, rate: float, rates: list[float]) -> Low:
    below = (sum(r < rate for r in rates) + sum(r <= rate for r in rates)) / 2 / len(rates)
    return Low(piece, rate, len(rates), rates[len(rates) // 2], below)


def detect_share(look: Look) -> Iterator[Raised]:
    """Raise what many read and few shared."""
    yield from _raise(look, "piece_share_rate", "rework_ending")


def detect_completion(look: Look) -> Iterator[Raised]:
    """Raise what few watched to the end."""
    yield from _raise(look, "piece_completion_rate", "cut_lead_in")


def _raise(look: Look, code: str, action: str) -> Iterator[Raised]:
    groups = sorted(lows(look, code).items(), key=lambda one: -one[1][0].piece.views)
    for group, found in groups[: int(look.settings["most"])]:
        yield _raised(look, code, action, group, found)


def _raised(look: Look, code: str, action: str, group: Group, found: list[Low]) -> Raised:
    platform, account, form = group
    where = {"account": account, "form": form}
    before, first, last = _span(look)
    lead = found[0]
    told: dict[str, Any] = {
        "place": saying.place(look, {"platform": platform}),
        "title": lead.piece.title or {"word": N_("（无标题）")},
        "views": saying.figure("piece_views", lead.piece.views),
        "rate": saying.figure(code, lead.rate),
        "median": saying.figure(code, lead.median),
        "percentile": saying.share(lead.percentile),
        "n": lead.n,
        "count": len(found),
    }
    measure = {"method": "ab", "metric": code, "where": where, "want": "up", "days": 28}
    return Raised(
        key=f"{code}|{account}|{form}|{last:%Y-%m}",
        variant="one" if len(found) == 1 else "several",
        kind="problem",
        day=last,
        severity=2,
        subject={"metric": code, "where": where},
        params=told,
        evidence=tuple(_evidence(look, code, group, found, told)),
        proposals=(Proposal(action, {"title": lead.piece.title}, None, measure),),
    )


def _evidence(look: Look, code: str, group: Group, found: list[Low], told: dict[str, Any]) -> Iterator[Statement]:
    before, first, last = _span(look)
    for low in found[:3]:
        own = saying.cite([code, "piece_views"], {"content": low.piece.key}, first, last, ("content",))
        title = low.piece.title or {"word": N_("（无标题）")}
        said = {"title": title, "views": saying.figure("piece_views", low.piece.views)}
        yield saying.statement("piece", own, **said, rate=saying.figure(code, low.rate))
    where = {"account": group[1], "form": group[2]}
    peers = saying.cite([code], where, before, first - timedelta(days=1), ("content",))
    yield Statement("own_kind", told, peers)


SHARE_LOW = Rule(
    code="insight.share_low",
    room="content",
    kind="problem",
    label=N_("读多转少"),
    watches=N_("最近两周的作品，看的人不少于自己平时的，分享率与同账号同体裁此前的作品比"),
    speaks=N_("看的人不少，分享率却低于自己此前绝大多数作品"),
    finding={
        "one": N_("%(place)s《%(title)s》%(views)s 次阅读/播放，分享率只有 %(rate)s（自己的中位 %(median)s）"),
        "several": N_(
            "%(place)s《%(title)s》等 %(count)s 篇看的人不少，分享率只有 %(rate)s 左右（自己的中位 %(median)s）"
        ),
    },
    evidence={
        "piece": N_("《%(title)s》%(views)s 次阅读/播放，分享率 %(rate)s"),
        "own_kind": N_("同账号同体裁此前 %(n)s 篇中位 %(median)s；这篇高于其中 %(percentile)s"),
    },
    detect=detect_share,
    actions=("rework_ending",),
    measured=N_("接下来几篇交替用新旧结尾，按作品分组比"),
    settings=saying.thresholds("insight.share_low"),
)
COMPLETION_LOW = Rule(
    code="insight.completion_low",
    room="content",
    kind="problem",
    label=N_("完播偏低"),
    watches=N_("最近两周的视频，完播率与同账号同体裁此前的作品比"),
    speaks=N_("看的人不少，完播率却低于自己此前绝大多数作品"),
    finding={
        "one": N_("%(place)s《%(title)s》完播率只有 %(rate)s（自己的中位 %(median)s）"),
        "several": N_("%(place)s《%(title)s》等 %(count)s 条完播率只有 %(rate)s 左右（自己的中位 %(median)s）"),
    },
    evidence={
        "piece": N_("《%(title)s》%(views)s 次播放，完播率 %(rate)s"),
        "own_kind": SHARE_LOW.evidence["own_kind"],
    },
    detect=detect_completion,
    actions=("cut_lead_in",),
    measured=N_("接下来几条交替用新旧开头，按作品分组比"),
    settings=saying.thresholds("insight.completion_low"),
)
