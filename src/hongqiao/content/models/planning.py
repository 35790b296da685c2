"""Topics with their open score, a month's plan for a platform, and what topics are scored by. C1."""

from django.db import models

from hongqiao.errors import N_
from hongqiao.workspace.models import BrandedModel, Member


class Topic(BrandedModel):
    """An idea for a piece. `parts` {dimension: {level 1-5, why, params, by}} make `score`; `gates` say what forbids it.

    `key` is a digest of the normalised title: the same idea is not kept twice by mistake.
    """

    class State(models.TextChoices):
        IDEA = "idea", N_("灵感")
        WAITING = "waiting", N_("待评")
        PASSED = "passed", N_("通过")
        PLANNED = "planned", N_("排期")
        MAKING = "making", N_("制作")
        PUBLISHED = "published", N_("已发")
        REVIEWED = "reviewed", N_("已复盘")
        PARKED = "parked", N_("搁置")
        REJECTED = "rejected", N_("否决")

    class Source(models.TextChoices):
        NODE = "node", N_("节点")
        COMMENT = "comment", N_("评论")
        TICKET = "ticket", N_("客服工单")
        SEARCH = "search", N_("搜索词")
        HOT = "hot", N_("热点")
        COMPETITOR = "competitor", N_("竞品")
        HISTORY = "history", N_("自家历史")
        GAP = "gap", N_("矩阵空缺")
        TABLE = "table", N_("表格导入")
        HAND = "hand", N_("手工")

    class Mark(models.TextChoices):  # where the reader stands: 认知/兴趣/购买/忠诚
        AWARE = "aware", N_("认知")
        INTEREST = "interest", N_("兴趣")
        BUY = "buy", N_("购买")
        LOYAL = "loyal", N_("忠诚")

    title = models.CharField(max_length=120)
    pillar = models.CharField(max_length=32, blank=True)
    mark = models.CharField(max_length=16, choices=Mark.choices, blank=True)
    persona = models.ForeignKey("book.Persona", models.SET_NULL, null=True, blank=True, related_name="+")
    product = models.ForeignKey("book.Product", models.SET_NULL, null=True, blank=True, related_name="+")
    pain = models.CharField(max_length=200, blank=True)
    claim = models.CharField(max_length=300, blank=True)
    evidence = models.JSONField(default=list)  # [{text, url, cite}]
    source = models.CharField(max_length=16, choices=Source.choices, default=Source.HAND)
    origin = models.JSONField(default=dict)  # the node, address, comment or file row that it comes from
    platforms = models.JSONField(default=list)
    form = models.CharField(max_length=16, blank=True)
    node = models.CharField(max_length=64, blank=True)
    campaign = models.CharField(max_length=80, blank=True)
    hot_until = models.DateTimeField(null=True, blank=True)
    hours = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    owner = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=16, choices=State.choices, default=State.IDEA)
    score = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)
    parts = models.JSONField(default=dict)
    gates = models.JSONField(default=list)
    scored_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)  # why it was parked or rejected
    reuse_of = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="reused")
    key = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "key"], name="topic_once_a_brand")]
        indexes = [models.Index(fields=["brand", "state", "-score"], name="topic_by_score")]

    def __str__(self) -> str:
        return self.title


class Plan(BrandedModel):
    """What a month is to bring on a platform: how many pieces, in which slots, in which shares, what it must hold."""

    month = models.DateField()  # its first day
    platform = models.CharField(max_length=32)
    pieces = models.PositiveSmallIntegerField(default=0)
    slots = models.JSONField(default=list)  # [{weekday | null, time}]
    quotas = models.JSONField(default=dict)  # {pillar: share}
    musts = models.JSONField(default=list)  # [{label, count, …}]
    note = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "month", "platform"], name="plan_once_a_month")]


class DeclinedIdea(BrandedModel):
    """A proposed topic that somebody does not want, with why: it is not proposed again for a while.

    `key` as a topic's. Taken back the row goes; declined again its day is the newest.
    """

    key = models.CharField(max_length=64)
    title = models.CharField(max_length=120)
    reason = models.CharField(max_length=200)
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "key"], name="idea_declined_once")]


class Signal(BrandedModel):
    """Something people said, asked or searched: a comment, a ticket, a search word, a line of a hot list.

    `count`: how often; `day`: when; `key`: a digest of kind, day, text and piece: a file read twice counts once.
    """

    class Kind(models.TextChoices):
        COMMENT = "comment", N_("评论")
        TICKET = "ticket", N_("客服工单")
        SEARCH = "search", N_("搜索词")
        HOT = "hot", N_("热点")

    kind = models.CharField(max_length=16, choices=Kind.choices)
    text = models.CharField(max_length=500)
    count = models.PositiveIntegerField(default=1)
    day = models.DateField()
    platform = models.CharField(max_length=32, blank=True)
    url = models.URLField(max_length=500, blank=True)
    cite = models.CharField(max_length=200, blank=True)  # the file, page or list it was taken from
    content_key = models.CharField(max_length=200, blank=True)  # the piece it was said under, as the warehouse has it
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    key = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "key"], name="signal_once_a_brand")]
        indexes = [
            models.Index(fields=["brand", "-day"], name="signal_by_day"),
            models.Index(fields=["brand", "content_key"], name="signal_by_content"),
        ]

    def __str__(self) -> str:
        return self.text


class TopicFeed(BrandedModel):
    """An RSS or Atom feed that is read every hour: what is new becomes ideas. `seen`: digests of what was read."""

    url = models.URLField(max_length=500)
    name = models.CharField(max_length=80)
    source = models.CharField(max_length=16, default="hot")  # a Topic.Source: hot or competitor
    active = models.BooleanField(default=True)
    seen = models.JSONField(default=list)
    read_at = models.DateTimeField(null=True, blank=True)
    error = models.JSONField(null=True, blank=True)
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "url"], name="feed_once_a_brand")]

    def __str__(self) -> str:
        return self.name


class TopicWeights(BrandedModel):
    """Weights of a score's parts that a person put in force, with the reason. The newest is in force; none is lost."""

    preset = models.CharField(max_length=32, blank=True)  # "" where they are the brand's own
    parts = models.JSONField(default=dict)
    reason = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return self.preset or self.reason


class TopicCalibration(BrandedModel):
    """How well the score told results at a month's last look: rank correlation with its interval, None below enough."""

    month = models.DateField()  # its first day
    n = models.PositiveIntegerField()
    r = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "month"], name="one_calibration_a_month")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
