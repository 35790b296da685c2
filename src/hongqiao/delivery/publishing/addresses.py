"""Addresses of published pieces: taken out of what is pasted, held against the platform they are said to be of."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from hongqiao.delivery.publishing import connectors
from hongqiao.delivery.publishing.rules import places, rules
from hongqiao.errors import N_, Invalid
from hongqiao.platforms import PLATFORMS
from hongqiao.workspace import links

#: A link inside a 分享口令 ends where Chinese, a space or a closing mark begins.
_LINK = re.compile(r"https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+", re.IGNORECASE)


class NoLink(Invalid):
    code = "no_link"
    message = N_("没有找到链接")
    next_step = N_("请在平台点「分享 → 复制链接」，把复制到的整段粘贴进来")


class OtherPlatform(Invalid):
    code = "other_platform"
    message = N_("这个链接不是%(platform)s的：%(host)s")
    next_step = N_("请粘贴这条内容在%(platform)s的链接")


def of_paste(text: str, platform: str) -> str:
    """Return the address in what was pasted: a link or a 分享口令. Raises NoLink, OtherPlatform."""
    if len(text) > rules()["paste_characters"]:
        raise NoLink(N_("粘贴的内容太长，不像是链接"), code="too_long")
    hosts = []
    for found in _LINK.findall(text.strip()):
        link = found.rstrip(".,;:!?'()[]")
        if not links.is_page(link):
            continue
        if belongs(link, platform):
            return link
        hosts.append(urlsplit(link).netloc[:80])
    if hosts:
        known = PLATFORMS.get(platform)
        raise OtherPlatform(platform=known.name if known else platform, host=hosts[0])
    raise NoLink()


def belongs(link: str, platform: str) -> bool:
    """Return whether an address is of this platform: one of its hosts, or below one."""
    try:
        parts = urlsplit(link)
        host, where = (parts.hostname or "").rstrip(".").lower(), parts.netloc.lower()
    except ValueError:
        return False
    if parts.username or parts.password or parts.scheme not in ("http", "https"):
        return False
    own = places().get(platform, {}).get("hosts", [])
    return any(host == h or host.endswith(f".{h}") for h in own) or where in connectors.hosts(platform)
