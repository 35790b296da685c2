"""Where a brand's own systems are told what happened, and what became of each telling."""

from django.db import models

from hongqiao.errors import N_
from hongqiao.workspace.models.base import BrandedModel
from hongqiao.workspace.models.people import Member


class Webhook(BrandedModel):
    """An address that is told of some events. Its secret is kept encrypted and shown once."""

    name = models.CharField(max_length=80)
    url = models.CharField(max_length=500)
    events = models.JSONField(default=list)
    secret = models.TextField()
    hint = models.CharField(max_length=16)
    active = models.BooleanField(default=True)
    failures = models.PositiveIntegerField(default=0)  # deliveries given up in a row
    created_by = models.ForeignKey(Member, models.PROTECT, related_name="+")


class Delivery(BrandedModel):
    """One event for one webhook: what is sent, how often it was tried, and what the other side answered."""

    class State(models.TextChoices):
        WAITING = "waiting", N_("等待送达")
        DONE = "done", N_("已送达")
        FAILED = "failed", N_("未送达")

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    event = models.CharField(max_length=64)
    body = models.TextField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    status = models.PositiveSmallIntegerField(null=True)  # HTTP status of the last try, null where none came
    error = models.JSONField(null=True)
    took = models.PositiveIntegerField(null=True)  # ms
    tried_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["webhook", "-id"], name="delivery_by_webhook")]
