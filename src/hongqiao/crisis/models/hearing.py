"""Where the brand listens, what it listens for, and every mention with what became of it. X1."""

from django.db import models

from hongqiao.errors import N_
from hongqiao.workspace.models import Account, BrandedModel, Member


class Source(BrandedModel):
    """One place that is listened to: a webhook, a feed, a mailbox, files, a person's round.

    `heard_at` is when it was last heard, silence included (a feed without news, 无异常): coverage counts on it.
    """

    class Way(models.TextChoices):
        WEBHOOK = "webhook", N_("接口推送")
        FEED = "feed", N_("RSS / Atom")
        MAIL = "mail", N_("邮箱")
        FILE = "file", N_("文件导入")
        PASTE = "paste", N_("粘贴与截图")
        ROUND = "round", N_("人工巡检")
        OWN = "own", N_("自有账号评论")

    name = models.CharField(max_length=80)
    way = models.CharField(max_length=16, choices=Way.choices)
    channel = models.CharField(max_length=32, blank=True)  # where it is said: 小红书, 微博, 黑猫投诉 …
    address = models.TextField(blank=True)  # of a feed, or of the search that a round opens
    account = models.ForeignKey(Account, models.SET_NULL, null=True, blank=True, related_name="+")
    options = models.JSONField(default=dict)
    secrets = models.TextField(blank=True)  # encrypted: a mailbox's password
    every = models.PositiveIntegerField(default=60)  # minutes in which it is to be heard at least once
    cursor = models.JSONField(default=dict)  # how far it was read
    on = models.BooleanField(default=True)
    heard_at = models.DateTimeField(null=True, blank=True)
    error = models.JSONField(null=True, blank=True)  # workspace.words.stored_error
    failures = models.PositiveSmallIntegerField(default=0)
    owner = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "name"], name="crisis_source_once_a_name")]

    def __str__(self) -> str:
        return self.name


class Look(BrandedModel):
    """One hearing of a source, found something or not: what the coverage meter draws."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="looks")
    at = models.DateTimeField()
    found = models.PositiveIntegerField(default=0)
    fine = models.BooleanField(default=False)  # a person said 无异常
    error = models.CharField(max_length=64, blank=True)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["source", "-at"], name="crisis_look_by_source")]


class WatchWord(BrandedModel):
    """What is listened for: brand, product, person or rival, by its names; `unless`: words that make it another's."""

    class About(models.TextChoices):
        BRAND = "brand", N_("品牌")
        PRODUCT = "product", N_("产品")
        PERSON = "person", N_("人物")
        RIVAL = "rival", N_("竞品")
        RISK = "risk", N_("风险词")

    about = models.CharField(max_length=16, choices=About.choices)
    name = models.CharField(max_length=80)
    names = models.JSONField(default=list)  # aliases, homophones, nicknames
    unless = models.JSONField(default=list)
    on = models.BooleanField(default=True)
    why = models.CharField(max_length=200, blank=True)  # where it comes from: a lesson of an incident, by hand

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "about", "name"], name="crisis_watch_once_a_name")]

    def __str__(self) -> str:
        return self.name


class Mention(BrandedModel):
    """Something that was said, as it came, what was read in it, and what was done about it.

    Unique by source and the source's own id: a webhook that comes twice is one mention. The author's name is encrypted;
    `author_key` tells that two are one person's. `first` leads the wave of the same wording.
    """

    class State(models.TextChoices):
        NEW = "new", N_("待研判")  # kept, not read yet
        OPEN = "open", N_("待处理")
        DOING = "doing", N_("处理中")
        ANSWERED = "answered", N_("已回应")
        CLOSED = "closed", N_("已关闭")
        ASIDE = "aside", N_("无需处理")

    source = models.ForeignKey(Source, models.PROTECT, related_name="mentions")
    outer = models.CharField(max_length=200)
    thread = models.CharField(max_length=200, blank=True)
    channel = models.CharField(max_length=32, blank=True)
    title = models.CharField(max_length=300, blank=True)
    text = models.TextField()
    url = models.CharField(max_length=1000, blank=True)
    author = models.TextField(blank=True)  # encrypted
    author_key = models.CharField(max_length=64, blank=True)
    followers = models.BigIntegerField(null=True, blank=True)
    likes = models.BigIntegerField(null=True, blank=True)
    reposts = models.BigIntegerField(null=True, blank=True)
    comments = models.BigIntegerField(null=True, blank=True)
    posted_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    guessed_time = models.BooleanField(default=False)  # the source told no time, or one still to come
    edits = models.JSONField(default=list)  # [{at, text}]: what it said before
    gone_at = models.DateTimeField(null=True, blank=True)
    shots = models.JSONField(default=list)  # names of screenshots that show it: workspace.shots
    drill = models.BooleanField(default=False)

    read_at = models.DateTimeField(null=True, blank=True)
    p = models.FloatField(null=True, blank=True)
    negative = models.BooleanField(default=False)
    kind = models.CharField(max_length=16, blank=True)
    cue = models.CharField(max_length=200, blank=True)
    flags = models.JSONField(default=list)
    nature = models.CharField(max_length=16, blank=True)  # grave by nature: knowledge/crisis/grave.json
    about = models.JSONField(default=list)  # [{about, name}] watch words found
    ours = models.BooleanField(default=True)  # False: of a rival alone, or of another of the same name
    judged = models.JSONField(default=dict)  # a person's word: {negative, kind, by, at}
    judged_at = models.DateTimeField(null=True, blank=True)
    digest = models.CharField(max_length=32, blank=True)  # of what it says itself: exact copies have the same
    first = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="copies")

    state = models.CharField(max_length=16, choices=State.choices, default=State.NEW)
    owner = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    assigned_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.JSONField(default=dict)  # {way, text, url, shot, by}: proof of the first answer or contact
    reason = models.CharField(max_length=200, blank=True)
    incident = models.ForeignKey("crisis.Incident", models.SET_NULL, null=True, blank=True, related_name="mentions")
    fact_at = models.DateTimeField(null=True, blank=True)  # when it went to the warehouse, or that it came from there

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "outer"], name="crisis_mention_once_a_source")]
        indexes = [
            models.Index(fields=["brand", "state", "id"], name="crisis_mention_by_state"),
            models.Index(fields=["brand", "-posted_at"], name="crisis_mention_by_time"),
            models.Index(fields=["brand", "negative", "-posted_at"], name="crisis_mention_negative"),
            models.Index(fields=["incident", "posted_at"], name="crisis_mention_incident"),
            models.Index(fields=["brand", "digest"], name="crisis_mention_by_words"),
            models.Index(fields=["brand", "id"], name="crisis_mention_unread", condition=models.Q(read_at=None)),
            models.Index(
                fields=["brand", "id"],
                name="crisis_mention_no_fact",
                condition=models.Q(fact_at=None, drill=False, read_at__isnull=False),
            ),
            models.Index(
                fields=["brand", "judged_at"],
                name="crisis_mention_judged",
                condition=models.Q(judged_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.text[:60]
