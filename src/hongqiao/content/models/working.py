"""What a piece says, revision by revision; what is half written; who is to do what by when."""

from django.db import models

from hongqiao.content.models.production import Piece
from hongqiao.errors import N_
from hongqiao.workspace.models import BrandedModel, Member


class Revision(BrandedModel):
    """What a piece said at a moment. Never changed: a new text is a new revision. Keys of `body`: docs/content.md."""

    class Origin(models.TextChoices):
        TYPED = "typed", N_("编辑")
        PASTED = "pasted", N_("粘贴")
        MODEL = "model", N_("AI 起草")
        TEMPLATE = "template", N_("模板起草")
        ADAPTED = "adapted", N_("改编自其他平台")
        RESTORED = "restored", N_("恢复旧版")

    piece = models.ForeignKey(Piece, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    origin = models.CharField(max_length=16, choices=Origin.choices, default=Origin.TYPED)
    body = models.JSONField(default=dict)
    text = models.TextField(blank=True)
    digest = models.CharField(max_length=64)
    note = models.CharField(max_length=200, blank=True)
    found = models.JSONField(null=True, blank=True)  # what the check said: compliance.draft
    rules = models.CharField(max_length=32, blank=True)  # with which rules

    class Meta:
        constraints = [models.UniqueConstraint(fields=["piece", "number"], name="revision_once_a_number")]


class HalfWritten(BrandedModel):
    """What a person typed and has not saved: kept as they type, offered when they come back, gone once saved."""

    piece = models.ForeignKey(Piece, models.CASCADE, related_name="+")
    member = models.ForeignKey(Member, models.CASCADE, related_name="+")
    base = models.PositiveIntegerField(default=0)  # the revision it began from
    body = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["piece", "member"], name="half_written_once")]


class Proposal(BrandedModel):
    """One draft of a piece, beside others. It is no text of the piece until a person takes it as a revision.

    `notes` [{code, word}]: what a model added of its own, each a gap in `body`. `revision`: the number it became.
    """

    class Maker(models.TextChoices):
        TEMPLATE = "template", N_("模板起草")
        MODEL = "model", N_("AI 起草")

    piece = models.ForeignKey(Piece, models.CASCADE, related_name="proposals")
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    maker = models.CharField(max_length=16, choices=Maker.choices)
    structure = models.CharField(max_length=40, blank=True)
    written_by = models.CharField(max_length=120, blank=True)  # the name of the model
    body = models.JSONField(default=dict)
    notes = models.JSONField(default=list)
    revision = models.PositiveIntegerField(null=True, blank=True)
    found = models.JSONField(null=True, blank=True)  # what the check said: compliance.draft
    stamp = models.CharField(max_length=64, blank=True)  # of what it was held against: drafting.checks

    class Meta:
        indexes = [models.Index(fields=["piece", "-id"], name="proposal_by_piece")]


class Task(BrandedModel):
    """A part of the work on a piece, with who and by when; days are counted back from the slot."""

    class Kind(models.TextChoices):
        COPY = "copy", N_("文案")
        DESIGN = "design", N_("设计")
        VIDEO = "video", N_("视频")
        REVIEW = "review", N_("审核")
        PUBLISH = "publish", N_("发布")
        OTHER = "other", N_("其他")

    piece = models.ForeignKey(Piece, models.CASCADE, related_name="tasks")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    text = models.CharField(max_length=200, blank=True)
    owner = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    due = models.DateField(null=True, blank=True)
    hours = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["brand", "owner", "due"], name="task_by_owner")]
