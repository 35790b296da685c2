"""What the services of topics share: plain texts, choices, a topic fetched with permission."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext

from hongqiao.book import queries as book
from hongqiao.book.models import Persona, Product
from hongqiao.content.models import Piece, Topic
from hongqiao.content.topics import queries, settings
from hongqiao.errors import N_, Conflict, Invalid
from hongqiao.platforms import PLATFORMS
from hongqiao.workspace import links, permissions
from hongqiao.workspace.lines import one_line
from hongqiao.workspace.models import Member

LABELS = {
    "title": N_("选题"),
    "pillar": N_("内容支柱"),
    "mark": N_("用户阶段"),
    "persona": N_("人群"),
    "product": N_("产品"),
    "pain": N_("痛点"),
    "claim": N_("主张"),
    "evidence": N_("依据"),
    "url": N_("网址"),
    "platforms": N_("平台"),
    "platform": N_("平台"),
    "form": N_("形式"),
    "node": N_("节点"),
    "hot_until": N_("热度截止"),
    "hours": N_("工时"),
    "owner": N_("负责人"),
    "reason": N_("理由"),
    "level": N_("级别"),
    "weights": N_("权重"),
    "kind": N_("种类"),
    "text": N_("内容"),
    "count": N_("次数"),
    "day": N_("日期"),
}


class BadTopic(Invalid):
    code = "bad_topic"
    message = N_("“%(field)s”不能这样写：%(value)s")
    next_step = N_("请修改后再保存")

    def __init__(self, *, field: str, value: str) -> None:
        super().__init__(field=gettext(LABELS.get(field, field)), value=value or gettext("空"))


class TooLong(BadTopic):
    code = "topic_too_long"
    message = N_("“%(field)s”最多 %(most)s 字，现在 %(count)s 字")
    next_step = N_("请删短再保存")

    def __init__(self, *, field: str, most: int, count: int) -> None:
        Invalid.__init__(self, field=gettext(LABELS.get(field, field)), most=most, count=count)


class TopicTaken(Conflict):
    code = "topic_taken"
    message = N_("选题库里已有这个选题：%(title)s")
    next_step = N_("请打开原来的那一条，把新的依据加进去")


class WrongMove(Conflict):
    code = "topic_wrong_move"
    message = N_("这个选题现在不能这样改状态")
    next_step = N_("请刷新后看它走到了哪一步")


class NoReason(Invalid):
    code = "topic_no_reason"
    message = N_("请写明理由，至少 2 个字")
    next_step = N_("写一句为什么，以后能查到")


class Gated(Conflict):
    code = "topic_gated"
    message = N_("有一票否决的问题，不能通过：%(title)s")
    next_step = N_("请打开选题看是哪一条，改好后再通过")


def topic_of(actor: Member, topic_id: UUID | str, seen: int | None, needs: str = queries.EDIT) -> Topic:
    """Return a topic, locked. Raises NotFound, NotAllowed, Conflict."""
    row: Topic = Topic.objects.for_member(actor, queries.SEE).locked(topic_id, None)
    permissions.require(actor, needs)
    if seen is not None and row.version != int(seen):
        raise Conflict()
    return row


def plain(value: Any, field: str, most: int) -> str:
    """Return one line that a row can hold. Raises TooLong."""
    said = one_line(value)
    if len(said) > most:
        raise TooLong(field=field, most=most, count=len(said))
    return said


def reason(value: Any) -> str:
    """Return a reason. Raises NoReason."""
    said = plain(value, "reason", 200)
    if len(said) < 2:
        raise NoReason()
    return said


def one_of(value: Any, choices: Iterable[str], field: str) -> str:
    """Return a choice or "". Raises BadTopic."""
    said = str(value or "")
    if said and said not in choices:
        raise BadTopic(field=field, value=said[:40])
    return said


FIELDS = (
    *("title", "pillar", "mark", "persona_id", "product_id", "pain", "claim", "evidence", "platforms", "form"),
    *("node", "campaign", "hot_until", "hours", "owner_id"),
)


def cleaned(actor: Member, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a topic as a row holds them. Raises BadTopic, Invalid for a field there is not."""
    if unknown := set(given) - set(FIELDS):
        raise BadTopic(field="、".join(sorted(unknown))[:40], value="")
    limits, brand = settings.limits(), actor.brand
    pillars = {p["code"] for p in book.pillars(brand)}
    how: dict[str, Any] = {
        "title": lambda v: _title(v, limits["title"]),
        "pillar": lambda v: one_of(v, pillars, "pillar"),
        "mark": lambda v: one_of(v, Topic.Mark.values, "mark"),
        "persona_id": lambda v: _row(Persona, actor, v, "persona"),
        "product_id": lambda v: _row(Product, actor, v, "product"),
        "pain": lambda v: plain(v, "pain", limits["line"]),
        "claim": lambda v: plain(v, "claim", limits["text"]),
        "evidence": evidence,
        "platforms": _platforms,
        "form": lambda v: one_of(v, Piece.Form.values, "form"),
        "node": lambda v: plain(v, "node", 64),
        "campaign": lambda v: plain(v, "campaign", 80),
        "hot_until": lambda v: _moment(v, actor),
        "hours": _hours,
        "owner_id": lambda v: _row(Member, actor, v, "owner"),
    }
    return {k: how[k](v) for k, v in given.items()}


def _title(value: Any, most: int) -> str:
    said = plain(value, "title", most)
    if not said:
        raise BadTopic(field="title", value="")
    return said


def _row(model: Any, actor: Member, value: Any, field: str) -> Any:
    if not value:
        return None
    row = model.objects.filter(brand=actor.brand, pk=_uuid(value, field)).first()
    if row is None:
        raise BadTopic(field=field, value=str(value)[:40])
    return row.pk


def _uuid(value: Any, field: str) -> UUID:
    try:
        return UUID(str(getattr(value, "pk", value)))
    except ValueError:
        raise BadTopic(field=field, value=str(value)[:40]) from None


def _platforms(value: Any) -> list[str]:
    given = [value] if isinstance(value, str) else list(value or ())
    return [one_of(p, PLATFORMS, "platforms") for p in dict.fromkeys(given) if p]


def evidence(value: Any) -> list[dict[str, Any]]:
    """Return evidence [{text, url, cite, own}]. Raises BadTopic for what is no address, or for too many."""
    kept = []
    for one in value or ():
        given = one if isinstance(one, Mapping) else {"text": one}
        said = {k: plain(given.get(k), "evidence", 300) for k in ("text", "cite")}
        url = str(given.get("url") or "").strip()
        if url and (len(url) > 500 or not links.is_page(url)):
            raise BadTopic(field="url", value=url[:60])
        if any(said.values()) or url:
            kept.append({**said, "url": url} | ({"own": True} if given.get("own") else {}))
    if len(kept) > settings.limits()["evidence"]:
        raise BadTopic(field="evidence", value=str(len(kept)))
    return kept


def _moment(value: Any, actor: Member) -> datetime | None:
    if not value:
        return None
    try:
        at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        if not 2000 <= at.year <= 2100:
            raise ValueError
        return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(actor.brand.zone))).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadTopic(field="hot_until", value=str(value)[:40]) from None


def _hours(value: Any) -> Decimal | None:
    if value in (None, ""):
        return None
    try:
        hours = Decimal(str(value)).quantize(Decimal("0.1"))
    except InvalidOperation:
        raise BadTopic(field="hours", value=str(value)[:20]) from None
    if not 0 <= hours <= 2000:
        raise BadTopic(field="hours", value=str(value)[:20])
    return hours
