"""Reports that were built, whole, and the schedules that ask for them. Serves D2."""

from django.db import models

from hongqiao.errors import N_
from hongqiao.workspace.models import BrandedModel, Member


class Schedule(BrandedModel):
    """Which report is made when, and for whom. The hour is the brand's own; `members` holds keys of members."""

    class Rhythm(models.TextChoices):
        DAILY = "daily", N_("每天")
        WEEKLY = "weekly", N_("每周")
        MONTHLY = "monthly", N_("每月")

    kind = models.CharField(max_length=16)
    rhythm = models.CharField(max_length=16, choices=Rhythm.choices)
    day = models.PositiveSmallIntegerField(default=0)  # weekly: 0 is Monday; monthly: day of the month, 1 to 28
    hour = models.PositiveSmallIntegerField(default=9)
    members = models.JSONField(default=list)
    groups = models.BooleanField(default=False)
    on = models.BooleanField(default=True)
    author = models.ForeignKey(Member, models.PROTECT, related_name="+")
    last_for = models.DateField(null=True, blank=True)  # the last day of the newest report made by it

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.kind


class Report(BrandedModel):
    """A report as it was built: the document and its digest. The same facts and ledger give the same row."""

    kind = models.CharField(max_length=16)
    start = models.DateField()
    end = models.DateField()
    manifest = models.BigIntegerField()
    document = models.JSONField()
    digest = models.CharField(max_length=64)
    author = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    schedule = models.ForeignKey(Schedule, models.SET_NULL, null=True, blank=True, related_name="reports")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["brand", "kind", "start", "end", "digest"], name="report_once_a_content")
        ]
        indexes = [models.Index(fields=["brand", "kind", "-end"], name="report_by_kind")]
