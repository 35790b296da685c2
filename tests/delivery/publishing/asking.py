"""How these tests ask for a publication, let its waiting tries be due, and read it anew."""

from datetime import timedelta

from django.utils import timezone

from hongqiao.delivery import publishing
from hongqiao.delivery.models import Publication
from hongqiao.delivery.publishing import rules
from hongqiao.ids import uuid7
from hongqiao.workspace import jobs as work
from hongqiao.workspace.models import Job

TEXT = "油皮夏天最怕闷，我连着用了三周：早上一泵，两小时后补涂一次，T 区没有搓泥。敏感肌先在耳后试一天再上脸。"
State = Publication.State


def ask(cast, shelf, **more):
    payload = {"form": "note", "title": "油皮防晒怎么补涂", "text": TEXT, "tags": ["防晒"], "body": {"text": TEXT}}
    fields = {"subject": "test.thing", "subject_id": uuid7(), "title": "油皮防晒怎么补涂", "payload": payload}
    fields |= {"digest": "d1", "due_at": timezone.now(), "actor": cast.owner, "account": shelf}
    return publishing.ask(**{**fields, **more})


def again(kind="delivery.publish"):
    """Let the waiting tries of this kind be due now, and any call without an answer be long over."""
    long_ago = timezone.now() - timedelta(seconds=rules.rules()["settle_seconds"] + 1)
    Publication.objects.exclude(asking_at=None).update(asking_at=long_ago)
    Job.objects.filter(kind=kind, state="queued").update(run_at=timezone.now())
    work.work_off()


def fresh(row):
    return Publication.objects.select_related("account", "brand").get(pk=row.pk)
