"""What is done about a finding, what it brought, and what waits for somebody's decision. Serves D2."""

from django.db import models

from hongqiao.errors import N_
from hongqiao.ledger.models.findings import Finding
from hongqiao.workspace.models import BrandedModel, Member


class ActionState(models.TextChoices):
    PLANNED = "planned", N_("待开始")
    RUNNING = "running", N_("进行中")
    DONE = "done", N_("待复盘")
    JUDGED = "judged", N_("已复盘")
    WONT = "wont", N_("不做")
    CANCELLED = "cancelled", N_("已取消")


class Verdict(models.TextChoices):
    WORKED = "worked", N_("有效")
    DID_NOT = "did_not", N_("无效")
    CANNOT_TELL = "cannot_tell", N_("数据不足")


class Action(BrandedModel):
    """Something to do, with its owner, due day, cost, expected effect, and how it will be measured.

    `template` is a code of the playbook, "" for one written by hand; `title` is a person's own words, else the
    template's are shown with `params`. `target` names what it acts on ({"metric", "where", "content", …}), so that
    contradictory actions on one target are seen. `expected` is {"metric", "low", "mid", "high", "unit", "reason",
    "params"} or null; `measure` is {"method", "metric", "where", "want", "days", "controls", …} as docs/ledger.md says.
    """

    finding = models.ForeignKey(Finding, models.PROTECT, null=True, blank=True, related_name="actions")
    template = models.CharField(max_length=64, blank=True)
    title = models.CharField(max_length=120, blank=True)
    note = models.TextField(blank=True)
    params = models.JSONField(default=dict)
    room = models.CharField(max_length=32)
    target = models.JSONField(default=dict)
    state = models.CharField(max_length=16, choices=ActionState.choices, default=ActionState.PLANNED)
    owner = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    author = models.ForeignKey(Member, models.PROTECT, related_name="+")
    due = models.DateField(null=True, blank=True)
    cost = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    expected = models.JSONField(null=True, blank=True)
    measure = models.JSONField(default=dict)
    started_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    measure_on = models.DateField(null=True, blank=True)
    links = models.JSONField(default=list, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["brand", "state", "due"], name="action_by_state"),
            models.Index(fields=["owner", "state"], name="action_by_owner"),
            models.Index(fields=["brand", "template"], name="action_by_template"),
        ]

    def __str__(self) -> str:
        return self.title or self.template


class Outcome(BrandedModel):
    """What an action brought, computed once from one version of the facts; the newest one counts.

    `effect`, `lo`, `hi` are per day (or per person, per piece: `unit`), `relative` against what was to be expected
    without it. `details` holds what a reader needs to check it: n, pre-fit, placebo, controls, the series' days.
    """

    action = models.ForeignKey(Action, models.PROTECT, related_name="outcomes")
    method = models.CharField(max_length=32)
    metric = models.CharField(max_length=64, blank=True)
    verdict = models.CharField(max_length=16, choices=Verdict.choices)
    reason = models.CharField(max_length=64, blank=True)
    params = models.JSONField(default=dict)
    effect = models.FloatField(null=True)
    sd = models.FloatField(null=True)
    lo = models.FloatField(null=True)
    hi = models.FloatField(null=True)
    relative = models.FloatField(null=True)
    cumulative = models.FloatField(null=True)
    unit = models.CharField(max_length=32, blank=True)
    level = models.FloatField(default=0.9)
    n = models.PositiveIntegerField(null=True)
    start = models.DateField(null=True)
    end = models.DateField(null=True)
    day = models.DateField(null=True)  # the brand's day it was computed on
    manifest = models.BigIntegerField(null=True)
    details = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["brand", "verdict"], name="outcome_by_verdict")]
        ordering = ["-created_at", "-id"]


class Decision(BrandedModel):
    """待决策: an amount, the options and a deadline, for somebody who may decide."""

    class State(models.TextChoices):
        OPEN = "open", N_("待决策")
        DECIDED = "decided", N_("已决策")
        WITHDRAWN = "withdrawn", N_("已撤回")

    title = models.CharField(max_length=120)
    note = models.TextField(blank=True)
    amount = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    options = models.JSONField(default=list)
    deadline = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=16, choices=State.choices, default=State.OPEN)
    finding = models.ForeignKey(Finding, models.PROTECT, null=True, blank=True, related_name="+")
    action = models.ForeignKey(Action, models.PROTECT, null=True, blank=True, related_name="+")
    author = models.ForeignKey(Member, models.PROTECT, related_name="+")
    chosen = models.CharField(max_length=200, blank=True)
    decided_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["brand", "state", "deadline"], name="decision_by_state")]

    def __str__(self) -> str:
        return self.title


class Assignment(BrandedModel):
    """Which arm a person is in, drawn before the action started and kept. `arm`: "treat" is reached, "hold" is not.

    The draw is a function of `Action.measure["seed"]` and the key, so that it can be checked; the row is what counts.
    """

    action = models.ForeignKey(Action, models.CASCADE, related_name="assignments")
    person_key = models.CharField(max_length=64)
    arm = models.CharField(max_length=8)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["action", "person_key"], name="assigned_once_an_action")]
