"""聚光 reports (facts B7: the labels of its measures only; how a report is broken down follows the ad system's "
"words)."""

from hongqiao.platforms.model import Derived, Field, Layout
from hongqiao.platforms.placements import DAILY, TOTALS, beside, currency, day, derived, measure, named, together

#: Finest first: what a row is of. One note can be in several creatives.
_LEVELS = (
    ("creative", "creative_id", "_creative"),
    ("note", "source_key", "_note"),
    ("unit", "unit_id", "unit"),
    ("campaign", "campaign_id", "campaign"),
)

#: 百度推广 and other search systems report 日期, 计划, 消费, 展现量, 点击量 too. These nobody but 小红书 has.
_TELLING = (
    "互动量", "互动率", "平均互动成本", "笔记ID", "笔记标题", "笔记链接", "收藏", "关注", "私信进线数", "私信开口数",
    "私信留资数", "私信开口条数", "营销诉求", "推广标的",
)  # fmt: skip


def _names(table: str) -> tuple[Field, ...]:
    return (
        measure(table, "计划名称", "campaign", "text", "推广计划名称", "广告计划名称"),
        measure(table, "计划ID", "campaign_id", "id", "推广计划ID"),
        measure(table, "单元名称", "unit", "text", "推广单元名称", "广告单元名称"),
        measure(table, "单元ID", "unit_id", "id", "推广单元ID"),
        measure(table, "创意名称", "_creative", "text"),
        measure(table, "创意ID", "creative_id", "id"),
        measure(table, "笔记ID", "source_key", "id"),
        measure(table, "笔记标题", "_note", "text", "笔记名称"),
        measure(table, "笔记链接", "url", "text"),
    )


def _figures(table: str) -> tuple[Field, ...]:
    return (
        measure(table, "消费", "spend", "money", "消耗", "消费金额", required=True),
        measure(table, "展现量", "impressions", "int", "展现", required=True),
        measure(table, "点击量", "clicks", "int", "点击", required=True),
        measure(table, "互动量", "interactions"),
        measure(table, "点赞", "likes", "int", "点赞量"),
        measure(table, "评论", "comments", "int", "评论量"),
        measure(table, "收藏", "favorites", "int", "收藏量"),
        measure(table, "分享", "shares", "int", "分享量"),
        measure(table, "关注", "follows", "int", "关注量"),
        measure(table, "私信进线数", "messages"),
        measure(table, "私信开口数", "messages_open"),
        measure(table, "私信留资数", "leads"),
        *beside(table, "账户名称", "账户ID", "广告类型", "投放类型", "营销诉求", "推广标的", "私信开口条数"),
        *derived(
            "点击率", "平均点击成本", "平均千次展现费用", "平均千次展示费用", "平均互动成本", "互动率", "私信进线成本",
            "私信开口成本", "私信留资成本",
        ),
    )  # fmt: skip


def _report(table: str) -> Layout:
    daily = table == DAILY
    return Layout(
        code="juguang.report" if daily else "juguang.totals",
        platform="juguang",
        label="投放报表（分天）" if daily else "投放报表（报表期合计）",
        cumulative=not daily,
        cites="facts B7 聚光 export labels (partial)",
        at_least=4,
        telling=_TELLING,
        extra_to=table,
        captured="last_day" if daily else "",
        note="unconfirmed" if daily else "unconfirmed period_unknown",
        constants=currency(table),
        derived=(
            *named(table, *_LEVELS),
            Derived(table, "creative", f'coalesce("{table}._creative", "{table}._note")'),
        ),
        groups=together(table),
        fields=(*((day(),) if daily else ()), *_names(table), *_figures(table)),
    )


LAYOUTS = (_report(DAILY), _report(TOTALS))
