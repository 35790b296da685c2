"""抖音 创作者中心."""

from hongqiao.errors import N_
from hongqiao.platforms.douyin.layouts import LAYOUTS
from hongqiao.platforms.kit.settings import load
from hongqiao.platforms.model import Platform

PLATFORM = Platform(
    code="douyin",
    name=N_("抖音"),
    short=N_("抖"),
    traits=load("traits.json", __name__),
    limits=load("limits.json", __name__),
    account_kinds=(("personal", N_("个人号")), ("enterprise", N_("企业号"))),
    layouts=LAYOUTS,
)
