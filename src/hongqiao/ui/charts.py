"""What a chart is told, and the table that says the same to those who do not see it.

The payload (a dict, sent to `ui/static/ui/charts.js` as JSON):

- `type`: "line", "bar", "stacked" (stacked bars), "hbar" (bars lying down), "funnel"
- `x`: the labels, days as "2025-11-22"
- `series`: `[{name, values, partial, dashed, room, unit, links}]`; `values` has None where there is no figure;
  `partial`: indexes of figures that are not final; `dashed`: a comparison; `room`: colour by a room's code, "plain" for
  what is only compared with;
  `links`: addresses of this series' points, which go before the chart's own
- `unit`: a unit of `formats.figure`; `percent`: the same as unit "percent"
- `few` of a series: index → "1/1", a ratio whose base is too small to be read as one
- `quiet`: indexes without a figure where none is missing: a day without a post, without an order to divide by
- `missing`: indexes whose figures are missing for some account although a total could be drawn
- `annotations`: `[{x: index, label}]`, upright lines
- `links`: an address for each x; a click goes there
- `top`: where the axis of the figures ends, for shares that cannot be more; else the drawing chooses
- `least`: a bar is drawn for a figure of zero too, as a thin one
- `size`: "s", "m", "l"
"""

from collections.abc import Mapping
from typing import Any

from hongqiao.ui import formats

TYPES = ("line", "bar", "stacked", "hbar", "funnel")


def checked(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The payload made whole. Raises ValueError where it cannot be drawn: a programmer's slip."""
    if payload.get("type") not in TYPES:
        raise ValueError(f"chart type {payload.get('type')!r} is none of {TYPES}")
    x = [str(v) for v in payload["x"]]
    unit = "percent" if payload.get("percent") else payload.get("unit", "")
    series = []
    for one in payload["series"]:
        values = [None if formats.missing(v) else float(v) for v in one["values"]]
        if len(values) != len(x):
            raise ValueError(f"series {one['name']!r} has {len(values)} values for {len(x)} labels")
        series.append(
            {
                **one,
                "values": values,
                "partial": sorted(one.get("partial", [])),
                "few": dict(one.get("few", {})),
                "unit": one.get("unit", unit),
            }
        )
    quiet = set(payload.get("quiet", []))
    own = {i for i in range(len(x)) if series and all(s["values"][i] is None for s in series)}
    return {
        "type": payload["type"],
        "x": x,
        "unit": unit,
        "series": series,
        "missing": sorted((own - quiet) | set(payload.get("missing", []))),
        "quiet": sorted(quiet),
        "annotations": list(payload.get("annotations", [])),
        "links": list(payload.get("links", [])),
        "top": payload.get("top"),
        "least": bool(payload.get("least")),
        "size": payload.get("size", "m"),
    }


def as_table(chart: Mapping[str, Any]) -> dict[str, Any]:
    """Heads and rows of the table: `{heads, rows: [{label, url, cells: [{text, missing, partial, few}]}]}`."""
    rows = []
    for i, label in enumerate(chart["x"]):
        cells = [
            {
                "text": formats.figure(s["values"][i], s["unit"]),
                "missing": s["values"][i] is None and i not in chart["quiet"],
                "partial": i in s["partial"],
                "few": s["few"].get(str(i), ""),
            }
            for s in chart["series"]
        ]
        url = chart["links"][i] if i < len(chart["links"]) else ""
        rows.append({"label": label, "url": url or "", "cells": cells})
    return {"heads": [s["name"] for s in chart["series"]], "rows": rows}
