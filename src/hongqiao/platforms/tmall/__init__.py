"""天猫 and 淘宝: orders and their lines as 千牛 exports them. Buyers' names are masked, so no person is identified."""

from hongqiao.errors import N_
from hongqiao.platforms.kit.settings import load
from hongqiao.platforms.model import Platform
from hongqiao.platforms.tmall.layouts import LAYOUTS

PLATFORM = Platform(
    code="tmall",
    name=N_("天猫 / 淘宝"),
    short=N_("猫"),
    traits=load("traits.json", __name__),
    limits=load("limits.json", __name__),
    account_kinds=(("tmall", N_("天猫店铺")), ("taobao", N_("淘宝店铺"))),
    layouts=LAYOUTS,
)
