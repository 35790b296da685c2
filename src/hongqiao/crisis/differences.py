"""What a brand changed of a list that ships, kept row by row: what it did not touch follows the shipped list.

A difference is {"changed": {code: {field: value}}, "removed": [code], "added": [row], "order": [code]}; each part is
left out where it is empty. Every row of such a list has a `code`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]


def applied(shipped: Sequence[Row], own: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Return the list in force. A row that ships since the brand set its order stands at the end."""
    if not own:
        return [dict(r) for r in shipped]
    changed, gone = own.get("changed") or {}, set(own.get("removed") or ())
    found = [dict(r) | dict(changed.get(r["code"]) or {}) for r in shipped if r["code"] not in gone]
    found += [dict(r) for r in own.get("added") or ()]
    places = {code: n for n, code in enumerate(own.get("order") or ())}
    return sorted(found, key=lambda r: places.get(r["code"], len(places))) if places else found


def of(shipped: Sequence[Row], wanted: Sequence[Row]) -> dict[str, Any]:
    """Return how `wanted` differs from the shipped list, {} where it does not: `applied` makes it again."""
    known, kept = {r["code"]: r for r in shipped}, {r["code"] for r in wanted}
    changed = {}
    for row in wanted:
        if row["code"] in known:
            before = known[row["code"]]
            if own := {k: v for k, v in row.items() if (v != before[k] if k in before else v)}:
                changed[row["code"]] = own
    found: dict[str, Any] = {
        "changed": changed,
        "removed": [c for c in known if c not in kept],
        "added": [dict(r) for r in wanted if r["code"] not in known],
    }
    natural = [c for c in known if c in kept] + [r["code"] for r in found["added"]]
    order = [r["code"] for r in wanted]
    found["order"] = order if order != natural else []
    return {k: v for k, v in found.items() if v}


def merged(shipped: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Return shipped values with a brand's own, key by key, also inside of groups; what does not ship is left out."""
    found = dict(shipped)
    for name, value in own.items():
        if name in found:
            inner = isinstance(found[name], dict) and isinstance(value, Mapping)
            found[name] = merged(found[name], value) if inner else value
    return found
