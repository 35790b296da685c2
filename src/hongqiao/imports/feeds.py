"""The days on which files are to be fetched, for members' calendars; what of them is missing, for reports."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext as _

from hongqiao.imports.checklist.week import Task, today_of, week, week_of
from hongqiao.workspace import feeds, missing, permissions
from hongqiao.workspace.links import absolute
from hongqiao.workspace.models import Account, Brand, Member
from hongqiao.workspace.words import platform_name


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
        whose = f"{platform_name(account.platform)} · {account.name}"
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


def wanted(brand: Brand, day: date) -> Iterator[missing.Missing]:
    """Yield the files of the week around `day` that were due by then and are not imported.

    None where the days it was to bring, those before its own, are in another file, or where next week's is there: that
    one says what this one would have.
    """
    following = week_of(brand, day + timedelta(days=7)).tasks
    later = {(t.line.account.pk, t.line.code) for t in following if t.state == "done"}
    for task in week_of(brand, day).tasks:
        held = task.covered is not None and task.covered >= task.due - timedelta(days=1)
        held = held or (task.line.account.pk, task.line.code) in later
        if task.due <= day and task.state != "done" and not held:
            account = task.line.account
            url = f"/b/{brand.slug}/imports/checklist/?week={day}"
            yield missing.Missing(task.line.label, account.pk, account.platform, account.name, task.due, url)


missing.register("checklist", wanted)
