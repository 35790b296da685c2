"""What is typed into the book, made plain: no NUL, no halves of letters, no longer than the book holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext

from hongqiao.book.shipped import limits
from hongqiao.errors import N_, Invalid
from hongqiao.workspace import links


class TooLong(Invalid):
    code = "book_text_too_long"
    message = N_("“%(field)s”太长：%(length)s 字，最多 %(most)s 字")
    next_step = N_("请改短后再保存")


class TooMany(Invalid):
    code = "book_too_many"
    message = N_("“%(field)s”最多 %(most)s 条")
    next_step = N_("请删去不用的几条后再保存")


class BadAddress(Invalid):
    code = "book_bad_address"
    message = N_("不是网址：%(link)s")
    next_step = N_("请写 http:// 或 https:// 开头的网址，或不填")


class BadDay(Invalid):
    code = "book_bad_day"
    message = N_("日期看不懂：%(text)s")
    next_step = N_("请写成 2027-03-31，长期有效就不填")


def plain(value: Any) -> str:
    """Return a text that a row can hold, without outer space."""
    return str(value or "").encode("utf-8", "ignore").decode().replace("\x00", "").replace("\r\n", "\n").strip()


def text(value: Any, field: str, most: int = 0) -> str:
    """Return a text. Raises TooLong."""
    clean, most = plain(value), most or limits()["text"]
    if len(clean) > most:
        raise TooLong(field=gettext(field), length=len(clean), most=most)
    return clean


def line(value: Any, field: str, most: int = 0) -> str:
    """Return one line of text. Raises TooLong."""
    return text(" ".join(plain(value).split()), field, most or limits()["line"])


def words(values: Iterable[Any] | str, field: str, most: int = 0) -> list[str]:
    """Return a list of short texts, each once: given as a list, or typed one a line or with 、 ，； between.

    Raises TooLong, TooMany.
    """
    given = plain(values).translate(_COMMAS).split("\n") if isinstance(values, str) else values
    return _few((line(v, field, most or limits()["line"]) for v in given), field)


def lines(values: Iterable[Any] | str, field: str) -> list[str]:
    """Return a list of sentences, each once: given as a list, or typed one a line. Raises TooLong, TooMany."""
    given = plain(values).split("\n") if isinstance(values, str) else values
    return _few((line(v, field) for v in given), field)


_COMMAS = str.maketrans(dict.fromkeys("、，,；;", "\n"))


def _few(found: Iterable[str], field: str) -> list[str]:
    kept, most = list(dict.fromkeys(v for v in found if v)), limits()["words"]
    if len(kept) > most:
        raise TooMany(field=gettext(field), most=most)
    return kept


def address(value: Any) -> str:
    """Return an address of the web or "". Raises BadAddress."""
    clean = plain(value)
    if clean and not links.is_page(clean):
        raise BadAddress(link=clean[:80])
    return clean


def day(value: Any) -> date | None:
    """Return a day, None where nothing is given. Raises BadDay."""
    if isinstance(value, date) or value is None:
        return value
    clean = plain(value)
    if not clean:
        return None
    parts = clean.translate(_DAY_MARKS).rstrip("日").split("-")
    try:
        return date(*(int(p) for p in parts)) if len(parts) == 3 else _no_day(clean)
    except (ValueError, OverflowError):
        return _no_day(clean)


_DAY_MARKS = str.maketrans(dict.fromkeys("年月/.", "-"))


def _no_day(clean: str) -> date:
    raise BadDay(text=clean[:40])


def rows(values: Any, field: str, keys: tuple[str, ...]) -> list[dict[str, str]]:
    """Return a list of small objects with these keys, the first of which says something. Raises TooMany, TooLong."""
    kept: list[dict[str, str]] = []
    for given in values if isinstance(values, list | tuple) else []:
        one = given if isinstance(given, Mapping) else {keys[0]: given}
        made = {k: line(one.get(k), field) for k in keys}
        if made[keys[0]]:
            kept.append(made)
    if len(kept) > limits()["lines"]:
        raise TooMany(field=gettext(field), most=limits()["lines"])
    return kept
