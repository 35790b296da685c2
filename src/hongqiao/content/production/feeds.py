"""Tasks, slots and waiting reviews in members' own calendars."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from hongqiao.content.models import Stage, Task
from hongqiao.content.production import queries, reviews, words
from hongqiao.content.production.services.telling import url_of
from hongqiao.workspace import feeds, permissions
from hongqiao.workspace.links import absolute
from hongqiao.workspace.models import Member


def entries(member: Member) -> Iterator[feeds.Entry]:
    """Yield the member's own tasks by their due day, their pieces by their slot, and what waits for their look."""
    if not permissions.allows(member, queries.SEE):
        return
    for task in queries.my_tasks(member).exclude(due=None).select_related("piece__brand"):
        told = {"task": words.label(Task.Kind, task.kind), "name": task.piece.title}
        url, summary = absolute(url_of(task.piece)), _("%(task)s：%(name)s") % told
        yield feeds.Entry(f"task-{task.pk}", task.due, summary, task.created_at, url=url)
    for row in queries.mine(member).exclude(publish_at=None).select_related("brand"):
        summary = _("发布：%(name)s") % {"name": row.title}
        if row.stage != Stage.SCHEDULED:
            summary += f"（{words.label(Stage, row.stage)}）"
        yield feeds.Entry(f"piece-{row.pk}", row.publish_at, summary, row.stage_at, url=absolute(url_of(row)))
    for row, step in reviews.waiting_for(member):
        told = {"step": words.step(step.code), "name": row.title}
        if step.until is not None:
            summary = _("%(step)s截止：%(name)s") % told
            yield feeds.Entry(f"review-{row.pk}", step.until, summary, row.stage_at, url=absolute(url_of(row)))


feeds.register("production", entries)
