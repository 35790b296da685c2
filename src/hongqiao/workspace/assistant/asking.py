"""Asking a brand's model: only where a use is on, only within the month's limit, every call with its row."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from hongqiao.errors import HongqiaoError
from hongqiao.workspace import keys
from hongqiao.workspace.assistant import errors, speaking
from hongqiao.workspace.assistant.speaking import Message, Reply
from hongqiao.workspace.limits import limits
from hongqiao.workspace.models import Assistant, AssistantCall, Brand, Member

#: The use of 试一下, which needs no switch.
TRY = "try"
_THOUGHT = re.compile(r"<think>.*?</think>", re.S)
_FENCE = re.compile(r"^```\w*\s*\n(.*)\n```$", re.S)


@dataclass(frozen=True)
class Answer:
    """What a model wrote, and which model it was: screens say so beside the text."""

    text: str
    model: str


def allowed(brand: Brand, use: str) -> bool:
    """Return whether the brand has a model that may be asked for this."""
    row = Assistant.objects.filter(brand=brand, active=True).first()
    return row is not None and use in row.uses


def used(brand: Brand, now: datetime | None = None) -> int:
    """Return how many calls were made this month of the brand's own zone."""
    here = (now or timezone.now()).astimezone(ZoneInfo(brand.zone))
    first = here.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return AssistantCall.objects.filter(brand=brand, created_at__gte=first).count()


def ask(brand: Brand, use: str, messages: Sequence[Message], *, member: Member | None = None) -> Answer:
    """Return what the brand's model writes. Raises AssistantError: NoAssistant, MonthOver, Unreachable, Slow, Busy,
    Down, KeyRefused, Refused, NotUnderstood. Not to be called inside a transaction: it may take its time.
    """
    return _ask(brand, use, messages, member, as_json=False)


def ask_json(
    brand: Brand, use: str, messages: Sequence[Message], *, member: Member | None = None, long: bool = False
) -> dict[str, Any]:
    """Return the JSON object that the brand's model writes. Raises as `ask`; the caller checks what is in it.

    `long`: the answer is a whole text, which may take more words and more time.
    """
    answer = _ask(brand, use, messages, member, as_json=True, long=long)
    try:
        found = json.loads(answer.text)
    except ValueError:
        raise errors.NotUnderstood(why="JSON") from None
    if not isinstance(found, dict):
        raise errors.NotUnderstood(why="JSON")
    return found


def _ask(
    brand: Brand, use: str, messages: Sequence[Message], member: Member | None, *, as_json: bool, long: bool = False
) -> Answer:
    if sum(len(m["content"]) for m in messages) > limits()["assistant_letters"]:
        raise errors.NotUnderstood(why="too long")
    row, call = _begun(brand, use, member)
    began = time.monotonic()
    try:
        secret = keys.decrypt(row.key).decode() if row.key else ""
        reply = speaking.speak(
            row.url, secret, speaking.body_of(row.model, messages, as_json=as_json, long=long), long=long
        )
    except HongqiaoError as error:
        _ended(call, error.code, began, None)
        raise
    _ended(call, "ok", began, reply)
    return Answer(_plain(reply.text), row.model)


@transaction.atomic
def _begun(brand: Brand, use: str, member: Member | None) -> tuple[Assistant, AssistantCall]:
    """Write the call's row under the model's lock, so that the limit holds for calls at the same moment."""
    row = Assistant.objects.select_for_update().filter(brand=brand).first()
    if row is None or (use != TRY and not (row.active and use in row.uses)):
        raise errors.NoAssistant()
    if used(brand) >= row.monthly:
        raise errors.MonthOver(limit=row.monthly)
    return row, AssistantCall.objects.create(brand=brand, use=use, member=member)


def _ended(call: AssistantCall, outcome: str, began: float, reply: Reply | None) -> None:
    call.outcome, call.took = outcome, round((time.monotonic() - began) * 1000)
    call.tokens = reply.tokens if reply else None
    call.save(update_fields=["outcome", "took", "tokens"])


def _plain(text: str) -> str:
    """Return what was written without the thoughts some models put before it, and without a fence around it."""
    clean = _THOUGHT.sub("", text).strip()
    fenced = _FENCE.match(clean)
    return fenced[1].strip() if fenced else clean
