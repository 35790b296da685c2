"""Words of intake: acts on sources and watch words, notices, progress."""

from hongqiao.errors import N_
from hongqiao.workspace import words

words.register(
    "audit",
    {
        "source.added": N_("新增监听来源「%(name)s」"),
        "source.changed": N_("修改监听来源「%(name)s」"),
        "source.on": N_("启用监听来源「%(name)s」"),
        "source.off": N_("停用监听来源「%(name)s」"),
        "source.secret": N_("更换监听来源「%(name)s」的推送地址与密钥"),
        "watch.added": N_("新增监测词「%(name)s」"),
        "watch.changed": N_("修改监测词「%(name)s」"),
        "watch.on": N_("启用监测词「%(name)s」"),
        "watch.off": N_("停用监测词「%(name)s」"),
        "mentions.taken": N_("「%(name)s」收到提及：新 %(new)s 条，已有 %(known)s 条，拒收 %(refused)s 条"),
        "mentions.pasted": N_("在「%(name)s」粘贴提及：新 %(new)s 条，已有 %(known)s 条"),
        "round.fine": N_("巡检「%(name)s」无异常"),
    },
)
words.register("notice", {"crisis.round_due": N_("巡检「%(name)s」已超时：每 %(minutes)s 分钟要看一次")})
words.register("job", {"crisis.read": N_("已研判 %(count)s 条")})
