"""Messages that other systems bring by a call, and those that a person pastes: each checked by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.dateparse import parse_datetime

from hongqiao.audience.inbox.arriving import Arrived, Said, arrive, plain
from hongqiao.audience.inbox.errors import NothingPasted, TooManyRows
from hongqiao.audience.inbox.settings import EDIT, SEE, limits
from hongqiao.audience.models import Thread
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.models import Account, Member
from hongqiao.workspace.words import platform_name

_TEXTS = ("id", "text", "thread", "place", "author", "content_key", "content_title", "url")


def take(*, actor: Member, rows: Sequence[Any]) -> dict[str, Any]:
    """Take messages of a call: {"new", "known", "refused", "problems": [{"index", "code", "column"}]}.

    Raises NotAllowed, TooManyRows.
    """
    permissions.require(actor, EDIT)
    most = limits(actor.brand)["batch"]
    if len(rows) > most:
        raise TooManyRows(most=most)
    accounts = {str(a.pk): a for a in Account.objects.filter(brand=actor.brand)}
    good: list[Said] = []
    places: list[int] = []
    problems: list[dict[str, Any]] = []
    for n, row in enumerate(rows):
        said, wrong = checked(row, accounts, actor.brand.zone)
        if said is None:
            problems.append({"index": n, "code": "bad_value", "column": wrong})
        else:
            good.append(said)
            places.append(n)
    with transaction.atomic():
        done = arrive(actor.brand, good)
        problems += [{**p, "index": places[p["index"]]} for p in done.problems]
        audit.record(actor, "threads.taken", None, new=done.new, known=done.known, refused=len(problems))
    problems.sort(key=lambda p: p["index"])
    return {"new": done.new, "known": done.known, "refused": len(problems), "problems": problems}


def checked(row: Any, accounts: Mapping[str, Account], zone: str) -> tuple[Said | None, str]:
    """Return a message of a call, or None and the column that is wrong."""
    if not isinstance(row, dict):
        return None, ""
    for name in _TEXTS:
        if not isinstance(row.get(name, ""), str | int) or isinstance(row.get(name), bool):
            return None, name
    texts: dict[str, Any] = {name: str(row.get(name, "")) for name in _TEXTS}
    at, fine = _moment(row.get("at"), zone)
    if not fine:
        return None, "at"
    account = accounts.get(str(row.get("account") or ""))
    if row.get("account") and (account is None or account.competitor):
        return None, "account"
    channel = str(row.get("channel") or Thread.Channel.COMMENT)
    if channel not in Thread.Channel.values:
        return None, "channel"
    counts: dict[str, Any] = {}
    for name in ("followers", "likes"):
        value = row.get(name)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**62):
            return None, name
        counts[name] = value
    outer, place = texts.pop("id"), texts.pop("place")
    place = place or (platform_name(account.platform) if account else "")
    out = row.get("out") is True
    return Said(outer, at=at, account=account, channel=channel, place=place, out=out, **texts, **counts), ""


def _moment(value: Any, zone: str) -> tuple[datetime | None, bool]:
    if value is None or value == "":
        return None, True
    try:
        found = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None:
        return None, False
    return (found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))), True


@transaction.atomic
def paste(
    *,
    actor: Member,
    text: str,
    account_id: UUID | str | None = None,
    channel: str = Thread.Channel.COMMENT,
    place: str = "",
    url: str = "",
    title: str = "",
) -> Arrived:
    """Keep pasted messages, one a line (“名字：内容” names who said it). The same line again comes to nothing.

    Raises NotFound, NotAllowed, NothingPasted.
    """
    permissions.require(actor, EDIT)
    most = limits(actor.brand)
    account = Account.objects.for_member(actor, SEE).one(account_id) if account_id else None
    where = place or (platform_name(account.platform) if account else "")
    rows = []
    for line in plain(text, most["paste"]).splitlines()[: most["pasted"]]:
        said = line.strip()
        name, colon, rest = said.replace(":", "：", 1).partition("：")
        named = bool(colon and rest.strip()) and len(name.strip()) <= 20 and "http" not in name
        author, said = (name.strip(), rest.strip()) if named else ("", said)
        if said:
            rows.append(Said("", said, None, "", channel, where, account, author, content_title=title, url=url))
    if not rows:
        raise NothingPasted()
    done = arrive(actor.brand, rows)
    audit.record(actor, "threads.pasted", None, new=done.new, known=done.known)
    return done
