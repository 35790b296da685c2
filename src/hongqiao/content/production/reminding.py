"""Who is reminded of what is late: the reviewer or whoever has the task; after a second wait the owner of the piece.

Nobody else hears of it, no group. A message's key says what is late since when, so each is told once however often
the job runs; quiet hours and e-mail are `delivery`'s.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hongqiao.content.models import Piece, Task
from hongqiao.content.production import clock, queries, reviews, settings
from hongqiao.content.production.services.telling import card as review_card
from hongqiao.content.production.services.telling import url_of
from hongqiao.delivery import cards
from hongqiao.delivery.models import Message
from hongqiao.delivery.services import post
from hongqiao.workspace import figures
from hongqiao.workspace.links import absolute
from hongqiao.workspace.models import Brand, Member

REVIEW, OWNER, TASKS = "content.review_late", "content.review_waits", "content.tasks_late"
NAMES = 3  # of those it waits for, and of tasks in one letter


def remind(brand: Brand) -> int:
    """Tell of every late step of review and late task of a brand whom it has not told yet; return how many hear."""
    before = Message.objects.filter(brand=brand).count()
    for piece, step in reviews.overdue_reviews(brand):
        _of_review(piece, step)
    _of_tasks(brand)
    return Message.objects.filter(brand=brand).count() - before


def _of_review(piece: Piece, step: reviews.Step) -> None:
    """The reviewers of a late step; once it has waited on, or where there is none, the piece's owner."""
    text, book = queries.newest(piece), settings.of(piece.brand, "review")
    if text is None or step.until is None:
        return
    people = reviews.may_take(piece, step.code)[: book["told"]]
    told = {"piece": piece.title, "step": step.code}
    payload = {"piece": str(piece.pk), "step": step.code, "digest": text.digest}
    key = f"{piece.pk}|{text.digest[:16]}|{step.code}|{step.until.isoformat()}"
    if people:
        post(
            piece.brand,
            REVIEW,
            payload,
            key=f"review_late|{key}",
            members=people,
            notice=("review.late", told),
            url=f"{url_of(piece)}review/",
        )
    hours, wait = settings.of(piece.brand)["hours"], book["owner_after"][piece.lane]
    later = clock.after_hours(step.until, wait, hours, piece.brand.zone)
    if people and (later > timezone.now() or piece.owner in people):
        return
    who = _("、").join(str(m) for m in people[:NAMES])
    notice = ("review.waits", told | {"who": who}) if people else ("review.nobody", told)
    post(
        piece.brand,
        OWNER,
        payload,
        key=f"review_waits|{key}",
        members=_owner(piece),
        notice=notice,
        url=f"{url_of(piece)}review/",
    )


def _owner(piece: Piece) -> list[Member]:
    return [m for m in (piece.owner,) if m is not None and m.state == Member.State.ACTIVE]


def _of_tasks(brand: Brand) -> None:
    """Whoever has a late task, its piece's owner where nobody has, or where it waited on; one message for all."""
    today, book = figures.real_day(brand), settings.of(brand)["late_tasks"]
    rows = queries.late_tasks(brand, today).filter(due__gte=today - timedelta(days=book["within_days"]))
    long_ago = clock.days_before(today, book["owner_after_days"], settings.of(brand)["hours"])
    heard = _heard(brand)
    found: dict[Member, list[Task]] = defaultdict(list)
    for task in rows.select_related("owner__user", "piece__owner__user", "piece__brand").order_by("due", "id"):
        for member in {task.owner, task.piece.owner if task.owner is None or task.due < long_ago else None} - {None}:
            if member.state == Member.State.ACTIVE and (member.pk, _mark(task)) not in heard:
                found[member].append(task)
    for member, tasks in found.items():
        _tell(brand, member, tasks)


def _mark(task: Task) -> str:
    return f"{task.pk}|{task.due}"


def _heard(brand: Brand) -> set[tuple[Any, str]]:
    """Return who was told of which late task already."""
    told = Message.objects.filter(brand=brand, kind=TASKS, way=Message.Way.IN_APP).values_list("member_id", "payload")
    return {(member, mark) for member, payload in told for mark in payload["tasks"]}


def _tell(brand: Brand, member: Member, tasks: list[Task]) -> None:
    marks = [_mark(t) for t in tasks]
    post(
        brand,
        TASKS,
        {"tasks": marks},
        key=f"tasks_late|{member.pk}|{marks[0]}",
        members=[member],
        notice=("task.late", {"piece": tasks[0].piece.title, "n": len(tasks)}),
        url=f"{url_of(tasks[0].piece)}tasks/",
    )


def late_card(brand: Brand, payload: Mapping[str, Any]) -> cards.Card | None:
    """Return the letter to a late reviewer, or to the owner of what waits; None once the step is decided."""
    found = review_card(brand, payload)
    return cards.Card(_("审核已超时：%(title)s") % {"title": found.title}, found.lines, found.url) if found else None


def tasks_card(brand: Brand, payload: Mapping[str, Any]) -> cards.Card | None:
    """Return the letter of late tasks: those of them that are late still; None where none is."""
    keys = [mark.partition("|")[0] for mark in payload["tasks"]]
    today = figures.real_day(brand)
    rows = list(queries.late_tasks(brand, today).filter(pk__in=keys).select_related("piece__brand").order_by("due"))
    if not rows:
        return None
    title = ngettext("%(n)s 个任务已过期", "%(n)s 个任务已过期", len(rows)) % {"n": len(rows)}
    return cards.Card(title, tuple(_lines(rows[: NAMES * 3])), absolute(url_of(rows[0].piece)))


def _lines(rows: Iterable[Task]) -> Iterable[cards.Line]:
    for row in rows:
        told = {"task": _(row.get_kind_display()), "name": row.piece.title, "day": f"{row.due:%m-%d}"}
        yield cards.Line(_("%(task)s：%(name)s（%(day)s 到期）") % told, absolute(url_of(row.piece)))
