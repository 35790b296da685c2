"""Series that are watched for bursts, and what alarmed. X1."""

from django.db import models

from hongqiao.errors import N_
from hongqiao.workspace.models import BrandedModel, Member


class Series(BrandedModel):
    """One watched series, its state carried on as JSON: a brand × kind × source, of counts or of negative shares.

    `until`: the end of the last five minutes that were looked at; state and `until` are kept together, so that a run
    repeated after a crash says the same.
    """

    key = models.CharField(max_length=120)  # "count|allergy|<source>", "share||", …
    state = models.JSONField(default=dict)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "key"], name="crisis_series_once_a_key")]


class Alarm(BrandedModel):
    """Something that somebody must look at now: a grave mention, a burst, a level. Escalates until acknowledged."""

    class Why(models.TextChoices):
        GRAVE = "grave", N_("性质严重")
        BURST = "burst", N_("声量异动")
        SHARE = "share", N_("负面占比异动")
        LEVEL = "level", N_("事件升级")
        CLOCK = "clock", N_("时限将到")

    why = models.CharField(max_length=16, choices=Why.choices)
    key = models.CharField(max_length=200)  # once a cause
    params = models.JSONField(default=dict)
    incident = models.ForeignKey("crisis.Incident", models.CASCADE, null=True, blank=True, related_name="alarms")
    mention = models.ForeignKey("crisis.Mention", models.CASCADE, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    drill = models.BooleanField(default=False)
    step = models.PositiveSmallIntegerField(default=0)  # how far it was escalated
    next_at = models.DateTimeField(null=True, blank=True)
    told = models.JSONField(default=list)  # [{at, step, members}]
    taken_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "key"], name="crisis_alarm_once_a_key")]
        indexes = [models.Index(fields=["taken_at", "next_at"], name="crisis_alarm_due")]
