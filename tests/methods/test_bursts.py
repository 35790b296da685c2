"""Bursts told once, in time, and from the past alone; silence where nothing happens; what is grave at once."""

import csv
import json
import math
from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench import nab
from bench.worlds import mentions
from hongqiao.errors import HongqiaoError
from hongqiao.knowledge import read
from hongqiao.methods.bursts import (
    BadBursts,
    BurstSettings,
    Grave,
    ShareWatcher,
    Watcher,
    grave,
    minutes,
)
from hongqiao.site.cli import main

DAY = mentions.ROWS
RISES = replace(BurstSettings(), falls=False)
NATURES = Grave.all_of(read("crisis/grave"))


def watched(talk, watcher=None, state_at=None):
    """What a watcher says of negatives, row by row; its state carried on as JSON at one row."""
    watcher, said = watcher or Watcher(RISES), []
    for i, (at, bad) in enumerate(zip(talk.minutes.tolist(), talk.negative.tolist(), strict=True)):
        if i == state_at:
            watcher = Watcher.of_json(json.loads(json.dumps(watcher.to_json())), watcher.settings)
        said.append(watcher.step(at, bad))
    return said


def shared_out(talk):
    """What a watcher of shares says, row by row."""
    watcher = ShareWatcher()
    rows = zip(talk.minutes.tolist(), talk.negative.tolist(), talk.total.tolist(), strict=True)
    return [watcher.step(*row) for row in rows]


def with_wave(seed, *, per_hour=20, peak=100, day=21, days=24, rise=4.0):
    """A brand with a wave that begins at noon of a day; and the row at which it begins."""
    at = day * DAY + 144
    base = mentions.talk(seed, days=days, per_hour=per_hour)
    return mentions.added(base, mentions.wave(seed, days * DAY, at, peak, rise)), at


def first(said, at=0):
    return next((i - at for i, s in enumerate(said) if i >= at and s.alarm), None)


@pytest.mark.parametrize("seed", range(4))
def test_a_wave_of_complaints_is_told_within_its_first_hour(seed):
    talk, at = with_wave(seed)
    waited = first(watched(talk), at)
    assert waited is not None
    assert waited * 5 <= 60


@pytest.mark.parametrize("seed", range(4))
def test_a_wave_is_told_by_its_share_too(seed):
    talk, at = with_wave(seed)
    waited = first(shared_out(talk), at)
    assert waited is not None
    assert waited * 5 <= 75


def test_much_talk_that_is_no_more_negative_than_usual_is_no_burst_of_share():
    base = mentions.talk(3, days=30, per_hour=20)
    more = np.random.default_rng(3).poisson(mentions.wave(3, len(base.total), 25 * DAY, 400) * 1.0)
    bad = np.random.default_rng(4).binomial(more, 0.08)
    talk = mentions.Talk(base.minutes, base.total + more, base.negative + bad)
    totals = Watcher(RISES)
    volume = [totals.step(at, n) for at, n in zip(talk.minutes.tolist(), talk.total.tolist(), strict=True)]
    assert first(volume, 25 * DAY) is not None
    assert first(shared_out(talk)[: 27 * DAY], 25 * DAY) is None


def test_quiet_weeks_seldom_alarm():
    alarms = sum(s.alarm for seed in range(6) for s in watched(mentions.talk(seed, days=42, per_hour=20))[14 * DAY :])
    assert alarms <= 6 * 4 * 0.35 * 2  # 24 weeks; the stated rate is .35 a week, doubled for chance


def test_a_few_scattered_complaints_never_alarm():
    for seed in range(4):
        assert first(watched(mentions.talk(seed, days=28, per_hour=0.5))) is None


def test_a_higher_threshold_tells_less_and_still_a_wave_within_the_hour():
    strict = replace(RISES, threshold=0.95)
    base = [mentions.talk(seed, days=42, per_hour=100, posts_a_week=2) for seed in range(6)]
    usual = sum(s.alarm for talk in base for s in watched(talk)[14 * DAY :])
    fewer = sum(s.alarm for talk in base for s in watched(talk, Watcher(strict))[14 * DAY :])
    assert fewer < usual
    talk, at = with_wave(1, peak=300)
    assert first(watched(talk, Watcher(strict)), at) * 5 <= 60


def test_an_episode_alarms_once_and_again_only_when_it_grows():
    talk, at = with_wave(2, peak=60, days=26)
    assert sum(s.alarm for s in watched(talk)[at : at + DAY]) == 1
    talk = mentions.added(talk, mentions.wave(2, len(talk.total), at + 40, 1500))
    assert sum(s.alarm for s in watched(talk)[at : at + DAY]) > 1


def test_twelve_hours_after_an_alarm_what_is_stronger_is_told_though_it_was_never_quiet():
    talk, at = with_wave(4, peak=60, days=26, rise=20.0)
    later = at + 150
    talk = mentions.added(talk, mentions.wave(4, len(talk.total), later, 90))
    said = watched(talk)
    assert first(said, at) < 140
    assert first(said[: later + 60], later) is not None


def test_a_smaller_wave_after_one_that_was_dealt_with_is_heard_once_it_is_settled():
    talk, _ = with_wave(5, peak=1500, days=40)
    second = 34 * DAY + 144
    talk = mentions.added(talk, mentions.wave(6, len(talk.total), second, 60))
    assert first(watched(talk)[: second + DAY], second) is None
    watcher = Watcher(RISES)
    watched(mentions.Talk(*(a[: 25 * DAY] for a in (talk.minutes, talk.total, talk.negative))), watcher)
    watcher.settle()
    rest = mentions.Talk(*(a[25 * DAY :] for a in (talk.minutes, talk.total, talk.negative)))
    assert first(watched(rest, watcher)[: second - 24 * DAY], second - 25 * DAY) is not None


def test_what_comes_as_strong_every_day_is_no_burst():
    watcher = Watcher()
    rows = [watcher.step(mentions.FIRST + 5 * i, 200.0 if i % DAY == 100 else 3.0) for i in range(30 * DAY)]
    assert not any(s.alarm for s in rows[3 * DAY :])


def test_the_future_changes_nothing_that_was_said():
    talk, at = with_wave(7)
    full, cut = watched(talk), mentions.Talk(*(a[: at + 5] for a in (talk.minutes, talk.total, talk.negative)))
    assert watched(cut) == full[: at + 5]


def test_a_carried_state_says_the_same_as_one_that_ran_through():
    talk, at = with_wave(8)
    assert watched(talk, state_at=at + 3) == watched(talk)
    watcher = Watcher(RISES)
    watched(talk, watcher)
    text = json.dumps(watcher.to_json())
    assert len(text) < 6000
    assert Watcher.of_json(json.loads(text)).to_json() == json.loads(text)


def test_a_share_watcher_goes_on_from_its_state():
    talk, at = with_wave(9)
    rows = list(zip(talk.minutes.tolist(), talk.negative.tolist(), talk.total.tolist(), strict=True))
    through = ShareWatcher()
    said = [through.step(*row) for row in rows]
    early = ShareWatcher()
    for row in rows[:at]:
        early.step(*row)
    later = ShareWatcher.of_json(json.loads(json.dumps(early.to_json())))
    assert [later.step(*row) for row in rows[at:]] == said[at:]


@pytest.mark.parametrize(
    "damage",
    [{"version": 2}, {"level": None}, {"mean": [0.0]}, {"tail": ["a"] * 6}, {"edge": 3}, {"spread": math.nan}],
)
def test_a_damaged_state_is_refused(damage):
    with pytest.raises(BadBursts):
        Watcher.of_json(Watcher().to_json() | damage)


def test_a_state_of_other_scales_is_refused():
    with pytest.raises(BadBursts):
        Watcher.of_json(Watcher().to_json(), BurstSettings(scales=(5.0, 60.0)))


def test_missing_repeated_and_late_rows_are_left_out():
    watcher = Watcher()
    for i in range(600):
        watcher.step(mentions.FIRST + 5 * i, 4.0)
    before = watcher.to_json()
    for at, value in ((3000, math.nan), (3000, math.inf), (2995, 900.0), (2000, 900.0)):
        assert watcher.step(mentions.FIRST + at, value).score == 0
    assert {k: v for k, v in watcher.to_json().items() if k != "late"} == {
        k: v for k, v in before.items() if k != "late"
    }
    assert watcher.step(math.nan, 4.0).score == 0


def test_one_row_with_a_wrong_clock_does_not_deafen_the_watcher():
    watcher, base = Watcher(RISES), mentions.talk(1, days=20, per_hour=20)
    for at, n in zip(base.minutes.tolist(), base.total.tolist(), strict=True):
        watcher.step(at, n)
    watcher.step(minutes(datetime(2099, 1, 1)), 5)
    last = float(base.minutes[-1])
    said = [watcher.step(last + 5 * (i + 1), 300.0 if i > 2 * DAY else 3.0) for i in range(2 * DAY + 20)]
    assert any(s.alarm for s in said[2 * DAY :])


def test_after_a_long_gap_nothing_is_told_for_a_day():
    talk, _ = with_wave(3)
    watcher = Watcher(RISES)
    watched(talk, watcher)
    start = float(talk.minutes[-1]) + 30 * 1440
    said = [watcher.step(start + 5 * i, 5000.0) for i in range(DAY)]
    assert not any(s.alarm for s in said)


def test_a_fall_is_told_where_there_is_room_to_fall_and_only_there():
    rng = np.random.default_rng(0)
    high = [1000 + rng.normal(0, 20) for _ in range(15 * DAY)] + [200.0] * 12
    watcher = Watcher()
    said = [watcher.step(5.0 * i, v) for i, v in enumerate(high)]
    assert any(s.alarm and not s.up for s in said[-12:])
    sparse = Watcher()
    low = [*rng.poisson(2, 15 * DAY).tolist(), *[0] * 36]
    assert not any(s.alarm and not s.up for s in (sparse.step(5.0 * i, v) for i, v in enumerate(low)))


moments = st.one_of(st.floats(-1e9, 1e9), st.floats(allow_nan=True, allow_infinity=True))
numbers = st.one_of(st.floats(allow_nan=True, allow_infinity=True), st.integers(-(10**20), 10**20))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.one_of(st.floats(-1e9, 1e9), st.floats(allow_nan=True, allow_infinity=True)), numbers),
        max_size=120,
    )
)
def test_whatever_comes_scores_stay_between_0_and_1_and_the_state_stays_finite(rows):
    watcher = Watcher()
    for at, value in rows:
        assert 0 <= watcher.step(at, float(value)).score <= 1
    assert json.loads(json.dumps(watcher.to_json(), allow_nan=False))["version"] == 1
    assert Watcher.of_json(watcher.to_json()).to_json() == watcher.to_json()


@pytest.mark.parametrize(
    "wrong", [{"threshold": 1.0}, {"scales": []}, {"scales": [0]}, {"half_life": 0}, {"nonsense": 1}, {"gap": "7"}]
)
def test_a_setting_that_makes_no_sense_is_refused_by_name(wrong):
    with pytest.raises(BadBursts) as told:
        BurstSettings.of(wrong)
    assert next(iter(wrong)) in told.value.params["detail"]


def test_a_brands_own_settings_are_taken():
    assert BurstSettings.of({"scales": [10, 60], "half_life": 7}).scales == (10.0, 60.0)


def test_negatives_beyond_all_mentions_are_left_out():
    watcher = ShareWatcher()
    assert watcher.step(0.0, 5, 3).score == 0
    assert watcher.total == 0


@pytest.mark.parametrize(
    ("kind", "flags", "code", "floor"),
    [
        ("allergy", (), "reaction", "IV"),
        ("allergy", ("injury",), "injury", "II"),
        ("quality", ("minor", "death"), "death", "I"),
        ("service", ("data_leak",), "data_leak", "II"),
        ("regulator", (), "regulator", "II"),
        ("press", (), "press", "III"),
    ],
)
def test_one_mention_of_what_is_grave_is_enough(kind, flags, code, floor):
    found = grave(NATURES, kind, flags)
    assert (found.code, found.floor) == (code, floor)


def test_an_ordinary_complaint_and_praise_are_not_grave():
    assert grave(NATURES, "logistics") is None
    assert grave(NATURES, "allergy", negative=False) is None
    assert grave(NATURES, "allergy", ("press", "injury"), negative=False).code == "press"


def test_a_misspelt_flag_is_refused_instead_of_heard_as_nothing():
    with pytest.raises(HongqiaoError):
        grave(NATURES, "quality", ("leak",))


def test_every_flag_of_the_data_is_explained_and_used():
    data = read("crisis/grave")
    assert set(data["flags"]) == {f for n in data["natures"] for f in n["flags"]}
    assert {n["floor"] for n in data["natures"]} <= set(data["levels"])


def made(folder, rows):
    path = folder / "data" / "realTweets" / "one.csv"
    path.parent.mkdir(parents=True)
    path.write_text("timestamp,value\n" + "".join(f"{t},{v}\n" for t, v in rows), "utf-8")
    return path


def test_the_bench_writes_a_score_for_every_row_also_of_bad_ones(tmp_path, capsys):
    rows = [("2026-01-05 00:00:00", 1), ("2026-01-05 00:05:00", ""), ("yesterday", 3), ("2026-01-05 00:00:00", "x")]
    made(tmp_path, rows)
    assert main(["bench", "bursts", "--data", str(tmp_path), "--out", str(tmp_path / "out")]) == 0
    line = json.loads(capsys.readouterr().out)
    assert (line["bench"], line["rows"], line["files"], line["unread"]) == ("bursts", 4, 1, 3)
    with (tmp_path / "out" / "realTweets" / "one.csv").open(newline="") as file:
        told = list(csv.DictReader(file))
    assert [r["timestamp"] for r in told] == [t for t, _ in rows]
    assert all(0 <= float(r["anomaly_score"]) <= 1 for r in told)


def test_the_bench_names_the_column_that_is_missing(tmp_path, capsys):
    made(tmp_path, [])
    (tmp_path / "data" / "realTweets" / "one.csv").write_text("timestamp,count\n2026-01-05,1\n", "utf-8")
    assert main(["bench", "bursts", "--data", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert "value" in capsys.readouterr().err


@pytest.mark.shared
def test_brand_mentions_of_nab_keep_the_scores_that_are_stated_on_all_and_on_the_unseen_half(shared):
    series = [s for s in nab.load(shared / "data" / "nab") if s.name.startswith("realTweets")]
    said = {}
    for s in series:
        watcher = Watcher()
        said[s.name] = np.array(
            [watcher.step(minutes(t), v).score for t, v in zip(s.times, s.values.tolist(), strict=True)]
        )
    every = nab.score(series, said)
    assert every.scores["standard"] > 84
    assert every.per_week < 0.5
    unseen = [s for s in series if s.name not in nab.looked_at(series)]
    assert nab.score(unseen, said).scores["standard"] > 70


def test_the_scorer_gives_100_for_the_first_row_of_every_window_and_0_for_silence():
    times = [datetime(2026, 1, 5 + i // 1440, (i // 60) % 24, i % 60) for i in range(4000)]
    s = nab.Series("x/one.csv", times, np.zeros(4000), [(1000, 1199), (3000, 3199)])
    perfect, silent = np.zeros(4000), np.zeros(4000)
    perfect[[1000, 3000]] = 1
    for profile in nab.PROFILES:
        assert nab.score([s], {s.name: perfect}).scores[profile] == pytest.approx(100, abs=1e-9)
        assert nab.score([s], {s.name: silent}).scores[profile] == 0
    perfect[2000] = 1
    assert nab.score([s], {s.name: perfect}).scores["standard"] == pytest.approx(100 - 100 * 0.11 / 4, abs=0.01)
