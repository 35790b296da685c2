"""The sample brand watches two rivals: their pieces stand under what rivals have and we have not."""

import pytest

from hongqiao.content.topics import borrowing
from hongqiao.content.topics.evidence import Around
from hongqiao.site import first
from hongqiao.workspace import figures, jobs
from hongqiao.workspace.models import Account, Job, Member


@pytest.mark.django_db(transaction=True)
def test_the_rivals_files_come_in_as_competitors(cast):
    Account.objects.all().delete()
    cast.brand.settings = {figures.SAMPLE: {}}
    cast.brand.save()
    payload = first._rivals(Member.objects.select_related("brand").get(pk=cast.owner.pk))
    jobs.enqueue("imports.listed", brand_id=cast.brand.pk, key="rivals", payload=payload)
    rows = Account.objects.filter(brand=cast.brand)
    assert {a.relation for a in rows} == {"competitor"}
    assert rows.count() == 2
    job = Job.objects.get(kind="imports.listed")
    jobs.work_off()
    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"files": 2})
    around = Around(cast.brand)
    assert not any(p.own for p in around.past)
    ideas = borrowing.ideas(around)
    assert len(ideas) == around.rules["history"]["most"]
    assert {b.past.platform for b in ideas} == {"xiaohongshu"}
