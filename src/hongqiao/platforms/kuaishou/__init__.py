"""快手 创作者服务平台."""

from hongqiao.errors import N_
from hongqiao.platforms.kit.settings import load
from hongqiao.platforms.kuaishou.layouts import LAYOUTS
from hongqiao.platforms.model import Platform

PLATFORM = Platform(
    code="kuaishou",
    name=N_("快手"),
    short=N_("快"),
    traits=load("traits.json", __name__),
    limits=load("limits.json", __name__),
    account_kinds=(("personal", N_("个人号")), ("enterprise", N_("企业号"))),
    layouts=LAYOUTS,
)
