"""Another system's payload as ours: `options["map"]` says by simple paths where its rows and fields are.

{"rows": "data.list", "outer": "id", "text": "detail.content", "posted_at": "pubTime", "gone": "deleted",
 "constants": {"channel": "微博"}}

A path is names and numbers with dots; "rows" may be left out where the payload is the list, or one mention alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hongqiao.crisis.intake.arriving import COUNTS
from hongqiao.crisis.intake.checking import TEXTS
from hongqiao.crisis.intake.errors import BadSource, NotMapped

FIELDS = (*TEXTS, "posted_at", "gone", *COUNTS)


def checked(given: Any) -> dict[str, Any]:
    """Return a map as it is kept. Raises BadSource for a field that there is none of, or a path that is no text."""
    if not given:
        return {}
    if not isinstance(given, Mapping):
        raise BadSource(field="map", value=str(given)[:40])
    constants = given.get("constants") or {}
    for name, path in given.items():
        fine = isinstance(path, str) and len(path) <= 200 and name in ("rows", *FIELDS)
        if not fine and name != "constants":
            raise BadSource(field="map", value=str(name)[:40])
    if not isinstance(constants, Mapping) or set(constants) - set(FIELDS):
        raise BadSource(field="map", value="constants")
    return {**{k: v for k, v in given.items() if k != "constants"}, "constants": dict(constants)}


def rows_of(payload: Any, how: Mapping[str, Any]) -> list[Any]:
    """Return the mentions of a payload as a call of ours would send them. Raises NotMapped where there are none."""
    path = str(how.get("rows", ""))
    found = at(payload, path) if path else _usual(payload)
    if isinstance(found, Mapping):
        found = [found]
    if not isinstance(found, list):
        raise NotMapped(where=path or "mentions")
    paths = {k: v for k, v in how.items() if k in FIELDS}
    if not paths and not how.get("constants"):
        return found
    return [_row(one, paths, how.get("constants") or {}) for one in found]


def _usual(payload: Any) -> Any:
    """Return the rows of a payload of our own form: {"mentions": […]}, a list, or one mention."""
    if isinstance(payload, Mapping) and isinstance(payload.get("mentions"), list):
        return payload["mentions"]
    return payload


def _row(one: Any, paths: Mapping[str, str], constants: Mapping[str, Any]) -> Any:
    if not isinstance(one, Mapping):
        return one
    plain = {k: v for k, v in one.items() if k in FIELDS} if not paths else {}
    taken = {name: value for name, path in paths.items() if (value := at(one, path)) is not None}
    return {**constants, **plain, **taken}


def at(payload: Any, path: str) -> Any:
    """Return what stands at a path, None where nothing does."""
    found = payload
    for step in filter(None, path.split(".")):
        if isinstance(found, Mapping):
            found = found.get(step)
        elif isinstance(found, list) and step.isdigit() and int(step) < len(found):
            found = found[int(step)]
        else:
            return None
    return found
