"""What happens by itself: surveys end at their time, words and persons go when they were promised to."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from hongqiao.audience.models import Evidence, Interview, Survey, SurveyAnswer
from hongqiao.audience.surveys import ticketing
from hongqiao.errors import N_
from hongqiao.workspace import audit, jobs, keys

TIDY = "audience.surveys_tidy"

keys.keeps(SurveyAnswer, "words")
keys.keeps(Interview, "words", "quotes")
keys.keeps(Evidence, "quote")


@jobs.handler(TIDY, label=N_("结束到期的问卷，清理到期的原话与身份"))
def tidy(ctx: jobs.Context) -> dict[str, int]:
    """Close surveys whose time is over; take words, persons and devices out of answers kept long enough, then
    the words out of the tickets made of them."""
    now, cleared, ended = timezone.now(), 0, 0
    for row in Survey.objects.filter(state=Survey.State.OPEN, closes__lte=now).select_related("brand"):
        with transaction.atomic():
            row.state = Survey.State.CLOSED
            row.save_next("state")
            audit.record(None, "survey.closed", row, brand=row.brand, title=row.title)
            ended += 1
    for row in Survey.objects.all().only("pk", "keep_days"):
        cleared += clear(row, now - timedelta(days=row.keep_days))
    with transaction.atomic():
        tickets = ticketing.forget()
    return {"ended": ended, "cleared": cleared, "tickets": tickets}


@transaction.atomic
def clear(row: Survey, before: object) -> int:
    """Take words and persons out of the answers given before a moment; quotes taken from them go as well."""
    old = SurveyAnswer.objects.filter(survey=row, started_at__lt=before).exclude(who__startswith="-")
    ids = list(old.values_list("pk", flat=True))
    Evidence.objects.filter(answer_id__in=ids).delete()
    for pk in ids:
        SurveyAnswer.objects.filter(pk=pk).update(words="", subject="", who=f"-{pk.hex}")
    return len(ids)


jobs.every(TIDY, minutes=60)
