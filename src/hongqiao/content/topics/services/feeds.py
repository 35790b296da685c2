"""Feeds that are read every hour: added, removed, read. What is new becomes an idea."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from hongqiao.content.models import Topic, TopicFeed
from hongqiao.content.topics import keys, queries, reading, settings
from hongqiao.content.topics.evidence import Around
from hongqiao.content.topics.services import kit
from hongqiao.content.topics.services.topics import add_topic
from hongqiao.errors import N_, Conflict, HongqiaoError, Invalid
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.models import Member
from hongqiao.workspace.webhooks import guard
from hongqiao.workspace.words import stored_error


class FeedTaken(Conflict):
    code = "feed_taken"
    message = N_("已经订阅了这个地址：%(name)s")
    next_step = N_("请改原来的那一条")


class TooManyFeeds(Invalid):
    code = "too_many_feeds"
    message = N_("订阅源最多 %(most)s 个")
    next_step = N_("请先取消不用的")


@transaction.atomic
def add_feed(*, actor: Member, url: str, name: str = "", source: str = Topic.Source.HOT) -> TopicFeed:
    """Read a feed every hour from now on. Raises NotAllowed, BadUrl, BadTopic, FeedTaken, TooManyFeeds."""
    permissions.require(actor, queries.EDIT)
    if len(url) > 500:
        raise kit.BadTopic(field="url", value=url[:40])
    host = guard.parse(url).host
    most = settings.limits()["feeds"]
    if TopicFeed.objects.filter(brand=actor.brand).count() >= most:
        raise TooManyFeeds(most=most)
    row = TopicFeed(brand=actor.brand, by=actor, url=url.strip(), name=kit.plain(name, "title", 80) or host[:80])
    row.source = kit.one_of(source, (Topic.Source.HOT, Topic.Source.COMPETITOR), "source") or Topic.Source.HOT
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise FeedTaken(name=row.name) from None
    audit.record(actor, "feed.added", row, name=row.name)
    return row


@transaction.atomic
def remove_feed(*, actor: Member, feed_id: UUID | str, seen: int | None) -> None:
    """Read a feed no more; the ideas that came of it stay. Raises NotFound, Conflict."""
    row: TopicFeed = TopicFeed.objects.for_member(actor, queries.EDIT).locked(feed_id, seen)
    audit.record(actor, "feed.removed", row, name=row.name)
    row.delete()


def read_feed(feed: TopicFeed) -> int:
    """Read a feed and return how many ideas are new; what goes wrong is kept with it. An entry is taken once, ever."""
    new = 0
    try:
        found = reading.entries(reading.fetch(feed.url))
        with transaction.atomic():
            new = _take(feed, found)
            feed.error = None
    except HongqiaoError as error:
        feed.error = stored_error(error)
    feed.read_at = timezone.now()
    TopicFeed.objects.filter(pk=feed.pk).update(seen=feed.seen, error=feed.error, read_at=feed.read_at)
    return new


def _take(feed: TopicFeed, found: list[reading.Entry]) -> int:
    known, around, new = set(feed.seen), Around(feed.brand), 0
    for entry in found:
        mark = keys.of(entry.url or entry.title)[:16]
        if mark in known or feed.by is None:
            continue
        known.add(mark)
        feed.seen = [*feed.seen, mark][-1000:]
        evidence = [{"text": entry.title, "url": entry.url, "cite": feed.name}]
        origin = {"feed": feed.name, "url": entry.url}
        new += add_topic(
            actor=feed.by,
            source=feed.source,
            origin=origin,
            merge=True,
            around=around,
            title=entry.title,
            evidence=evidence if len(entry.url) <= 500 else [],
        ).new
    return new
