"""Share texts (分享口令) of 抖音, 小红书, B站, 视频号 and others: title, author and link of each, several at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

_URL = re.compile(r"https?://[^\s，。！？；、【】《》“”\"'<>（）()]+")
_HOSTS = {
    "douyin": ("v.douyin.com", "www.douyin.com", "www.iesdouyin.com"),
    "xiaohongshu": ("xhslink.com", "www.xiaohongshu.com", "xiaohongshu.com"),
    "bilibili": ("b23.tv", "www.bilibili.com", "m.bilibili.com"),
    "channels": ("weixin.qq.com", "channels.weixin.qq.com"),
    "wechat_oa": ("mp.weixin.qq.com",),
    "weibo": ("weibo.com", "m.weibo.cn", "t.cn", "weibo.cn"),
    "zhihu": ("www.zhihu.com", "zhuanlan.zhihu.com"),
    "kuaishou": ("v.kuaishou.com", "www.kuaishou.com"),
    "toutiao": ("www.toutiao.com", "m.toutiao.com"),
}
_BRACKET = re.compile(r"【([^【】]{1,200})】")
_OF = re.compile(r"^(.{1,40}?)的(?:作品|图文作品|视频|直播|图文)$")
#: what the platforms write around a title; none of it is one
_AROUND = (
    re.compile(r"^\s*\d+(?:\.\d+)?\s+(?=\S*复制)"),
    re.compile(
        r"复制(?:此|这条|本条|该)?(?:链接|信息|内容|后)?[，, ]*"
        r"(?:打开|去|前往)?[^，。！]{0,6}?(?:抖音|小红书|快手)[^，。！【]*?[，,](?:看看|直接观看视频)?[！!]?"
    ),
    re.compile(r"复制打开抖音[，,]看看"),
    re.compile(r"长按复制此条消息.*$"),
    re.compile(r"复制(?:本条信息|后)[，,]?\s*(?:打开|去)?\s*【小红书】.*$"),
    re.compile(r"^\s*\d+\.\d\d\s+"),
    re.compile(r"^\s*\d+\s+(?=.{1,40}发布了一篇小红书笔记)"),
    re.compile(r"😆\s*\w+\s*😆"),
    re.compile(r"(?:快来看看吧|点击链接直接打开|查看精彩内容|查看笔记|更多精彩|看看这条视频)[！!。.]*"),
    re.compile(
        r"\s*[A-Za-z]{2,4}:/\s*\d{2}/\d{2}\s*\S*|\s*\S+@\S+\.\S+\s*:?/?\S*(?:\s*\d{2}/\d{2})?|\s*\d{2}/\d{2}\s+\S*@\S*"
    ),
)
_XHS = re.compile(r"^(.{1,40}?)发布了一篇小红书笔记[，,]?")
_TAILS = re.compile(r"(?:[-_|]\s*(?:哔哩哔哩|bilibili|小红书|抖音|知乎|微博).*)$")
_TAG = re.compile(r"\s*#\s*[^\s#]+(?:\[话题\]#)?")


@dataclass(frozen=True)
class Share:
    """One shared piece. `title` is "" where the text names none."""

    platform: str
    title: str
    author: str
    url: str


def shares(text: str) -> list[Share]:
    """Return what a pasted text shares, each address once, in order."""
    found: dict[str, Share] = {}
    links = list(_URL.finditer(text))
    for n, link in enumerate(links):
        before = text[links[n - 1].end() if n else 0 : link.start()]
        if n:  # what follows the link before on its own line belongs to that one
            before = before.split("\n", 1)[1] if "\n" in before else before
        after = text[link.end() : links[n + 1].start() if n + 1 < len(links) else len(text)].split("\n", 1)[0]
        url = link.group().rstrip(".,;:!?")
        found.setdefault(url, _share(before, after, url))
    return list(found.values())


def platform_of(url: str) -> str:
    """Return whose address it is, "" where nobody's that is known."""
    host = (urlsplit(url).hostname or "").lower()
    return next((p for p, hosts in _HOSTS.items() if host in hosts), "")


def _share(before: str, after: str, url: str) -> Share:
    author = ""
    text = " ".join(before.split())
    if named := _XHS.search(re.sub(r"^\s*\d+\s+", "", text)):
        author, text = named[1].strip(), re.sub(r"^\s*\d+\s+", "", text)[named.end() :]
    inside = [b.group(1).strip() for b in _BRACKET.finditer(text)]
    for words in inside:
        if of := _OF.match(words):
            author = of[1]
    titled = [w for w in inside if not _OF.match(w) and w not in ("小红书", "抖音", "快手")]
    outside = _clean(_BRACKET.sub(" ", text))
    title = _clean(titled[-1]) if titled else outside or _clean(after)
    if " - " in title and not author:
        title, author = (part.strip() for part in title.rsplit(" - ", 1))
    return Share(platform_of(url), title[:120], author[:60], url)


def _clean(text: str) -> str:
    """Return a title without what the platforms write around it, its tags only where it has nothing else."""
    for around in _AROUND:
        text = around.sub(" ", text)
    text = _TAILS.sub("", text)
    bare = _TAG.sub("", text).strip()
    return " ".join((bare or text.replace("#", " ").replace("[话题]", " ")).split()).strip(" ，,。：:|-…！!")
