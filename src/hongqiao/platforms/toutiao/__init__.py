"""头条号 后台."""

from hongqiao.errors import N_
from hongqiao.platforms.kit.settings import load
from hongqiao.platforms.model import Platform
from hongqiao.platforms.toutiao.layouts import LAYOUTS

PLATFORM = Platform(
    code="toutiao",
    name=N_("头条"),
    short=N_("头"),
    traits=load("traits.json", __name__),
    limits=load("limits.json", __name__),
    account_kinds=(("personal", N_("个人号")), ("enterprise", N_("企业号"))),
    layouts=LAYOUTS,
)
