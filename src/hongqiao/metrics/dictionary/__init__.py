"""The dictionary: every metric once, by family. Words after facts of the trade; names are the platforms' own
column headers.
"""

from hongqiao.errors import N_
from hongqiao.metrics.dictionary import channel, content, conversion, live, market, placements, users
from hongqiao.metrics.model import Family, Metric

#: code → Metric, in the order a person reads them.
METRICS: dict[str, Metric] = {
    m.code: m
    for m in (
        *content.METRICS,
        *users.METRICS,
        *conversion.METRICS,
        *live.METRICS,
        *channel.METRICS,
        *placements.METRICS,
        *market.METRICS,
    )
}


def _codes(family: str) -> tuple[str, ...]:
    return tuple(m.code for m in METRICS.values() if m.family == family)


FAMILIES: dict[str, Family] = {
    f.code: f
    for f in (
        Family("content", N_("内容"), _codes("content")),
        Family("users", N_("用户增长"), _codes("users")),
        Family("conversion", N_("转化"), _codes("conversion")),
        Family(
            "channel",
            N_("渠道"),
            _codes("channel"),
            also=(
                ("orders", "traffic"),
                ("gmv", "traffic"),
                ("orders", "creator"),
                ("gmv", "creator"),
                ("views", "channel"),
                ("readers", "channel"),
            ),
        ),
    )
}
