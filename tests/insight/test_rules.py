"""The rules over figures on made facts: what is found, what is kept quiet, and input that is not as one would like."""

from datetime import date, timedelta

import numpy as np
import pytest

from bench.worlds import brand as worlds
from bench.worlds.house import Made
from hongqiao import warehouse
from hongqiao.insight import watching
from hongqiao.insight.rules import mix, moved, pieces, source_cut, windows
from hongqiao.insight.rules.early import EARLY
from hongqiao.insight.rules.windows import Window
from hongqiao.ledger import services
from hongqiao.ledger.models import Finding
from hongqiao.ledger.rules import Look, settings_of
from hongqiao.ledger.words import said
from hongqiao.workspace import boosted

pytestmark = pytest.mark.django_db

LAST = date(2026, 11, 15)  # a Sunday
DAY = LAST + timedelta(days=1)


@pytest.fixture
def made(house):
    return Made("made")


def days(n: int = 200) -> list[date]:
    return [LAST - timedelta(days=i) for i in range(n - 1, -1, -1)]


def look(made: Made, rule, day: date = DAY, **settings) -> Look:
    known = {**settings_of(made.brand, rule), **settings}
    return Look(made.brand, warehouse.open(made.brand.pk), day, known, {})


def social(made: Made, series: dict[tuple[str, str], dict[str, list]], first: date | None = None) -> None:
    """{(platform, account): {metric: values by day, None for a day without a file}} up to LAST."""
    rows: dict[str, list] = {c: [] for c in ("platform", "account", "day", "channel")}
    metrics = sorted({m for one in series.values() for m in one})
    for metric in metrics:
        rows[metric] = []
    for (platform, name), one in series.items():
        n = len(next(iter(one.values())))
        for i, day in enumerate(days(n)):
            if all(one[m][i] is None for m in one):
                continue
            rows["platform"].append(platform)
            rows["account"].append(made.account(platform, name))
            rows["day"].append(day)
            rows["channel"].append("")
            for metric in metrics:
                rows[metric].append(one[metric][i] if metric in one else None)
    made.put("account_daily", rows)


def ads(made: Made, campaigns: dict[str, tuple[list[int], list[int]]]) -> None:
    """{campaign: (clicks, conversions) by day} up to LAST."""
    rows: dict[str, list] = {c: [] for c in ("platform", "account", "day", "placement_key", "level", "campaign")}
    rows |= {c: [] for c in ("spend", "impressions", "clicks", "conversions")}
    account = made.account("oceanengine", "户")
    for name, (clicks, hits) in campaigns.items():
        n = len(clicks)
        rows["platform"] += ["oceanengine"] * n
        rows["account"] += [account] * n
        rows["day"] += days(n)
        rows["placement_key"] += [name] * n
        rows["level"] += ["campaign"] * n
        rows["campaign"] += [name] * n
        rows["spend"] += [c * (1.2 + 0.8 * (i // 7 % 2)) for i, c in enumerate(clicks)]  # prices waver by week
        rows["impressions"] += [c * 40 for c in clicks]
        rows["clicks"] += clicks
        rows["conversions"] += hits
    made.put("placements_daily", rows)


def steady(rng, level: float, n: int = 200, spread: float = 0.05) -> list[int]:
    return np.round(level * np.exp(rng.normal(0, spread, n))).astype(int).tolist()


RNG = 5


def words_of(rule, raised) -> list[str]:
    """Every sentence of a finding, filled in. None may be left unfilled."""
    told = [said(rule.code, raised.variant, raised.params)]
    told += [said(rule.code, e.code, e.params) for e in raised.evidence]
    assert not [t for t in told if "%(" in t], told
    return told


# --- only mix -------------------------------------------------------------------------------------------------------


def mixed_campaigns(share_now: float, rate_now: float = 0.2):
    """Two campaigns that convert 20% and 5%; the first had half of the clicks, in the last week `share_now`, and then
    converts `rate_now`."""
    n, good, bad = 200, [], []
    for i in range(n):
        share = share_now if i >= n - 7 else 0.5 + 0.01 * (-1) ** (i // 7)
        good.append(round(2000 * share))
        bad.append(2000 - good[-1])
    first = [round(c * (rate_now if i >= n - 7 else 0.2)) for i, c in enumerate(good)]
    return {"好计划": (good, first), "差计划": (bad, [round(c * 0.05) for c in bad])}


def test_a_change_that_is_only_mix_is_called_mix_with_what_shifted(made):
    ads(made, mixed_campaigns(0.2))
    (found,) = mix.detect(look(made, mix.RULE))
    assert (found.subject["metric"], found.variant, found.kind, found.severity) == ("ad_cvr", "mixed", "problem", 1)
    told = words_of(mix.RULE, found)
    assert "只是结构变化" in told[0]
    assert "计划的占比由 5" in told[0]
    split = next(e.params for e in found.evidence if e.code == "mix")
    assert abs(split["rate"]["value"]) < 1e-9
    assert split["mix"]["value"] == pytest.approx(0.2 * 0.2 + 0.05 * 0.8 - (0.2 * 0.5 + 0.05 * 0.5), abs=0.003)
    assert all(e.cite["metrics"] and e.cite["start"] <= e.cite["end"] for e in found.evidence)
    assert found.proposals == ()


def test_a_part_that_changed_by_itself_is_not_called_mix(made):
    ads(made, mixed_campaigns(0.5, rate_now=0.1))
    assert list(mix.detect(look(made, mix.RULE))) == []


def test_a_mix_that_the_brand_sees_most_weeks_or_too_few_weeks_is_not_said(made):
    ads(made, mixed_campaigns(0.5))
    assert list(mix.detect(look(made, mix.RULE))) == []
    assert list(mix.detect(look(made, mix.RULE, weeks=52))) == []


def test_a_denominator_of_zero_has_no_ratio_and_no_mix(made):
    n = 200
    nothing = [0 if i >= n - 7 else 500 for i in range(n)]
    ads(made, {"停": (nothing, [c // 10 for c in nothing]), "也停": (nothing, [c // 20 for c in nothing])})
    assert list(mix.detect(look(made, mix.RULE))) == []


def test_platforms_that_count_differently_have_no_common_mix(made):
    rng = np.random.default_rng(RNG)
    mixed = {("douyin", "a"): {"views": steady(rng, 20000), "shares": steady(rng, 60)}}
    mixed[("wechat_oa", "b")] = {"view_users": steady(rng, 3000), "share_users": steady(rng, 90)}
    social(made, mixed)
    assert [f.subject for f in mix.detect(look(made, mix.RULE))] == []


# --- what moved -----------------------------------------------------------------------------------------------------


def test_one_movement_seen_in_many_series_is_one_finding_whose_key_stays(made):
    rng = np.random.default_rng(RNG)

    def fallen(level: float) -> list[int]:
        values = steady(rng, level)
        return [round(v * (0.4 if i >= 195 else 1)) for i, v in enumerate(values)]

    series = {
        ("douyin", name): {"views": fallen(9000), "likes": fallen(500), "followers_new": fallen(200)} for name in "ab"
    }
    series[("xiaohongshu", "c")] = {"views": steady(rng, 9000), "followers_new": steady(rng, 200)}
    social(made, series)
    (found,) = moved.detect(look(made, moved.RULE))
    assert found.subject == {"metric": "followers_new", "where": {"platform": "douyin"}}
    assert (found.kind, found.severity, found.variant.endswith("down")) == ("problem", 3, True)
    words_of(moved.RULE, found)
    services.raise_all(made.brand, moved.RULE, [found], DAY, 1)
    Finding.objects.update(key=found.key.rsplit("|", 1)[0] + f"|{LAST - timedelta(days=5)}")
    (again,) = moved.detect(look(made, moved.RULE))
    assert again.key == Finding.objects.get().key  # begun a day earlier or later: the same


def test_parts_of_a_movement_add_up_to_its_change(made):
    rng = np.random.default_rng(RNG)
    values = {name: steady(rng, 5000) for name in "abc"}
    values["a"][-7:] = [round(v * 0.3) for v in values["a"][-7:]]
    social(made, {("douyin", name): {"views": v} for name, v in values.items()})
    window = Window(LAST - timedelta(days=6), LAST)
    one = look(made, moved.RULE)
    found = windows.explained(one, "views", {}, window)
    assert found is not None
    assert found.verdict == "single_cause"
    told = list(windows.parts(one, "views", {}, window, found))
    parts = [e.params["change"]["value"] for e in told if e.code == "part"]
    rest = next(e.params for e in told if e.code == "rest")
    whole = sum(sum(v[-7:]) - sum(v[-14:-7]) for v in values.values())
    assert sum(parts) + rest["change"]["value"] == rest["total"]["value"] == pytest.approx(whole)


def test_a_change_without_a_single_cause_is_said_to_have_none(made):
    falling = {("douyin", f"a{k}"): {"views": [1000] * 193 + [850] * 7} for k in range(8)}
    social(made, falling)
    one, window = look(made, moved.RULE), Window(LAST - timedelta(days=6), LAST)
    found = windows.explained(one, "views", {}, window)
    assert found is not None
    assert found.verdict == "broad"
    assert "broad" in [e.code for e in windows.parts(one, "views", {}, window, found)]


def test_a_slice_that_appears_and_one_that_vanishes_carry_their_whole_figure(made):
    new, gone = [None] * 193 + [400] * 7, [400] * 193 + [None] * 7
    social(
        made,
        {
            ("douyin", "旧"): {"views": [1000] * 200},
            ("douyin", "新"): {"views": new},
            ("douyin", "停"): {"views": gone},
        },
    )
    found = windows.explained(look(made, moved.RULE), "views", {}, Window(LAST - timedelta(days=6), LAST))
    assert found is not None
    changes = sorted(s.change for s in found.by_dim["account"])
    assert changes == [-2800, 0, 2800]


def test_one_slice_only_has_nothing_to_be_split_into(made):
    social(made, {("douyin", "a"): {"views": [1000] * 193 + [500] * 7}})
    assert windows.explained(look(made, moved.RULE), "views", {}, Window(LAST - timedelta(days=6), LAST)) is None


@pytest.mark.slow
def test_ten_quiet_weeks_raise_nothing(made):
    rng = np.random.default_rng(RNG)
    quiet = {(p, n): {"views": steady(rng, 9000, 300), "followers_new": steady(rng, 200, 300)}
             for p, n in (("douyin", "a"), ("xiaohongshu", "b"), ("wechat_oa", "c"))}  # fmt: skip
    social(made, quiet)
    ads(
        made,
        {"常态": (steady(rng, 400, 300), steady(rng, 40, 300)), "防晒": (steady(rng, 300, 300), steady(rng, 30, 300))},
    )
    raised = []
    for week in range(10):
        day = DAY - timedelta(weeks=week)
        for rule in (moved.RULE, source_cut.RULE, mix.RULE):
            raised += [f.key for f in rule.detect(look(made, rule, day))]
    assert raised == []


# --- series ---------------------------------------------------------------------------------------------------------


def blocks(made: Made, until: date = LAST):
    one = look(made, moved.RULE)
    return watching.blocks(one.ask, made.brand, until)


def test_a_day_without_a_file_is_missing_never_zero(made):
    values = [1000] * 200
    values[150] = values[151] = None
    social(made, {("douyin", "a"): {"views": values}, ("xiaohongshu", "b"): {"views": [500] * 200}})
    block = blocks(made)["count"]
    gap = [block.index(LAST - timedelta(days=49)), block.index(LAST - timedelta(days=48))]
    for key, values in zip(block.keys, block.values, strict=True):
        where = dict(key.where)
        assert np.isnan(values[gap]).all() == (where.get("platform") != "xiaohongshu"), key


def test_negative_net_figures_and_zeros_are_taken_as_they_are(made):
    social(made, {("douyin", "a"): {"views": [0] * 100 + [1000] * 100, "followers_net": [-30] * 200}})
    watched = {**watching.settings(made.brand), "counts": [{"metric": "followers_net", "cuts": ["platform"]},
               {"metric": "views", "cuts": ["platform"]}], "least_volume": -100}  # fmt: skip
    made.brand.settings = {"watched": watched}
    found = {k.metric: v for k, v in zip(*(lambda b: (b.keys, b.values))(blocks(made)["count"]), strict=True)}
    assert np.nanmin(found["followers_net"]) == -30
    assert np.nanmin(found["views"]) == 0
    assert list(moved.detect(look(made, moved.RULE))) == []


def test_an_account_that_joins_is_a_break_of_the_whole_not_a_rise(made):
    rng = np.random.default_rng(RNG)
    late = [None] * 190 + steady(rng, 9000, 10)
    social(made, {("douyin", "a"): {"views": steady(rng, 3000)}, ("douyin", "b"): {"views": late}})
    assert [f.key for f in moved.detect(look(made, moved.RULE))] == []


def test_a_brand_without_facts_raises_nothing(made):
    for rule in (moved.RULE, source_cut.RULE, mix.RULE, pieces.SHARE_LOW, pieces.COMPLETION_LOW):
        assert list(rule.detect(look(made, rule))) == []


# --- pieces ---------------------------------------------------------------------------------------------------------


def works(made: Made, rates: list[tuple[int, float, float]], newest: date = LAST - timedelta(days=3)) -> None:
    """(views, share rate, completion) of videos, one every third day, the last on `newest`."""
    account, n = made.account("douyin", "a"), len(rates)
    published = [newest - timedelta(days=3 * (n - 1 - i)) for i in range(n)]
    base = {
        "platform": ["douyin"] * n,
        "account": [account] * n,
        "source_key": [f"w{i}" for i in range(n)],
        "day": [LAST] * n,
    }
    stamps = [np.datetime64(d, "s") for d in published]
    made.put(
        "contents",
        {
            **base,
            "day": published,
            "form": ["video"] * n,
            "title": [f"作品{i}" for i in range(n)],
            "published_at": stamps,
        },
    )
    views = [v for v, _s, _c in rates]
    shares = [round(v * s) for v, s, _c in rates]
    made.put(
        "content_snapshots", {**base, "views": views, "shares": shares, "completion_rate": [c for *_x, c in rates]}
    )


USUAL = [(10000 + 100 * i, 0.02 + 0.0005 * (i % 5), 0.25 + 0.01 * (i % 6)) for i in range(30)]


def test_what_many_read_and_few_share_is_found_with_a_way_to_mend_it(made):
    works(made, [*USUAL, (40000, 0.002, 0.26)])
    (found,) = pieces.detect_share(look(made, pieces.SHARE_LOW))
    assert found.params["title"] == "作品30"
    assert [p.action for p in found.proposals] == ["rework_ending"]
    words_of(pieces.SHARE_LOW, found)
    assert list(pieces.detect_completion(look(made, pieces.COMPLETION_LOW))) == []


def test_a_series_nobody_watches_to_the_end_is_one_finding(made):
    works(made, [*USUAL, *[(12000, 0.02, 0.03)] * 3])
    (found,) = pieces.detect_completion(look(made, pieces.COMPLETION_LOW))
    assert (found.variant, found.params["count"]) == ("several", 3)
    assert [p.action for p in found.proposals] == ["cut_lead_in"]
    words_of(pieces.COMPLETION_LOW, found)


@pytest.mark.parametrize("rates", [
    [*USUAL[:8], (40000, 0.002, 0.02)],  # too few of its own kind to say
    [*USUAL, (200, 0.0, 0.02)],  # hardly anybody saw it
    [*USUAL, (40000, 0.012, 0.2)],  # low, but not far below
])  # fmt: skip
def test_too_little_is_not_judged(made, rates):
    works(made, rates)
    for rule in (pieces.SHARE_LOW, pieces.COMPLETION_LOW):
        assert list(rule.detect(look(made, rule))) == []


def test_a_piece_that_money_was_put_behind_is_not_judged(made, monkeypatch):
    works(made, [*USUAL, (40000, 0.002, 0.03)])
    for rule in (pieces.SHARE_LOW, pieces.COMPLETION_LOW):
        assert list(rule.detect(look(made, rule)))
    monkeypatch.setattr(boosted, "_TOLD", [lambda brand, handle, asked: {p.key for p in asked if p.title == "作品30"}])
    for rule in (pieces.SHARE_LOW, pieces.COMPLETION_LOW):
        assert list(rule.detect(look(made, rule))) == []


def test_boosted_pieces_are_peers_only_where_too_few_others_are(made, monkeypatch):
    works(made, [*USUAL, (40000, 0.002, 0.26)])

    def paid(n):
        names = {f"作品{i}" for i in range(n)}
        monkeypatch.setattr(boosted, "_TOLD", [lambda brand, handle, asked: {p.key for p in asked if p.title in names}])
        (found,) = pieces.detect_share(look(made, pieces.SHARE_LOW))
        return found.params["n"]

    every = paid(0)
    assert paid(10) == every - 10
    assert paid(25) == every


# --- the sample brand of another seed -------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("story", [True, False])
def test_the_cut_of_spend_and_the_early_piece_are_found_where_they_were_planted_and_nowhere_else(made, story):
    lived = worlds.world("world-3000", story=story)
    worlds.settle(made, lived, [date(2026, 11, 23) - timedelta(weeks=k) for k in range(20, -1, -1)])
    cut = list(source_cut.detect(look(made, source_cut.RULE)))
    assert [f.subject["where"] for f in cut] == ([{"platform": "douyin"}] if story else [])
    for found in cut:
        parts = [e.params["change"]["value"] for e in found.evidence if e.code == "part"]
        rest = next(e.params for e in found.evidence if e.code == "rest")
        assert sum(parts) + rest["change"]["value"] == pytest.approx(rest["total"]["value"])
        (proposal,) = found.proposals
        lost = 5400 * 0.5 * 1.0 / 12.9  # what the halved spend brought a day (examples/making/accounts.py)
        assert proposal.expected["low"] <= lost * 1.1
        assert proposal.expected["high"] >= lost * 0.9
        assert words_of(source_cut.RULE, found)
    early = EARLY.detect(look(made, EARLY, date(2026, 11, 23)))
    planted = {p.title for p in lived.own["xiaohongshu"] if p.story == "D2c"}
    assert ({f.params["title"] for f in early} & planted) == planted
