"""The dictionary: every metric once, by family. Words after facts of the trade; names are the platforms' own
column headers.
"""

from hongqiao.errors import N_
from hongqiao.metrics.dictionary import channel, content, conversion, live, market, placements, users
from hongqiao.metrics.inforce import Shelf
from hongqiao.metrics.model import Family

#: code → Metric, in the order a person reads them; then those of the brand in force.
METRICS = Shelf(
    m
    for m in (
        *content.METRICS,
        *users.METRICS,
        *conversion.METRICS,
        *live.METRICS,
        *channel.METRICS,
        *placements.METRICS,
        *market.METRICS,
    )
)


#: code → Metric, those that ship: the same for every brand.
SHIPPED = METRICS.shipped


def _codes(family: str) -> tuple[str, ...]:
    return tuple(m.code for m in SHIPPED.values() if m.family == family)


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


def retired() -> Family:
    """Return the brand's own metrics that are no longer offered."""
    return Family("retired", N_("已停用"), METRICS.retired)


def families() -> tuple[Family, ...]:
    """Return the four families, and the brand's own metrics where it has any."""
    own = METRICS.own
    return (*FAMILIES.values(), *([Family("own", N_("本品牌自定义"), own)] if own else []))
