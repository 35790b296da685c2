# ruff: noqa: E501 (one definition reads as one passage; Chinese letters count twice)
"""转化, live: what a session brought, on the day it began."""

from typing import Any

import ibis
import ibis.expr.types as ir

from hongqiao.errors import N_
from hongqiao.metrics.measures import rows, total, weighted
from hongqiao.metrics.model import Measure, Metric

_SESSION: dict[str, Any] = {
    "family": "conversion",
    "table": "live_sessions",
    "grain": N_("直播场次"),
    "day_kind": N_("开播日"),
}
_VIEWS = N_("各平台进入直播间的计数规则不同")


def _audience(t: ir.Table) -> ir.Value:
    return ibis.coalesce(t.view_users, t.views)


_STAYED, _WATCHED = weighted("live", "avg_seconds", _audience, columns=("view_users", "views"))

METRICS: tuple[Metric, ...] = (
    Metric("live_sessions", N_("直播场次"), definition=N_("开播的场数，按开播日"), unit=N_("场"), format="int", better=None,
           numerator=rows("live", columns=("session_key",)), **_SESSION),
    Metric("live_views", N_("场观"), definition=N_("直播间观看次数之和（含重复进入）"), unit=N_("次"), format="int", numerator=total("live", "views"),
           not_comparable=_VIEWS, **_SESSION),
    Metric("live_peak", N_("最高在线"), definition=N_("所选范围里各场最高在线人数的最大值，不相加"), unit=N_("人"), format="int",
           numerator=Measure("live", lambda t: t.peak_users.max(), ("peak_users",), additive=False), not_comparable=_VIEWS, **_SESSION),
    Metric("live_avg_seconds", N_("平均停留时长"), definition=N_("平台按场给出的平均停留时长，按观看人数加权平均；没有人数时按次数"), unit=N_("秒"), format="number", decimals=1,
           numerator=_STAYED, denominator=_WATCHED, numerator_text=N_("平均停留时长 × 观看人数"), denominator_text=N_("观看人数"), **_SESSION),
    Metric("live_followers", N_("新增粉丝（直播）"), definition=N_("直播期间新增的粉丝数之和"), unit=N_("人"), format="int", numerator=total("live", "followers_gained"), **_SESSION),
    Metric("live_orders", N_("直播订单数"), definition=N_("平台按场给出的成交订单数之和；与店铺订单数口径不同，不能相加"), unit=N_("单"), format="int",
           numerator=total("live", "orders"), **_SESSION),
    Metric("live_gmv", N_("直播 GMV"), definition=N_("平台按场给出的成交金额之和，未扣退款；与店铺订单金额口径不同，不能相加"), unit=N_("元"), format="money", decimals=2,
           numerator=total("live", "gmv"), **_SESSION),
)  # fmt: skip
