"""How an action will be measured, fixed when it is made: checked, filled up with what is usual, and its days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.crypto import get_random_string

from hongqiao.errors import N_, Invalid
from hongqiao.ledger.measuring import ways
from hongqiao.ledger.measuring.settings import numbers
from hongqiao.metrics import METRICS
from hongqiao.metrics.dimensions import TIME
from hongqiao.metrics.result import jsonable

METHODS = {
    "holdout": N_("随机对照组"),
    "ab": N_("A/B 实验"),
    "controls": N_("前后对比＋对照维度"),
    "before_after": N_("前后对比（无对照）"),
    "by_hand": N_("人工登记"),
}
#: What compares two arms, so that one may look before its day, at a price.
EXPERIMENTS = ("ab", "holdout")
#: The unit of a metric's figures, as `ui.formats` knows it, by its format in the dictionary.
UNITS = {"int": "count", "money": "money", "rate": "percent", "number": "number"}
#: What is counted of persons in a hold-out: code → words.
PERSON_METRICS = {"purchase": N_("购买的人占比"), "amount": N_("人均购买金额"), "active": N_("活跃的人占比")}
REASONS = {
    "no_controls": N_("没有可用的对照：没有别的平台、账号或渠道可比，或都被动过"),
    "too_short": N_("开始前的数据太短，看不出平时的样子"),
    "poor_fit": N_("平时就估不准：拿开始前的日子试算，误差太大"),
    "pre_trend": N_("开始前就已经和对照走得不一样"),
    "overlap": N_("同一段时间对同一目标还有别的动作，分不清是谁的作用"),
    "too_small": N_("样本太少：作品或人数不够"),
    "missing_days": N_("缺数据的日子太多"),
    "interval_spans_zero": N_("区间跨零：可能有用也可能没用，数据还分不出来"),
    "definition_changed": N_("平台在这期间改过口径，前后不能比"),
    "by_hand": N_("人工登记，没有计算"),
    "not_randomised": N_("参加的人是自己选的，不是随机分组：差别里有多少来自活动，说不清"),
    "not_random": N_("两版不是随机分给人看的，或分得不匀：是对照，不是试验"),
}


class BadPlan(Invalid):
    code = "bad_measure"
    message = N_("怎么判断没有写对：%(what)s = %(value)s")
    next_step = N_("请重新选择指标、范围和天数")


def label(method: str) -> str:
    """Return the msgid of a way of measuring; one that nobody knows any more is its code."""
    way = ways.of(method) if method not in METHODS else None
    return way.label if way else METHODS.get(method, method)


def _bad(what: str, value: Any) -> BadPlan:
    return BadPlan(what=what, value=str(value)[:60])


def checked(given: Mapping[str, Any], target: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return a whole plan: {"method", "metric", "where", "want", "days", …}. Raises BadPlan.

    What is not said is taken from the target (its metric and slice) and from measuring.json.
    """
    if not isinstance(given, Mapping):
        raise _bad("measure", given)
    target = target or {}
    metric = str(given.get("metric") or target.get("metric") or "")
    method = str(given.get("method") or ("controls" if metric in METRICS else "by_hand"))
    if method not in METHODS and ways.of(method) is None:
        raise _bad("method", method)
    if method == "by_hand" or method not in METHODS:
        return {"method": method} | ({"metric": metric} if metric in METRICS else {})
    if metric not in (PERSON_METRICS if method == "holdout" else METRICS):
        raise _bad("metric", metric)
    plan: dict[str, Any] = {
        "method": method,
        "metric": metric,
        "want": _want(given, metric),
        "days": whole(given.get("days") or numbers()["days"], "days", numbers()["days_min"], numbers()["days_max"]),
    }
    if method == "holdout":
        return plan | _holdout(given)
    plan["where"] = where(given.get("where") if given.get("where") is not None else target.get("where") or {}, metric)
    plan["before"] = whole(given.get("before") or numbers()["before_days"], "before", numbers()["before_min"], 730)
    if method == "ab":
        return plan | _arms(given, metric)
    if given.get("controls"):
        slices = given["controls"]
        if not isinstance(slices, list | tuple) or len(slices) > numbers()["controls_asked"]:
            raise _bad("controls", slices)
        plan["controls"] = [where(one, metric) for one in slices]
    if "content" in plan["where"] and not METRICS[metric].dimensions.count("content"):
        raise _bad("where", "content")
    return plan


def _want(given: Mapping[str, Any], metric: str) -> str:
    usual = METRICS[metric].better if metric in METRICS else "up"
    want = str(given.get("want") or usual or "up")
    if want not in ("up", "down"):
        raise _bad("want", want)
    return want


def whole(value: Any, name: str, low: int, high: int) -> int:
    """Return a whole number within its bounds. Raises BadPlan."""
    try:
        number = int(str(value))
    except ValueError:
        raise _bad(name, value) from None
    if not low <= number <= high:
        raise _bad(name, value)
    return number


def where(given: Any, metric: str) -> dict[str, Any]:
    """Return a slice that the metric can be cut by: dimension → value, list of values, or None. Raises BadPlan."""
    if not isinstance(given, Mapping):
        raise _bad("where", given)
    found: dict[str, Any] = {}
    for dimension, value in given.items():
        if dimension in TIME or dimension not in METRICS[metric].dimensions:
            raise _bad("where", dimension)
        values = value if isinstance(value, list | tuple) else [value]
        if not values or len(values) > 200 or not all(v is None or isinstance(v, str) for v in values):
            raise _bad(dimension, value)
        if any("\x00" in (v or "") for v in values):
            raise _bad(dimension, "\\0")
        found[str(dimension)] = list(values) if isinstance(value, list | tuple) else value
    return found


def _arms(given: Mapping[str, Any], metric: str) -> dict[str, Any]:
    if "content" not in METRICS[metric].dimensions:
        raise _bad("metric", metric)
    arms = given.get("arms") or {"a": [], "b": []}
    if not isinstance(arms, Mapping) or set(arms) != {"a", "b"}:
        raise _bad("arms", arms)
    kept = {}
    for name in ("a", "b"):
        pieces = arms[name]
        if not isinstance(pieces, list | tuple) or len(pieces) > 500 or not all(isinstance(p, str) for p in pieces):
            raise _bad("arms", name)
        kept[name] = list(dict.fromkeys(pieces))
    if set(kept["a"]) & set(kept["b"]):
        raise _bad("arms", sorted(set(kept["a"]) & set(kept["b"]))[0])
    return {"arms": kept}


def _holdout(given: Mapping[str, Any]) -> dict[str, Any]:
    low, high = numbers()["holdout_share_min"], numbers()["holdout_share_max"]
    try:
        share = float(given.get("share") or numbers()["holdout_share"])
    except (TypeError, ValueError):
        raise _bad("share", given.get("share")) from None
    if not low <= share <= high:
        raise _bad("share", share)
    people = given.get("people") or {}
    if not isinstance(people, Mapping) or not all(isinstance(v, str | int) for v in people.values()):
        raise _bad("people", people)
    kept: dict[str, Any] = {"days": whole(people.get("days") or numbers()["people_days"], "people", 1, 3650)}
    if people.get("event"):
        kept["event"] = str(people["event"])[:40]
    plan = {"share": share, "people": kept, "seed": str(given.get("seed") or get_random_string(16))[:32]}
    return plan | ({"entering": True} if given.get("entering") else {})


def expected(given: Any) -> dict[str, Any] | None:
    """Return an expected effect: {"metric", "low", "mid", "high", "unit", "reason", "params"}. Raises BadPlan."""
    if not given:
        return None
    if not isinstance(given, Mapping):
        raise _bad("expected", given)
    found: dict[str, Any] = {}
    for name in ("low", "mid", "high"):
        if given.get(name) not in (None, ""):
            try:
                found[name] = float(given[name])
            except (TypeError, ValueError):
                raise _bad(name, given[name]) from None
            if found[name] - found[name] != 0:  # not a number, or endless
                raise _bad(name, given[name])
    if not found:
        return None
    for name in ("metric", "unit", "reason", "rule"):
        if given.get(name):
            found[name] = str(given[name])[:64]
    return found | {"params": jsonable(given.get("params") or {})}


def measure_day(plan: Mapping[str, Any], start: date) -> date:
    """Return the day on which an action begun on `start` is measured: its window, then the days that files lag."""
    if plan.get("method") == "by_hand" or plan.get("method") not in METHODS:
        return start
    return window(plan, start)[1] + timedelta(days=1 + numbers()["lag_days"])


def window(plan: Mapping[str, Any], start: date) -> tuple[date, date]:
    """Return the first and the last day of what is counted as after.

    Where people come in one by one (`entering`) each is watched `days`, and the first half of the window is for coming.
    """
    length = int(plan.get("days") or 1) * (2 if plan.get("entering") else 1)
    return start, start + timedelta(days=length - 1)


def values(given: Any) -> Sequence[Any]:
    return given if isinstance(given, list | tuple) else [given]
