"""The ways a figure can be cut. A dimension is one column, or one truncation of `day`."""

from hongqiao.errors import N_
from hongqiao.metrics.model import Dimension

_ALL = (
    Dimension("day", N_("日期"), "date", trunc="D"),
    Dimension("week", N_("周"), "date", trunc="W"),  # ISO: the Monday
    Dimension("month", N_("月份"), "date", trunc="M"),
    Dimension("platform", N_("平台"), "code", column="platform"),
    Dimension("account", N_("账号"), "account", column="account"),
    Dimension("channel", N_("传播渠道"), "text", column="channel"),
    Dimension("form", N_("体裁"), "code", column="form"),
    Dimension("content", N_("作品"), "content", column="source_key"),
    Dimension("traffic", N_("流量来源"), "text", column="traffic"),
    Dimension("creator", N_("达人"), "creator", column="creator_key", fallback="creator_name"),
    Dimension("event", N_("行为"), "code", column="event"),
    Dimension("status", N_("订单状态"), "code", column="status"),
    Dimension("product", N_("商品"), "text", column="product"),
    Dimension("variant", N_("商品规格"), "text", column="variant"),
    Dimension("campaign", N_("投放计划"), "text", column="campaign"),
    Dimension("unit", N_("投放单元"), "text", column="unit"),
    Dimension("creative", N_("投放素材"), "text", column="creative"),
    Dimension("goal", N_("转化目标"), "text", column="goal"),
    Dimension("host", N_("主播"), "text", column="host"),
    Dimension("indicator", N_("品牌指标"), "text", column="indicator"),
)

#: code → Dimension, in the order a person is offered them.
DIMENSIONS: dict[str, Dimension] = {d.code: d for d in _ALL}
TIME: tuple[str, ...] = ("day", "week", "month")

#: dimension → value → msgid, for dimensions whose values are codes of this house.
VALUES: dict[str, dict[str, str]] = {
    "form": {
        "image_text": N_("图文"),
        "video": N_("视频"),
        "article": N_("文章"),
        "live": N_("直播"),
        "other": N_("其他"),
    },
    "status": {
        "placed": N_("待支付"),
        "paid": N_("已支付"),
        "shipped": N_("已发货"),
        "finished": N_("已完成"),
        "closed": N_("已关闭"),
        "unknown": N_("未知状态"),
    },
    "event": {
        "follow": N_("关注"),
        "unfollow": N_("取消关注"),
        "visit": N_("访问"),
        "view": N_("浏览"),
        "click": N_("点击"),
        "sign_up": N_("注册"),
        "add_cart": N_("加购"),
        "purchase": N_("购买"),
        "refund": N_("退款"),
    },
}
