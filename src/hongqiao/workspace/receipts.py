"""Idempotency-Key: a call that makes something, sent again with the same key, gets the same answer and makes nothing.

A key is kept `api_receipt_days`. A call that failed is not remembered: the same key may be tried again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import wraps
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone
from ninja import Status

from hongqiao.errors import N_, Conflict, HongqiaoError
from hongqiao.workspace.limits import limits
from hongqiao.workspace.models import ApiReceipt, Member

HEADER = "Idempotency-Key"
Call = Callable[..., Any]
CALLS: set[str] = set()  # "module.function" of every operation that heeds the header, for its description


class KeyReused(HongqiaoError):
    code, status = "idempotency_key_reused", 422
    message = N_("同一个 Idempotency-Key 用在了不同的内容上")
    next_step = N_("内容不同请换一个键；重试请原样重发")


class KeyBusy(Conflict):
    code = "idempotency_key_busy"
    message = N_("同一个 Idempotency-Key 的请求还在处理")
    next_step = N_("请稍后用同样的内容重试")


def idempotent(*, shown_once: Sequence[str] = ()) -> Callable[[Call], Call]:
    """Decorate an operation of the HTTP interface that answers `Status(201, dict)`.

    shown_once: fields of the answer that are secrets; they are not kept, and null in a repeated answer.
    """

    def decorate(view: Call) -> Call:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            key = request.headers.get(HEADER, "")[:200]
            if not key:
                return view(request, *args, **kwargs)
            row, fresh = _claim(request.auth, view.__name__, key, _said(request))  # type: ignore[attr-defined]
            if not fresh:
                return Status(row.status or 200, row.answer)
            try:
                answer = view(request, *args, **kwargs)
            except BaseException:
                row.delete()
                raise
            _keep(row, answer, shown_once)
            return answer

        CALLS.add(f"{view.__module__}.{view.__name__}")
        return inner

    return decorate


def _said(request: HttpRequest) -> str:
    """Return the hash of what the call says: its address and its body, files included."""
    made = hashlib.sha256(request.get_full_path().encode())
    if request.content_type == "multipart/form-data":
        made.update(json.dumps(sorted(request.POST.lists())).encode())
        for name in sorted(request.FILES):
            file: Any = request.FILES[name]
            made.update(f"|{name}|{file.name}|".encode())
            for chunk in file.chunks():
                made.update(chunk)
            file.seek(0)
    else:
        made.update(request.body)
    return made.hexdigest()


def _claim(member: Member, call: str, key: str, said: str) -> tuple[ApiReceipt, bool]:
    """Return the receipt of this key and whether it is ours to fill. Raises KeyReused, KeyBusy."""
    # one's own: another member's call is asked for its permission anew. Hashed, so that the column's length holds
    mine = hashlib.sha256(f"{member.pk}:{key}".encode()).hexdigest()
    named = {"brand_id": member.brand_id, "call": call, "key": mine}
    stale = timezone.now() - timedelta(minutes=limits()["api_receipt_busy_minutes"])
    ApiReceipt.objects.filter(**named, status=None, created_at__lt=stale).delete()  # its process did not live to answer
    old = timezone.now() - timedelta(days=limits()["api_receipt_days"])
    ApiReceipt.objects.filter(**named, created_at__lt=old).delete()
    try:
        with transaction.atomic():
            return ApiReceipt.objects.create(**named, said=said), True
    except IntegrityError:
        found = ApiReceipt.objects.filter(**named).first()
    if found is None or (found.said == said and found.status is None):
        raise KeyBusy()
    if found.said != said:
        raise KeyReused()
    return found, False


def _keep(row: ApiReceipt, answer: Any, shown_once: Sequence[str]) -> None:
    status, body = (answer.status_code, answer.value) if isinstance(answer, Status) else (200, answer)
    kept = {name: None if name in shown_once else value for name, value in body.items()}
    row.status, row.answer = status, json.loads(json.dumps(kept, cls=DjangoJSONEncoder))
    row.save(update_fields=["status", "answer"])
