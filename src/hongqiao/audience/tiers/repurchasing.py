"""Who will buy again, how often and for how much: fitted once a judgement, held against days it has not seen. U1."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from hongqiao.audience.tiers import facts
from hongqiao.knowledge import audiences, read
from hongqiao.methods.lifetime import Purchases, Refused, bgnbd, calibration, choosing, expected, spend
from hongqiao.methods.lifetime.purchases import WEEK
from hongqiao.workspace.models import Brand

EPOCH = date(1970, 1, 1)


def shown() -> dict[str, int]:
    """Return the horizons of the screens: weeks ahead, weeks held out, days of "buys again"."""
    return {name: int(read("audience/lifetime")[name]) for name in ("weeks", "held_weeks", "days")}


def purchases(handle: Any, brand: Brand, day: date, keys: list[str] | None = None) -> Purchases:
    """Return the purchase days of identified persons up to the end of a day, refunds taken off."""
    rows = facts.told(handle, audiences.tier_words())
    rows = rows.filter((rows.day <= day) & rows.kind.isin(["order", "refund"]))
    if keys is not None:
        rows = rows.filter(rows.person.isin(keys))
    money = (rows.kind == "refund").ifelse(-rows.amount.abs(), rows.amount)
    found = handle.fetch(rows.select("person", "day", amount=money))
    days = found["day"].combine_chunks().cast("int32").to_numpy(zero_copy_only=False)
    persons = np.asarray(found["person"].to_pylist(), dtype=object).astype(str)
    return Purchases.of(persons, days.astype(np.int64), found["amount"].to_numpy())


def told(handle: Any, brand: Brand, day: date) -> dict[str, Any]:
    """Return what the page shows, as plain values; {"refused": code, "params": …} where too little is known."""
    bought, until, span = purchases(handle, brand, day), (day - EPOCH).days, shown()
    now = bought.histories(until)
    model = bgnbd.fit(now.x, now.t_x, now.T, limits=audiences.lifetime_limits()) if len(now) else Refused("nobody")
    if isinstance(model, Refused):
        return model.to_json() | {"buyers": len(now)}
    there = expected.alive(model, now.x, now.t_x, now.T)
    coming = expected.purchases(model, now.x, now.t_x, now.T, span["weeks"])
    worth = spend.fit(now.x, now.money, limits=audiences.lifetime_limits())
    answer: dict[str, Any] = {
        "parameters": model.parameters, "log_likelihood": model.log_likelihood, "errors": model.errors,
        "buyers": len(now), "again": model.repeat_buyers, "alive": round(float(there.sum()), 1),
        "expected": round(float(coming.sum()), 1), "weeks": span["weeks"], "until": until,
        "spread": np.histogram(there, bins=10, range=(0, 1))[0].tolist(), "held": _held_out(bought, until, span),
    }  # fmt: skip
    if isinstance(worth, Refused):
        answer["value"] = worth.to_json()
    else:
        each = spend.worth(worth, now.x, now.money)
        names = ("p", "q", "v", "mean", "doubtful", "correlation")
        answer["value"] = {name: getattr(worth, name) for name in names}
        answer["value"]["expected"] = round(float((coming * each).sum()), 2)
    choice = choosing.choose(bought, until, span["days"], limits=audiences.lifetime_limits())
    answer["choice"] = choice.to_json()
    return answer


def _held_out(bought: Purchases, until: int, span: dict[str, int]) -> dict[str, Any] | None:
    """Return what the model, fitted on the days before, said of the last weeks, against what happened."""
    start = until - span["held_weeks"] * 7
    then = bought.histories(start)
    model = bgnbd.fit(then.x, then.t_x, then.T, limits=audiences.lifetime_limits()) if len(then) else Refused("nobody")
    if isinstance(model, Refused):
        return None
    said = expected.purchases(model, then.x, then.t_x, then.T, span["held_weeks"])
    happened = bought.bought(start, until)[then.person]
    return calibration.told(then.x, said, happened).to_json() | {"weeks": span["held_weeks"]}


def of_person(handle: Any, brand: Brand, key: str, summary: dict[str, Any], day: date) -> dict[str, float] | None:
    """Return one person's chance to be still a customer and what to expect of them; None where nothing can be said."""
    held = summary.get("repurchase") or {}
    if "parameters" not in held:
        return None
    now = purchases(handle, brand, day, [key]).histories((day - EPOCH).days)
    if not len(now):
        return None
    model = bgnbd.Model(**held["parameters"], errors={}, log_likelihood=0.0, n=0, repeat_buyers=0)
    there = float(expected.alive(model, now.x, now.t_x, now.T)[0])
    coming = float(expected.purchases(model, now.x, now.t_x, now.T, held["weeks"])[0])
    answer = {"alive": there, "expected": coming, "weeks": held["weeks"], "age": float(now.T[0] * WEEK)}
    value = held.get("value") or {}
    if "p" in value:
        known = spend.Spend(value["p"], value["q"], value["v"], 0.0, 0, value["correlation"], value["doubtful"])
        answer["value"] = coming * float(spend.worth(known, now.x, now.money)[0])
    return answer
