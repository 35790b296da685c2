"""Where a webhook or a model may be: never at this machine or the network around it, unless the installation says so.

The name is resolved once, every address it has is checked, and the connection goes to the checked address itself: a
name that answers differently a moment later (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from django.conf import settings

from hongqiao.errors import N_, Invalid

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
NAT64 = ipaddress.ip_network("64:ff9b::/96")
WORLD = ipaddress.IPv6Network("2000::/3")  # RFC 4291: global unicast as it is given out
_SAFE = "/%:@!$&'()*+,;=-._~?"
_HOST = re.compile(r"[a-z0-9_.-]{1,253}|[0-9a-f:.]+")


class BadUrl(Invalid):
    code = "bad_webhook_url"
    message = N_("这个地址不能用：%(why)s")
    next_step = N_("请填写能从公网访问的 https:// 地址；内网地址需要管理员设 HONGQIAO_WEBHOOK_PRIVATE=1")


class NotResolved(Invalid):
    code = "webhook_host"
    again = True  # a name server may be down for a while
    message = N_("找不到主机 %(host)s")
    next_step = N_("请检查地址与本机的 DNS")


@dataclass(frozen=True)
class Target:
    """An address taken apart: what to connect to, what to ask for."""

    secure: bool
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == (443 if self.secure else 80) else f"{name}:{self.port}"


def parse(url: str, private: bool | None = None) -> Target:
    """Return the parts of an address. Raises BadUrl for what is no http(s) address or is not allowed by its looks.

    `private`: whether http and the inner network are open; None: as the installation says for webhooks.
    """
    private = settings.WEBHOOK_PRIVATE if private is None else private
    try:
        parts = urlsplit(url.strip())
        port, host = parts.port, (parts.hostname or "").rstrip(".").encode("idna").decode()
    except (ValueError, UnicodeError):
        raise BadUrl(why=url[:80]) from None
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host) or parts.username or parts.password:
        raise BadUrl(why=url[:80])
    secure = parts.scheme == "https"
    if not secure and not private:
        raise BadUrl(why="http://")
    path = quote(parts.path or "/", safe=_SAFE) + (f"?{quote(parts.query, safe=_SAFE)}" if parts.query else "")
    target = Target(secure, host, port or (443 if secure else 80), path)
    literal = _literal(host)
    if literal is not None:
        _check(literal, private)
    return target


def resolve(target: Target, private: bool | None = None) -> str:
    """Return the one address to connect to. Raises NotResolved, and BadUrl where any address is not for outsiders."""
    private = settings.WEBHOOK_PRIVATE if private is None else private
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotResolved(host=target.host) from None
    addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    for address in addresses:
        _check(address, private)
    if not addresses:
        raise NotResolved(host=target.host)
    return str(addresses[0])


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _check(address: Address, private: bool) -> None:
    """Raise BadUrl for an address that is not for outsiders; link-local ones (cloud metadata) are never."""
    for one in (address, *_inside(address)):
        if one.is_link_local or one.is_multicast or one.is_unspecified:
            raise BadUrl(why=str(address))
        if not private and not (one.is_global and _public(one)):
            raise BadUrl(why=str(address))


def _public(address: Address) -> bool:
    """Whether an IPv6 address is of the one range given out to the world, or the translated one (its IPv4 is checked):
    fec0::/10, ::127.0.0.1 and others count as global for older Pythons."""
    return (
        isinstance(address, ipaddress.IPv4Address) or address in WORLD or address in NAT64 or bool(address.ipv4_mapped)
    )


def _inside(address: Address) -> list[Address]:
    """Return the IPv4 addresses that an IPv6 address stands for."""
    if isinstance(address, ipaddress.IPv4Address):
        return []
    found: list[Address | None] = [address.ipv4_mapped, address.sixtofour]
    found += list(address.teredo or ())
    if address in NAT64:
        found.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return [a for a in found if a is not None]
