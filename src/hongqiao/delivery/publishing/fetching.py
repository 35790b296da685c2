"""One look at a public page of a platform: over redirects that stay there, as webhooks/getting.py follows them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from hongqiao.delivery.publishing import addresses, connectors
from hongqiao.delivery.publishing.rules import rules
from hongqiao.errors import N_, HongqiaoError
from hongqiao.workspace.webhooks import getting

HEADERS = {
    "User-Agent": "Mozilla/5.0 (compatible; Hongqiao/1)",
    "Accept": "text/html,application/xhtml+xml",
    "Accept-Language": "zh-CN,zh",
}


class NotFetched(HongqiaoError):
    code, status = "page_not_fetched", 502
    again = True
    message = N_("打不开这个页面：%(why)s")
    next_step = N_("稍后会再看一次；也可以自己打开确认")


@dataclass(frozen=True)
class Page:
    """What an address answered in the end."""

    status: int
    address: str
    text: str


def fetch(address: str, platform: str) -> Page:
    """Return the page of an address of this platform, over redirects that stay there. Raises NotFetched, BadUrl."""

    def step(url: str) -> tuple[str, bool | None]:
        if not addresses.belongs(url, platform):
            raise NotFetched(why=N_("跳转到了别的网站"))
        private = urlsplit(url).netloc.lower() in connectors.hosts(platform) or None
        return _secure(url, private), private

    book = rules()["fetch"]
    limits = {"most": book["bytes"], "seconds": book["seconds"], "hops": book["hops"]}
    found = getting.follow(address, headers=HEADERS, step=step, wrong=NotFetched, **limits)
    try:
        text = found.body.decode(found.charset, "replace")
    except LookupError:
        text = found.body.decode("utf-8", "replace")
    return Page(found.status, found.address, text)


def _secure(address: str, private: bool | None) -> str:
    """Return the address over TLS: platforms' share links still say http now and then."""
    return address if private or not address.startswith("http://") else "https://" + address.removeprefix("http://")
