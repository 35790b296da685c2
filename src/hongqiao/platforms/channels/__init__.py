"""视频号 助手."""

from hongqiao.errors import N_
from hongqiao.platforms.channels.layouts import LAYOUTS
from hongqiao.platforms.kit.settings import load
from hongqiao.platforms.model import Platform

PLATFORM = Platform(
    code="channels",
    name=N_("视频号"),
    short=N_("视"),
    traits=load("traits.json", __name__),
    limits=load("limits.json", __name__),
    account_kinds=(("personal", N_("个人号")), ("enterprise", N_("企业号"))),
    layouts=LAYOUTS,
)
