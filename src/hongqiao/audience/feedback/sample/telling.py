"""The story of examples/anlan/audience/feedback.json, told once."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from hongqiao.audience.feedback import clocks, needs, services, tickets
from hongqiao.audience.inbox import canned as answers
from hongqiao.audience.inbox import reading
from hongqiao.audience.inbox import services as inbox
from hongqiao.audience.inbox.arriving import Said, arrive, reply_due
from hongqiao.audience.models import Canned, Thread, ThreadMessage, Ticket
from hongqiao.workspace import invented
from hongqiao.workspace.models import Account, Member, Notice

Told = dict[str, Any]


def tell(host: Member, folder: Path) -> int:
    """Tell the story; nothing where the brand has threads already. Return how many there are."""
    brand = host.brand
    if Thread.objects.filter(brand=brand).exists():
        return 0
    told: Told = json.loads((folder / "feedback.json").read_text("utf-8"))
    cast, began = _cast(host, folder, told), timezone.now()
    with transaction.atomic():
        for one in told["canned"]:
            if not Canned.objects.filter(brand=brand, name=one["name"]).exists():
                answers.add(actor=cast["service"], **one)
        rows = [_arrive(host, n, one, began) for n, one in enumerate(told["threads"])]
        while reading.read_chunk(brand):
            pass
        for row, one in zip(rows, told["threads"], strict=True):
            if "answer" in one:
                _answer(cast, row, one, began)
        for one in told["tickets"]:
            _ticket(cast, rows[one["of"]], one, began)
        _need(cast, rows, told["need"])
        _settled(host, began)
    return len(rows)


def _cast(host: Member, folder: Path, told: Told) -> dict[str, Member]:
    desk = json.loads((folder.parent / "desk.json").read_text("utf-8"))["people"]
    heard = json.loads((folder.parent / "crisis" / "listening.json").read_text("utf-8"))["people"]
    return invented.gather(host, [*desk, *heard, *told["people"]])


def _arrive(host: Member, n: int, one: Told, now: datetime) -> Thread:
    at = now - timedelta(hours=one["hours"])
    account = Account.objects.filter(
        brand=host.brand, platform=_PLATFORMS.get(one["place"], ""), relation="own"
    ).first()
    channel = one.get("channel", Thread.Channel.COMMENT)
    said = Said(f"sample-{n}", one["text"], at, "", channel, one["place"], account, one["author"])
    row = Thread.objects.get(pk=arrive(host.brand, [said], at=at).ids[0])
    Thread.objects.filter(pk=row.pk).update(created_at=at, content_title=one["title"])
    return row


_PLATFORMS = {"抖音": "douyin", "小红书": "xiaohongshu", "微博": "weibo"}


def _answer(cast: dict[str, Member], row: Thread, one: Told, now: datetime) -> None:
    """Answer a thread through the services, then put the answer back to its moment."""
    told, actor = one["answer"], cast[one["answer"]["by"]]
    row.refresh_from_db()
    message = inbox.reply(actor=actor, thread_id=row.pk, seen=None, text=told["text"], confirmed="示例")
    inbox.sent(actor=actor, message_id=message.pk, declared=True)
    at = now - timedelta(hours=one["hours"]) + timedelta(minutes=told["after"])
    ThreadMessage.objects.filter(pk=message.pk).update(at=at)
    Thread.objects.filter(pk=row.pk).update(first_reply_at=at, replied_at=at, last_at=at)


def _ticket(cast: dict[str, Member], thread: Thread, one: Told, now: datetime) -> None:
    """Carry a ticket as far as the story goes, then put its moments back and work its terms out anew."""
    thread.refresh_from_db()
    row = tickets.from_thread(actor=cast[one["by"]], thread_id=thread.pk)
    who: Told = {"ticket_id": row.pk, "seen": None}
    owner = cast.get(one.get("owner", ""))
    if owner is not None:
        services.own(actor=cast[one["by"]], owner_id=owner.pk, **who)
    if "note" in one:
        services.write(actor=owner or cast[one["by"]], ticket_id=row.pk, text=one["note"])
    if "fix" in one:
        services.solve(actor=owner or cast[one["by"]], fix=one["fix"], **who)
        if "score" in one:
            services.score(actor=cast[one["by"]], points=one["score"], **who)
    if one.get("closed"):
        services.move(actor=cast[one["by"]], state=Ticket.State.CLOSED, **who)
    row.refresh_from_db()
    _back(row, thread, one, now)


def _back(row: Ticket, thread: Thread, one: Told, now: datetime) -> None:
    opened = now - timedelta(hours=one["opened"])
    thread.refresh_from_db()
    row.opened_at = row.clock_at = opened
    row.owned_at = opened + timedelta(minutes=one["owned"]) if "owned" in one else None
    row.first_at = thread.first_reply_at
    if row.solved_at:
        row.solved_at = opened + timedelta(hours=one["solved"])
        row.closed_at = row.solved_at + timedelta(hours=1) if row.closed_at else None
    clocks.set_terms(row)
    row.late = clocks.missed(row, now)
    row.level = 1 if row.late else 0
    row.save()
    row.notes.update(at=opened)
    if row.solved_at:
        row.notes.filter(code="ticket.solved").update(at=row.solved_at)
        row.notes.filter(code__in=["ticket.scored", "ticket.moved"]).update(at=row.closed_at or row.solved_at)


def _need(cast: dict[str, Member], rows: list[Thread], one: Told) -> None:
    actor, chosen = cast[one["by"]], [rows[n].pk for n in one["of"]]
    given = {k: one[k] for k in ("title", "text", "kind", "product")}
    row = needs.open_need(actor=actor, thread_ids=chosen, **given)
    row = needs.edit(
        actor=actor, need_id=row.pk, seen=None, title=row.title, text=row.text, owner_id=cast[one["owner"]].pk
    )
    needs.move(actor=actor, need_id=row.pk, seen=None, state=one["state"])


def _settled(host: Member, began: datetime) -> None:
    """Count what was told on the way as read: it is a story, no news. A thread that waits has a term of its own."""
    rows = Notice.objects.filter(brand=host.brand, read_at=None, created_at__gte=began)
    keys = [n.pk for n in rows if n.code.startswith(("ticket.", "thread", "member."))]
    Notice.objects.filter(pk__in=keys).update(read_at=timezone.now())
    for row in Thread.objects.filter(brand=host.brand, state=Thread.State.OPEN):
        row.due_at = reply_due(host.brand, row.channel, row.heard_at)
        row.save(update_fields=["due_at"])
