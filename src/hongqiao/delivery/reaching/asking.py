"""May this message go to this user? Asked for sets, when it is asked for and again right before it goes.

The first reason is the one kept: of the person first, then of the way, then of the words, then of how often.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db.models import Q

from hongqiao.delivery.models import Channel, Connection, Contact, OptOut, Reach, SmsVendor
from hongqiao.delivery.reaching import consents, contacts, guards, texts
from hongqiao.workspace.adapter import mail_works
from hongqiao.workspace.models import Brand

State = Reach.State
COUNTED = (State.WAITING, State.ASSISTED, State.SENT, State.DELIVERED)


class Asked(Protocol):
    """What is asked of a message: an `Ask`, or a kept `Reach`."""

    @property
    def subject(self) -> str: ...
    @property
    def channel(self) -> str: ...
    @property
    def purpose(self) -> str: ...
    @property
    def content(self) -> Mapping[str, Any]: ...


@dataclass
class Answers:
    """For each message asked about: the code of its refusal ("" where it may go), and its address."""

    why: list[str]
    contacts: list[Contact | None]
    vendor: SmsVendor | None = field(default=None, repr=False)


def answers(
    brand: Brand, asked: Sequence[Asked], rules: dict[str, Any], now: datetime, *, own: Sequence[Reach] = ()
) -> Answers:
    """Return whether each may go. `own`: the kept rows that are asked about, which do not count against themselves."""
    vendor = vendor_of(brand)
    by_channel: dict[str, set[str]] = defaultdict(set)
    by_purpose: dict[str, set[str]] = defaultdict(set)
    by_both: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in asked:
        by_channel[one.channel].add(one.subject)
        by_purpose[one.purpose].add(one.subject)
        by_both[one.purpose, one.channel].add(one.subject)
    found = {c: contacts.of(brand, subjects, c) for c, subjects in by_channel.items()}
    out = {c: opted_out(brand, c, list(found[c].values())) for c in by_channel}
    stopped = {p: guards.refused(brand, subjects, p) for p, subjects in by_purpose.items()}
    consented = {
        both: consents.holding(brand, subjects, *both)
        for both, subjects in by_both.items()
        if both[0] in rules["consented"]
    }
    open_ways, said = {c: usable(brand, c, vendor) for c in by_channel}, dict[str, str]()
    why: list[str] = []
    places: list[Contact | None] = []
    for one in asked:
        place = found[one.channel].get(one.subject)
        places.append(place)
        both = (one.purpose, one.channel)
        code = stopped[one.purpose].get(one.subject, "")
        if not code and both in consented and one.subject not in consented[both]:
            code = "no_consent"
        if not code and place is None:
            code = "no_address"
        if not code and place is not None and place.digest in out[one.channel]:
            code = "opted_out"
        if not code and not open_ways[one.channel]:
            code = "no_vendor"
        why.append(code or _words(brand, one, rules, vendor, said))
    _capped(brand, asked, why, rules, now, own)
    return Answers(why, places, vendor)


def vendor_of(brand: Brand) -> SmsVendor | None:
    """Return by whom a brand's text messages go: the newest vendor that is on."""
    return SmsVendor.objects.filter(brand=brand, on=True).order_by("-id").first()


def opted_out(brand: Brand, channel: str, rows: Sequence[Contact]) -> set[str]:
    """Return the digests of those addresses that asked for nothing more on a channel."""
    wanted = [row.digest for row in rows]
    there = OptOut.objects.filter(brand=brand, channel=channel, digest__in=wanted)
    return set(there.values_list("digest", flat=True))


def usable(brand: Brand, channel: str, vendor: SmsVendor | None) -> bool:
    """Return whether a brand has what a channel needs: a vendor, a mail server, a connected 公众号."""
    if channel == Channel.SMS:
        return vendor is not None
    if channel == Channel.EMAIL:
        return mail_works()
    if channel in (Channel.NOTICE, Channel.SERVICE):
        rows = Connection.objects.filter(brand=brand, account__platform="wechat_oa")
        return rows.exclude(state=Connection.State.OFF).exists()
    return True


def _words(brand: Brand, one: Asked, rules: dict[str, Any], vendor: SmsVendor | None, said: dict[str, str]) -> str:
    """Return what is wrong with the words; texts that are alike are held against the rules once."""
    mark = one.channel + one.purpose + json.dumps(texts.judged(one.content), sort_keys=True, ensure_ascii=False)
    if mark not in said:
        said[mark] = texts.problem(brand, one.channel, one.purpose, one.content, rules, vendor)
    return said[mark]


def _capped(
    brand: Brand,
    asked: Sequence[Asked],
    why: list[str],
    rules: dict[str, Any],
    now: datetime,
    own: Sequence[Reach],
) -> None:
    """Refuse, in place, what would be one too many in any window. Those asked for earlier come first."""
    capped = set(rules["capped"])
    subjects = {a.subject for a, code in zip(asked, why, strict=True) if not code and a.purpose in capped}
    if not subjects:
        return
    times = counted(brand, subjects, rules, now)
    mine = {row.pk for row in own}
    for place, one in enumerate(asked):
        if why[place] or one.purpose not in capped:
            continue
        moment = getattr(one, "due_at", None) or now
        moment = max(moment, now)
        me = own[place].pk if own else None
        # of two that wait, the one asked for first is sent: whoever comes later counts it, never the other way round
        others = [at for pk, at, waits in times[one.subject] if pk != me and not (waits and me and pk > me)]
        if any(_count(others, moment, cap["days"]) >= cap["most"] for cap in rules["caps"]):
            why[place] = "over_cap"
        elif me is None or me not in mine:
            times[one.subject].append((None, moment, False))


def _count(moments: Sequence[datetime], at: datetime, days: int) -> int:
    return sum(abs(at - moment) < timedelta(days=days) for moment in moments)


def counted(
    brand: Brand, subjects: set[str], rules: dict[str, Any], now: datetime
) -> dict[str, list[tuple[Any, datetime, bool]]]:
    """Return subject → (key, moment, still waiting) of what counts against the caps."""
    since = now - timedelta(days=max(cap["days"] for cap in rules["caps"]))
    rows = Reach.objects.filter(brand=brand, subject__in=list(subjects), purpose__in=rules["capped"])
    rows = rows.filter(Q(state__in=COUNTED) | Q(state=State.FAILED, why="unsure"))
    rows = rows.filter(Q(sent_at__gte=since) | Q(sent_at=None, due_at__gte=since) | Q(state=State.WAITING))
    times: dict[str, list[tuple[Any, datetime, bool]]] = defaultdict(list)
    for key, subject, sent, due, state in rows.values_list("pk", "subject", "sent_at", "due_at", "state"):
        times[subject].append((key, sent or due, state == State.WAITING))
    return times
