"""投后笔记数据 (facts B7): group headers in rows 1-2, headers in row 3, 104 columns of which ten labels are confirmed.

Aliases are spellings that public tools read from the same export (数据更新日期, 笔记id, 点赞量 …).
"""

from hongqiao.platforms.model import Derived, Field, Kind, Layout
from hongqiao.platforms.placements import TOTALS, beside, currency, derived, named


def _kept(header: str, column: str, kind: Kind = "int", *aliases: str, required: bool = False) -> Field:
    return Field(header, TOTALS, column, kind, aliases, required=required)


def _spread(pattern: str, *words: str) -> tuple[str, ...]:
    return tuple(pattern.format(word) for word in words)


_SOURCES = ("自然", "推广", "加热", "发现页", "搜索页", "关注页", "博主个人页", "附近页", "其他")
_COMPONENTS = ("正文", "评论区", "笔记底栏", "互动", "图片")
_OF_COMPONENTS = ("类型", "文案", "曝光量", "曝光人数", "点击量", "CTR", "点击人数", "转化量", "参与人数")
#: Where the impressions came from, components, and who saw it: beside the row, no metric is made of them.
_BESIDE = (
    "粉丝数", "博主粉丝量", "健康等级", "笔记类型", "来源", "内容标签", "报备品牌", "下单账号", "是否优效",
    "是否为优效模式", "3s阅读率",
    "视频时长", "总金额", "组件总点击量", "组件总点击人数",
    *(f"{source}{what}量" for source in _SOURCES for what in ("曝光", "阅读")),
    *(f"{component}组件{what}" for component in _COMPONENTS for what in _OF_COMPONENTS),
    "粉丝占比", "女性占比", "男性占比", *_spread("{}占比", "<18岁", "18-24岁", "25-34岁", "35-44岁", ">44岁"),
    *_spread("设备{}", *"123456"), *_spread("地域{}", *"123456"), *_spread("兴趣{}", *"123456"),
)  # fmt: skip

NOTES = Layout(
    code="pugongying.notes",
    platform="pugongying",
    label="投后笔记数据",
    cumulative=True,
    cites="facts B7 蒲公英: the confirmed labels are in traits.json, the others are inferred",
    at_least=12,
    extra_to=TOTALS,
    note="unconfirmed",
    constants=currency(TOTALS),
    derived=(
        *named(TOTALS, ("note", "source_key", "url"), otherwise="note"),
        # 博主主页链接 ends in the creator's id
        Derived(
            TOTALS,
            "creator_key",
            f"""nullif(regexp_extract(split_part("{TOTALS}._profile", '?', 1), '([^/]+)/?$', 1), '')""",
        ),
    ),
    fields=(
        _kept("数据日期", "day", "date", "数据更新日期"),
        _kept("博主昵称", "creator_name", "text", "达人昵称"),
        _kept("博主主页链接", "_profile", "text"),
        _kept("笔记标题", "creative", "text"),
        _kept("笔记链接", "url", "text"),
        _kept("发布日期", "published_at", "datetime", "笔记发布日期"),
        Field("笔记ID", TOTALS, "source_key", "id", ("内容ID",), required=True, key=True),
        _kept("订单ID", "unit_id", "id"),
        _kept("合作名称", "campaign", "text"),
        _kept("博主报价", "quote", "money", required=True),
        _kept("服务费金额", "fee", "money"),
        _kept("SPU名称", "product", "text"),
        _kept("曝光量", "impressions"),
        _kept("阅读量", "views", required=True),
        _kept("阅读UV", "view_users"),
        _kept("5s播放率", "play5s_rate", "rate"),
        _kept("平均浏览时长", "avg_seconds", "seconds"),
        _kept("视频完播率", "completion_rate", "rate"),
        _kept("互动量", "interactions"),
        _kept("点赞", "likes", "int", "点赞量"),
        _kept("收藏", "favorites", "int", "收藏量"),
        _kept("评论", "comments", "int", "评论量"),
        _kept("分享", "shares", "int", "分享量"),
        _kept("关注", "follows", "int", "关注量"),
        *beside(TOTALS, *_BESIDE),
        *derived("互动率", "阅读单价", "互动单价"),
    ),
)

LAYOUTS = (NOTES,)
