"""Answers to take away: one row an answer, one column a question; words stay words, whatever they begin with.

Numbers and addresses in them are veiled: as in every list to take away, contacts are not in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from hongqiao.audience.models import Survey, SurveyAnswer
from hongqiao.audience.surveys import kit, results, words
from hongqiao.workspace.views.kit import table_file


def answers(kind: str, survey: Survey) -> HttpResponseBase:
    """Return the answers of a survey as a file, those left out with the reason."""
    read = results.read(survey)
    heads = [
        _("编号"),
        _("状态"),
        _("不计入的原因"),
        _("版本"),
        _("前后"),
        _("开始"),
        _("提交"),
        _("用时（秒）"),
        _("用户"),
    ]
    return table_file(kind, f"survey-{survey.pk}.{kind}", [*heads, *(q["text"] for q in read.questions)], _rows(read))


def _rows(read: results.Read) -> Iterator[list[Any]]:
    for row in read.survey.answers.select_related("form").order_by("started_at", "pk").iterator(chunk_size=500):
        why = row.out or words.out(read.out.get(row.pk, ""))
        plain: list[Any] = [
            str(row.pk), _(str(row.get_state_display())), why, row.form.number, words.wave(row.wave),
            at(row.started_at), at(row.done_at), None if row.seconds is None else round(row.seconds), row.subject[:8],
        ]  # fmt: skip
        wrote = {key: kit.veiled(text) for key, text in kit.opened(row.words).items()}
        yield [*plain, *(said(q, row, wrote) for q in read.questions)]


def said(question: dict[str, Any], row: SurveyAnswer, wrote: dict[str, str]) -> Any:
    """Return an answer as it is read: labels for codes, words for open questions, None where it was not asked.

    wrote: the answer's words by question.
    """
    value = row.said.get(question["id"])
    if question["kind"] == "open":
        return wrote.get(question["id"])
    labels = {o["code"]: o["label"] for o in question.get("options", [])}
    if isinstance(value, list):
        return "；".join(str(labels.get(v, v)) for v in value) or None
    return labels.get(value, value) if isinstance(value, str) else value


def at(moment: Any) -> str:
    """Return a moment in the reader's zone, "" for none."""
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M:%S") if moment else ""
