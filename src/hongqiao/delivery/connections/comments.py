"""Comments under an account's articles, asked for in their turn, for every room that wants them (`heard`).

What people wrote is not kept here, only which comments are known and by what digest: so each is told once, again when
its words or the reply to it change, and as gone when it is not there any more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from hongqiao.delivery.connections import clients, heard, threads
from hongqiao.delivery.connections.services import NotConnected
from hongqiao.delivery.limits import limits
from hongqiao.delivery.models import Connection, Thread
from hongqiao.errors import N_, Conflict, HongqiaoError
from hongqiao.platforms import capabilities
from hongqiao.platforms.client import PlatformError
from hongqiao.platforms.client.talk import COMMENT, Said
from hongqiao.platforms.wechat_oa.api import comments as platform
from hongqiao.workspace.models import Account


class NoComments(Conflict):
    code = "no_comment_interface"
    message = N_("这个账号不能用接口读留言")
    next_step = N_("留言接口只给已认证的公众号；其他账号请用人工巡检")


class Resting(HongqiaoError):
    """The platform said that it takes no more questions for now."""

    code, status = "comments_resting", 503
    again = True
    message = N_("平台今天的留言接口次数已用完或调用太密，%(at)s 再问")
    next_step = N_("到时自动再问；急用请到公众平台查看")


def asked_of(account: Account) -> Connection:
    """Return by what an account's comments are asked for. Raises NotConnected, NoComments."""
    row = Connection.objects.select_related("account", "brand").filter(account=account).first()
    if row is None or row.state == Connection.State.OFF:
        raise NotConnected()
    if account.platform not in clients.PLATFORMS or not may(account.platform, row.kind):
        raise NoComments()
    return row


def may(platform_code: str, kind: str) -> bool:
    """Return whether comments of this kind of account come by the interface."""
    return capabilities.of(platform_code, kind, "comments").way == "api"


def ask(account: Account, now: datetime | None = None) -> int:
    """Ask for the comments of the articles whose turn it is; return how many were new, changed or gone.

    What was heard before something went wrong is kept, and what was not is asked for next time. Never in a transaction.
    Raises NotConnected, NoComments, Resting, and the connector's errors.
    """
    moment = now or timezone.now()
    row = asked_of(account)
    if not heard.wanted(account, COMMENT):
        return 0
    if row.comments_until and row.comments_until > moment:
        raise Resting(at=timezone.localtime(row.comments_until).strftime("%m-%d %H:%M"))
    wechat = clients.wechat(row)
    try:
        spoke = threads.refresh(row, wechat, moment)
        told = [_ask(one, platform.fetch(wechat, one.data_id, one.idx), moment) for one in _turns(account, moment)]
    except PlatformError as error:
        if error.until:
            Connection.objects.filter(pk=row.pk).update(comments_until=error.until)
        raise
    if spoke or told:
        clients.remember(row.pk, None)
    return sum(told)


def _turns(account: Account, now: datetime) -> Iterator[Thread]:
    """Yield the articles whose turn it is, those that waited longest first, so that one that fails holds up no other.

    Each is put off meanwhile: two that ask at once do not ask for the same.
    """
    claim = timedelta(minutes=limits()["comments"]["claim_minutes"])
    due = [one for one in threads.newest(account, now) if one.next_at <= now]
    for one in sorted(due, key=lambda t: t.next_at):
        if Thread.objects.filter(pk=one.pk, next_at=one.next_at).update(next_at=now + claim):
            yield one


@transaction.atomic
def _ask(thread: Thread, read: platform.Comments, now: datetime) -> int:
    """Tell the rooms what is new under an article and remember it, both or neither."""
    row = Thread.objects.select_for_update(of=("self",)).select_related("account").get(pk=thread.pk)
    said = changes(row, read)
    if said:
        heard.tell(row.account, said)
    row.asked_at, row.closed, row.next_at = now, read.closed, now + threads.turn(row.published_at, now)
    row.save(update_fields=["asked_at", "closed", "next_at", "known"])
    return len(said)


def changes(row: Thread, read: platform.Comments) -> list[Said]:
    """Return what is to be told of what was read, and put into `row.known` what is known then.

    A comment is gone when whole looks in a row do not find it: pages move while they are read, so one look does not
    tell.
    """
    found = {one.outer: one for one in read.said}
    known, said = dict(row.known), list[Said]()
    for outer, one in found.items():
        digest = _digest(one)
        if known.get(outer, [""])[0] != digest:
            said.append(replace(one, title=row.title, url=row.address))
        known[outer] = [digest, 0]
    for outer in [o for o in known if o not in found] if read.whole else ():
        digest, misses = known.pop(outer)
        if misses + 1 >= limits()["comments"]["misses"]:
            thread = platform.name_of(row.data_id, row.idx)
            said.append(Said(COMMENT, outer, thread=thread, title=row.title, url=row.address, gone=True))
        else:
            known[outer] = [digest, misses + 1]
    row.known = known
    return said


def _digest(one: Said) -> str:
    held = "\x1f".join((one.text, one.reply, str(one.shown)))
    return hashlib.sha256(held.encode("utf-8", "replace")).hexdigest()[:16]
