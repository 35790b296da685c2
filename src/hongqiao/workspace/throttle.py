"""How often a thing may be tried: counts in the cache, by a window of time."""

import hashlib
import time

from django.core.cache import cache

from hongqiao.errors import N_, HongqiaoError


class TooOften(HongqiaoError):
    code, status = "too_often", 429
    message = N_("操作太频繁")
    next_step = N_("请过一会儿再试")


def check(action: str, key: str, *, amount: int, seconds: int) -> None:
    """Count one try. Raises TooOften past `amount` tries in the running window of `seconds`."""
    window = int(time.time() // seconds)
    name = "throttle:" + hashlib.sha256(f"{action}|{key}|{window}".encode()).hexdigest()
    if cache.add(name, 1, timeout=seconds * 2):
        return
    try:
        count = cache.incr(name)
    except ValueError:
        cache.set(name, 1, timeout=seconds * 2)
        return
    if count > amount:
        raise TooOften()
