"""One row for every act. Append only: the model refuses change, and so does the database (migration 0002)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Model

from hongqiao.workspace.models import AuditEntry, Brand, Member, User

_ip: ContextVar[str | None] = ContextVar("hongqiao_ip", default=None)


@contextmanager
def coming_from(ip: str | None) -> Iterator[None]:
    """Remember the address of the request, for the entries written inside."""
    token = _ip.set(ip)
    try:
        yield
    finally:
        _ip.reset(token)


def record(
    actor: Member | User | None, code: str, obj: Model | None = None, *, brand: Brand | None = None, **params: Any
) -> AuditEntry:
    """Write one entry in the caller's transaction.

    `actor` is the member who acts, a user outside any brand, or None for the house itself. The brand is the actor's
    unless named. Parameters are kept as JSON: never put a secret in them, nor contact data beyond what the act names.
    """
    member = actor if isinstance(actor, Member) else None
    user = member.user if member else actor if isinstance(actor, User) else None
    plain = {k: _plain(v) for k, v in params.items()}
    return AuditEntry.objects.create(
        brand=brand or (member.brand if member else None) or getattr(obj, "brand", None),
        member=member,
        user=user,
        code=code,
        object_type=obj._meta.label_lower if obj is not None else "",
        object_id=str(obj.pk) if obj is not None else "",
        params=plain,
        search=" ".join(str(v) for v in plain.values() if v is not None)[:2000],
        ip=_ip.get(),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(v) for v in value]
    return value if isinstance(value, int | float | str | None) else str(value)
