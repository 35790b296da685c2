"""What the four dashboards show. Data, so that a reader sees at a glance which metric stands where. Serves D1."""

from dataclasses import dataclass

from hongqiao.errors import N_


@dataclass(frozen=True)
class Chart:
    """One picture. `by`: the dimensions of its cells, time first; the second makes the series. `kind` of ui.charts."""

    code: str
    title: str
    metrics: tuple[str, ...]
    by: tuple[str, ...] = ("day",)
    kind: str = "line"
    top: int = 8
    wide: bool = False


@dataclass(frozen=True)
class Listing:
    """One table: a row a value of `by`, a column a metric."""

    code: str
    title: str
    by: str
    metrics: tuple[str, ...]
    top: int = 10


@dataclass(frozen=True)
class Board:
    family: str
    label: str
    kpis: tuple[str, ...]
    charts: tuple[Chart, ...]
    listings: tuple[Listing, ...]


BOARDS: dict[str, Board] = {
    b.family: b
    for b in (
        Board(
            "content",
            N_("内容"),
            (
                "views",
                "interactions",
                "share_rate",
                "interaction_rate",
                "completion_rate",
                "cover_ctr",
                "posts",
                "reader_days",
            ),
            (
                Chart("views", N_("阅读/播放次数"), ("views",), ("day", "platform"), wide=True),
                Chart("readers", N_("公众号阅读人数（按日去重）"), ("readers",)),
                Chart("actions", N_("互动构成"), ("likes", "comments", "favorites", "shares"), kind="stacked"),
                Chart("share_rate", N_("分享率"), ("share_rate",), ("day", "platform")),
                Chart("completion", N_("完播率与封面点击率"), ("completion_rate", "cover_ctr")),
            ),
            (
                Listing(
                    "pieces",
                    N_("期内发布的作品"),
                    "content",
                    (
                        "piece_views",
                        "piece_reader_times",
                        "piece_share_rate",
                        "piece_interaction_rate",
                        "piece_completion_rate",
                        "piece_read_through_rate",
                        "piece_followers",
                    ),
                    top=20,
                ),
                Listing(
                    "platforms",
                    N_("按平台"),
                    "platform",
                    ("views", "interactions", "share_rate", "interaction_rate", "posts"),
                ),
            ),
        ),
        Board(
            "users",
            N_("用户增长"),
            (
                "followers_new",
                "followers_lost",
                "followers_net",
                "followers_total",
                "follower_retention",
                "profile_visits",
                "persons_new",
                "retention_7d",
            ),
            (
                Chart("new", N_("新增关注"), ("followers_new",), ("day", "platform"), kind="stacked", wide=True),
                Chart("flow", N_("新增、取消与净增"), ("followers_new", "followers_lost", "followers_net")),
                Chart("visits", N_("主页访问"), ("profile_visits",), ("day", "platform")),
                Chart("persons", N_("可识别用户"), ("persons_new", "persons_active")),
                Chart("follow_rate", N_("主页转粉率"), ("visit_follow_rate",)),
            ),
            (
                Listing(
                    "accounts",
                    N_("按账号"),
                    "account",
                    ("followers_new", "followers_lost", "followers_net", "followers_total", "follower_retention"),
                ),
            ),
        ),
        Board(
            "conversion",
            N_("转化"),
            (
                "orders",
                "gmv",
                "paid",
                "refunded",
                "net_paid",
                "refund_rate",
                "order_value",
                "follow_purchase",
                "purchasers",
                "event_repurchase_rate",
                "event_repurchase_30d",
                "identified_orders",
            ),
            (
                Chart("money", N_("实付与退款"), ("paid", "refunded"), wide=True),
                Chart("orders", N_("订单数与支付订单数"), ("orders", "paid_orders")),
                Chart("value", N_("笔单价"), ("order_value",)),
            ),
            (
                Listing("products", N_("按商品"), "product", ("line_gmv", "units")),
                Listing("status", N_("按订单状态"), "status", ("orders", "gmv", "paid")),
            ),
        ),
        Board(
            "channel",
            N_("渠道"),
            (
                "impressions",
                "visits",
                "visitors",
                "purchasers",
                "channel_conversion",
                "identified_events",
                "orders",
                "gmv",
            ),
            (
                Chart("conversion", N_("渠道转化率"), ("channel_conversion",), ("channel",), kind="hbar"),
                Chart("gmv", N_("下单金额 GMV，按流量来源"), ("gmv",), ("traffic",), kind="hbar"),
                Chart("impressions", N_("曝光"), ("impressions",), ("day", "platform"), wide=True),
                Chart("visits", N_("访问，按渠道"), ("visits",), ("day", "channel"), kind="stacked", top=6, wide=True),
            ),
            (
                Listing(
                    "channels",
                    N_("按渠道"),
                    "channel",
                    ("visits", "visitors", "purchasers", "channel_conversion"),
                    top=20,
                ),
                Listing("traffic", N_("按流量来源"), "traffic", ("orders", "gmv", "gmv_share")),
                Listing("creators", N_("按达人"), "creator", ("orders", "gmv")),
            ),
        ),
    )
}
