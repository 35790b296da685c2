"""起量与走低 (D2c): a piece against its own account's and form's earlier pieces at the same age, never others'.

Files come once a week, so that few pieces were ever looked at at the same age. Where fewer than it takes were, a piece
is held against what earlier ones had come to later: what is above that was above them at its own age as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hongqiao.errors import N_
from hongqiao.insight.rules import saying
from hongqiao.ledger.rules import Look, Proposal, Raised, Rule, Statement
from hongqiao.methods.watch import Curve, Takeoff, WatchSettings, early

KEPT = "insight.curves"
LEAST_HOURS = 1.0


@dataclass(frozen=True)
class Piece:
    """One piece with the running totals that its files state. Times are UTC, naive."""

    key: str
    title: str
    platform: str
    account: str
    form: str
    published: datetime
    curve: Curve


def pieces(look: Look) -> list[Piece]:
    """Return every piece of the last year with its totals by age, as known on the day of the look."""
    if KEPT not in look.shared:
        look.shared[KEPT] = _pieces(look)
    found: list[Piece] = look.shared[KEPT]
    return found


def _pieces(look: Look) -> list[Piece]:
    until = datetime.combine(look.day + timedelta(days=1), time(0), ZoneInfo(look.brand.zone))
    cut = until.astimezone(UTC).replace(tzinfo=None)
    snaps = look.handle.table("content_snapshots")
    snaps = snaps.filter(
        snaps.views.notnull() & (snaps.captured_at < cut) & (snaps.captured_at >= cut - timedelta(400))
    )
    looks: dict[str, dict[datetime, float]] = defaultdict(dict)
    for row in look.handle.fetch(snaps.select("source_key", "captured_at", "views")).to_pylist():
        kept = looks[row["source_key"]]
        kept[row["captured_at"]] = max(float(row["views"]), kept.get(row["captured_at"], 0.0))
    table = look.handle.current("contents")
    wanted = table.filter(table.published_at.notnull() & (table.published_at < cut))
    columns = ("source_key", "title", "platform", "account", "form", "published_at")
    rows = look.handle.fetch(wanted.select(*columns)).to_pylist()
    return [piece for row in rows if (piece := _piece(row, looks.get(row["source_key"]))) is not None]


def _piece(row: dict[str, Any], looks: dict[datetime, float] | None) -> Piece | None:
    if not looks:
        return None
    ages, totals, top = [], [], 0.0
    for moment in sorted(looks):
        age = (moment - row["published_at"]).total_seconds() / 3600
        if age < LEAST_HOURS:
            continue
        top = max(top, looks[moment])  # a total that falls is a correction by the platform
        ages.append(age)
        totals.append(top)
    if not ages:
        return None
    text = {k: str(row[k] or "") for k in ("source_key", "title", "platform", "account", "form")}
    return Piece(text["source_key"], text["title"], text["platform"], text["account"], text["form"],
                 row["published_at"], Curve(ages, totals))  # fmt: skip


def by_later(piece: Piece, peers: list[Piece], least: int) -> Takeoff | None:
    """Hold a piece against what earlier ones had at a later age; None where too few are known. The share is a lower
    bound of the one at the same age, so this says "early" too seldom, never too often."""
    age, value = piece.curve.ages[-1], piece.curve.totals[-1]
    later = sorted(p.curve.totals[-1] for p in peers if p.curve.ages[-1] >= age)
    if len(later) < least:
        return None
    median = later[len(later) // 2]
    share = (sum(t < value for t in later) + sum(t <= value for t in later)) / 2 / len(later)
    multiple = value / median if median else None
    return Takeoff("later", age, value, len(later), 0, median, multiple, share, share, None)


def judged(look: Look) -> Iterator[tuple[Piece, Takeoff]]:
    """Yield every piece that is young enough to be early, with what its account's earlier ones say of it."""
    now = datetime.combine(look.day + timedelta(days=1), time(0), ZoneInfo(look.brand.zone)).astimezone(UTC)
    young = now.replace(tzinfo=None) - timedelta(days=look.settings["days"])
    groups: dict[tuple[str, str], list[Piece]] = defaultdict(list)
    for piece in pieces(look):
        groups[piece.account, piece.form].append(piece)
    settings = WatchSettings(peers=int(look.settings["peers"]))
    for group in groups.values():
        ordered = sorted(group, key=lambda p: p.published)
        for i, piece in enumerate(ordered):
            if piece.published >= young:
                peers = [p for p in ordered[:i] if (piece.published - p.published).days <= look.settings["peer_days"]]
                found = early(piece.curve, [p.curve for p in peers], settings)
                yield piece, (by_later(piece, peers, settings.peers) if found.verdict == "too_few" else None) or found


def detect_early(look: Look) -> Iterator[Raised]:
    """Raise pieces that take off, the highest first; at most so many a look."""
    high, least = look.settings["share"], look.settings["multiple"]
    found = [(p, t) for p, t in judged(look) if t.verdict in ("early", "later") and (t.percentile or 0) >= high]
    found = [(p, t) for p, t in found if (t.multiple or 0) >= least]
    found.sort(key=lambda one: -(one[1].multiple or 0))
    for piece, takeoff in found[: int(look.settings["most"])]:
        yield _raised(look, piece, takeoff, "took_off", "opportunity", _boosts(piece))


def detect_falling(look: Look) -> Iterator[Raised]:
    """Raise pieces that stay far below; at most so many a look."""
    found = [
        (p, t) for p, t in judged(look) if t.verdict == "falling" and (t.percentile or 1) <= look.settings["share"]
    ]
    found.sort(key=lambda one: one[1].multiple or 0)
    for piece, takeoff in found[: int(look.settings["most"])]:
        yield _raised(look, piece, takeoff, "stayed_low", "problem", ())


def _boosts(piece: Piece) -> tuple[Proposal, ...]:
    where, form = {"platform": piece.platform}, {"platform": piece.platform, "form": piece.form}
    told = {"title": piece.title}
    controls = {"method": "controls", "metric": "views", "where": where, "want": "up", "days": 7}
    arms = {"method": "ab", "metric": "piece_views", "where": form, "want": "up", "days": 28}
    return (
        Proposal("boost_piece", told, None, controls, due_days=1),
        Proposal("repeat_format", told, None, arms),
        Proposal("make_series", told, None, {**arms, "days": 42}),
    )


def _raised(
    look: Look, piece: Piece, found: Takeoff, variant: str, kind: str, proposals: tuple[Proposal, ...]
) -> Raised:
    zone = ZoneInfo(look.brand.zone)
    day = piece.published.replace(tzinfo=UTC).astimezone(zone).date()
    told = {
        "title": piece.title or {"word": N_("（无标题）")},
        "hours": round(found.age),
        "value": {"value": found.value, "unit": "count"},
        "percentile": saying.share(found.percentile),
        "multiple": {"value": found.multiple, "unit": "times"},
        "place": saying.place(look, {"platform": piece.platform}),
        "n": found.n,
        "median": {"value": found.median, "unit": "count"},
    }
    own = saying.cite(["piece_views"], {"content": piece.key}, day, look.day, ("content",))
    account = {"account": piece.account, "form": piece.form}
    peers = saying.cite(["piece_views"], account, day - timedelta(days=365), day, ("content",))
    against = "later" if found.verdict == "later" else "peers"
    return Raised(
        key=f"piece|{piece.key}|{variant}",
        variant=variant,
        kind=kind,
        day=min(look.day, day + timedelta(days=int(found.age // 24))),
        severity=2 if kind == "opportunity" else 1,
        subject={"metric": "piece_views", "where": {"content": piece.key}},
        params=told,
        evidence=(Statement("so_far", told, own), Statement(against, told, peers)),
        proposals=proposals,
    )


WORDS = {
    "so_far": N_("发布 %(hours)s 小时，累计 %(value)s"),
    "later": N_(
        "同账号同体裁近期 %(n)s 篇到更晚时的累计中位才 %(median)s；"
        "这篇已是它的 %(multiple)s，高于其中 %(percentile)s（同龄数据不够，拿更晚的比，只会少说）"
    ),
    "peers": N_("同账号同体裁此前 %(n)s 篇同龄时中位 %(median)s；这篇是它的 %(multiple)s，高于其中 %(percentile)s"),
}
EARLY = Rule(
    code="insight.early",
    room="data",
    kind="opportunity",
    label=N_("作品起量"),
    watches=N_("每篇作品同龄时的累计阅读/播放，与同账号同体裁此前的作品比"),
    speaks=N_("高于自己此前绝大多数作品，且明显高于中位"),
    finding={"took_off": N_("%(place)s《%(title)s》%(hours)s 小时 %(value)s，高于同类 %(percentile)s")},
    evidence=WORDS,
    detect=detect_early,
    actions=("boost_piece", "repeat_format", "make_series"),
    measured=N_("追投看前后与其他平台的对照；复用与系列按作品分组比"),
    settings=saying.thresholds("insight.early"),
)
FALLING = Rule(
    code="insight.falling",
    room="data",
    kind="problem",
    label=N_("作品走低"),
    watches=EARLY.watches,
    speaks=N_("低于自己此前绝大多数作品"),
    finding={"stayed_low": N_("%(place)s《%(title)s》%(hours)s 小时只有 %(value)s，高于同类的仅 %(percentile)s")},
    evidence=WORDS,
    detect=detect_falling,
    actions=(),
    measured=N_("看下一篇"),
    settings=saying.thresholds("insight.falling"),
)
