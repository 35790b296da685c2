"""What a member types into the forms of this room: taken whole, or refused with what to mend; words kept encrypted."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from hongqiao.errors import N_, Invalid
from hongqiao.workspace import keys
from hongqiao.workspace.lines import one_line
from hongqiao.workspace.models import Brand


class NeedsWords(Invalid):
    code = "needs_words"
    message = N_("还没有填写：%(field)s")
    next_step = N_("请填写后再提交")


class TooLong(Invalid):
    code = "too_long"
    message = N_("%(field)s 最多 %(most)s 字，现在有 %(length)s 字")
    next_step = N_("请删短后再提交；写好的内容仍在本页")


class BadNumber(Invalid):
    code = "bad_number"
    message = N_("%(field)s 要填 0 或更大的数：%(value)s")
    next_step = N_("请只填数字，不带单位；不知道就留空")


class BadChoice(Invalid):
    code = "bad_choice"
    message = N_("%(field)s 没有这个选项：%(value)s")
    next_step = N_("请从列表中选择")


_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T\s]+(\d{1,2})(:.*))?")


def iso(said: Any) -> str:
    """Return a day or moment as sheets write it (2026/1/5, 2026年1月5日 9:05) in the way of ISO 8601, else as it is."""
    plain = str(said if said is not None else "").strip()
    found = _DAY.fullmatch(plain)
    if not found:
        return plain
    year, month, day, hour, rest = found.groups()
    return f"{year}-{month:0>2}-{day:0>2}" + (f"T{hour:0>2}{rest}" if hour else "")


def text(value: Any, name: str, most: int, *, lines: bool = False, need: bool = False) -> str:
    """Return what was typed, whole. Raises NeedsWords, TooLong. `name` is the field in the reader's words."""
    plain = str(value if value is not None else "").encode("utf-8", "ignore").decode().replace("\x00", "")
    plain = plain.replace("\r\n", "\n").strip() if lines else one_line(plain)
    if need and not plain:
        raise NeedsWords(field=name)
    if len(plain) > most:
        raise TooLong(field=name, most=most, length=len(plain))
    return plain


def count(value: Any, name: str, *, most: int = 10**8) -> int | None:
    """Return a whole number of 0 or more, None for nothing typed. Raises BadNumber."""
    said = str(value if value is not None else "").strip()
    if not said:
        return None
    if not (said.isascii() and said.isdigit()) or len(said) > 12 or int(said) > most:
        raise BadNumber(field=name, value=said[:40])
    return int(said)


def moment(brand: Brand, value: Any) -> datetime | None:
    """Return a moment, local in the brand's zone where it names none; None for nothing. Raises BadChoice."""
    if isinstance(value, datetime) or not value:
        return value or None
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        raise BadChoice(field=_("时间"), value=str(value)[:40]) from None
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(brand.zone))


def one_of(value: Any, known: Any, name: str) -> str:
    """Return a code among those known. Raises BadChoice."""
    said = str(value or "")
    if said not in known:
        raise BadChoice(field=name, value=said[:40])
    return said


def seal(words: str) -> str:
    """Return words encrypted, "" for none."""
    return keys.encrypt(words.encode()) if words else ""


def unseal(kept: str) -> str:
    """Return words that were sealed."""
    return keys.decrypt(kept).decode() if kept else ""
