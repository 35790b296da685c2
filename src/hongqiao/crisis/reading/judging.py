"""The reader of a brand: the model that ships, calibrated by all that people of the brand said of mentions."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Count, Max, QuerySet

from hongqiao.crisis.intake.settings import limits
from hongqiao.crisis.models import Mention
from hongqiao.knowledge import opinions
from hongqiao.methods.opinion import Judge
from hongqiao.workspace.models import Brand

_KEPT: dict[UUID, tuple[object, Judge]] = {}


def words_of(mention: Mention) -> str:
    """Return what of a mention is read: its title, where the text does not say it anyway, and its text."""
    return joined(mention.title, mention.text)


def joined(title: str, text: str) -> str:
    """Return title and text as they are read together."""
    title = title.strip()
    return text if not title or title in text else f"{title}。{text}"


def taught(brand: Brand) -> QuerySet:
    """Return the mentions of which a person said whether they are against the brand, confirmed ones too."""
    found = Mention.objects.filter(brand=brand, judged_at__isnull=False, drill=False)
    return found.filter(judged__negative__in=[True, False])


def judge_of(brand: Brand) -> Judge:
    """Return the brand's reader; learned anew in this process once people said more."""
    rows = taught(brand)
    stamp = tuple(rows.aggregate(n=Count("pk"), last=Max("judged_at")).values())
    if not stamp[0]:
        return opinions.judge()
    kept = _KEPT.get(brand.pk)
    if kept is None or kept[0] != stamp:
        said = list(rows.order_by("-judged_at")[: limits(brand)["taught"]])
        judge = opinions.judge().taught([words_of(m) for m in said], [bool(m.judged["negative"]) for m in said])
        kept = _KEPT[brand.pk] = (stamp, judge)
    return kept[1]
