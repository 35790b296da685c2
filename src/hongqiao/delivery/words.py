"""Words of what was done with groups and messages."""

from hongqiao.delivery.connections import words as _connections  # noqa: F401 — registers its words
from hongqiao.delivery.publishing import words as _publishing  # noqa: F401 — registers its words
from hongqiao.delivery.reaching import words as _reaching  # noqa: F401 — registers its words
from hongqiao.errors import N_
from hongqiao.workspace import words

words.register(
    "audit",
    {
        "group.added": N_("新增群机器人 %(name)s"),
        "group.changed": N_("修改群机器人 %(name)s"),
        "group.removed": N_("删除群机器人 %(name)s"),
        "group.tested": N_("测试群机器人 %(name)s"),
        "message.resent": N_("重新发送给 %(name)s 的通知"),
        "preference.set": N_("修改通知设置"),
    },
)
