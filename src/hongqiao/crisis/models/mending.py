"""What is done until trust is back: the 30/60/90 days after an incident. X3."""

from django.db import models

from hongqiao.errors import N_
from hongqiao.workspace.models import BrandedModel, Member


class Goodwill(BrandedModel):
    """One thing to do in a phase of the repair; its work and its outcome are an action of the ledger."""

    class Kind(models.TextChoices):
        REPORT = "report", N_("整改报告")
        WORDS = "words", N_("用户说整改")
        GOOD = "good", N_("公益行动")
        OPEN_DAY = "open_day", N_("开放日与座谈")
        TEST = "test", N_("第三方检测")
        OTHER = "other", N_("其他")

    incident = models.ForeignKey("crisis.Incident", models.CASCADE, related_name="goodwill")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    title = models.CharField(max_length=120)
    phase = models.PositiveSmallIntegerField()  # 30, 60 or 90 days
    due = models.DateField()
    owner = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    action = models.UUIDField(null=True, blank=True)  # the ledger's action
    done_at = models.DateTimeField(null=True, blank=True)
    proof = models.JSONField(default=dict)  # {text, url, publication}
    order = models.PositiveSmallIntegerField(default=0)
