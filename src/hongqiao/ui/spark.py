"""The small line under a figure, drawn on the server. A missing value is a gap, never a point at zero."""

from collections.abc import Collection, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from hongqiao.ui import formats

WIDTH, HEIGHT, PAD = 120.0, 34.0, 3.0
Point = tuple[float, float]


def runs(values: Sequence[float | None]) -> list[list[Point]]:
    """Split values into unbroken runs of points in the drawing's units. Equal values lie in the middle."""
    known = [float(v) for v in values if not formats.missing(v)]  # type: ignore[arg-type]
    if not known:
        return []
    low, high = min(known), max(known)
    step = WIDTH / max(len(values) - 1, 1)
    found: list[list[Point]] = []
    fresh = True
    for i, value in enumerate(values):
        if formats.missing(value):
            fresh = True
            continue
        share = (float(value) - low) / (high - low) if high > low else 0.5  # type: ignore[arg-type]
        point = (round(i * step, 1), round(HEIGHT - PAD - share * (HEIGHT - 2 * PAD), 1))
        found.append([point]) if fresh else found[-1].append(point)
        fresh = False
    return found


def path(points: Sequence[Point]) -> str:
    """The d of a path; a lone point is a stroke of no length, which round caps make a dot."""
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in (*points, *(points if len(points) == 1 else ())))


def sparkline(values: Sequence[float | None], partial: Collection[int] = (), room: str = "data") -> SafeString | str:
    """The SVG, described for screen readers; "" when there is nothing to draw. `partial`: indexes not final."""
    drawn = runs(values)
    if not drawn:
        return ""
    marks = [("dot" if len(r) == 1 else "", path(r)) for r in drawn]
    last = len(values) - 1
    if last in partial and not formats.missing(values[last]):
        end = drawn[-1][-1]
        marks += [("dot", path([end])), ("hole", path([end]))]
    gaps = sum(formats.missing(v) for v in values)
    label = _("近 %(n)d 期走势") % {"n": len(values)} + (_("，缺 %(n)d 期") % {"n": gaps} if gaps else "")
    body = format_html_join("", '<path class="{}" d="{}"/>', marks)
    return format_html(
        '<svg class="spark c-{}" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>',
        room,
        int(WIDTH),
        int(HEIGHT),
        label,
        body,
    )
