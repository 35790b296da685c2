"""What people keep in the room of figures: questions under a name, the ones they pinned, notes on days. Serves D2."""

from django.db import models

from hongqiao.workspace.models import Account, BrandedModel, Member


class SavedView(BrandedModel):
    """A question under a name. `question` is `Question.to_json`; private to its owner unless shared with the brand."""

    owner = models.ForeignKey(Member, models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    question = models.JSONField()
    shared = models.BooleanField(default=False)

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="view_name_once_a_member")]

    def __str__(self) -> str:
        return self.name


class ViewPin(BrandedModel):
    """A view that a member keeps on 今日."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="+")
    view = models.ForeignKey(SavedView, models.CASCADE, related_name="pins")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["member", "view"], name="view_pinned_once_a_member")]


class Annotation(BrandedModel):
    """What happened on a day, in a person's words: for the whole brand, one platform, or one account."""

    author = models.ForeignKey(Member, models.PROTECT, related_name="+")
    day = models.DateField()
    text = models.CharField(max_length=200)
    platform = models.CharField(max_length=32, blank=True)
    account = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-day", "-id"]
        indexes = [models.Index(fields=["brand", "day"], name="annotation_by_day")]

    def __str__(self) -> str:
        return self.text
