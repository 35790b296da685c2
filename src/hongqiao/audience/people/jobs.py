"""What this part does in the background, and which of its fields are encrypted."""

from __future__ import annotations

from hongqiao.audience.models import Applicant, Identity, Person, Right
from hongqiao.audience.people import bringing, erasing
from hongqiao.delivery.models.reaching import Contact
from hongqiao.errors import N_
from hongqiao.workspace import jobs, keys

keys.keeps(Person, "name")
keys.keeps(Identity, "sealed")
keys.keeps(Contact, "sealed")
keys.keeps(Right, "note", "answer")
keys.keeps(Applicant, "address", "report")

ERASED = "audience.erased"


jobs.handler(bringing.KIND, atomic=False, label=N_("导入会员资料"))(bringing.work)


@jobs.handler(ERASED, atomic=False, label=N_("核对删除名单"))
def again(ctx: jobs.Context) -> dict[str, int]:
    """Erase anew whoever came back with a restored backup."""
    return {"erased": erasing.replay()}


jobs.every(ERASED, minutes=60)
