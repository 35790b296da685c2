"""A line in the morning to those who fetch files, once a day and brand, only where there is something to fetch."""

from zoneinfo import ZoneInfo

from django.utils import timezone

from hongqiao.errors import N_
from hongqiao.imports.checklist.curve import curve_of
from hongqiao.imports.checklist.plan import book
from hongqiao.imports.checklist.week import Task, week_of
from hongqiao.workspace import figures, jobs, notices
from hongqiao.workspace.models import Brand, Member, Notice

CODE = "checklist.today"


@jobs.handler("imports.checklist", atomic=False, label=N_("提醒取数"))
def remind(ctx: jobs.Context) -> dict[str, int]:
    """Tell each brand's people what is due today. Run again in the same day it tells nobody twice.

    Nobody fetches files for the sample.
    """
    told = 0
    for brand in Brand.objects.exclude(settings__has_key=figures.SAMPLE):
        if timezone.now().astimezone(ZoneInfo(brand.zone)).hour >= book()["remind_hour"]:
            told += remind_brand(brand)
    return {"told": told}


def remind_brand(brand: Brand) -> int:
    """Leave today's line with those concerned, who have not got it yet; return how many got it.

    A file that was given to somebody concerns that person alone; any other, all who may import.
    """
    due = [t for t in week_of(brand).tasks if t.state == "due"]
    pieces = sum(len(r.today) for r in curve_of(brand))
    told = 0
    for member in notices.holders(brand, "imports.run"):
        mine = [t for t in due if _concerns(t, member)]
        if (mine or pieces) and not _told(member):
            url = f"/b/{brand.slug}/imports/checklist/"
            notices.tell([member], CODE, url=url, files=len(mine), pieces=pieces)
            told += 1
    return told


def _concerns(task: Task, member: Member) -> bool:
    return task.line.owner is None or task.line.owner.id == member.id


def _told(member: Member) -> bool:
    last = Notice.objects.filter(member=member, code=CODE).order_by("-id").first()
    if last is None:
        return False
    zone = ZoneInfo(member.brand.zone)
    return last.created_at.astimezone(zone).date() == timezone.now().astimezone(zone).date()


jobs.every("imports.checklist", minutes=60)
