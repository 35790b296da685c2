"""A line that a person drew for a figure."""

from __future__ import annotations

from django.db import models

from hongqiao.errors import N_
from hongqiao.workspace.models import Account, BrandedModel, Member


class AlertRule(BrandedModel):
    """A metric, where it is measured, and the line that it must not cross.

    `line` is in the metric's own unit (a rate as a share: 0.025), of `rises` and `falls` a share of the earlier figure.
    `roles` and `members` (keys): who should hear of it, both empty for everyone who may see figures. `since`:
    crossings before it are no news.
    """

    class Condition(models.TextChoices):
        ABOVE = "above", N_("高于")
        BELOW = "below", N_("低于")
        RISES = "rises", N_("上升超过")
        FALLS = "falls", N_("下降超过")

    class Grain(models.TextChoices):
        DAY = "day", N_("按日")
        WEEK = "week", N_("按周")

    class Severity(models.IntegerChoices):
        LOW = 1, N_("一般")
        MIDDLE = 2, N_("重要")
        HIGH = 3, N_("紧急")

    metric = models.CharField(max_length=64)
    platform = models.CharField(max_length=32, blank=True)
    account = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    dimension = models.CharField(max_length=32, blank=True)
    value = models.CharField(max_length=120, blank=True)
    condition = models.CharField(max_length=8, choices=Condition.choices)
    line = models.DecimalField(max_digits=18, decimal_places=4)
    grain = models.CharField(max_length=8, choices=Grain.choices, default=Grain.DAY)
    severity = models.PositiveSmallIntegerField(choices=Severity.choices, default=Severity.MIDDLE)
    roles = models.JSONField(default=list)
    members = models.JSONField(default=list)
    since = models.DateField()
    paused = models.BooleanField(default=False)
    author = models.ForeignKey(Member, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["paused", "metric", "id"]
        indexes = [models.Index(fields=["brand", "paused"], name="alert_by_state")]

    def __str__(self) -> str:
        return self.metric

    @property
    def where(self) -> dict[str, str]:
        """The filter of its figure."""
        place = {"account": str(self.account_id)} if self.account_id else {}
        if self.platform and not place:
            place = {"platform": self.platform}
        return {**place, self.dimension: self.value} if self.dimension else place

    @property
    def cares(self) -> tuple[str, ...]:
        """Who should hear of it, as a finding says it."""
        return (*self.roles, *(f"member:{key}" for key in self.members))

    @property
    def relative(self) -> bool:
        """Whether the line is a change and not a figure."""
        return self.condition in (self.Condition.RISES, self.Condition.FALLS)
