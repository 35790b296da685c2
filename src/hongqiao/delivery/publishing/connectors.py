"""Which platforms can be published to by their interface: each connector registers itself, nobody is known by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from hongqiao.platforms.client.publisher import Publisher
from hongqiao.workspace.models import Account
from hongqiao.workspace.registry import discover

#: An account → its publisher; None where this account is not connected or its kind may not publish by interface.
Make = Callable[[Account], Publisher | None]


@dataclass(frozen=True)
class Connector:
    make: Make
    hosts: frozenset[str]  # "host:port" of a test server of this installation, beside the platform's own hosts


_BY_PLATFORM: dict[str, Connector] = {}


def register(platform: str, make: Make, *, hosts: Iterable[str] = ()) -> None:
    """Say how to publish to a platform. `hosts`: where its pages are besides, as the sandbox's "127.0.0.1:8701"."""
    _BY_PLATFORM[platform] = Connector(make, frozenset(hosts))


def of(account: Account) -> Publisher | None:
    """Return what publishes to this account; None: a person does."""
    discover()
    found = _BY_PLATFORM.get(account.platform)
    return found.make(account) if found else None


def hosts(platform: str) -> frozenset[str]:
    """Return the further hosts of a platform's pages that its connector named."""
    discover()
    found = _BY_PLATFORM.get(platform)
    return found.hosts if found else frozenset()
