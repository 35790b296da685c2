"""What checking keeps: checks with their hits, the words that a brand adds, the exemptions that reviewers gave. C2."""

from django.db import models

from hongqiao.errors import N_
from hongqiao.workspace.models import BrandedModel, Member


class Check(BrandedModel):
    """One text held against the rules: what it was, with which rules, what they said then.

    `hits` are dicts of the engine's Hit plus `sentence` (a digest of the sentence it stands in, spaces left out). What
    was exempted is asked for anew each time: an exemption may come later, or end. Where a whole draft was checked,
    `draft` is what it was in its parts, `text` these parts one after the other, `found` what is besides words of law.
    """

    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    title = models.CharField(max_length=120, blank=True)
    text = models.TextField()
    digest = models.CharField(max_length=64)
    platform = models.CharField(max_length=32, blank=True)
    industry = models.CharField(max_length=32, blank=True)
    rules = models.CharField(max_length=32)
    hits = models.JSONField(default=list)
    origin = models.CharField(max_length=16, default="page")
    draft = models.JSONField(default=dict)
    found = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["brand", "digest"], name="check_by_digest")]

    def __str__(self) -> str:
        return self.title or self.text[:40]


class Word(BrandedModel):
    """A word of the brand's own: not to be written (`level`), or never a hit (`level` "")."""

    class Level(models.TextChoices):
        BLOCK = "block", N_("拦截")
        WARN = "warn", N_("提醒")
        INFO = "info", N_("提示")
        ALLOWED = "", N_("放行")

    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    text = models.CharField(max_length=40)
    level = models.CharField(max_length=8, choices=Level.choices, blank=True)
    instead = models.CharField(max_length=60, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "text"], name="one_word_a_brand")]

    def __str__(self) -> str:
        return self.text


class Exemption(BrandedModel):
    """A reviewer's decision that a hit may stand: in this sentence, or wherever the word is written (`sentence` "")."""

    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    made_at = models.ForeignKey(Check, models.PROTECT, related_name="+")
    rule = models.CharField(max_length=64)
    word = models.CharField(max_length=120)
    sentence = models.CharField(max_length=64, blank=True)
    said = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=32)
    evidence = models.CharField(max_length=500)
    link = models.URLField(max_length=500, blank=True)
    until = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["brand", "word"], name="exemption_by_word")]

    def __str__(self) -> str:
        return self.word


class Waiver(BrandedModel):
    """A reviewer's word that what a heuristic holds may stay: this rule, on exactly these words (`mark`)."""

    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    rule = models.CharField(max_length=64)
    mark = models.CharField(max_length=16)
    said = models.CharField(max_length=300, blank=True)
    reason = models.CharField(max_length=500)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["brand", "mark"], name="waiver_by_mark")]

    def __str__(self) -> str:
        return self.said or self.rule
