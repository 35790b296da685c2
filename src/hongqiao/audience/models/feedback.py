"""What users say to the brand and what became of it: threads, messages, canned answers, tickets, needs. U3.

Texts are kept as they came; whoever said them is named by `subject` (the key of facts) and, encrypted, by `author`.
"""

from django.db import models

from hongqiao.errors import N_
from hongqiao.workspace.models import Account, BrandedModel, Member


class Thread(BrandedModel):
    """One conversation or comment chain. Unique by brand and the source's own id: what comes twice is one thread."""

    class Channel(models.TextChoices):
        COMMENT = "comment", N_("评论")
        MESSAGE = "message", N_("私信")

    class State(models.TextChoices):
        OPEN = "open", N_("待回复")
        REPLIED = "replied", N_("已回复")
        CLOSED = "closed", N_("已关闭")

    outer = models.CharField(max_length=200)
    account = models.ForeignKey(Account, models.SET_NULL, null=True, blank=True, related_name="+")
    channel = models.CharField(max_length=16, choices=Channel.choices, default=Channel.COMMENT)
    place = models.CharField(max_length=32, blank=True)  # where it was said: 抖音, 小红书 …
    subject = models.CharField(max_length=64, blank=True)  # person key; "": nobody we could tell apart
    author = models.TextField(blank=True)  # encrypted
    followers = models.BigIntegerField(null=True, blank=True)
    content_key = models.CharField(max_length=200, blank=True)  # the piece below which it stands
    content_title = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=1000, blank=True)
    state = models.CharField(max_length=16, choices=State.choices, default=State.OPEN)
    assignee = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    said = models.CharField(max_length=200, blank=True)  # how the newest message begins
    said_by = models.CharField(max_length=3, default="in")
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()
    heard_at = models.DateTimeField()  # when its oldest unanswered message came in: the clock of the first reply
    due_at = models.DateTimeField(null=True, blank=True)
    first_reply_at = models.DateTimeField(null=True, blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    read_at = models.DateTimeField(null=True, blank=True)
    kind = models.CharField(max_length=32, blank=True)  # "logistics.slow", "" = of nothing known
    product = models.CharField(max_length=120, blank=True)  # of the brand's book, where it is named
    read = models.JSONField(default=dict)  # {rule, cue, model, p, learnt, grave}: what each of them said
    negative = models.BooleanField(default=False)
    judged_at = models.DateTimeField(null=True, blank=True)
    judged = models.JSONField(default=dict)  # a person's word: {kind, negative, by, text}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "outer"], name="audience_thread_once")]
        indexes = [
            models.Index(fields=["brand", "-last_at", "-id"], name="audience_thread_newest"),
            models.Index(fields=["brand", "state", "-last_at", "-id"], name="audience_thread_by_state"),
            models.Index(fields=["brand", "state", "due_at"], name="audience_thread_due"),
            models.Index(fields=["brand", "kind", "-last_at"], name="audience_thread_by_kind"),
            models.Index(fields=["assignee", "state", "-last_at"], name="audience_thread_mine"),
            models.Index(fields=["brand", "account", "-last_at"], name="audience_thread_account"),
            models.Index(fields=["brand", "subject"], name="audience_thread_subject"),
            models.Index(fields=["brand", "id"], name="audience_thread_unread", condition=models.Q(read_at=None)),
            models.Index(
                fields=["brand", "judged_at"],
                name="audience_thread_judged",
                condition=models.Q(judged_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.said


class ThreadMessage(BrandedModel):
    """One message of a thread, theirs or ours. Ours is ready, then sent with proof; `outer` is the source's own id."""

    class Way(models.TextChoices):
        IN = "in", N_("用户")
        OUT = "out", N_("我们")

    class State(models.TextChoices):
        HEARD = "heard", N_("收到")
        READY = "ready", N_("待发出")
        SENT = "sent", N_("已发出")
        DROPPED = "dropped", N_("未发出")

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="messages")
    outer = models.CharField(max_length=200)
    way = models.CharField(max_length=3, choices=Way.choices)
    text = models.TextField()
    at = models.DateTimeField()
    guessed_time = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.HEARD)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    found = models.JSONField(default=list)  # what the check of its words found and a person let stand
    proof = models.JSONField(default=dict)  # {how: url | shot | said, url, shot, by, at}
    likes = models.BigIntegerField(null=True, blank=True)
    origin = models.CharField(max_length=60, blank=True)  # "need:<id>": why it was written
    edits = models.JSONField(default=list)  # what it said before it was changed there: [{at, text}]
    gone_at = models.DateTimeField(null=True, blank=True)  # it was deleted there, as far as we saw

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thread", "outer"], name="audience_message_once")]
        indexes = [models.Index(fields=["thread", "at", "id"], name="audience_message_by_time")]

    def __str__(self) -> str:
        return self.text[:60]


class Hold(BrandedModel):
    """Who has a thread open to answer it: a lease that the page renews, over by itself."""

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="holds")
    member = models.ForeignKey(Member, models.CASCADE, related_name="+")
    until = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thread", "member"], name="audience_hold_once")]


class Canned(BrandedModel):
    """An answer that is written once and used often: 快捷回复. `kind` says for what feedback it is offered first."""

    name = models.CharField(max_length=40)
    text = models.TextField()
    kind = models.CharField(max_length=32, blank=True)
    used = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "name"], name="audience_canned_once_a_name")]

    def __str__(self) -> str:
        return self.name


class Need(BrandedModel):
    """What several users ask for: 需求. Its size is counted from those who asked (`Asked`)."""

    class State(models.TextChoices):
        GATHERING = "gathering", N_("收集中")
        WEIGHED = "weighed", N_("评估")
        PLANNED = "planned", N_("计划")
        SHIPPED = "shipped", N_("已上线")
        DECLINED = "declined", N_("不做")

    number = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    text = models.TextField(blank=True)
    kind = models.CharField(max_length=32, blank=True)
    product = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=16, choices=State.choices, default=State.GATHERING)
    reason = models.CharField(max_length=300, blank=True)
    owner = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    words = models.TextField(blank=True)  # what everybody who asked is told once it ships
    shipped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "number"], name="audience_need_once_a_number")]
        indexes = [models.Index(fields=["brand", "state"], name="audience_need_by_state")]

    def __str__(self) -> str:
        return self.title


class Ticket(BrandedModel):
    """One matter that somebody answers for: 反馈工单, with clocks. Clocks stand while it waits for the user."""

    class Priority(models.TextChoices):
        P0 = "P0", N_("P0 紧急")
        P1 = "P1", N_("P1 高")
        P2 = "P2", N_("P2 普通")
        P3 = "P3", N_("P3 建议")

    class State(models.TextChoices):
        OPEN = "open", N_("待处理")
        DOING = "doing", N_("处理中")
        WAITING = "waiting", N_("待用户")
        SOLVED = "solved", N_("已解决")
        CLOSED = "closed", N_("已关闭")
        REOPENED = "reopened", N_("重开")

    class Origin(models.TextChoices):
        THREAD = "thread", N_("消息")
        SURVEY = "survey", N_("问卷回答")
        HAND = "hand", N_("人工登记")

    number = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    text = models.TextField(blank=True)
    kind = models.CharField(max_length=32, blank=True)
    priority = models.CharField(max_length=2, choices=Priority.choices, default=Priority.P2)
    why = models.CharField(max_length=32, blank=True)  # code of what made it so urgent
    state = models.CharField(max_length=16, choices=State.choices, default=State.OPEN)
    team = models.CharField(max_length=32)
    owner = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    origin = models.CharField(max_length=16, choices=Origin.choices, default=Origin.HAND)
    source = models.CharField(max_length=200)  # what it was made of: the same again is the same ticket
    thread = models.ForeignKey(Thread, models.SET_NULL, null=True, blank=True, related_name="tickets")
    subject = models.CharField(max_length=64, blank=True)
    account = models.ForeignKey(Account, models.SET_NULL, null=True, blank=True, related_name="+")
    product = models.CharField(max_length=120, blank=True)
    order_no = models.TextField(blank=True)  # encrypted: a number of an order leads to a person

    opened_at = models.DateTimeField()
    clock_at = models.DateTimeField()  # from when the terms count: opened, or opened again
    first_due = models.DateTimeField()
    own_due = models.DateTimeField(null=True, blank=True)
    fix_due = models.DateTimeField()
    first_at = models.DateTimeField(null=True, blank=True)
    owned_at = models.DateTimeField(null=True, blank=True)
    solved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    waited = models.PositiveIntegerField(default=0)  # seconds of service time that it waited for the user
    reopened = models.PositiveSmallIntegerField(default=0)
    level = models.PositiveSmallIntegerField(default=0)  # how often it was escalated
    late = models.JSONField(default=list)  # codes of clocks that ran out: first, own, fix
    grave_at = models.DateTimeField(null=True, blank=True)  # handed on as a candidate of a crisis
    score = models.PositiveSmallIntegerField(null=True, blank=True)  # CSAT 1 to 5, as the user said
    fix = models.CharField(max_length=300, blank=True)  # what was changed

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "number"], name="audience_ticket_once_a_number"),
            models.UniqueConstraint(fields=["brand", "source"], name="audience_ticket_once_a_source"),
        ]
        indexes = [
            models.Index(fields=["brand", "state", "priority"], name="audience_ticket_by_state"),
            models.Index(fields=["brand", "-opened_at"], name="audience_ticket_newest"),
            models.Index(fields=["brand", "kind", "-opened_at"], name="audience_ticket_by_kind"),
            models.Index(fields=["state", "first_due"], name="audience_ticket_first_due"),
            models.Index(fields=["state", "fix_due"], name="audience_ticket_fix_due"),
        ]

    def __str__(self) -> str:
        return self.title


class TicketNote(BrandedModel):
    """A line of a ticket's history: what happened (`code`, `params`), or what somebody wrote (`text`)."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="notes")
    at = models.DateTimeField()
    code = models.CharField(max_length=48)
    params = models.JSONField(default=dict)
    text = models.TextField(blank=True)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    partner = models.CharField(max_length=80, blank=True)  # who wrote through a partner's link
    shared = models.BooleanField(default=False)  # the partner sees it too

    class Meta:
        indexes = [models.Index(fields=["ticket", "at", "id"], name="audience_note_by_time")]


class PartnerLink(BrandedModel):
    """A way in for somebody outside (a courier, a factory): one ticket, without personal data, until a day."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="links")
    name = models.CharField(max_length=80)
    brief = models.TextField()  # what the partner reads: the ticket's text without what names a person
    token = models.CharField(max_length=64, unique=True)  # hash
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(Member, models.CASCADE, related_name="+")


class Asked(BrandedModel):
    """Somebody who asked for a need, by what they said; and that they were told when it shipped."""

    class State(models.TextChoices):
        ASKED = "asked", N_("未告知")
        READY = "ready", N_("待告知")
        TOLD = "told", N_("已告知")
        UNREACHABLE = "unreachable", N_("无法联系")

    need = models.ForeignKey(Need, models.CASCADE, related_name="asked")
    thread = models.ForeignKey(Thread, models.CASCADE, null=True, blank=True, related_name="asked")
    ticket = models.ForeignKey(Ticket, models.CASCADE, null=True, blank=True, related_name="asked")
    subject = models.CharField(max_length=64, blank=True)
    said = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.ASKED)
    message = models.ForeignKey(ThreadMessage, models.SET_NULL, null=True, blank=True, related_name="+")
    told_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["need", "thread"], condition=models.Q(thread__isnull=False), name="audience_asked_once_a_thread"
            ),
            models.UniqueConstraint(
                fields=["need", "ticket"], condition=models.Q(ticket__isnull=False), name="audience_asked_once_a_ticket"
            ),
        ]


class Cursor(BrandedModel):
    """How far something that comes in pieces was read, by its name."""

    name = models.CharField(max_length=40)
    value = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "name"], name="audience_cursor_once_a_name")]
