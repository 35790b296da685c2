"""Answers already given: one version of a brand's facts never answers a question in two ways.

Kept as pickled bytes of this process's own results, so that no caller changes what the next one gets; bounded by size.
"""

import json
import pickle  # noqa: S403 (only what this process pickled itself is read)
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from hongqiao.metrics.result import Query, Result, jsonable
from hongqiao.metrics.settings import data
from hongqiao.warehouse import config

_kept: OrderedDict[tuple, bytes] = OrderedDict()
_lock = threading.Lock()
_asking: dict[tuple, threading.Event] = {}  # questions that a thread is just answering


def _key(handle: Any, query: Query, stamps: tuple[Any, ...] = ()) -> tuple | None:
    """Return the key, None where the handle does not say whose facts and which version it reads."""
    brand = getattr(handle, "brand_id", None)
    if brand is None:
        return None
    return (
        str(config.data()),
        type(handle),
        brand,
        handle.version,
        json.dumps(jsonable(asdict(query)), sort_keys=True),
        stamps,
    )


def kept(handle: Any, query: Query, answer: Callable[[], Result], stamps: tuple[Any, ...] = ()) -> Result:
    """Return the kept answer to `query`, or ask for it and keep it.

    Who asks what another thread is just answering waits for that answer: a team that opens one page in the morning
    reads the facts once. Where that thread fails, or its answer is too large to be kept, the next one asks itself.
    `stamps`: what the brand's own definitions that are asked for say now.
    """
    key = _key(handle, query, stamps)
    if key is None:
        return answer()
    for last in (False, True):
        with _lock:
            found = _kept.get(key)
            if found is not None:
                _kept.move_to_end(key)
            under_way = _asking.get(key)
            if found is None and under_way is None:
                mine = _asking[key] = threading.Event()
                break
        if found is not None:
            return pickle.loads(found)  # noqa: S301
        if last or under_way is None or not under_way.wait(data("thresholds")["cache"]["wait_seconds"]):
            return answer()
    try:
        return _keep(key, answer())
    finally:
        with _lock:
            _asking.pop(key, None)
        mine.set()


def _keep(key: tuple, result: Result) -> Result:
    packed = pickle.dumps(result, protocol=pickle.HIGHEST_PROTOCOL)
    limits = data("thresholds")["cache"]
    if len(packed) <= limits["answer_bytes"]:
        with _lock:
            _kept[key] = packed
            while sum(map(len, _kept.values())) > limits["bytes"]:
                _kept.popitem(last=False)
    return result


def forget() -> None:
    """Drop everything that is kept."""
    with _lock:
        _kept.clear()
