"""What is true of each outside system: its exports, limits and traits. Parse, nothing else.

found = recognise(path)                     which tables are in the file, which layout each one is
reading = read(path, found[0], captured_at=…, zone="Asia/Shanghai")
for table, batch in reading.batches(): …    typed Arrow batches; reading.problems by row and column
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from hongqiao.platforms import (
    bilibili,
    channels,
    doudian,
    douyin,
    jd,
    juguang,
    kuaishou,
    live,
    market,
    oceanengine,
    own,
    pugongying,
    qianchuan,
    qianfan,
    tencent_ads,
    tmall,
    toutiao,
    wechat_oa,
    wechat_store,
    weibo,
    xiaohongshu,
    xingtu,
    youzan,
    zhihu,
)
from hongqiao.platforms.kit import recognise as _recognition
from hongqiao.platforms.kit.mapping import propose_columns, propose_mapping
from hongqiao.platforms.kit.reading import Reading
from hongqiao.platforms.kit.reading import read as _read
from hongqiao.platforms.model import Derived, Field, Found, Group, Layout, MissingColumns, Platform, Problem, Unreadable
from hongqiao.platforms.targets import MANY, TARGET_LABELS, TARGETS, layout_from_mapping, mapping_notes
from hongqiao.platforms.templates import Template, fitting, templates
from hongqiao.platforms.wide import Wide, WideReading

PLATFORMS: dict[str, Platform] = {
    "douyin": douyin.PLATFORM,
    "wechat_oa": wechat_oa.PLATFORM,
    "xiaohongshu": xiaohongshu.PLATFORM,
    "doudian": doudian.PLATFORM,
    "own": own.PLATFORM,
    "bilibili": bilibili.PLATFORM,
    "channels": channels.PLATFORM,
    "kuaishou": kuaishou.PLATFORM,
    "zhihu": zhihu.PLATFORM,
    "toutiao": toutiao.PLATFORM,
    "weibo": weibo.PLATFORM,
    "tmall": tmall.PLATFORM,
    "jd": jd.PLATFORM,
    "youzan": youzan.PLATFORM,
    "oceanengine": oceanengine.PLATFORM,
    "qianchuan": qianchuan.PLATFORM,
    "juguang": juguang.PLATFORM,
    "pugongying": pugongying.PLATFORM,
    "xingtu": xingtu.PLATFORM,
    "live": live.PLATFORM,
    "market": market.PLATFORM,
    "wechat_store": wechat_store.PLATFORM,
    "qianfan": qianfan.PLATFORM,
    "tencent_ads": tencent_ads.PLATFORM,
}

LAYOUTS: dict[str, Layout] = {one.code: one for p in PLATFORMS.values() for one in p.layouts}
_SHELF = _recognition.Shelf(one for one in LAYOUTS.values() if not one.special)
_FINDERS = tuple(finder for platform in PLATFORMS.values() for finder in platform.finders)


def recognise(
    path: Path, *, name: str = "", extra: Sequence[Layout] = (), instead: Sequence[Layout] = ()
) -> list[Found]:
    """Say what every table of a file is, by its content. `name`: the file's name at the person's, for its stamps.

    `extra`: remembered mappings (`layout_from_mapping`), tried first. `instead`: a brand's own editions of layouts of
    LAYOUTS (same code, more names for a column), read in their place. Raises Unreadable.
    """
    shelf = _edited(tuple(instead)) if instead else _SHELF
    return _recognition.recognise(path, name=name, extra=extra, shelf=shelf, finders=_FINDERS)


@lru_cache(maxsize=16)
def _edited(instead: tuple[Layout, ...]) -> _recognition.Shelf:
    ours = {one.code: one for one in instead}
    return _recognition.Shelf(ours.get(one.code, one) for one in LAYOUTS.values() if not one.special)


def read(path: Path, found: Found, *, captured_at: datetime, zone: str) -> Reading:
    """Prepare to read a recognised table. `captured_at` bounds believable dates; naive is taken as local."""
    if isinstance(found.layout, Wide):
        found.path = path
        return WideReading(found, found.layout, captured_at, zone)
    return _read(path, found, captured_at=captured_at, zone=zone)


__all__ = [
    "LAYOUTS", "MANY", "PLATFORMS", "TARGETS", "TARGET_LABELS", "Derived", "Field", "Found", "Group", "Layout",
    "MissingColumns", "Platform", "Problem", "Reading", "Template", "Unreadable", "fitting", "layout_from_mapping",
    "mapping_notes", "propose_columns", "propose_mapping", "read", "recognise", "templates",
]  # fmt: skip
