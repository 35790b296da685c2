"""What a rule said, who heard it, and what nobody wants to hear again. Serves D2."""

from django.db import models
from django.utils import timezone

from hongqiao.errors import N_
from hongqiao.workspace.models import BrandedModel, Member


class Kind(models.TextChoices):
    PROBLEM = "problem", N_("问题")
    OPPORTUNITY = "opportunity", N_("机会")


class Severity(models.IntegerChoices):
    LOW = 1, N_("一般")
    MIDDLE = 2, N_("重要")
    HIGH = 3, N_("紧急")


class FindingState(models.TextChoices):
    OPEN = "open", N_("待处理")
    ACTING = "acting", N_("处理中")
    SNOOZED = "snoozed", N_("稍后再看")
    WONT = "wont", N_("不处理")
    MERGED = "merged", N_("已合并")
    CLOSED = "closed", N_("已结束")


class Finding(BrandedModel):
    """One thing a rule found, once a key. Codes and parameters, never rendered text.

    `evidence` is a list of {"code", "params", "cite"}; `cite` the question that gives the rows behind a statement.
    `proposals` is a list of {"action", "params", "expected", "measure", "cost", "due_days"}. `manifest` is the version
    of the facts that the rule looked at, so that the figures can be had again.
    """

    rule = models.CharField(max_length=64)
    key = models.CharField(max_length=255)
    variant = models.CharField(max_length=64)
    room = models.CharField(max_length=32)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    severity = models.PositiveSmallIntegerField(choices=Severity.choices, default=Severity.MIDDLE)
    state = models.CharField(max_length=16, choices=FindingState.choices, default=FindingState.OPEN)
    day = models.DateField()
    subject = models.JSONField(default=dict)
    params = models.JSONField(default=dict)
    evidence = models.JSONField(default=list)
    proposals = models.JSONField(default=list)
    cares = models.JSONField(default=list, blank=True)
    manifest = models.BigIntegerField(null=True)
    first_said = models.DateTimeField(default=timezone.now)
    last_said = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)
    snoozed_until = models.DateField(null=True, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    reason = models.CharField(max_length=300, blank=True)
    right = models.BooleanField(null=True, blank=True)
    decided_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "rule", "key"], name="finding_once_a_key")]
        indexes = [
            models.Index(fields=["brand", "state", "-day"], name="finding_by_state"),
            models.Index(fields=["brand", "rule", "-day"], name="finding_by_rule"),
        ]

    def __str__(self) -> str:
        return f"{self.rule}:{self.key}"


class Told(BrandedModel):
    """That a member was told of a finding: when, how, and whether they said that they saw it."""

    class Way(models.TextChoices):
        NOW = "now", N_("即时")
        DIGEST = "digest", N_("汇总")

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="told")
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    way = models.CharField(max_length=16, choices=Way.choices)
    day = models.DateField()
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["finding", "member"], name="told_once_a_member")]
        indexes = [models.Index(fields=["member", "day"], name="told_by_day")]


class Mute(BrandedModel):
    """What is not to be said again: a rule, or a rule about one subject, for a member or for the whole brand."""

    rule = models.CharField(max_length=64)
    subject = models.CharField(max_length=255, blank=True)
    member = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    until = models.DateField(null=True, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["brand", "rule"], name="mute_by_rule")]
