"""作品列表明细 of 快手 (facts B6, partial): no file was seen, and every import says so."""

from hongqiao.platforms.model import Field, Layout

WORKS = Layout(
    code="kuaishou.works",
    platform="kuaishou",
    label="作品列表明细",
    cumulative=True,
    cites="facts B6 快手 作品列表明细: eight headers of a partial description",
    at_least=5,
    extra_to="content_snapshots",
    note="unconfirmed",
    fields=(
        Field("作品", "contents", "title", "text", required=True),
        Field("发布时间", "contents", "published_at", "datetime", required=True, key=True),
        Field("播放量", "content_snapshots", "views", "int", required=True),
        Field("完播率", "content_snapshots", "completion_rate", "rate"),
        Field("评论量", "content_snapshots", "comments", "int"),
        Field("点赞量", "content_snapshots", "likes", "int"),
        Field("收藏量", "content_snapshots", "favorites", "int"),
        Field("涨粉量", "content_snapshots", "followers_gained", "int"),
    ),
)

LAYOUTS = (WORKS,)
