"""Groups and what is done in them: weekly figures, daily routine, activities with entries, a run sheet, trust. U2."""

from django.db import models

from hongqiao.errors import N_
from hongqiao.workspace.models import Account, BrandedModel, Member


class Group(BrandedModel):
    """One private community. Only WeCom tells figures by an interface, so all figures are typed or imported."""

    class Kind(models.TextChoices):
        WECOM = "wecom", N_("企业微信群")
        WECHAT = "wechat", N_("微信群（手工登记）")
        FANS_GROUP = "fans_group", N_("抖音粉丝群")
        FANS_CLUB = "fans_club", N_("抖音粉丝团")

    kind = models.CharField(max_length=16, choices=Kind.choices)
    name = models.CharField(max_length=80)
    sort = models.CharField(max_length=32, blank=True)  # code of `sorts`: 福利群, 兴趣群 …
    size = models.PositiveIntegerField(default=0)  # members, as last typed
    levels = models.JSONField(default=list, blank=True)  # of a 粉丝团: [{"level", "members"}]
    owner = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    account = models.ForeignKey(Account, models.SET_NULL, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=300, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "name"], name="audience_group_once_a_name")]

    def __str__(self) -> str:
        return self.name


class GroupWeek(BrandedModel):
    """A week of a group, from its Monday. None is not told, never zero."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="weeks")
    week = models.DateField()
    members = models.PositiveIntegerField()  # at the end of the week
    speakers = models.PositiveIntegerField(null=True, blank=True)  # who said something
    messages = models.PositiveIntegerField(null=True, blank=True)
    joins = models.PositiveIntegerField(null=True, blank=True)
    leaves = models.PositiveIntegerField(null=True, blank=True)
    stayed = models.PositiveIntegerField(null=True, blank=True)  # of those who joined the week before, still there
    reports = models.PositiveIntegerField(null=True, blank=True)  # the most on one day

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "week"], name="audience_group_once_a_week")]


class RoutineTick(BrandedModel):
    """A step of a day's routine in a group, done."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="ticks")
    day = models.DateField()
    step = models.CharField(max_length=32)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "day", "step"], name="audience_tick_once_a_day")]


class Activity(BrandedModel):
    """One activity with its plan, its checks, what came in and what it brought.

    `data` holds what its kind alone needs: prompts of a discussion, options of a vote, days of check-ins. `event` and
    `content` say by which events of the facts its takers are told ("contest_join", 晒单抽正装).
    """

    class Kind(models.TextChoices):
        TOPIC = "topic", N_("话题讨论")
        DRAW = "draw", N_("抽奖")
        SHOW = "show", N_("晒单")
        CHECK_IN = "check_in", N_("打卡")
        VOTE = "vote", N_("投票共创")
        QA = "qa", N_("专家问答")
        LIVE = "live", N_("直播连麦")

    class State(models.TextChoices):
        DRAFT = "draft", N_("草稿")
        READY = "ready", N_("待开始")
        RUNNING = "running", N_("进行中")
        ENDED = "ended", N_("已结束")
        REVIEWED = "reviewed", N_("已复盘")

    kind = models.CharField(max_length=16, choices=Kind.choices)
    title = models.CharField(max_length=80)
    state = models.CharField(max_length=16, choices=State.choices, default=State.DRAFT)
    goal = models.CharField(max_length=300, blank=True)
    rules = models.TextField(blank=True)
    script = models.TextField(blank=True)
    moderation = models.JSONField(default=list, blank=True)  # words that let an entry wait with a mark
    budget = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    opens = models.DateTimeField(null=True, blank=True)
    closes = models.DateTimeField(null=True, blank=True)
    owner = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    kill = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")  # may stop a stream
    group = models.ForeignKey(Group, models.SET_NULL, null=True, blank=True, related_name="activities")
    account = models.ForeignKey(Account, models.SET_NULL, null=True, blank=True, related_name="+")
    photos = models.JSONField(default=list, blank=True)  # names of pictures (workspace.shots)
    data = models.JSONField(default=dict, blank=True)
    event = models.CharField(max_length=64, blank=True)
    content = models.CharField(max_length=120, blank=True)
    found = models.JSONField(default=list, blank=True)  # what the check of its words found when it was made ready
    results = models.TextField(blank=True)
    lessons = models.TextField(blank=True)
    action = models.UUIDField(null=True, blank=True)  # of the ledger
    measured = models.JSONField(default=dict, blank=True)

    class Meta:
        indexes = [models.Index(fields=["brand", "state"], name="audience_activity_state")]

    def __str__(self) -> str:
        return self.title


class Spent(BrandedModel):
    """Money that an activity cost, with what for."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="spendings")
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    what = models.CharField(max_length=120)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")


class Entry(BrandedModel):
    """What one person brought: a question, an answer, a picture, a vote. Its words are personal data: encrypted."""

    class State(models.TextChoices):
        PENDING = "pending", N_("待审核")
        APPROVED = "approved", N_("已通过")
        HIDDEN = "hidden", N_("已隐藏")

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="entries")
    who = models.CharField(max_length=64)  # person key, else a keyed hash of the name that was typed
    known = models.BooleanField(default=False)  # `who` is a person key of the facts
    ref = models.CharField(max_length=120, blank=True)  # its number elsewhere: the same again is the same entry
    name = models.TextField(blank=True)  # encrypted
    words = models.TextField(blank=True)  # encrypted
    choice = models.CharField(max_length=32, blank=True)
    photo = models.CharField(max_length=80, blank=True)
    licence = models.BooleanField(default=False)  # the person lets the brand use words and pictures
    flagged = models.BooleanField(default=False)  # has a word of moderation
    state = models.CharField(max_length=16, choices=State.choices, default=State.PENDING)
    best = models.BooleanField(default=False)  # 精选
    said_at = models.DateTimeField()
    answer = models.TextField(blank=True)  # of an expert, the brand's own words
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=80, blank=True)
    follow_up = models.TextField(blank=True)
    followed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "ref"], condition=~models.Q(ref=""), name="audience_entry_once_a_number"
            )
        ]
        indexes = [models.Index(fields=["activity", "state"], name="audience_entry_state")]


class Trust(BrandedModel):
    """How much one person trusts the brand, 1–5, before and after a Q&A. Numbers only."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="trusts")
    who = models.CharField(max_length=64)
    before = models.PositiveSmallIntegerField(null=True, blank=True)
    after = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["activity", "who"], name="audience_trust_once_a_person")]


class RunStep(BrandedModel):
    """A line of a live stream's run sheet. `minute` from the start, negative before it (−3 days is −4320)."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="steps")
    code = models.CharField(max_length=32, blank=True)  # of the template
    minute = models.IntegerField()
    until = models.IntegerField(null=True, blank=True)
    title = models.CharField(max_length=120)
    words = models.CharField(max_length=500, blank=True)
    role = models.CharField(max_length=32, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["minute", "id"]
