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
words.register("notice", {"publication.held": N_("《%(title)s》暂缓：开播前检查还有 %(count)s 项必做的没勾")})
