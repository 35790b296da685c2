"""Checks that several services share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from hongqiao.errors import N_, HongqiaoError, Invalid


class BadName(Invalid):
    code = "bad_name"
    message = N_("名称不能为空，也不能超过 %(most)s 个字")
    next_step = N_("请填写名称后再保存")


class BadZone(Invalid):
    code = "bad_zone"
    message = N_("没有这个时区：%(zone)s")
    next_step = N_("请从列表中选择，例如 Asia/Shanghai")


class BadEmail(Invalid):
    code = "bad_email"
    message = N_("邮箱格式不对：%(email)s")
    next_step = N_("请检查邮箱地址")


@contextmanager
def once(taken: HongqiaoError) -> Iterator[None]:
    """Save a row of which there may be one already: then `taken` is raised, and no more than this save is undone."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        raise taken from None


def name(text: str, most: int = 80) -> str:
    """Return the name without outer spaces. Raises BadName."""
    clean = " ".join((text or "").split())
    if not clean or len(clean) > most:
        raise BadName(most=most)
    return clean


def zone(text: str) -> str:
    """Return an IANA time zone's name. Raises BadZone."""
    if text not in _zones():
        raise BadZone(zone=text)
    return ZoneInfo(text).key


@cache
def _zones() -> frozenset[str]:
    """All zones that this machine knows; looking them up walks hundreds of files."""
    return frozenset(available_timezones())


def email(text: str) -> str:
    """Return the address in lower case. Raises BadEmail."""
    clean = (text or "").strip().lower()
    try:
        validate_email(clean)
    except ValidationError:
        raise BadEmail(email=clean[:80]) from None
    return clean
