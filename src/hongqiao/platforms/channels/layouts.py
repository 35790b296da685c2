"""Exports of 视频号助手 (facts B5): 动态数据明细.csv. 推荐 is the heart (♡), 喜欢 the thumb (👍)."""

from hongqiao.platforms.model import Field, Kind, Layout


def _count(header: str, column: str, kind: Kind = "int") -> Field:
    return Field(header, "content_snapshots", column, kind)


_BESIDE = (
    "转发聊天和朋友圈", "设为铃声", "设为状态", "设为朋友圈封面", "企微链接点击次数", "企微链接点击人数",
    "添加到通讯录次数", "添加到通讯录人数",
)  # fmt: skip

VIDEOS = Layout(
    code="channels.videos",
    platform="channels",
    label="动态数据明细",
    cumulative=True,
    cites="facts B5 动态数据明细.csv: 15 columns and four that some accounts have; 视频描述 holds line breaks",
    at_least=5,
    extra_to="content_snapshots",
    constants=(("contents", "form", "video"),),
    fields=(
        *(Field("视频ID", t, "source_key", "id", required=True, key=True) for t in ("contents", "content_snapshots")),
        Field("视频描述", "contents", "title", "text", required=True),
        Field("发布时间", "contents", "published_at", "datetime", required=True, key=True),
        Field("播放量", "content_snapshots", "views", "int", required=True),
        _count("完播率", "completion_rate", "rate"),
        _count("平均播放时长", "avg_seconds", "seconds"),
        _count("推荐", "recommends"),
        _count("喜欢", "likes"),
        _count("评论量", "comments"),
        _count("分享量", "shares"),
        _count("关注量", "followers_gained"),
        *(Field(header, "content_snapshots", "extra") for header in _BESIDE),
    ),
)

LAYOUTS = (VIDEOS,)
