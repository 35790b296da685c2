"""A metric that a brand made, and each version of its definition. A version is never changed and never deleted."""

from __future__ import annotations

from django.db import models

from hongqiao.errors import N_
from hongqiao.workspace.models import BrandedModel, Member


class OwnMetric(BrandedModel):
    """`number`: the version in force. A retired one is no longer offered; what asks for it is still answered."""

    code = models.CharField(max_length=40)
    number = models.PositiveIntegerField(default=1)
    retired_at = models.DateTimeField(null=True, blank=True)
    author = models.ForeignKey(Member, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["brand", "code"], name="own_metric_code_once_a_brand")]

    def __str__(self) -> str:
        return self.code


class MetricVersion(BrandedModel):
    """What a metric meant from a moment on, who said so and why.

    `formula` is over codes, a brand's own ones with their version (followers_per_view@2), so it never means anything
    else later. `follows`: the metric whose change made this version, "" where a person wrote it.
    """

    class Format(models.TextChoices):
        AUTO = "", N_("按单位")
        RATE = "rate", N_("百分比")
        NUMBER = "number", N_("数值")

    class Better(models.TextChoices):
        UP = "up", N_("越高越好")
        DOWN = "down", N_("越低越好")
        NEITHER = "", N_("不分好坏")

    metric = models.ForeignKey(OwnMetric, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    label = models.CharField(max_length=40)
    formula = models.TextField()
    format = models.CharField(max_length=8, choices=Format.choices, blank=True)
    better = models.CharField(max_length=8, choices=Better.choices, blank=True)
    note = models.CharField(max_length=300, blank=True)
    why = models.CharField(max_length=200, blank=True)
    follows = models.CharField(max_length=40, blank=True)
    author = models.ForeignKey(Member, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["metric", "number"], name="metric_version_once")]

    def __str__(self) -> str:
        return f"{self.label} @{self.number}"
