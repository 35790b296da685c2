"""Words of what was done with connections."""

from hongqiao.errors import N_
from hongqiao.workspace import words

words.register(
    "audit",
    {
        "connection.made": N_("接入平台账号 %(name)s"),
        "connection.changed": N_("修改 %(name)s 的接入"),
        "connection.tried": N_("测试 %(name)s 的接入"),
        "connection.callback_renewed": N_("更换 %(name)s 的回调密钥"),
        "connection.pulled": N_("从接口取 %(name)s 的数据"),
        "connection.on": N_("启用 %(name)s 的接入"),
        "connection.off": N_("停用 %(name)s 的接入"),
        "connection.removed": N_("移除 %(name)s 的接入，密钥一并删除"),
    },
)
words.register("notice", {"connection.refused": N_("公众号「%(name)s」的接口被拒绝：%(said)s")})
