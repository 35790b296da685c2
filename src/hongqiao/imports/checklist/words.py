"""Words of the list: states of a line, days of the week, audit entries and notices."""

from django.utils.translation import gettext as _

from hongqiao.errors import N_
from hongqiao.workspace import words

STATES = {
    "done": N_("已到"),
    "waiting": N_("待确认"),
    "due": N_("今天取"),
    "late": N_("还差"),
    "later": N_("未到日子"),
}
#: The colour of a state, in the words of the `tag` component.
TONES = {"done": "good", "waiting": "info", "due": "info", "late": "warn", "later": ""}

WEEKDAYS = (N_("周一"), N_("周二"), N_("周三"), N_("周四"), N_("周五"), N_("周六"), N_("周日"))


def weekday_choices() -> list[tuple[str, str]]:
    return [(str(n), _(name)) for n, name in enumerate(WEEKDAYS)]


words.register(
    "audit",
    {
        "checklist.changed": N_("调整取数清单：%(account)s 的 %(line)s"),
        "checklist.added": N_("取数清单加入 %(account)s 的 %(line)s"),
        "checklist.removed": N_("取数清单恢复或移除 %(account)s 的 %(line)s"),
    },
)
words.register("notice", {"checklist.today": N_("今天有 %(files)s 个文件要取，%(pieces)s 个作品要留存数据")})
