"""What became of a message at its phone: told by the vendor's push, or asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from hongqiao.delivery.models import Channel, Contact, Reach, SmsVendor
from hongqiao.delivery.reaching import asking, contacts, guards, rules, vendors
from hongqiao.errors import HongqiaoError
from hongqiao.platforms.client.sms import Report
from hongqiao.workspace.models import Brand

State = Reach.State


@transaction.atomic
def taken(brand: Brand, reports: Sequence[Report]) -> int:
    """Keep reports; one told twice changes nothing. Returns how many were news."""
    news = []
    for report in reports:
        row = _row(brand, report)
        if row is None or report.state == "waiting" or row.state != State.SENT:
            continue
        row.state = State.DELIVERED if report.state == "delivered" else State.FAILED
        row.proof = {**(row.proof or {}), "report": report.state, "at": timezone.now().isoformat()}
        if row.state == State.FAILED:
            row.why, row.error = "vendor", {"code": "not_delivered", "params": {"answer": report.code[:80]}}
        row.version += 1
        row.save()
        news.append(row)
    guards.tell(news)
    return len(news)


def _row(brand: Brand, report: Report) -> Reach | None:
    """Return the message that a report is about, locked: by our mark, else by the vendor's number."""
    rows = Reach.objects.select_for_update(of=("self",)).filter(brand=brand, channel=Channel.SMS)
    mark = report.ids.get("mark", "")
    if len(mark) == 32 and all(c in "0123456789abcdef" for c in mark):
        return rows.filter(pk=mark).first()
    if sid := report.ids.get("sid"):
        recent = timezone.now() - timedelta(hours=rules.shipped()["report_hours"])
        return rows.filter(sent_at__gte=recent, proof__sid=sid).first()
    return None


def ask(brand: Brand) -> int:
    """Ask the vendor after messages it has not reported yet, the oldest first, where it can be asked."""
    vendor, book = asking.vendor_of(brand), rules.of(brand)
    if vendor is None or vendor.kind != SmsVendor.Kind.ALIYUN:
        return 0
    since = timezone.now() - timedelta(hours=book["report_hours"])
    rows = Reach.objects.filter(brand=brand, channel=Channel.SMS, state=State.SENT, sent_at__gte=since)
    found: list[Report] = []
    line: Any = vendors.connector(vendor)
    for row in rows.order_by("sent_at")[: book["report_most"]]:
        place = contacts.of(brand, [row.subject], Channel.SMS).get(row.subject)
        if place is not None and (report := _asked(line, row, place, book)):
            found.append(report)
    return taken(brand, found)


def _asked(line: Any, row: Reach, place: Contact, book: dict[str, Any]) -> Report | None:
    assert row.sent_at is not None
    day = row.sent_at.astimezone(ZoneInfo(book["zone"])).date()
    try:
        report: Report | None = line.report(contacts.opened(place), day, str((row.proof or {}).get("biz_id", "")))
    except HongqiaoError:
        return None
    return Report({"mark": row.pk.hex}, report.state, report.code, report.pieces) if report else None
