"""What a brand changed in its list of files to fetch, and what it added."""

from django.db import models

from hongqiao.workspace.models import Account, BrandedModel, Member


class WantedFile(BrandedModel):
    """One line of a brand's list that differs from the plan: switched off, on another day, given to somebody, or added.

    `code` is a line of the plan, or "own:…" for one the brand added; then `label` and `layout` say what it is.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=160)
    off = models.BooleanField(default=False)
    weekday = models.PositiveSmallIntegerField(null=True, blank=True)  # 0 is Monday; null: as the plan says
    owner = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    page = models.URLField(max_length=500, blank=True)
    label = models.CharField(max_length=120, blank=True)
    layout = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "account", "code"], name="wanted_file_once")]
