"""RSS and Atom feeds that are listened to: asked whether anything changed, each entry heard once."""

from __future__ import annotations

from hongqiao.crisis.intake.arriving import Arrived, Heard, arrive
from hongqiao.crisis.intake.settings import limits
from hongqiao.crisis.models import Source
from hongqiao.workspace.webhooks import getting, syndication

ACCEPT = "application/rss+xml, application/atom+xml, application/xml;q=0.9"


def hear(source: Source) -> Arrived:
    """Read a feed; one that did not change was heard all the same. Raises NotGot, NotAFeed, BadUrl, NotResolved."""
    most = limits(source.brand)
    got = getting.ask(source.address, accept=ACCEPT, most=most["feed_bytes"], marks=source.cursor.get("marks"))
    found = syndication.entries(got.body) if got.changed else []
    done = arrive(source, [_heard(e) for e in found[: most["feed_items"]] if e.mark])
    Source.objects.filter(pk=source.pk).update(cursor={"marks": dict(got.marks)})
    return done


def _heard(entry: syndication.Entry) -> Heard:
    return Heard(
        outer=entry.mark,
        text=entry.text or entry.title,
        posted_at=entry.at,
        title=entry.title,
        url=entry.url,
        author=entry.author,
    )
