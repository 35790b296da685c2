"""What a brand, an account or a person is to reach, by when. Serves D2."""

from django.db import models

from hongqiao.errors import N_
from hongqiao.workspace.models import Account, BrandedModel, Member


class Goal(BrandedModel):
    """A metric, where it is measured, a period, a target, and who answers for it. Put away, never deleted.

    `target` is in the metric's own unit (a rate as a share: 0.025). A person's goal may be measured at a place too.
    """

    class Scope(models.TextChoices):
        BRAND = "brand", N_("全品牌")
        PLATFORM = "platform", N_("平台")
        ACCOUNT = "account", N_("账号")
        PERSON = "person", N_("个人")

    class Span(models.TextChoices):
        MONTH = "month", N_("月")
        QUARTER = "quarter", N_("季")
        YEAR = "year", N_("年")
        CUSTOM = "custom", N_("自定义")

    metric = models.CharField(max_length=64)
    scope = models.CharField(max_length=16, choices=Scope.choices, default=Scope.BRAND)
    platform = models.CharField(max_length=32, blank=True)
    account = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    owner = models.ForeignKey(Member, models.PROTECT, related_name="goals")
    span = models.CharField(max_length=16, choices=Span.choices, default=Span.MONTH)
    start = models.DateField()
    end = models.DateField()
    target = models.DecimalField(max_digits=18, decimal_places=4)
    note = models.CharField(max_length=200, blank=True)
    author = models.ForeignKey(Member, models.PROTECT, related_name="+")
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-end", "scope", "metric", "id"]
        indexes = [models.Index(fields=["brand", "archived_at", "end"], name="goal_by_end")]

    def __str__(self) -> str:
        return self.metric

    @property
    def where(self) -> dict[str, str]:
        """The filter of its figure."""
        if self.account_id:
            return {"account": str(self.account_id)}
        return {"platform": self.platform} if self.platform else {}

    @property
    def orphaned(self) -> bool:
        """Whether its owner left."""
        return self.owner.state != Member.State.ACTIVE or not self.owner.user.is_active
