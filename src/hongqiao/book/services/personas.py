"""Writes of personas, and of what says that they exist."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from hongqiao.book import queries, shipped
from hongqiao.book.models import Persona
from hongqiao.book.services import clean
from hongqiao.errors import N_, Conflict, Invalid
from hongqiao.platforms import PLATFORMS
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.models import Member
from hongqiao.workspace.services import checks

GENDERS = ("", "女", "男")


class PersonaTaken(Conflict):
    code = "persona_taken"
    message = N_("已有这个人群：%(name)s")
    next_step = N_("请换一个名称，或修改原来的那一个")


class BadAge(Invalid):
    code = "bad_age"
    message = N_("年龄要是 0 到 120 的整数，且不能从大到小")
    next_step = N_("请改年龄，或不填")


class BadGender(Invalid):
    code = "bad_gender"
    message = N_("性别只能选 女、男，或不限")
    next_step = N_("请从列表中选择")


class BadPlatform(Invalid):
    code = "book_bad_platform"
    message = N_("没有这个平台：%(name)s")
    next_step = N_("请从列表中选择")


class BadEvidence(Invalid):
    code = "bad_evidence"
    message = N_("依据要写清楚：什么调研、什么时候、多少人，或选一个指标")
    next_step = N_("请补上至少 4 个字的说明")


FIELDS = ("name", "gender", "age_from", "age_to", "who", "scenes", "needs", "words", "platforms")


@transaction.atomic
def add_persona(*, actor: Member, **fields: Any) -> Persona:
    """Add a persona. Raises NotAllowed, PersonaTaken, Invalid."""
    permissions.require(actor, queries.EDIT)
    if Persona.objects.filter(brand=actor.brand).count() >= (most := shipped.limits()["personas"]):
        raise clean.TooMany(field=gettext("目标人群"), most=most)
    row = Persona(brand=actor.brand)
    _fill(row, fields)
    with checks.once(PersonaTaken(name=row.name)):
        row.save(force_insert=True)
    audit.record(actor, "persona.added", row, name=row.name)
    return row


@transaction.atomic
def change_persona(*, actor: Member, persona_id: UUID | str, seen: int | None, **fields: Any) -> Persona:
    """Change a persona. Raises NotFound, Conflict, PersonaTaken, Invalid."""
    row: Persona = Persona.objects.for_member(actor, queries.EDIT).locked(persona_id, seen)
    _fill(row, fields)
    with checks.once(PersonaTaken(name=row.name)):
        row.save_next(*FIELDS)
    audit.record(actor, "persona.changed", row, name=row.name)
    return row


@transaction.atomic
def use_persona(*, actor: Member, persona_id: UUID | str, seen: int | None, active: bool) -> Persona:
    """Put a persona out of use, or back: topics and pieces that name it keep it. Raises NotFound, Conflict."""
    row: Persona = Persona.objects.for_member(actor, queries.EDIT).locked(persona_id, seen)
    row.active = active
    row.save_next("active")
    audit.record(actor, "persona.resumed" if active else "persona.ended", row, name=row.name)
    return row


@transaction.atomic
def add_evidence(
    *, actor: Member, persona_id: UUID | str, seen: int | None, text: str, kind: str = "survey", url: str = "",
    cite: Mapping[str, Any] | None = None,
) -> Persona:  # fmt: skip
    """Add what says that a persona exists: a survey named by hand, or figures with the question behind them (`cite`).

    Raises NotFound, Conflict, BadEvidence, Invalid.
    """
    row: Persona = Persona.objects.for_member(actor, queries.EDIT).locked(persona_id, seen)
    said = clean.line(text, N_("依据"), 300)
    if len(said) < 4 or kind not in ("survey", "figure") or (kind == "figure") != bool(cite):
        raise BadEvidence()
    if len(row.evidence) >= (most := shipped.limits()["evidence"]):
        raise clean.TooMany(field=gettext("依据"), most=most)
    made = {"kind": kind, "text": said, "cite": dict(cite or {}), "url": clean.address(url)}
    row.evidence = [*row.evidence, made]
    row.save_next("evidence")
    audit.record(actor, "persona.evidence_added", row, name=row.name, said=said[:80])
    return row


@transaction.atomic
def remove_evidence(*, actor: Member, persona_id: UUID | str, seen: int | None, index: int) -> Persona:
    """Take evidence away. Raises NotFound, Conflict, Invalid."""
    row: Persona = Persona.objects.for_member(actor, queries.EDIT).locked(persona_id, seen)
    if not 0 <= index < len(row.evidence):
        raise Invalid()
    gone = row.evidence[index]
    row.evidence = [e for i, e in enumerate(row.evidence) if i != index]
    row.save_next("evidence")
    audit.record(actor, "persona.evidence_removed", row, name=row.name, said=str(gone.get("text"))[:80])
    return row


def _fill(row: Persona, fields: Mapping[str, Any]) -> None:
    given = {name: getattr(row, name) for name in FIELDS} | {k: v for k, v in fields.items() if k in FIELDS}
    row.name = checks.name(clean.plain(given["name"]))
    row.gender, row.who = clean.plain(given["gender"]), clean.text(given["who"], N_("是谁"), 500)
    if row.gender not in GENDERS:
        raise BadGender()
    row.age_from, row.age_to = _age(given["age_from"]), _age(given["age_to"])
    if row.age_from is not None and row.age_to is not None and row.age_from > row.age_to:
        raise BadAge()
    row.scenes = clean.words(given["scenes"], N_("场景"))
    row.needs = clean.words(given["needs"], N_("需求"))
    row.words = clean.words(given["words"], N_("他们的说法"), shipped.limits()["word"])
    row.platforms = clean.words(given["platforms"], N_("常用平台"))
    if unknown := next((p for p in row.platforms if p not in PLATFORMS), None):
        raise BadPlatform(name=unknown[:40])


def _age(value: Any) -> int | None:
    text = clean.plain(value) if value != 0 else "0"
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or int(text[:9]) > 120:
        raise BadAge()
    return int(text)
