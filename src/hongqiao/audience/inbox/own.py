"""What people say to the brand's own accounts, by their connections: comments under articles, messages to them. U3.

`delivery.connections.heard` tells; every room hears the same. A comment is a thread of its own, messages of one person
to one account are one thread; the platform's own id makes twice once. What is changed, deleted or answered there is
followed in `amending`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from hongqiao.audience.inbox import amending
from hongqiao.audience.inbox.arriving import Said, arrive, outer_of
from hongqiao.audience.inbox.settings import limits
from hongqiao.audience.models import Cursor, Thread
from hongqiao.audience.people import identifying
from hongqiao.delivery.connections import clients, comments, statistics, threads
from hongqiao.delivery.limits import limits as delivery_limits
from hongqiao.delivery.models import Connection
from hongqiao.delivery.models import Thread as Article
from hongqiao.errors import HongqiaoError
from hongqiao.platforms.client import talk
from hongqiao.warehouse import identity
from hongqiao.workspace import keys
from hongqiao.workspace.models import Account, Brand
from hongqiao.workspace.words import platform_name

CHANNELS = {talk.COMMENT: Thread.Channel.COMMENT, talk.MESSAGE: Thread.Channel.MESSAGE}


def wants(account: Account, kind: str) -> bool:
    """Whether the inbox takes this kind of what is said to this account: an own one that is in use."""
    mine = account.relation == Account.Relation.OWN and account.state == Account.State.OPEN
    return mine and kind in limits(account.brand)["hears"]


@transaction.atomic
def take(account: Account, said: Sequence[talk.Said]) -> None:
    """Keep what was said to an account; in the teller's transaction, which comes again where this one fails."""
    brand = Brand.objects.select_for_update(no_key=True).get(pk=account.brand_id)
    words = [one for one in said if one.text and not one.gone]
    who, pieces = _who(brand, words), _pieces(account, words)
    written = [one for one in words if one.kind == talk.MESSAGE and one.author]
    named = {one.outer: _thread(brand, account, one.author) for one in written}
    amending.answered_there(brand, account, words)
    rows = [_said(account, one, named.get(one.outer, ""), who, pieces) for one in words]
    answers = [_answer(account, one) for one in words if one.reply]
    arrive(brand, [*rows, *answers])
    amending.follow(brand, account, [one for one in said if one.kind == talk.COMMENT])


def _said(account: Account, one: talk.Said, thread: str, who: dict[str, str], pieces: dict[str, str]) -> Said:
    return Said(
        outer=one.outer,
        text=one.text,
        at=one.at,
        thread=thread,
        channel=CHANNELS[one.kind],
        place=platform_name(account.platform),
        account=account,
        author=one.author,
        author_key=who.get(one.author, ""),
        content_key=pieces.get(one.thread, ""),
        content_title=one.title,
        url=one.url,
    )


def _answer(account: Account, one: talk.Said) -> Said:
    """Return the brand's reply as it stands there: an answer that was given, never a thread that waits."""
    at = one.replied_at or one.at
    return Said(amending.reply_id(one.outer), one.reply, at, one.outer, CHANNELS[one.kind], account=account, out=True)


def _who(brand: Brand, said: Sequence[talk.Said]) -> dict[str, str]:
    """Return openid → the key of the person whom it names; of whom nobody knows more, what facts would call them."""
    ids = sorted({one.author for one in said} - {""})
    if not ids:
        return {}
    aliases = keys.person_keys(brand.pk).hash(ids)
    merged = identity.said_of(brand.pk, aliases)
    known = identifying.named(brand, "openid", ids)
    return {one: known.get(one) or merged.get(alias, alias) for one, alias in zip(ids, aliases, strict=True)}


def _thread(brand: Brand, account: Account, openid: str) -> str:
    """Return the id of a person's conversation with an account: a keyed hash, the openid stands nowhere unencrypted.

    One that began under an older key of the brand goes on.
    """
    names = [f"{talk.MESSAGE}|{ring.hash([openid])[0]}" for ring in keys.person_rings(brand.pk)]
    most = limits(brand)
    held = {outer_of(account, name, most): name for name in names}
    there = Thread.objects.filter(brand=brand, outer__in=held).order_by("-last_at").values_list("outer", flat=True)
    first = there.first()
    return held[first] if first else names[0]


def _pieces(account: Account, said: Sequence[talk.Said]) -> dict[str, str]:
    """Return the article's name at the platform → its key in the facts, where these know it."""
    if not any(one.thread for one in said):
        return {}
    return {piece.address: piece.key for piece in statistics.pieces(account) if piece.address}


def waiting() -> list[Account]:
    """Return the own accounts whose comments nobody asked for though it was their turn."""
    rows = Connection.objects.filter(account__platform__in=clients.PLATFORMS, account__state=Account.State.OPEN)
    rows = rows.exclude(state=Connection.State.OFF).select_related("account__brand").order_by("pk")
    return [row.account for row in rows if _overdue(row)]


def _overdue(row: Connection) -> bool:
    now, after = timezone.now(), timedelta(minutes=limits(row.account.brand)["hear_after"])
    if not wants(row.account, talk.COMMENT) or not comments.may(row.account.platform, row.kind):
        return False
    if row.comments_until and row.comments_until > now:
        return False
    stale = now - timedelta(minutes=delivery_limits()["comments"]["list_minutes"]) - after
    late = any(one.next_at <= now - after for one in threads.newest(row.account, now))
    return late or row.listed_at is None or row.listed_at <= stale


def ask(account: Account) -> int | None:
    """Ask for an account's comments; return how many were told, None where it could not be. What only a person can
    mend stands with the connection, and its holders are told of it there."""
    _begin(account)
    try:
        return comments.ask(account)
    except HongqiaoError:
        return None


@transaction.atomic
def _begin(account: Account) -> None:
    """The first time have all that stands there told once more: other rooms may have heard it before."""
    _row, made = Cursor.objects.get_or_create(brand=account.brand, name=f"heard:{account.pk.hex}")
    if made and Article.objects.filter(account=account).exclude(known={}).exists():
        threads.anew(account, timezone.now())
