"""Events as other systems send them: checked one by one, good ones taken at once, others named by their place."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils import timezone

from hongqiao import warehouse
from hongqiao.imports.errors import KeyReused, TooManyEvents, UnknownSource
from hongqiao.imports.limits import limits_of
from hongqiao.imports.models import EventReceipt
from hongqiao.imports.words import problem_words
from hongqiao.platforms.kit.headers import is_personal
from hongqiao.warehouse import inbox
from hongqiao.workspace import audit, keys, permissions
from hongqiao.workspace.models import Account, Member

#: Field of the call → column of the warehouse's `events`, and its longest text.
TEXTS = {
    "event": ("event", 80),
    "person": ("person", 200),
    "channel": ("channel", 120),
    "content": ("content", 300),
    "order": ("order_key", 120),
    "event_id": ("event_key", 200),
}
KNOWN = {*TEXTS, "ts", "amount", "currency"}
_CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass
class _Checked:
    """One event made ready, or what is wrong with it."""

    row: dict[str, Any] = field(default_factory=dict)
    problems: list[dict[str, str]] = field(default_factory=list)
    fatal: bool = False

    def say(self, code: str, column: str, value: Any = "", *, fatal: bool = True) -> None:
        shown = "" if column == "person" else str(value)[:80]
        self.problems.append({"code": code, "column": column, "value": shown})
        self.fatal = self.fatal or fatal


def take_events(*, actor: Member, source: str, events: Sequence[Any], key: str = "") -> dict[str, Any]:
    """Take events of one of the brand's own systems: {"accepted", "duplicates", "refused", "problems": [{"index", …}]}.

    `source` is the name of an account of the platform "own". `key` is the caller's Idempotency-Key: the same call
    again gets the same answer and changes nothing. Raises NotAllowed, TooManyEvents, UnknownSource, KeyReused.
    """
    permissions.require(actor, "imports.run")
    limit = limits_of(actor.brand)["events_a_call"]
    if len(events) > limit:
        raise TooManyEvents(limit=limit)
    said = hashlib.sha256(json.dumps([source, list(events)], sort_keys=True, default=str).encode()).hexdigest()
    earlier = _receipt(actor, key, said)
    if earlier is not None:
        return earlier
    known = Account.objects.filter(brand=actor.brand, platform="own", state=Account.State.OPEN)
    account = known.filter(name=source).first() if "\x00" not in source else None  # PostgreSQL cannot be asked for it
    if account is None:
        raise UnknownSource(source=source[:80])
    answer = _take(actor, account, events)
    return _keep(actor, key, said, answer)


def _receipt(actor: Member, key: str, said: str) -> dict[str, Any] | None:
    found = EventReceipt.objects.filter(brand=actor.brand, key=key[:200]).first() if key else None
    if found and found.body_hash != said:
        raise KeyReused()
    return found.answer if found else None


def _keep(actor: Member, key: str, said: str, answer: dict[str, Any]) -> dict[str, Any]:
    """Remember the answer; of two equal calls at once the first one's answer stands."""
    if not key:
        return answer
    try:
        with transaction.atomic():
            EventReceipt.objects.create(brand=actor.brand, key=key[:200], body_hash=said, answer=answer)
    except IntegrityError:
        return _receipt(actor, key, said) or answer
    return answer


def _take(actor: Member, account: Account, events: Sequence[Any]) -> dict[str, Any]:
    checked = [check(event, account.zone) for event in events]
    rows = [c.row for c in checked if not c.fatal]
    origin = warehouse.Origin(
        brand_id=actor.brand_id,
        platform=account.platform,
        account_id=account.id,
        zone=account.zone,
        captured_at=timezone.now().astimezone(UTC).replace(tzinfo=None),
        file_hash="",
        file_name="POST /api/events",
        sheet="",
        layout="own.events",
        kind="api",
    )
    counts = inbox.put(actor.brand_id, "events", rows, origin, keys.person_keys(actor.brand_id))
    problems = [
        {"index": n, **p, "message": problem_words(p), "refused": c.fatal}
        for n, c in enumerate(checked)
        for p in c.problems
    ]
    refused = len(events) - len(rows)
    said: dict[str, Any] = {"accepted": counts.new, "duplicates": counts.duplicates, "refused": refused}
    audit.record(actor, "import.events_taken", account, source=account.name, **said)
    return {**said, "problems": problems}


def check(event: Any, zone: str) -> _Checked:
    """Return one event as a row for the warehouse, or what is wrong with it. A time without an offset is in `zone`."""
    done = _Checked()
    if not isinstance(event, Mapping):
        done.say("not_an_object", "")
        return done
    for name, (column, longest) in TEXTS.items():
        _text(done, event, name, column, longest)
    if not done.row.get("event") and not any(p["column"] == "event" for p in done.problems):
        done.say("missing_value", "event")
    _moment(done, event.get("ts"), zone)
    _money(done, event)
    _others(done, event)
    return done


def _text(done: _Checked, event: Mapping[str, Any], name: str, column: str, longest: int) -> None:
    value = event.get(name)
    if value is None or value == "":
        return
    if isinstance(value, bool | float | list | dict):
        done.say("not_text", name, value)
    elif len(text := str(value).replace("\x00", "").strip()) > longest:
        done.say("too_long", name, text)
    elif text:
        done.row[column] = text


def _moment(done: _Checked, value: Any, zone: str) -> None:
    if value is None or value == "":
        done.say("missing_value", "ts")
        return
    try:
        said = datetime.fromisoformat(value) if isinstance(value, str) and len(value) > 10 else None
        moment = (said if said.tzinfo else said.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC) if said else None
    except (ValueError, OverflowError):
        moment = None
    if moment is None:
        done.say("not_a_date", "ts", value)
    elif moment > timezone.now() + timedelta(hours=limits_of(None)["clock_tolerance_hours"]):
        done.say("in_future", "ts", value)
    elif moment < datetime.fromisoformat(limits_of(None)["earliest_capture"]).replace(tzinfo=UTC):
        done.say("too_old", "ts", value)
    else:
        done.row["ts"] = moment


def _money(done: _Checked, event: Mapping[str, Any]) -> None:
    value, currency = event.get("amount"), event.get("currency")
    if value is None or value == "":
        return
    try:
        amount = Decimal(str(value))
        fine = not isinstance(value, bool) and amount.is_finite() and abs(amount) < Decimal(10) ** 13
    except InvalidOperation:
        fine = False
    if not fine:
        done.say("not_a_number", "amount", value)
        return
    done.row["amount"] = str(amount)
    if currency and not (isinstance(currency, str) and _CURRENCY.fullmatch(currency)):
        done.say("bad_currency", "currency", currency)
        return
    done.row["currency"] = currency or "CNY"


def _others(done: _Checked, event: Mapping[str, Any]) -> None:
    """Fields we do not know are kept beside the row, except what names or reaches a person."""
    extra: dict[str, Any] = {}
    for name, value in event.items():
        if name in KNOWN or value is None or isinstance(value, list | dict):
            continue
        if is_personal(str(name)):
            done.say("personal_dropped", str(name)[:80], fatal=False)
        else:
            extra[str(name)[:80]] = value if isinstance(value, bool | int | float) else str(value)[:300]
    if extra:
        done.row["extra"] = extra
