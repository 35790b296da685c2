"""知乎 创作中心."""

from hongqiao.errors import N_
from hongqiao.platforms.kit.settings import load
from hongqiao.platforms.model import Platform
from hongqiao.platforms.zhihu.layouts import LAYOUTS

PLATFORM = Platform(
    code="zhihu",
    name=N_("知乎"),
    short=N_("知"),
    traits=load("traits.json", __name__),
    limits=load("limits.json", __name__),
    account_kinds=(("personal", N_("个人号")), ("enterprise", N_("机构号"))),
    layouts=LAYOUTS,
)
