"""How far the tiers were judged, and what was seen on the way. U1. Who stands where is the warehouse's `tiers`."""

from django.db import models

from hongqiao.workspace.models import BrandedModel


class TierRun(BrandedModel):
    """One judgement of everybody for the end of a day; the latest is the brand's present one.

    `facts` is the manifest's version that was read; the minute's run moves it on for whom it judged since.
    """

    day = models.DateField()
    facts = models.PositiveBigIntegerField(default=0)
    rules = models.CharField(max_length=16)  # digest of the thresholds
    source = models.UUIDField(null=True, blank=True)  # under which its moves are in the warehouse; null: nobody moved
    judged = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)
    summary = models.JSONField(default=dict)  # counts by tier, stage, class and channel; the interval between purchases

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "day"], name="audience_tier_run_once_a_day")]
