"""Pictures, films, sounds: what they are, whose they are, whether a model made them."""

from django.db import models

from hongqiao.errors import N_
from hongqiao.workspace.models import BrandedModel, Member


class Asset(BrandedModel):
    """A file by its hash under $HONGQIAO_DATA/assets/<brand>/. `licence` {kind, id, holder, until, scope}.

    `made` {by: none | assisted | generated, model, at, member}: whether a model made it, kept with the file.
    """

    class Kind(models.TextChoices):
        IMAGE = "image", N_("图片")
        VIDEO = "video", N_("视频")
        AUDIO = "audio", N_("音频")
        OTHER = "other", N_("其他文件")

    kind = models.CharField(max_length=16, choices=Kind.choices)
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    bytes = models.PositiveBigIntegerField()
    mime = models.CharField(max_length=80)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    seconds = models.FloatField(null=True, blank=True)
    alt = models.CharField(max_length=200, blank=True)
    tags = models.JSONField(default=list)
    licence = models.JSONField(default=dict)
    made = models.JSONField(default=dict)
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    gone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "digest"], name="asset_once_a_brand")]

    def __str__(self) -> str:
        return self.name
