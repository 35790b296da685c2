"""What people say to the brand's own accounts: comments under its articles, asked for in turn; messages as they come.

`delivery.connections` asks and is called; this room subscribes (`jobs.py`) and keeps what it hears under every source
that listens to the account.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from hongqiao.crisis.intake.arriving import Arrived, Heard, arrive
from hongqiao.crisis.intake.settings import limits
from hongqiao.crisis.intake.sources import MESSAGES
from hongqiao.crisis.mentions import replies
from hongqiao.crisis.models import Source
from hongqiao.delivery.connections import clients, comments, threads
from hongqiao.delivery.models import Connection
from hongqiao.errors import N_, Conflict
from hongqiao.platforms.client.talk import COMMENT, MESSAGE, Said
from hongqiao.workspace.models import Account, Brand
from hongqiao.workspace.words import platform_name


class NoAccount(Conflict):
    code = "no_own_account"
    message = N_("这个来源没有关联账号")
    next_step = N_("请在设置里选一个自有账号")


@dataclass(frozen=True)
class Offer:
    """An own account whose platform has a connector, and that no source listens to. `connected`: it could be."""

    account: Account
    connected: bool


def hear(source: Source) -> Arrived:
    """Ask for the comments whose turn it is; a look even where there were none.

    Raises NoAccount, NotConnected, NoComments, Resting, and the connector's errors.
    """
    if source.account is None:
        raise NoAccount()
    before = source.mentions.count()
    comments.ask(source.account)
    arrive(source, [])
    return Arrived(new=source.mentions.count() - before)


def wants(account: Account, kind: str) -> bool:
    """Whether a source listens to this account, and to this kind of what is said."""
    return bool(_listening(account, kind))


def take(account: Account, said: Sequence[Said]) -> None:
    """Keep what was said to an account, and mark what the brand answered there. In the teller's transaction."""
    for kind in (COMMENT, MESSAGE):
        some = [s for s in said if s.kind == kind]
        for source in _listening(account, kind) if some else ():
            arrive(source, [_heard(account, s) for s in some])
            replies.mark(source, [s for s in some if s.reply])


def _listening(account: Account, kind: str) -> list[Source]:
    rows = Source.objects.filter(account=account, way=Source.Way.OWN, on=True).select_related("brand")
    return [s for s in rows if kind == COMMENT or s.options.get(MESSAGES, True)]


def _heard(account: Account, said: Said) -> Heard:
    """The article's title is the brand's own words: it is not read, its address leads there."""
    private = limits()["private_channel"]
    return Heard(
        outer=said.outer,
        text=said.text,
        posted_at=said.at,
        channel=private if said.kind == MESSAGE else platform_name(account.platform),
        url=said.url,
        thread=said.thread,
        author=said.author,
        gone=said.gone,
    )


@dataclass(frozen=True)
class Reach:
    """How an own account can be heard. `connector`: its platform has one; `state`: "" where comments can be asked for,
    else "none" (not connected), "off" (put out of use), "kind" (this kind may not); `calls`: messages can come;
    `articles`: how many articles are listened to."""

    connector: bool
    state: str
    calls: bool = False
    articles: int = 0


def reach(account: Account) -> Reach:
    """Return how an account can be heard now."""
    row = Connection.objects.filter(account=account).first()
    state = "none" if row is None else "off" if row.state == Connection.State.OFF else ""
    if row is None or account.platform not in clients.PLATFORMS:
        return Reach(account.platform in clients.PLATFORMS, state)
    if not state and not comments.may(account.platform, row.kind):
        state = "kind"
    articles = len([t for t in threads.newest(account, timezone.now()) if not t.closed])
    return Reach(True, state, bool(clients.guard(row).token), articles)


def offers(brand: Brand) -> list[Offer]:
    """Return the brand's own accounts that could be listened to and are not."""
    taken = Source.objects.filter(brand=brand, way=Source.Way.OWN, account__isnull=False).values("account")
    own = Account.objects.filter(brand=brand, relation=Account.Relation.OWN, state=Account.State.OPEN)
    rows = own.filter(platform__in=clients.PLATFORMS).exclude(pk__in=taken).order_by("name")
    return [Offer(row, reach(row).state == "") for row in rows]
