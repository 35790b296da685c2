"""Work to be done: one row a job, the whole of its state in the row."""

from django.db import models
from django.utils import timezone

from hongqiao.errors import N_
from hongqiao.ids import uuid7
from hongqiao.workspace.models.base import BrandedManager
from hongqiao.workspace.models.people import Brand


class Job(models.Model):
    """A piece of background work. `brand` is null for the house's own chores only."""

    class State(models.TextChoices):
        QUEUED = "queued", N_("排队中")
        RUNNING = "running", N_("进行中")
        DONE = "done", N_("已完成")
        FAILED = "failed", N_("失败")
        CANCELLED = "cancelled", N_("已取消")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    brand = models.ForeignKey(Brand, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=64)
    key = models.CharField(max_length=255, unique=True)
    payload = models.JSONField(default=dict)
    priority = models.SmallIntegerField(default=0)
    state = models.CharField(max_length=16, choices=State.choices, default=State.QUEUED)
    run_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    claims = models.PositiveIntegerField(default=0)
    claimed_by = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField(null=True)
    cancelling = models.BooleanField(default=False)
    progress = models.FloatField(default=0)
    message = models.CharField(max_length=64, blank=True)
    params = models.JSONField(default=dict)
    error = models.JSONField(null=True)
    result = models.JSONField(null=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = BrandedManager()

    class Meta:
        indexes = [
            models.Index(fields=["-priority", "run_at", "id"], name="job_queue", condition=models.Q(state="queued")),
            models.Index(fields=["lease_until"], name="job_leases", condition=models.Q(state="running")),
            models.Index(fields=["brand", "-id"], name="job_by_brand"),
        ]


class Effect(models.Model):
    """An effect that a job has made, committed together with it. Unique by job and key, so that a second run knows."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="effects")
    key = models.CharField(max_length=200)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "key"], name="effect_once_a_job")]
