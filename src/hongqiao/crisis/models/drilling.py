"""A drill: a scenario played on the real tables and clocks, marked 演练 everywhere, with its score. X2."""

from django.db import models

from hongqiao.errors import N_
from hongqiao.workspace.models import BrandedModel, Member


class Drill(BrandedModel):
    """One drill. Its mentions come by its own source, over time; `score` is what it came to, part by part."""

    class State(models.TextChoices):
        RUNNING = "running", N_("进行中")
        ENDED = "ended", N_("已结束")

    scenario = models.CharField(max_length=32)  # knowledge/crisis/drills.json
    state = models.CharField(max_length=16, choices=State.choices, default=State.RUNNING)
    source = models.ForeignKey("crisis.Source", models.PROTECT, related_name="+")
    incident = models.ForeignKey("crisis.Incident", models.SET_NULL, null=True, blank=True, related_name="+")
    started_at = models.DateTimeField()
    speed = models.PositiveSmallIntegerField(default=1)  # so many times faster than the scenario
    sent = models.PositiveSmallIntegerField(default=0)  # how many of its mentions have come
    ended_at = models.DateTimeField(null=True, blank=True)
    score = models.JSONField(default=dict)  # {total, parts: [{code, got, most, why, params}]}
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["brand", "-id"], name="crisis_drill_by_brand")]
