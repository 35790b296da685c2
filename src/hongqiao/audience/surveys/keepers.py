"""Answers and interviews keep something of users: how it moves with a merge, goes out, and is erased.

An answer is a person's by their key where they agreed to be known, else by the hash that counts nobody twice.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from hongqiao.audience.models import Interview, SurveyAnswer
from hongqiao.audience.surveys import answering, kit, ticketing
from hongqiao.errors import N_
from hongqiao.workspace import persons
from hongqiao.workspace.models import Brand


def _answers(brand_id: UUID, keys: Sequence[str]) -> QuerySet[SurveyAnswer]:
    """Return answers under these keys, and those given by links of theirs without being named."""
    brand = Brand.objects.get(pk=brand_id)
    hashes = [answering.digest(brand, subject=key) for key in keys]
    named = Q(subject__in=list(keys)) | Q(who__in=hashes)
    found: QuerySet[SurveyAnswer] = SurveyAnswer.objects.filter(named, brand_id=brand_id)
    return found


def _answer(row: SurveyAnswer) -> dict[str, Any]:
    texts = {q["id"]: q["text"] for q in row.form.questions}
    labels = {(q["id"], o["code"]): o["label"] for q in row.form.questions for o in q["options"]}
    words = kit.opened(row.words)

    def shown(key: str, value: Any) -> Any:
        if isinstance(value, list):
            return [labels.get((key, v), v) for v in value]
        return words.get(key, "") if value is None else labels.get((key, value), value)

    said = {texts.get(key, key): shown(key, value) for key, value in row.said.items()}
    return {"survey": row.survey.title, "at": row.done_at or row.started_at, "said": said}


def move(brand_id: UUID, other: str, keep: str) -> dict[str, list[str]]:
    """Move answers and talks to another key; the hash stays, so that a link of either is answered once."""
    moved = {}
    for model in (SurveyAnswer, Interview):
        rows: Any = model.objects.filter(brand_id=brand_id, subject=other)
        moved[model.__name__] = [str(pk) for pk in rows.values_list("pk", flat=True)]
        rows.update(subject=keep)
    return moved


def back(brand_id: UUID, moved: Any, other: str) -> None:
    """Undo `move`."""
    for model in (SurveyAnswer, Interview):
        rows: Any = model.objects.filter(brand_id=brand_id, pk__in=moved.get(model.__name__, []))
        rows.update(subject=other)


def export(brand_id: UUID, keys: Sequence[str]) -> list[dict[str, Any]]:
    """Return what a person answered, and what was noted of talks with them."""
    rows = _answers(brand_id, keys).select_related("survey", "form").order_by("pk")
    talks = Interview.objects.filter(brand_id=brand_id, subject__in=list(keys)).order_by("pk")
    return [
        *(_answer(row) for row in rows),
        *({"interview": t.title, "day": t.day, "words": kit.unseal(t.words), "tags": t.tags,
           "quotes": json.loads(kit.unseal(t.quotes) or "[]")} for t in talks),
    ]  # fmt: skip


def erase(brand_id: UUID, keys: Sequence[str]) -> int:
    """Delete a person's answers and talks, with every quote taken from them; tickets made of them lose their words."""
    rows, talks = _answers(brand_id, keys), Interview.objects.filter(brand_id=brand_id, subject__in=list(keys))
    count = rows.count() + talks.count()
    ticketing.erase(list(rows.values_list("pk", flat=True)))
    rows.delete()
    talks.delete()
    return count


persons.register("surveys", N_("问卷与访谈"), move=move, back=back, export=export, erase=erase)
