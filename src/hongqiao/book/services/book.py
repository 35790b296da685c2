"""Writes of the book itself: positioning, voice, red lines, pillars."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from hongqiao.book import queries, shipped
from hongqiao.book.models import Book
from hongqiao.book.services import clean
from hongqiao.errors import N_, Conflict, Invalid
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.models import Member


class BadPillars(Invalid):
    code = "bad_pillars"
    message = N_("内容支柱的占比加起来是 %(sum)s%%，应为 100%%")
    next_step = N_("请把各支柱的占比调到合计 100%%")


class BadPillar(Invalid):
    code = "bad_pillar"
    message = N_("内容支柱要有名称，名称不能重复，占比在 0 到 100%% 之间")
    next_step = N_("请检查这一行：%(row)s")


class NoPillars(Invalid):
    code = "no_pillars"
    message = N_("至少要有一个内容支柱，最多 %(most)s 个")
    next_step = N_("请补上，或恢复默认")


@transaction.atomic
def save_book(*, actor: Member, seen: int | None, **fields: Any) -> Book:
    """Save parts of the book: positioning, promise, first_person, tone, avoid, examples, lines, pillars.

    `seen`: the version the person looked at, 0 where nobody had written it. Raises NotAllowed, Conflict, Invalid.
    """
    permissions.require(actor, queries.EDIT)
    row = Book.objects.filter(brand=actor.brand).select_for_update().first()
    if seen is not None and (row.version if row else 0) != seen:
        raise Conflict()
    made = {name: _CLEAN[name](value) for name, value in fields.items()}
    if row is None:
        row = _first(actor, made)
    else:
        for name, value in made.items():
            setattr(row, name, value)
        row.save_next(*made)
    audit.record(actor, "book.changed", row, fields="、".join(_NAMES[name] for name in made))
    return row


def _first(actor: Member, made: Mapping[str, Any]) -> Book:
    try:
        with transaction.atomic():
            return Book.objects.create(brand=actor.brand, **{"pillars": shipped.pillars(), **made})
    except IntegrityError:  # somebody wrote the first one at the same moment
        raise Conflict() from None


def _tone(value: Any) -> list[str]:
    return clean.words(value, N_("常用词"), shipped.limits()["word"])


def _avoid(value: Any) -> list[dict[str, str]]:
    """Words not to be written, each with what to write: typed "词 → 换成" a line, or given as objects."""
    given = [_parted(v) for v in clean.lines(value, N_("不用的词"))] if isinstance(value, str) else value
    return clean.rows(given, N_("不用的词"), ("word", "instead"))


def _parted(typed: str) -> dict[str, str]:
    word, _mark, instead = re.sub(r"\s*(?:→|->|=>|＝>)\s*", "\t", typed, count=1).partition("\t")
    return {"word": word, "instead": instead}


def _lines(value: Any) -> list[dict[str, Any]]:
    """Red lines, each with the words that mark it: typed "红线：词、词" a line, or given as objects."""
    given = [_marked(v) for v in clean.lines(value, N_("红线"))] if isinstance(value, str) else value
    found = clean.rows(given, N_("红线"), ("text", "why"))
    listed = given if isinstance(given, list | tuple) else []
    marks = {clean.line(g.get("text"), N_("红线")): g.get("words", ()) for g in listed if isinstance(g, Mapping)}
    return [one | {"words": clean.words(marks.get(one["text"]) or (), N_("红线"))} for one in found]


def _marked(typed: str) -> dict[str, Any]:
    text, _mark, words = typed.replace("：", ":", 1).partition(":")
    return {"text": text.strip(), "words": clean.words(words, N_("红线"))}


def _examples(value: Any) -> list[dict[str, str]]:
    return clean.rows(value, N_("例句"), ("good", "bad", "note"))


def _pillars(value: Any) -> list[dict[str, Any]]:
    """Pillars with shares that add up to one. Raises NoPillars, BadPillar, BadPillars."""
    listed = value if isinstance(value, list | tuple) else []
    given = [v for v in listed if isinstance(v, Mapping) and clean.plain(v.get("label"))]
    most = shipped.limits()["pillars"]
    if not 1 <= len(given) <= most:
        raise NoPillars(most=most)
    made: list[dict[str, Any]] = []
    for one in given:
        label = clean.line(one["label"], N_("内容支柱"), 20)
        quota = _share(one.get("quota"))
        if quota is None or label in {m["label"] for m in made}:
            raise BadPillar(row=label)
        code = _code(one.get("code"), {m["code"] for m in made})
        about = clean.line(one.get("about"), N_("内容支柱"))
        made.append({"code": code, "label": label, "about": about, "quota": quota, "selling": bool(one.get("selling"))})
    if abs((total := sum(m["quota"] for m in made)) - 1) > 0.0051:
        raise BadPillars(sum=f"{total * 100:g}")
    return made


def _share(value: Any) -> float | None:
    try:
        share = round(float(value), 4)
    except (TypeError, ValueError):
        return None
    return share if 0 <= share <= 1 else None


def _code(given: Any, taken: set[str]) -> str:
    code = clean.plain(given)
    if re.fullmatch(r"[a-z0-9_]{1,32}", code) and code not in taken:
        return code
    known = taken | {p["code"] for p in shipped.pillars()}
    return next(c for n in range(1, 99) if (c := f"own_{n}") not in known)


_CLEAN: dict[str, Any] = {
    "positioning": lambda v: clean.text(v, N_("定位")),
    "promise": lambda v: clean.line(v, N_("品牌承诺")),
    "first_person": lambda v: clean.line(v, N_("自称"), 20),
    "tone": _tone,
    "avoid": _avoid,
    "examples": _examples,
    "lines": _lines,
    "pillars": _pillars,
}
_NAMES = {
    "positioning": "定位",
    "promise": "品牌承诺",
    "first_person": "自称",
    "tone": "常用词",
    "avoid": "不用的词",
    "examples": "例句",
    "lines": "红线",
    "pillars": "内容支柱",
}
