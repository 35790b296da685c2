"""Exports of B站 创作中心 (facts B4): 近期稿件对比.csv. Which of its 30 columns are there is the person's 自选指标."""

from hongqiao.platforms.model import Field, Kind, Layout


def _count(header: str, column: str, kind: Kind = "int") -> Field:
    return Field(header, "content_snapshots", column, kind)


#: Kept beside the row. 点击率 is a grade ("3.2星"), not a rate; 3秒跳出率 is not the 2-second one that others give;
#: the rates of 点赞, 评论 … are their counts over 播放量, which we work out as ratios of sums.
_BESIDE = (
    "游客播放占比", "粉丝观看率", "封标点击率", "粉丝点击率", "游客点击率", "3秒跳出率", "粉丝3秒跳出率",
    "游客3秒跳出率", "互动率", "粉丝互动率", "游客互动率", "播转粉率", "点赞率", "评论率", "弹幕率", "收藏率", "投币率",
    "转发率",
)  # fmt: skip

COMPARE = Layout(
    code="bilibili.compare",
    platform="bilibili",
    label="近期稿件对比",
    cumulative=True,
    cites="facts B4 近期稿件对比.csv: the full 30 columns; 2-10 videos an export, columns by choice",
    at_least=3,
    extra_to="content_snapshots",
    constants=(("contents", "form", "video"),),
    fields=(
        Field("视频标题", "contents", "title", "text", ("稿件标题",), required=True, key=True),
        Field("发布时间", "contents", "published_at", "datetime", required=True, key=True),
        _count("播放量", "views"),
        _count("涨粉量", "followers_gained"),
        _count("取关量", "followers_lost"),
        _count("点赞量", "likes"),
        _count("评论量", "comments"),
        _count("弹幕量", "danmaku"),
        _count("收藏量", "favorites"),
        _count("投币量", "coins"),
        _count("转发量", "shares"),
        _count("平均播放进度", "completion_rate", "rate"),
        *(Field(header, "content_snapshots", "extra") for header in _BESIDE),
    ),
)

LAYOUTS = (COMPARE,)
