"""What people say and attach about a finding or an action. Serves D2."""

from django.db import models

from hongqiao.ledger.models.actions import Action
from hongqiao.ledger.models.findings import Finding
from hongqiao.workspace.models import BrandedModel, Member


class About(BrandedModel):
    """A row about one finding or one action: exactly one of the two."""

    finding = models.ForeignKey(Finding, models.CASCADE, null=True, blank=True, related_name="%(class)ss")
    action = models.ForeignKey(Action, models.CASCADE, null=True, blank=True, related_name="%(class)ss")
    author = models.ForeignKey(Member, models.PROTECT, related_name="+")

    class Meta:
        abstract = True
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(finding__isnull=False) ^ models.Q(action__isnull=False),
                name="%(class)s_about_one_thing",
            )
        ]


class Comment(About):
    """Somebody's words."""

    text = models.TextField()


class Attachment(About):
    """A file kept under the brand's folder of attachments, by its hash; never served as a page."""

    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
