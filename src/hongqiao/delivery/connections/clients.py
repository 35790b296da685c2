"""From a connection to the connector that uses it; what the platform refuses is remembered in the row."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from hongqiao.delivery.connections.keeping import RowBudget, RowTokens, opened
from hongqiao.delivery.models import Connection
from hongqiao.errors import HongqiaoError
from hongqiao.platforms import capabilities
from hongqiao.platforms.client import PlatformError, Publisher, Refusals
from hongqiao.platforms.wechat_oa.api import Keys, WeChat, WeChatPublisher, book
from hongqiao.platforms.wechat_oa.api.security import Guard
from hongqiao.workspace import notices
from hongqiao.workspace.models import Account
from hongqiao.workspace.words import stored_error

WECHAT = "wechat_oa"
PLATFORMS = (WECHAT,)  # those with a connector


def wechat(row: Connection) -> WeChat:
    """Return the interface of a 公众号. Raises WrongBase, KeyLost."""
    keys = Keys(row.app_id, opened(row.secrets).get("secret", ""))
    remember = _Memory(row)
    return WeChat(keys, RowTokens(row.pk), RowBudget(row.pk), base=settings.WECHAT_BASE, refused=remember.refused)


def guard(row: Connection) -> Guard:
    """Return what checks the callbacks of a 公众号."""
    kept = opened(row.secrets)
    return Guard(row.app_id, kept.get("callback_token", ""), kept.get("aes_key", ""))


def publisher(account: Account) -> Publisher | None:
    """Return what publishes to an account; None where it is not connected, or its kind may not by the interface."""
    row = Connection.objects.filter(account=account).exclude(state=Connection.State.OFF).first()
    if row is None or account.platform not in PLATFORMS:
        return None
    if capabilities.of(account.platform, row.kind, "publish").way != "api":
        return None
    return WeChatPublisher(partial(wechat, row))


def own_hosts() -> frozenset[str]:
    """Return the host of a test server of this installation: its pages are looked at as the platform's own are."""
    parts = urlsplit(settings.WECHAT_BASE)
    return frozenset({parts.netloc}) if parts.scheme == "http" else frozenset()


class _Memory:
    """Remembers, in the row, what only a person can mend."""

    def __init__(self, row: Connection):
        self.pk = row.pk

    def refused(self, error: PlatformError) -> None:
        if Refusals("", book("errors")).of_connection(error.answer):
            remember(self.pk, error)


def remember(pk: UUID, error: HongqiaoError | None) -> None:
    """Keep what the platform said last: refused, or all well."""
    said = {} if error is None else {**stored_error(error), "at": timezone.now().isoformat()}
    state = Connection.State.GOOD if error is None else Connection.State.REFUSED
    rows = Connection.objects.filter(pk=pk).exclude(state=Connection.State.OFF)
    was_good = rows.filter(state=Connection.State.GOOD).update(state=state, said=said)
    rows.exclude(state=Connection.State.GOOD).update(state=state, said=said)
    if was_good and error is not None:
        _tell(Connection.objects.select_related("account", "brand").get(pk=pk), error)


def _tell(row: Connection, error: HongqiaoError) -> None:
    """Tell who tends accounts, once each time a connection goes bad."""
    url = reverse("settings_connection", args=[row.brand.slug, row.account_id])
    people = notices.holders(row.brand, "settings.accounts")
    notices.tell(
        people, "connection.refused", url=url, name=row.account.name, said=error.params.get("said", error.code)
    )
