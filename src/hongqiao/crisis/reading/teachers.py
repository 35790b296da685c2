"""Mentions that a person judged teach the brand's reader."""

from __future__ import annotations

from collections.abc import Hashable

from django.db.models import Count, Max

from hongqiao.crisis.intake.settings import limits
from hongqiao.crisis.reading.judging import taught, words_of
from hongqiao.workspace.judging import Said, Teacher, teaches
from hongqiao.workspace.models import Brand


def stamp(brand: Brand) -> Hashable:
    """Return how many were judged and when the last one was; None where none was."""
    told = tuple(taught(brand).aggregate(n=Count("pk"), last=Max("judged_at")).values())
    return told if told[0] else None


def said(brand: Brand) -> list[Said]:
    """Return the newest of them, each with what the person said."""
    rows = taught(brand).order_by("-judged_at")[: limits(brand)["taught"]]
    return [(words_of(m), bool(m.judged["negative"])) for m in rows]


teaches("crisis", Teacher(stamp, said))
