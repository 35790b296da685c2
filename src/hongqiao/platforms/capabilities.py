"""What each kind of account may do on each content platform, and by which way. Serves publish truth.

Each platform says it in its own `capabilities.json`, with source and date. `api`: the house does it by the platform's
interface. `assisted`: a person does it, the house helps. `none`: the platform has no such thing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from hongqiao.errors import N_
from hongqiao.platforms import PLATFORMS
from hongqiao.platforms.kit.settings import load

Way = Literal["api", "assisted", "none"]

#: The platforms that content is made for, in the order of a screen.
CONTENT = ("wechat_oa", "douyin", "xiaohongshu", "bilibili", "channels", "kuaishou", "weibo", "zhihu", "toutiao")
ABILITIES: dict[str, str] = {
    "draft": N_("建草稿"),
    "publish": N_("发布"),
    "mass": N_("群发"),
    "schedule": N_("定时"),
    "comments": N_("评论"),
    "statistics": N_("数据"),
}
WAYS: dict[Way, str] = {"api": N_("官方接口"), "assisted": N_("人工，虹桥协助"), "none": N_("平台没有")}


@dataclass(frozen=True)
class Capability:
    """One cell of the table. `words` (a msgid) say why; `mark` is "confirmed" where a source was seen."""

    platform: str
    kind: str
    ability: str
    way: Way
    words: str
    mark: str
    source: str
    checked: str


@dataclass(frozen=True)
class Quota:
    """How often a kind of account may send to all its followers."""

    count: int
    per: Literal["day", "month"]
    mark: str


def kinds(platform: str) -> tuple[tuple[str, str], ...]:
    """Return (code, label) of the kinds of account that differ in what they may do; the platform's own elsewhere."""
    said = _book(platform).get("kinds")
    return tuple((k["code"], k["label"]) for k in said) if said else PLATFORMS[platform].account_kinds


def of(platform: str, kind: str, ability: str) -> Capability:
    """Return what an account may do. Without a kind (nothing is connected) nobody calls an interface: a person does it.

    Raises LookupError for a platform that no content is made for, an unknown kind or ability.
    """
    book = _book(platform)
    if kind and kind not in dict(kinds(platform)):
        raise LookupError(f"{platform} has no kind of account {kind!r}")
    cell = {**book["abilities"][ability], **book.get("but", {}).get(kind, {}).get(ability, {})}
    way: Way = "assisted" if cell["way"] == "api" and not kind else cell["way"]
    words = N_("未接入官方接口，由人操作") if way != cell["way"] else cell["words"]
    return Capability(platform, kind, ability, way, words, cell["mark"], book["source"], book["checked"])


def table() -> list[Capability]:
    """Return every cell: platform × kind of account × ability."""
    return [of(p, kind, ability) for p in CONTENT for kind, _ in kinds(p) for ability in ABILITIES]


def mass_quota(platform: str, kind: str) -> Quota | None:
    """Return how often this kind of account may send to all followers; None where there is no such thing."""
    said = next((k.get("mass") for k in _book(platform).get("kinds", ()) if k["code"] == kind), None)
    return Quota(**said) if said else None


@cache
def _book(platform: str) -> dict[str, Any]:
    if platform not in CONTENT:
        raise LookupError(f"no content is made for {platform!r}")
    return load("capabilities.json", f"hongqiao.platforms.{platform}")
