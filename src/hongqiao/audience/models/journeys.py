"""Journeys: who is taken along, step by step, towards a goal, and who is left alone to compare. Serves U1a–d."""

from django.db import models

from hongqiao.errors import N_
from hongqiao.workspace.models import BrandedModel, Member


class Journey(BrandedModel):
    """One way of reaching one tier. `steps` are data (docs/journeys.md); `cursor` how far the moves were read.

    `trigger` {"kind": "tier" | "event", "tier", "stage", "event", "existing", "again_days"}.
    """

    class State(models.TextChoices):
        DRAFT = "draft", N_("草稿")
        RUNNING = "running", N_("启用")
        PAUSED = "paused", N_("暂停")
        ENDED = "ended", N_("结束")

    name = models.CharField(max_length=60)
    template = models.CharField(max_length=32, blank=True)
    kind = models.CharField(max_length=16, blank=True)  # sample, cocreate: people apply; "": nothing to apply for
    goal = models.CharField(max_length=32)
    trigger = models.JSONField(default=dict)
    steps = models.JSONField(default=list)
    holdout = models.FloatField(default=0.1)
    days = models.PositiveSmallIntegerField(default=30)  # how long a person is watched for the goal
    state = models.CharField(max_length=16, choices=State.choices, default=State.DRAFT)
    cursor = models.BigIntegerField(default=0)
    began = models.BooleanField(default=False)  # those who stood in the tier at the start are in
    action = models.ForeignKey("ledger.Action", models.SET_NULL, null=True, blank=True, related_name="+")
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    started_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["brand", "state"], name="journey_by_state")]

    def __str__(self) -> str:
        return self.name


class Enrolment(BrandedModel):
    """One person in one journey. Held ones are never reached; one active a person and goal (held counts as active)."""

    class Arm(models.TextChoices):
        TREAT = "treat", N_("触达")
        HOLD = "hold", N_("对照组（不触达）")

    class State(models.TextChoices):
        ACTIVE = "active", N_("进行中")
        HELD = "held", N_("对照观察中")
        DONE = "done", N_("走完")
        LEFT = "left", N_("退出")

    journey = models.ForeignKey(Journey, models.CASCADE, related_name="enrolments")
    subject = models.CharField(max_length=64)
    goal = models.CharField(max_length=32)
    round = models.PositiveSmallIntegerField(default=1)
    move = models.CharField(max_length=160, blank=True)  # what let the person in: key of the move or the event
    arm = models.CharField(max_length=8, choices=Arm.choices)
    state = models.CharField(max_length=8, choices=State.choices)
    step = models.CharField(max_length=24, blank=True)  # what is done when due
    since = models.DateTimeField(null=True, blank=True)  # since when a condition is waited for
    due_at = models.DateTimeField()
    entered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    why = models.CharField(max_length=32, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["journey", "subject", "round"], name="enrolled_once_a_round"),
            models.UniqueConstraint(
                fields=["brand", "goal", "subject"],
                condition=models.Q(state__in=["active", "held"]),
                name="enrolled_once_a_goal",
            ),
        ]
        indexes = [
            models.Index(fields=["brand", "state", "due_at"], name="enrolment_by_due"),
            models.Index(fields=["journey", "state", "step"], name="enrolment_by_step"),
            models.Index(fields=["brand", "subject"], name="enrolment_by_subject"),
        ]
