"""What is true of each outside system: its exports, limits and traits. Parse, nothing else.

found = recognise(path)                     which tables are in the file, which layout each one is
reading = read(path, found[0], captured_at=…, zone="Asia/Shanghai")
for table, batch in reading.batches(): …    typed Arrow batches; reading.problems by row and column
"""

from collections.abc import Sequence
from pathlib import Path

from hongqiao.platforms import doudian, douyin, own, wechat_oa, xiaohongshu
from hongqiao.platforms.kit import recognise as _recognition
from hongqiao.platforms.kit.mapping import TARGETS, layout_from_mapping, propose_mapping
from hongqiao.platforms.kit.reading import Reading, read
from hongqiao.platforms.model import Derived, Field, Found, Group, Layout, MissingColumns, Platform, Problem, Unreadable

PLATFORMS: dict[str, Platform] = {
    "douyin": douyin.PLATFORM,
    "wechat_oa": wechat_oa.PLATFORM,
    "xiaohongshu": xiaohongshu.PLATFORM,
    "doudian": doudian.PLATFORM,
    "own": own.PLATFORM,
}

LAYOUTS: dict[str, Layout] = {one.code: one for p in PLATFORMS.values() for one in p.layouts}


def recognise(path: Path, *, name: str = "", extra: Sequence[Layout] = ()) -> list[Found]:
    """Say what every table of a file is, by its content. `name`: the file's name at the person's, for its stamps.

    `extra`: remembered mappings (`layout_from_mapping`), tried first. Raises Unreadable.
    """
    finders = [f for p in PLATFORMS.values() for f in p.finders]
    layouts = [one for one in LAYOUTS.values() if not one.special]
    return _recognition.recognise(path, name=name, extra=extra, layouts=layouts, finders=finders)


__all__ = [
    "LAYOUTS", "PLATFORMS", "TARGETS", "Derived", "Field", "Found", "Group", "Layout", "MissingColumns", "Platform",
    "Problem", "Reading", "Unreadable", "layout_from_mapping", "propose_mapping", "read", "recognise",
]  # fmt: skip
