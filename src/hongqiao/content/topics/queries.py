"""Reads of the topic library: search, filters, order, matrix of pillar × stage × persona. C1."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, cast

from django.db.models import F, Q

from hongqiao.content.models import DeclinedIdea, Signal, Topic, TopicFeed
from hongqiao.content.topics.evidence import Around
from hongqiao.methods.topics import nearest
from hongqiao.workspace.models import Brand, BrandedQuerySet, Member

SEE, EDIT, DECIDE = "content.view", "content.edit", "content.review"
State = Topic.State

#: where a topic may go from where it stands; what is being made or published moves with its pieces
MOVES: dict[str, tuple[str, ...]] = {
    State.IDEA: (State.WAITING, State.PASSED, State.PARKED, State.REJECTED),
    State.WAITING: (State.PASSED, State.PARKED, State.REJECTED, State.IDEA),
    State.PASSED: (State.PLANNED, State.MAKING, State.WAITING, State.PARKED, State.REJECTED),
    State.PLANNED: (State.MAKING, State.PASSED, State.PARKED),
    State.MAKING: (State.PUBLISHED, State.PASSED, State.PARKED),
    State.PUBLISHED: (State.REVIEWED, State.MAKING),
    State.REVIEWED: (State.WAITING,),
    State.PARKED: (State.WAITING, State.PASSED, State.REJECTED),
    State.REJECTED: (State.WAITING,),
}
OPEN = (State.IDEA, State.WAITING, State.PASSED, State.PLANNED, State.MAKING)
SORTS = {"score": F("score"), "title": F("title"), "hours": F("hours"), "at": F("created_at")}


def topics(member: Member) -> BrandedQuerySet:
    """Return the topics that a member may see."""
    found = Topic.objects.for_member(member, SEE).select_related("persona", "product", "owner__user")
    return cast(BrandedQuerySet, found)


def found(member: Member, asked: Mapping[str, str]) -> BrandedQuerySet:
    """Return the topics that fit what was asked: q, state, source, platform, pillar, persona, node, mark, verdict."""
    rows = topics(member)
    if text := asked.get("q", ""):
        rows = rows.filter(Q(title__icontains=text) | Q(pain__icontains=text) | Q(claim__icontains=text))
    for name, values in (("state", State.values), ("source", Topic.Source.values), ("mark", Topic.Mark.values)):
        if asked.get(name) in values:
            rows = rows.filter(**{name: asked[name]})
    if asked.get("state") == "open":
        rows = rows.filter(state__in=OPEN)
    for name in ("pillar", "node"):
        if asked.get(name):
            rows = rows.filter(**{name: asked[name]})
    if asked.get("persona"):
        rows = rows.filter(persona__name=asked["persona"])
    if asked.get("platform"):
        rows = _on_platform(rows, asked["platform"])
    return cast(BrandedQuerySet, rows)


def _on_platform(rows: Any, platform: str) -> Any:
    """A list in JSON is asked the same way of every database: by the code in its quotes."""
    return rows.filter(platforms__icontains=f'"{platform}"') if platform.replace("_", "").isalnum() else rows.none()


def ordered(rows: Any, sort: str) -> Any:
    """Return rows by score, title, hours or time; the best first where nothing is said."""
    name = sort.lstrip("-")
    field = SORTS.get(name, SORTS["score"])
    down = sort.startswith("-") or name not in SORTS
    return rows.order_by(field.desc(nulls_last=True) if down else field.asc(nulls_last=True), "-id")


def signals(member: Member, kind: str = "") -> BrandedQuerySet:
    """Return what people said and searched, newest first."""
    rows = Signal.objects.for_member(member, SEE).order_by("-id")
    return cast(BrandedQuerySet, rows.filter(kind=kind) if kind in Signal.Kind.values else rows)


def feeds(member: Member) -> BrandedQuerySet:
    """Return the feeds that are read."""
    return cast(BrandedQuerySet, TopicFeed.objects.for_member(member, SEE).order_by("name", "id"))


def declined(member: Member, around: Around) -> BrandedQuerySet:
    """Return the proposals that somebody did not want and that stay away now, newest first."""
    rows = DeclinedIdea.objects.for_member(member, SEE).filter(created_at__gte=around.declined_since)
    return cast(BrandedQuerySet, rows.select_related("by__user").order_by("-id"))


def states(member: Member) -> Counter[str]:
    """Return how many topics stand in each state."""
    return Counter(Topic.objects.for_member(member, SEE).values_list("state", flat=True))


def matrix(around: Around) -> list[dict[str, Any]]:
    """Return pillar × stage for each persona: how many open topics each cell holds; 0 is a gap."""
    rows = Topic.objects.filter(brand=around.brand, state__in=OPEN).values_list("pillar", "mark", "persona_id")
    counted = Counter((p, m, str(w)) for p, m, w in rows)
    people = [p for p in around.personas.values() if p.active]
    return [
        {
            "pillar": code,
            "label": pillar["label"],
            "persona": who,
            "cells": [(mark, counted[code, mark, str(who.pk)]) for mark in Topic.Mark.values],
        }
        for who in people
        for code, pillar in around.pillars.items()
    ]


def near_topics(brand: Brand, topic: Topic, least: float) -> Sequence[tuple[Topic, float]]:
    """Return other topics whose titles are like this one's, the most alike first."""
    others = list(Topic.objects.filter(brand=brand).exclude(pk=topic.pk).only("id", "title", "state", "brand_id"))
    return [(others[n], share) for n, share in nearest(topic.title, (t.title for t in others), least=least, most=8)]
