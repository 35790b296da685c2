"""The days on which files are to be fetched, for members' calendars."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext as _

from hongqiao.imports import guide
from hongqiao.imports.checklist.week import Task, today_of, week
from hongqiao.workspace import feeds, permissions
from hongqiao.workspace.links import absolute
from hongqiao.workspace.models import Account, Member


def due_days(member: Member) -> Iterator[feeds.Entry]:
    """Yield one entry a day and account, of this week and the next; a file given to somebody is theirs alone."""
    if not permissions.allows(member, "imports.run"):
        return
    today = today_of(member.brand)
    days: dict[tuple[date, Account], list[Task]] = defaultdict(list)
    for one in (week(member, today), week(member, today + timedelta(days=7))):
        for task in one.tasks:
            if task.line.owner is None or task.line.owner.id == member.id:
                days[task.due, task.line.account].append(task)
    for (day, account), tasks in days.items():
        whose = f"{guide.platform_name(account.platform)} · {account.name}"
        left = [t for t in tasks if t.state != "done"]
        yield feeds.Entry(
            uid=f"checklist-{account.id}-{day}",
            start=day,
            summary=_("取数：%(account)s（%(n)s 个文件）") % {"account": whose, "n": len(tasks)},
            changed=max((t.at for t in tasks if t.at), default=account.created_at),
            description="\n".join(_(t.line.label) for t in left) or _("都到了"),
            url=absolute(f"/b/{member.brand.slug}/imports/checklist/?week={day}"),
        )


feeds.register("checklist", due_days)
