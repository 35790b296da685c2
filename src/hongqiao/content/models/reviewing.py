"""Remarks on a text or a picture, decisions of reviewers, links for those outside. C2."""

from django.db import models

from hongqiao.content.models.production import Piece
from hongqiao.errors import N_
from hongqiao.workspace.models import BrandedModel, Member


class ReviewLink(BrandedModel):
    """An outside reviewer's way in: one piece, until a day, by a token of which only the hash is kept."""

    piece = models.ForeignKey(Piece, models.CASCADE, related_name="links")
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    token = models.CharField(max_length=64, unique=True)
    until = models.DateTimeField()
    may_decide = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    reviewer = models.CharField(max_length=80, blank=True)  # as they called themselves, once


class Remark(BrandedModel):
    """A remark on part of a revision: `anchor` {field, start, end, quote} of a text or {asset, x, y, w, h} (0-1)."""

    piece = models.ForeignKey(Piece, models.CASCADE, related_name="remarks")
    revision = models.PositiveIntegerField()
    anchor = models.JSONField(default=dict)
    text = models.TextField()
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    link = models.ForeignKey(ReviewLink, models.PROTECT, null=True, related_name="+")
    answers = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="answered")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")


class Approval(BrandedModel):
    """A reviewer's decision on exactly one text (`digest`), at one step. A text changed afterwards has none."""

    class Step(models.TextChoices):
        CONTENT = "content", N_("内容审核")
        BRAND = "brand", N_("品牌审核")
        LEGAL = "legal", N_("法务审核")

    class Decision(models.TextChoices):
        YES = "yes", N_("通过")
        NO = "no", N_("退回")

    piece = models.ForeignKey(Piece, models.CASCADE, related_name="approvals")
    revision = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    step = models.CharField(max_length=16, choices=Step.choices)
    decision = models.CharField(max_length=8, choices=Decision.choices)
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    link = models.ForeignKey(ReviewLink, models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["piece", "digest"], name="approval_by_text")]
