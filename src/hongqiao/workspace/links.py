"""Addresses that leave the house: in invitations, sign-in links, feeds, webhooks; and those that people write."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

SERVING = ".serving"  # in the data folder, while `serve` runs: the address at which it can be reached
SIGN_IN = "/in/"  # where a one-time link's token follows; known without loading the map of addresses


def absolute(path: str, request: HttpRequest | None = None) -> str:
    """Return the whole address of a path: under HONGQIAO_URL where that is set, else under the host that was asked.

    Django has held the request's host against HONGQIAO_HOSTS. Without either, where the server that runs on this data
    folder can be reached, else this machine's own address.
    """
    if settings.URL:
        return settings.URL + path
    return request.build_absolute_uri(path) if request else _here() + path


def _here() -> str:
    try:
        told = (settings.DATA / SERVING).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        told = ""
    return told if is_page(told) else f"http://127.0.0.1:{settings.PORT}"


def is_page(text: str) -> bool:
    """Return whether people may be sent to an address: http or https, nothing that runs in the browser."""
    try:
        return urlsplit(text).scheme in ("http", "https") and len(text) <= 500
    except ValueError:  # half an IPv6 address
        return False


def only_here(address: str) -> bool:
    """Return whether only this very machine can open the address."""
    host = (urlsplit(address).hostname or "").rstrip(".").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
