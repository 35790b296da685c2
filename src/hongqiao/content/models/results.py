"""What a piece's results are read with. C3."""

from django.db import models

from hongqiao.workspace.models import BrandedModel, Member


class Boost(BrandedModel):
    """Money put behind a published piece that no file tells: which tool, how much (yuan), from when to when.

    `content_key` is the piece's source_key in the warehouse; `shows` how often that showed it, where it is known.
    """

    content_key = models.CharField(max_length=200)
    tool = models.CharField(max_length=32)  # a code of knowledge/content/boosts.json
    spend = models.DecimalField(max_digits=12, decimal_places=2)
    shows = models.PositiveBigIntegerField(null=True, blank=True)
    first = models.DateField()
    last = models.DateField()
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["brand", "content_key"], name="boost_by_content")]


class Feeling(BrandedModel):
    """What a person says of a comment under a piece where the machine may err: whether it speaks against.

    `text`: a digest of what was said, so that no comment is kept a second time.
    """

    content_key = models.CharField(max_length=200)
    text = models.CharField(max_length=64)
    negative = models.BooleanField()
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "content_key", "text"], name="feeling_once_a_comment")]
