"""Which incident a drill's mentions are of: one a drill, whatever batch or product they name."""

from __future__ import annotations

from hongqiao.crisis.models import Drill, Incident, Mention


def of_drill(row: Drill) -> Incident | None:
    """Return the incident of a drill: the one that its director began, else the first that its mentions came to.

    One that was merged is handled in the other; that one is returned.
    """
    found = row.incident
    if found is None:
        heard = Incident.objects.filter(mentions__in=Mention.objects.filter(source_id=row.source_id), drill=True)
        found = heard.select_related("into").order_by("number").first()
    while found is not None and found.into is not None:
        found = found.into
    return found


def of_mention(mention: Mention) -> Incident | None:
    """Return the incident that a mention of a drill goes to, None while its drill has none, or it is of no drill."""
    row = Drill.objects.select_related("incident").filter(brand=mention.brand_id, source_id=mention.source_id).first()
    return of_drill(row) if row else None


def rest(mention: Mention) -> list[Mention]:
    """Return what else of a mention's drill was heard and is of no incident yet, locked."""
    rows = Mention.objects.filter(brand=mention.brand_id, source_id=mention.source_id, drill=True, incident=None)
    ours = rows.exclude(state__in=(Mention.State.NEW, Mention.State.ASIDE)).exclude(pk=mention.pk)
    drilled = Drill.objects.filter(brand=mention.brand_id, source_id=mention.source_id).exists()
    return list(ours.select_for_update().order_by("id")) if drilled else []
