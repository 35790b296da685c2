"""B站 创作中心."""

from hongqiao.errors import N_
from hongqiao.platforms.bilibili.layouts import LAYOUTS
from hongqiao.platforms.kit.settings import load
from hongqiao.platforms.model import Platform

PLATFORM = Platform(
    code="bilibili",
    name=N_("B站"),
    short=N_("B"),
    traits=load("traits.json", __name__),
    limits=load("limits.json", __name__),
    account_kinds=(("personal", N_("个人号")), ("enterprise", N_("机构号"))),
    layouts=LAYOUTS,
)
