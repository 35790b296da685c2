"""What `bench bursts` claims: NAB by halves, quiet weeks, waves of complaints, real threads. Prints JSON lines.

Settings were chosen on the half of the files that `nab.looked_at` names, and on made brands with seeds below 100; seeds
from 1000 on are reported. Waves, quiet weeks and posts are made up (bench/worlds/mentions.py); threads are real reposts
laid over a made brand.
"""

import csv
import hashlib
import itertools
import json
import os
import sys
import time
from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from bench import nab  # noqa: E402
from bench.worlds import mentions  # noqa: E402
from hongqiao.methods.bursts import BurstSettings, ShareWatcher, Watcher, minutes  # noqa: E402

SHARED = Path(os.environ.get("HONGQIAO_SHARED", ROOT.parent / "shared")) / "data"
RISES = replace(BurstSettings(), falls=False)
DAY = mentions.ROWS


def told(s, settings=None):
    """Return our score of each row."""
    watcher = Watcher(settings)
    return np.array([watcher.step(minutes(t), v).score for t, v in zip(s.times, s.values.tolist(), strict=True)])


def gaussian(s, rows=6400, step=100):
    """NAB's windowed Gaussian: how far a row stands in the normal of the last rows, both tails alike."""
    out, v = np.zeros(len(s.values)), s.values
    mean, sd = v[:rows].mean(), v[:rows].std()
    for i in range(len(v)):
        if i % step == 0 and i > step:
            past = v[max(0, i - rows) : i]
            mean, sd = past.mean(), past.std()
        z = abs(v[i] - mean) / max(sd, 1e-6)
        out[i] = 1 - 2 ** (-(z**2) / 4)
    return out


def river(s):
    """Half-space trees of river, where it is installed; the value alone, scaled by its range so far."""
    from river import anomaly, compose, preprocessing

    model = compose.Pipeline(preprocessing.MinMaxScaler(), anomaly.HalfSpaceTrees(seed=1, window_size=250, n_trees=25))
    out = np.zeros(len(s.values))
    for i, v in enumerate(s.values.tolist()):
        out[i] = model.score_one({"v": v})
        model.learn_one({"v": v})
    return out


def numenta():
    series = nab.load(SHARED / "nab")
    seen = nab.looked_at(series)
    detectors = {"hongqiao": told, "windowed gaussian": gaussian}
    try:
        import river as _  # noqa: F401

        detectors["river half-space trees"] = river
    except ImportError:
        pass
    for name, detector in detectors.items():
        began = time.process_time()
        said = {s.name: detector(s) for s in series}
        each = (time.process_time() - began) / sum(len(s.values) for s in series) * 1e6
        for subset in ("realTweets", ""):
            mine = [s for s in series if s.name.startswith(subset)]
            halves = {
                "looked at": [s for s in mine if s.name in seen],
                "unseen": [s for s in mine if s.name not in seen],
            }
            about = {"nab": name, "files": subset or "all", "us_a_row": round(each, 1)}
            best = nab.best_threshold(halves["looked at"], said)
            for half, some in (halves | {"all": mine}).items():
                own = [nab.score(some, said, nab.best_threshold(some, said, p)).scores[p] for p in nab.PROFILES]
                line = about | {"half": half} | nab.score(some, said).line()
                line["own_threshold"] = "/".join(f"{v:.2f}" for v in own)
                line["threshold_of_the_half_looked_at"] = nab.score(some, said, best).line()["scores"]
                print(json.dumps(line), flush=True)


def leave_one_out():
    """Choose settings on four of the five brand files, score the fifth at 0.5; beside it what any setting gives."""
    series = [s for s in nab.load(SHARED / "nab") if s.name.startswith("realTweets")]
    grid = itertools.product(
        ((5.0, 20.0, 80.0), (10.0, 60.0), (5.0, 30.0, 180.0)), (7, 10, 14, 20, 30), (0.5, 1.1, 2.0), (2.0, 3.0, 5.0)
    )
    weights = np.array([1 + fn for _, fn in nab.PROFILES.values()])
    points = []  # a setting: (5 files, 3 profiles), in windows
    for scales, half_life, ahead, floor in grid:
        settings = BurstSettings(scales=scales, half_life=half_life, ahead=ahead, floor=floor)
        found = [list(nab.score([s], {s.name: told(s, settings)}).scores.values()) for s in series]
        points.append(np.array(found) * weights * [[len(s.windows)] for s in series] / 100)
    points, windows = np.array(points), np.array([len(s.windows) for s in series])
    total = np.zeros(3)
    for left in range(len(series)):
        others = np.delete(points, left, axis=1).sum(axis=1) / weights
        total += points[others.mean(axis=1).argmax(), left]
    every = 100 * points.sum(axis=1) / (windows.sum() * weights)
    line = {"leave_one_out": _slashed(100 * total / (windows.sum() * weights)), "settings": len(points)}
    line |= {
        "median_setting": _slashed(np.median(every, axis=0)),
        "quarter": _slashed(np.quantile(every, 0.25, axis=0)),
    }
    print(json.dumps(line), flush=True)


def lead(talk, state=None):
    """Return per row whether negatives, or their share, alarmed; and the state to go on from."""
    if state:
        counts, shares = Watcher.of_json(state[0], RISES), ShareWatcher.of_json(state[1], RISES)
    else:
        counts, shares = Watcher(RISES), ShareWatcher(RISES)
    rows = zip(talk.minutes.tolist(), talk.negative.tolist(), talk.total.tolist(), strict=True)
    found = [(counts.step(at, bad).alarm, shares.step(at, bad, n).alarm) for at, bad, n in rows]
    return np.array(found), (counts.to_json(), shares.to_json())


def hourly(talk, before):
    """A fixed rule beside: the last hour's negatives are twice the usual hour's of the days before, and 20 at least."""
    usual = max(before.negative.mean() * 12, 5.0)
    sums = np.convolve(talk.negative, np.ones(12))[: len(talk.negative)]
    return sums >= max(2 * usual, 20.0)


def cut(talk, first, last):
    return mentions.Talk(talk.minutes[first:last], talk.total[first:last], talk.negative[first:last])


def quiet(seeds=range(1000, 1012), days=70):
    for posts in (0.0, 2.0):
        for per_hour in (0.2, 1, 5, 20, 100):
            early, late, fixed = np.zeros(2), np.zeros(2), 0
            for seed in seeds:
                talk = mentions.talk(seed, days=days, per_hour=per_hour, posts_a_week=posts)
                found, _ = lead(talk)
                early, late = early + found[: 14 * DAY].sum(0), late + found[14 * DAY :].sum(0)
                over = hourly(cut(talk, 14 * DAY, None), cut(talk, 0, 14 * DAY))
                fixed += int(np.sum(np.diff(np.nonzero(over)[0], prepend=-999) > 144)) if over.any() else 0
            weeks = len(seeds) * (days - 14) / 7
            line = {"quiet": "with posts" if posts else "without", "mentions_an_hour": per_hour, "weeks": weeks}
            line |= {"false_a_week": _two(late / weeks), "in_the_first_two_weeks": _two(early / len(seeds) / 2)}
            print(json.dumps(line | {"hourly_rule": round(fixed / weeks, 2)}), flush=True)


def waves(seeds=range(1000, 1030), rises=(1.0, 4.0)):
    for per_hour in (2, 20, 100):
        bases = [mentions.talk(s, days=31, per_hour=per_hour, posts_a_week=1.0) for s in seeds]
        states = [lead(cut(b, 0, 28 * DAY))[1] for b in bases]
        for rise in rises:
            for peak in (10, 30, 100, 300, 1000):
                took, heard, fixed = [], [], []
                for seed, base, state in zip(seeds, bases, states, strict=True):
                    at = (seed * 61) % DAY
                    more = mentions.wave(seed, 3 * DAY, at, peak, rise)
                    talk = mentions.added(cut(base, 28 * DAY, None), more)
                    found, _ = lead(talk, state)
                    rows = np.nonzero(found.any(axis=1)[at : at + DAY])[0]
                    took.append(5 * (rows[0] + 1) if len(rows) else np.inf)
                    heard.append(more[: at + rows[0] + 1].sum() if len(rows) else np.nan)
                    over = np.nonzero(hourly(talk, cut(base, 0, 28 * DAY))[at : at + DAY])[0]
                    fixed.append(5 * (over[0] + 1) if len(over) else np.inf)
                line = {"wave_peak_an_hour": peak, "rise_hours": rise, "usual_an_hour": per_hour}
                line |= {
                    "found": _share(took),
                    "minutes_p50_p90": _quantiles(took),
                    "of_the_wave_heard": _middle(heard),
                }
                line |= {"hourly_rule_found": _share(fixed), "hourly_rule_p50_p90": _quantiles(fixed)}
                print(json.dumps(line), flush=True)


def threads():
    folder = SHARED / "opinion" / "ced_threads"
    posted = {}
    with (folder / "originals.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            posted[row["id"]] = _local(row["time"])
    after = defaultdict(list)
    with (folder / "reposts.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            at = _local(row["date"], posted[row["orig_id"]].year)
            after[row["orig_id"]].append((at - posted[row["orig_id"]]).total_seconds() / 60)
    for per_hour in (2, 20, 100):
        base = mentions.talk(1000, days=38, per_hour=per_hour, posts_a_week=1.0)
        state = lead(cut(base, 0, 28 * DAY))[1]
        for half in (0, 1):
            took, heard, fixed = [], [], []
            for name, passed in sorted(after.items()):
                if hashlib.sha256(name.encode()).digest()[0] % 2 != half:
                    continue
                start = posted[name].weekday() * DAY + (posted[name].hour * 60 + posted[name].minute) // 5
                # the first post may lie within its row: minutes are counted from it
                within = posted[name].minute % 5 + posted[name].second / 60
                rows = start + ((np.array([p for p in passed if 0 <= p < 2 * 1440]) + within) // 5).astype(int)
                more = np.bincount(rows, minlength=10 * DAY)[: 10 * DAY]
                if more.sum() < 30:
                    continue
                talk = mentions.added(cut(base, 28 * DAY, None), more)
                found, _ = lead(cut(talk, 0, start + 2 * DAY), state)
                hits = np.nonzero(found.any(axis=1)[start:])[0]
                took.append(5 * (hits[0] + 1) if len(hits) else np.inf)
                heard.append(more[: start + hits[0] + 1].sum() if len(hits) else np.nan)
                over = np.nonzero(hourly(talk, cut(base, 0, 28 * DAY))[start : start + 2 * DAY])[0]
                fixed.append(5 * (over[0] + 1) if len(over) else np.inf)
            line = {"threads": len(took), "half": ("looked at", "unseen")[half], "usual_an_hour": per_hour}
            line |= {"found": _share(took), "minutes_p50_p90": _quantiles(took), "reposts_heard": _middle(heard)}
            line |= {"hourly_rule_found": _share(fixed), "hourly_rule_p50_p90": _quantiles(fixed)}
            print(json.dumps(line), flush=True)


def _local(text, year=1970):
    """Return the wall clock in China of a time as these files write it: in seconds, long, or without a year."""
    if text.isdigit():
        return datetime(1970, 1, 1) + timedelta(seconds=int(text), hours=8)
    if "月" in text:
        return datetime.strptime(f"{year}年{text}", "%Y年%m月%d日 %H:%M")
    return datetime.fromisoformat(text) if text[:2] == "20" else datetime.strptime(text, "%a %b %d %H:%M:%S +0800 %Y")


def _slashed(values):
    return "/".join(f"{v:.2f}" for v in values)


def _two(values):
    return {"negatives": round(float(values[0]), 3), "share": round(float(values[1]), 3)}


def _share(took):
    return round(float(np.mean(np.isfinite(took))), 3)


def _quantiles(took):
    at = sorted(took)
    return [None if np.isinf(v) else int(v) for v in (at[len(at) // 2], at[int(len(at) * 0.9)])]


def _middle(values):
    return None if np.all(np.isnan(values)) else float(np.nanmedian(values))


def main():
    parts = {"numenta": numenta, "leave_one_out": leave_one_out, "threads": threads, "quiet": quiet, "waves": waves}
    for name in sys.argv[1:] or parts:
        if name in ("quiet", "waves") or SHARED.is_dir():
            parts[name]()


if __name__ == "__main__":
    main()
