"""Words of what was done on the desk."""

from hongqiao.errors import N_
from hongqiao.workspace import words

words.register(
    "audit",
    {
        "piece.scheduled": N_("排期 %(name)s"),
        "piece.unscheduled": N_("取消排期 %(name)s"),
    },
)
