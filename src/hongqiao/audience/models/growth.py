"""The growth system: what a user has earned and claimed, and products given to try. U1a–c.

`subject` is the person key, as in `delivery`: most who earn have no Person.
"""

from django.db import models
from django.utils import timezone

from hongqiao.errors import N_
from hongqiao.workspace.models import BrandedModel, Member


class Points(BrandedModel):
    """A line of the ledger of points; none is ever changed. Unique by brand and key: nothing is earned twice."""

    class Kind(models.TextChoices):
        PURCHASE = "purchase", N_("购买")
        REFUND = "refund", N_("退款")
        SIGN_UP = "sign_up", N_("注册")
        REVIEW = "review", N_("评价")
        INVITE = "invite", N_("邀请好友")
        OPENING = "opening", N_("期初")
        MANUAL = "manual", N_("人工调整")
        SPENT = "spent", N_("兑换权益")
        EXPIRED = "expired", N_("过期")

    subject = models.CharField(max_length=64)
    key = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    amount = models.IntegerField()
    at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "key"], name="points_once_a_key")]
        indexes = [
            models.Index(fields=["brand", "subject", "-at"], name="points_by_subject"),
            models.Index(fields=["brand", "at"], name="points_by_day"),
        ]


class GrowthRun(BrandedModel):
    """Up to which version of the facts points were given; one row a brand."""

    facts = models.PositiveBigIntegerField(default=0)
    rules = models.CharField(max_length=16, blank=True)
    ran_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand"], name="growth_run_once_a_brand")]


class Claim(BrandedModel):
    """A benefit that a user took: once a period."""

    subject = models.CharField(max_length=64)
    benefit = models.CharField(max_length=40)
    period = models.CharField(max_length=10)  # 2026, 2026-11, or "once"
    points = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "subject", "benefit", "period"], name="benefit_once_a_period")
        ]


class Trial(BrandedModel):
    """A product given to try, or a part in making one: so many, until when one may apply, in how many days a report is
    due. One of a journey is open while that runs; people apply by a link of their own, `quota` 0 is no limit.
    """

    class State(models.TextChoices):
        OPEN = "open", N_("报名中")
        CHOSEN = "chosen", N_("已选人")
        DONE = "done", N_("已结束")

    name = models.CharField(max_length=80)
    product = models.CharField(max_length=120, blank=True)
    journey = models.OneToOneField("audience.Journey", models.CASCADE, null=True, blank=True, related_name="trial")
    quota = models.PositiveIntegerField()
    closes_at = models.DateTimeField(null=True, blank=True)
    report_days = models.PositiveIntegerField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.OPEN)
    seed = models.CharField(max_length=64, blank=True)  # of the random choice, so that it can be done again
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")


class Applicant(BrandedModel):
    """Somebody who asked to try: chosen or not and why, what was sent when, what they reported. Texts are encrypted."""

    class State(models.TextChoices):
        APPLIED = "applied", N_("已报名")
        CHOSEN = "chosen", N_("已选中")
        PASSED = "passed", N_("未选中")
        SENT = "sent", N_("已寄出")
        REPORTED = "reported", N_("已交报告")

    trial = models.ForeignKey(Trial, models.CASCADE, related_name="applicants")
    subject = models.CharField(max_length=64)
    state = models.CharField(max_length=16, choices=State.choices, default=State.APPLIED)
    address = models.TextField(blank=True)  # encrypted: plain, or {name, phone, address} as the person gave it
    wish = models.CharField(max_length=200, blank=True)  # why they want to, in their words
    parcel = models.CharField(max_length=60, blank=True)
    moved_at = models.DateTimeField(default=timezone.now)
    drawn = models.BooleanField(default=False)  # chosen at random; else by hand, with a reason
    reason = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    report = models.TextField(blank=True)  # encrypted
    score = models.PositiveSmallIntegerField(null=True, blank=True)  # 1 to 5
    may_quote = models.BooleanField(default=False)
    reported_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["trial", "subject"], name="trial_once_a_subject")]
