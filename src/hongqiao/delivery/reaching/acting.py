"""The act itself: a set of what is due, asked about again, marked, sent, kept. Jobs run at least once, so:

1. right before a call `asking_at` is written, in a transaction of its own, where the row still waits unasked: of two
   workers only one marks it, and a refusal, a pause or a stop that came until then is obeyed;
2. what the vendor answered is kept with it;
3. where `asking_at` stands and no answer is kept, somebody died in between, or the answer was lost. A vendor that can
   find a message by our mark is asked; else it ends as 不确定 and is never sent again: no vendor knows a key of ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from hongqiao.delivery.models import Channel, Coupon, Reach
from hongqiao.delivery.reaching import asking, channels, contacts, coupons, guards, rules, texts, vendors
from hongqiao.delivery.reaching.channels import Letter, Said
from hongqiao.delivery.reaching.errors import UnsureReach
from hongqiao.errors import HongqiaoError
from hongqiao.platforms.client.errors import NotSure, Unreachable
from hongqiao.platforms.client.sms import Report
from hongqiao.workspace import bulk, pause
from hongqiao.workspace.models import Brand
from hongqiao.workspace.words import stored_error

SCOPE = "reaching"
State = Reach.State


def stopped_parts(brand: Brand) -> tuple[bool, set[str], set[str]]:
    """Return (all of it is paused, channels that are, origins that are, by the red button or by their own room)."""
    names = [name for name in pause.parts(brand) if name.startswith(f"{SCOPE}/")]
    on = pause.standing(brand, SCOPE, *names)
    if any(row.scope in (pause.ALL, SCOPE) for row in on):
        return True, set(), set()
    keys = [row.scope.split("/", 1)[1] for row in on]
    closed = {k.removeprefix("channel:") for k in keys if k.startswith("channel:")}
    origins = {k for k in keys if not k.startswith("channel:")}
    return False, closed, origins | guards.held_origins(brand)


def one_set(brand: Brand) -> int:
    """Send one set of what is due; return how many rows were looked at. 0: there is nothing that may go now."""
    now, book = timezone.now(), rules.of(brand)
    whole, shut, origins = stopped_parts(brand)
    if whole:
        return 0
    due = Reach.objects.filter(brand=brand, state=State.WAITING, asking_at=None, due_at__lte=now)
    due = due.exclude(channel__in=shut).exclude(origin__in=origins)
    if rules.opens(book, now) > now:
        due.update(due_at=rules.opens(book, now))
        return 0
    rows = list(due.order_by("due_at", "id")[: book["set"]])
    if not rows:
        return 0
    said = asking.answers(brand, rows, book, now, own=rows)
    refuse([(row, why) for row, why in zip(rows, said.why, strict=True) if why])
    good = [(row, place) for row, why, place in zip(rows, said.why, said.contacts, strict=True) if not why and place]
    letters = []
    for row, place in good:
        text, values = texts.filled(row.content)
        letters.append(Letter(row, place, text, values))
    for group in channels.groups(letters, said.vendor):
        if timezone.now() - now > timedelta(seconds=book["settle_seconds"] / 4):
            break  # what was asked about so long ago is asked about again
        marked = mark(brand, group)
        if marked:
            keep(brand, channels.go(brand, marked, said.vendor, book), book)
    return len(rows)


@transaction.atomic
def mark(brand: Brand, letters: Sequence[Letter]) -> list[Letter]:
    """Mark what still waits as asked, and fill in its coupon; return what may go now. The last look at the pause."""
    whole, shut, origins = stopped_parts(brand)
    now = timezone.now()
    if whole:
        return []
    found = Reach.objects.select_for_update().filter(
        pk__in=[one.row.pk for one in letters], state=State.WAITING, asking_at=None
    )
    there = {r.pk: r for r in found.exclude(channel__in=shut).exclude(origin__in=origins)}
    wanting = [r for r in there.values() if texts.wants_coupon(r.content)]
    codes = coupons.hand_out(brand, wanting)
    empty = [(r, "no_coupon") for r in wanting if r.pk not in codes]
    refuse(empty)
    going = [r for r in there.values() if r not in wanting or r.pk in codes]
    for row in going:
        row.asking_at, row.attempts = now, row.attempts + 1
    bulk.update(going, ["asking_at", "attempts"])
    by = {one.row.pk: one for one in letters}
    return [Letter(r, by[r.pk].contact, *texts.filled(r.content, codes.get(r.pk, ""))) for r in going]


@transaction.atomic
def refuse(found: Sequence[tuple[Reach, str]]) -> None:
    """Keep why messages are not sent, where nobody asked for them to be sent meanwhile."""
    why = {row.pk: code for row, code in found}
    rows = Reach.objects.select_for_update().filter(pk__in=why, state=State.WAITING, asking_at=None)
    told = list(rows.select_related("brand"))
    for row in told:
        row.state, row.why = State.REFUSED, why[row.pk]
        row.version += 1
    bulk.update(told, ["state", "why", "version"])
    guards.tell(told)


@transaction.atomic
def keep(brand: Brand, said: Sequence[Said], book: dict[str, Any]) -> None:
    """Keep what was answered. Where nothing is known it is left marked: `settle` ends it."""
    by, now = {one.row.pk: one for one in said}, timezone.now()
    told = []
    for row in Reach.objects.select_for_update().filter(pk__in=by).select_related("brand"):
        one = by[row.pk]
        if row.state not in (State.WAITING, State.FAILED) or (row.state == State.FAILED and row.why != "unsure"):
            continue
        if one.dead:
            _dead(brand, row)
        _answered(row, one, book, now)
        row.version += 1
        row.save()
        if row.state != State.WAITING:
            told.append(row)
    guards.tell(told)


def _answered(row: Reach, one: Said, book: dict[str, Any], now: datetime) -> None:
    if one.error is None:
        row.state, row.why, row.sent_at, row.asking_at = State.SENT, "", now, None
        row.proof, row.cost, row.error = one.proof, one.cost, None
        return
    row.error = stored_error(one.error)
    if isinstance(one.error, NotSure):
        return
    again = isinstance(one.error, Unreachable) or getattr(one.error, "again", False)
    if again and row.attempts < book["attempts"]:
        later = getattr(one.error, "until", None) or now + timedelta(seconds=_pause(row, book))
        row.asking_at, row.due_at = None, rules.opens(book, later)
        return
    row.state, row.why, row.asking_at = State.FAILED, "vendor", None
    Coupon.objects.filter(reach=row).update(reach=None, given_at=None)  # nobody saw the code


def _pause(row: Reach, book: dict[str, Any]) -> int:
    steps = book["backoff_seconds"]
    return int(steps[min(row.attempts, len(steps)) - 1])


def _dead(brand: Brand, row: Reach) -> None:
    place = contacts.of(brand, [row.subject], row.channel).get(row.subject)
    if place:
        contacts.failed(place)


def settle(brand: Brand) -> int:
    """End what was asked for and never answered: found at the vendor it is sent, else 不确定. Returns how many."""
    book = rules.of(brand)
    before = timezone.now() - timedelta(seconds=book["settle_seconds"])
    rows = Reach.objects.filter(brand=brand, state=State.WAITING, asking_at__lt=before)
    return sum(_settled(brand, row, book) for row in rows.order_by("asking_at")[: book["set"]])


def _settled(brand: Brand, row: Reach, book: dict[str, Any]) -> int:
    found = _found(brand, row, book)
    with transaction.atomic():
        fresh = Reach.objects.select_for_update().get(pk=row.pk)
        if fresh.state != State.WAITING or fresh.asking_at != row.asking_at:
            return 0
        if found is None:
            fresh.state, fresh.why, fresh.error = State.FAILED, "unsure", stored_error(UnsureReach())
        else:
            fresh.state, fresh.sent_at, fresh.asking_at = State.SENT, row.asking_at, None
            fresh.proof = {"found": True, **found.ids}
        fresh.version += 1
        fresh.save()
        guards.tell([fresh])
    return 1


def _found(brand: Brand, row: Reach, book: dict[str, Any]) -> Report | None:
    """Ask a vendor that can find a message by our mark. None: it cannot, or has none of it."""
    vendor = asking.vendor_of(brand)
    place = contacts.of(brand, [row.subject], row.channel).get(row.subject)
    if row.channel != Channel.SMS or vendor is None or place is None or row.asking_at is None:
        return None
    text, values = texts.filled(row.content)
    letter = Letter(row, place, text, values)
    try:
        day = row.asking_at.astimezone(ZoneInfo(book["zone"])).date()
        return vendors.connector(vendor).find(channels.sms_of(letter, vendor), day)
    except HongqiaoError:
        return None
