"""Surveys with their answers, interviews, and what was understood from both. U1, U2b, U3.

Answers are appended. What people write in their own words is encrypted; a person key stands on an answer only where
the person came by a personal link and agreed to be known.
"""

from django.db import models

from hongqiao.book.models import Persona
from hongqiao.errors import N_
from hongqiao.workspace.models import BrandedModel, Member

from .communities import Activity


class Survey(BrandedModel):
    """A questionnaire. Its questions stand in `SurveyForm`, a row a version; `form` is the number in force."""

    class State(models.TextChoices):
        DRAFT = "draft", N_("草稿")
        OPEN = "open", N_("收集中")
        CLOSED = "closed", N_("已停止")
        ARCHIVED = "archived", N_("已归档")

    class Once(models.TextChoices):
        DEVICE = "device", N_("一台设备一份")
        FREE = "free", N_("不限（现场共用一台设备）")

    title = models.CharField(max_length=80)
    intro = models.TextField(blank=True)
    purpose = models.CharField(max_length=200, blank=True)  # what the answers are for, as it is told to people
    keep_days = models.PositiveIntegerField(default=365)  # then words and persons go, figures stay
    state = models.CharField(max_length=16, choices=State.choices, default=State.DRAFT)
    form = models.PositiveIntegerField(default=1)
    opens = models.DateTimeField(null=True, blank=True)
    closes = models.DateTimeField(null=True, blank=True)
    goal = models.PositiveIntegerField(null=True, blank=True)  # how many answers are wanted
    population = models.PositiveIntegerField(null=True, blank=True)  # how many people they stand for
    quotas = models.JSONField(default=dict, blank=True)  # {question: {option: the most}}
    once = models.CharField(max_length=16, choices=Once.choices, default=Once.DEVICE)
    waves = models.BooleanField(default=False)  # asked twice, before and after
    joins = models.JSONField(default=list, blank=True)  # [question, answer, answer]: groups that a person made one
    activity = models.ForeignKey(Activity, models.SET_NULL, null=True, blank=True, related_name="surveys")
    owner = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["brand", "state"], name="audience_survey_state")]

    def __str__(self) -> str:
        return self.title


class SurveyForm(BrandedModel):
    """The questions of one version: `audience/surveys/form.py` says of what they are made."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="forms")
    number = models.PositiveIntegerField(default=1)
    questions = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["survey", "number"], name="audience_form_once_a_number")]


class SurveyAnswer(BrandedModel):
    """What one device or person answered, to the version of questions that they saw.

    `who` is a keyed hash of the device or the link, good for nothing but counting nobody twice; `subject` the person
    key of one who agreed to it.
    """

    class State(models.TextChoices):
        PARTIAL = "partial", N_("没答完")
        WHOLE = "whole", N_("已提交")
        FULL = "full", N_("配额已满")

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="answers")
    form = models.ForeignKey(SurveyForm, models.CASCADE, related_name="answers")
    wave = models.CharField(max_length=8, blank=True)  # before, after
    who = models.CharField(max_length=64, blank=True)
    turn = models.PositiveIntegerField(default=0)  # which answer of the same device
    subject = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=16, choices=State.choices, default=State.PARTIAL)
    said = models.JSONField(default=dict)  # {question: option, [options] or number}
    words = models.TextField(blank=True)  # {question: words}, encrypted
    started_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    seconds = models.FloatField(null=True, blank=True)
    out = models.CharField(max_length=200, blank=True)  # why somebody put it aside by hand

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["survey", "wave", "who", "turn"], name="audience_answer_once_a_turn")
        ]
        indexes = [
            models.Index(fields=["survey", "state"], name="audience_answer_state"),
            models.Index(fields=["brand", "subject"], name="audience_answer_subject"),
        ]


class Interview(BrandedModel):
    """Notes of a talk with one user. Words are encrypted, tags are not."""

    day = models.DateField()
    subject = models.CharField(max_length=64, blank=True)  # person key
    title = models.CharField(max_length=80)
    words = models.TextField(blank=True)  # encrypted
    quotes = models.TextField(blank=True)  # ["…"], encrypted
    tags = models.JSONField(default=list, blank=True)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["brand", "subject"], name="audience_talk_subject")]

    def __str__(self) -> str:
        return self.title


class Insight(BrandedModel):
    """洞察卡: one claim about users, of whom it is said, and how sure it is."""

    class State(models.TextChoices):
        OPEN = "open", N_("待验证")
        HELD = "held", N_("已验证")
        REFUTED = "refuted", N_("已推翻")

    claim = models.CharField(max_length=200)
    persona = models.ForeignKey(Persona, models.SET_NULL, null=True, blank=True, related_name="+")
    tier = models.CharField(max_length=32, blank=True)
    state = models.CharField(max_length=16, choices=State.choices, default=State.OPEN)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return self.claim


class Evidence(BrandedModel):
    """A quote that a claim rests on, with the talk or the answer it is from. Gone with them."""

    insight = models.ForeignKey(Insight, models.CASCADE, related_name="evidence")
    interview = models.ForeignKey(Interview, models.CASCADE, null=True, blank=True, related_name="evidence")
    answer = models.ForeignKey(SurveyAnswer, models.CASCADE, null=True, blank=True, related_name="evidence")
    question = models.CharField(max_length=16, blank=True)
    quote = models.TextField()  # encrypted
