"""A piece on its way from brief to published. C2."""

from django.db import models

from hongqiao.content.models.planning import Topic
from hongqiao.errors import N_
from hongqiao.workspace.models import Account, BrandedModel, Member


class Stage(models.TextChoices):
    BRIEF = "brief", N_("简报")
    COPY = "copy", N_("文案")
    MAKING = "making", N_("设计/视频")
    REVIEW = "review", N_("审核")
    APPROVED = "approved", N_("已通过")
    SCHEDULED = "scheduled", N_("已排期")
    PUBLISHED = "published", N_("已发布")
    ARCHIVED = "archived", N_("归档")


MOVES: dict[Stage, set[Stage]] = {
    Stage.BRIEF: {Stage.COPY, Stage.ARCHIVED},
    Stage.COPY: {Stage.BRIEF, Stage.MAKING, Stage.REVIEW, Stage.ARCHIVED},
    Stage.MAKING: {Stage.COPY, Stage.REVIEW, Stage.ARCHIVED},
    Stage.REVIEW: {Stage.COPY, Stage.MAKING, Stage.APPROVED, Stage.ARCHIVED},
    Stage.APPROVED: {Stage.COPY, Stage.MAKING, Stage.SCHEDULED, Stage.ARCHIVED},
    Stage.SCHEDULED: {Stage.APPROVED, Stage.COPY, Stage.PUBLISHED},
    Stage.PUBLISHED: {Stage.ARCHIVED},
    Stage.ARCHIVED: {Stage.BRIEF},
}


class Piece(BrandedModel):
    """One piece for one platform. `source`: the piece that it was made from; `revision`: the number of its newest text.

    `approved` is the digest that the last full approval was given to: another digest is not approved.
    """

    class Form(models.TextChoices):
        ARTICLE = "article", N_("文章")
        NOTE = "note", N_("图文笔记")
        VIDEO = "video", N_("短视频")
        LONG = "long_video", N_("长视频")
        LIVE = "live", N_("直播")
        POSTER = "poster", N_("海报")

    class Lane(models.TextChoices):
        QUICK = "quick", N_("快审")
        NORMAL = "normal", N_("常规")

    class Risk(models.TextChoices):
        LOW = "low", N_("低")
        MIDDLE = "middle", N_("中")
        HIGH = "high", N_("高")

    class Commercial(models.TextChoices):
        NONE = "none", N_("无商业目的")
        OWN = "own", N_("推广自家产品")
        PAID = "paid", N_("付费合作")
        GIFTED = "gifted", N_("赠品体验")
        AFFILIATE = "affiliate", N_("带货分佣")

    title = models.CharField(max_length=120)
    topic = models.ForeignKey(Topic, models.SET_NULL, null=True, blank=True, related_name="pieces")
    source = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="versions")
    platform = models.CharField(max_length=32)
    account = models.ForeignKey(Account, models.SET_NULL, null=True, blank=True, related_name="+")
    form = models.CharField(max_length=16, choices=Form.choices)
    stage = models.CharField(max_length=16, choices=Stage.choices, default=Stage.BRIEF)
    stage_at = models.DateTimeField(auto_now_add=True)  # since when it stands there
    lane = models.CharField(max_length=16, choices=Lane.choices, default=Lane.NORMAL)
    risk = models.CharField(max_length=16, choices=Risk.choices, default=Risk.LOW)
    commercial = models.CharField(max_length=16, choices=Commercial.choices, default=Commercial.NONE)
    buying = models.BooleanField(default=False)  # there is a way to buy: link, cart, code
    owner = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    brief = models.JSONField(default=dict)
    review = models.JSONField(default=dict)  # {risk: what a person set, stays: what a reviewer let stand}
    publish_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)
    approved = models.CharField(max_length=64, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    address = models.URLField(max_length=500, blank=True)  # where it is live
    content_key = models.CharField(max_length=200, blank=True)  # its source_key in the warehouse, once its facts came
    matching = models.JSONField(default=dict)  # {how: id | title | person, near: keys to ask about, not: keys refused}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "content_key"], condition=~models.Q(content_key=""), name="piece_once_a_content"
            )
        ]
        indexes = [
            models.Index(fields=["brand", "stage"], name="piece_by_stage"),
            models.Index(fields=["brand", "publish_at"], name="piece_by_day"),
            models.Index(fields=["brand", "content_key"], name="piece_by_content"),
        ]

    def __str__(self) -> str:
        return self.title
