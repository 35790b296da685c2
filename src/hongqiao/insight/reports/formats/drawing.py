"""Charts as SVG, drawn here once for PDF, picture and page file. A missing value is a gap, never a point at zero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from hongqiao.ui import formats

WIDTH, HEIGHT, NARROW = 640.0, 190.0, 330.0
LEFT, RIGHT, TOP, BOTTOM = 58.0, 10.0, 12.0, 26.0
COLOURS = {"data": "#3a9a5b", "users": "#db8125", "channels": "#b08a12", "content": "#d9594c", "crisis": "#3f74d1"}
INK, MUTED, LINE = "#1d2129", "#63686f", "#ebe9e4"
Values = Sequence[float | None]


def svg(chart: Mapping[str, Any], font: str = "sans-serif", width: float = WIDTH) -> str:
    """Return a chart block (written form) as an SVG of `width` × 190 units."""
    known = [v for s in chart["series"] for v in s["values"] if v is not None]
    top = _nice(max(known, default=1.0))
    marks = [_grid(top, chart["unit"], width), _days(chart["x"], width)]
    for series in chart["series"]:
        colour = COLOURS.get(series["room"], COLOURS["data"])
        draw = _bars if chart["type"] == "bar" else _line
        marks.append(draw(series["values"], top, colour, width))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {HEIGHT:g}" font-family="{escape(font)}">'
    return head + "".join(marks) + "</svg>"


def _nice(top: float) -> float:
    """Return the next of 1, 2, 2.5, 5 × 10ⁿ at or above `top`."""
    if top <= 0:
        return 1.0
    size = 10.0 ** (len(str(int(top))) - 1 if top >= 1 else -len(f"{top:.12f}".split(".")[1].rstrip("0")))
    return next(s * size for s in (1, 2, 2.5, 5, 10, 20, 25, 50, 100) if s * size >= top)


def _x(n: int, count: int, width: float) -> float:
    return LEFT + (width - LEFT - RIGHT) * (n + 0.5) / max(count, 1)


def _y(value: float, top: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * max(value, 0.0) / top


def _grid(top: float, unit: str, width: float) -> str:
    parts = []
    for share in (0.0, 0.5, 1.0):
        y = _y(top * share, top)
        parts.append(f'<path d="M{LEFT:g} {y:.1f}H{width - RIGHT:g}" stroke="{LINE}" stroke-width="1"/>')
        label = escape(formats.figure(top * share, unit))
        at = f'x="{LEFT - 8:g}" y="{y + 4:.1f}" text-anchor="end"'
        parts.append(f'<text {at} font-size="11" fill="{MUTED}">{label}</text>')
    return "".join(parts)


def _days(labels: Sequence[str], width: float) -> str:
    """Return some labels below: days as month and day."""
    step = max(1, -(-len(labels) // (10 if width > NARROW else 6)))
    parts = []
    for n in range(0, len(labels), step):
        text = labels[n][5:] if len(labels[n]) == 10 else labels[n]
        x = _x(n, len(labels), width)
        at = f'x="{x:.1f}" y="{HEIGHT - 7:g}" text-anchor="middle"'
        parts.append(f'<text {at} font-size="11" fill="{MUTED}">{escape(text)}</text>')
    return "".join(parts)


def _line(values: Values, top: float, colour: str, width: float) -> str:
    runs: list[list[str]] = []
    fresh = True
    for n, value in enumerate(values):
        if value is None:
            fresh = True
            continue
        if fresh:
            runs.append([])
        fresh = False
        runs[-1].append(f"{_x(n, len(values), width):.1f} {_y(value, top):.1f}")
    style = f'fill="none" stroke="{colour}" stroke-width="2" stroke-linejoin="round" stroke-linecap="round"'
    lines = [f'<path d="M{"L".join(run)}" {style}/>' for run in runs if len(run) > 1]
    dots = [run[-1].split() for run in runs]
    return "".join([*lines, *(f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>' for x, y in dots)])


def _bars(values: Values, top: float, colour: str, width: float) -> str:
    wide = (width - LEFT - RIGHT) / max(len(values), 1) * 0.6
    parts = []
    for n, value in enumerate(values):
        if value is not None:
            x, y = _x(n, len(values), width) - wide / 2, _y(value, top)
            tall = HEIGHT - BOTTOM - y
            size = f'width="{wide:.1f}" height="{tall:.1f}"'
            parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" {size} rx="2" fill="{colour}"/>')
    return "".join(parts)
