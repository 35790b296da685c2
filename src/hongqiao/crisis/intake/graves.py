"""Grave feedback of another room is a candidate here: a mention that somebody must look at, whatever the reader makes
of its words. A reader that finds its nature grave opens the incident as with any other mention.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from hongqiao.crisis import addresses
from hongqiao.crisis.intake.arriving import Heard, arrive
from hongqiao.crisis.models import Incident, Mention, Source
from hongqiao.errors import N_
from hongqiao.workspace import graves
from hongqiao.workspace.models import Brand

NAME = N_("用户反馈（P0 工单）")  # the name of the source that they come from
State = Mention.State
RUNNING = (Incident.State.OPEN, Incident.State.HANDLING, Incident.State.MENDING)


def hear(brand: Brand, grave: graves.Grave) -> str:
    """Keep it as an open mention and return its page. What was heard here already, word for word, is opened instead."""
    found = _known(brand, grave)
    if found is None:
        source, _made = Source.objects.get_or_create(brand=brand, name=NAME, defaults={"way": Source.Way.PASTE})
        heard = Heard(
            grave.key,
            grave.text,
            grave.posted_at,
            channel=grave.channel,
            url=grave.url,
            author_key=grave.author_key,
        )
        done = arrive(source, [heard])
        if not done.ids:
            return ""
        found = Mention.objects.select_related("brand").get(pk=done.ids[0])
    if found.state in (State.NEW, State.ASIDE):
        found.state, found.reason = State.OPEN, ""
        found.save_next("state", "reason")
    return addresses.mention(found)


def _known(brand: Brand, grave: graves.Grave) -> Mention | None:
    """Return the same words of the last month, where files or a push brought them to both rooms."""
    since = timezone.now() - timedelta(days=30)
    rows = Mention.objects.filter(brand=brand, drill=False, heard_at__gte=since, text=grave.text)
    if grave.url:
        rows = rows.filter(url=grave.url)
    elif grave.author_key:
        rows = rows.filter(author_key=grave.author_key)
    else:
        return None
    return rows.select_related("brand").order_by("-id").first()


def holds(brand: Brand, keys: Sequence[str], urls: Sequence[str]) -> set[str]:
    """Return the keys and addresses of mentions that are still dealt with, alone or in an incident that is not over."""
    rows = Mention.objects.filter(Q(outer__in=list(keys)) | Q(url__in=list(urls)), brand=brand, drill=False)
    rows = rows.filter(Q(state__in=(State.NEW, State.OPEN, State.DOING)) | Q(incident__state__in=RUNNING))
    named = {name for pair in rows.values_list("outer", "url") for name in pair}
    return named & {*keys, *urls}
