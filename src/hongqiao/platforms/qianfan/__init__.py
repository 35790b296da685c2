"""小红书店铺 (千帆): no genuine export was seen, so its orders come by a mapping template."""

from hongqiao.errors import N_
from hongqiao.platforms.kit.settings import load
from hongqiao.platforms.model import Platform

PLATFORM = Platform(
    code="qianfan",
    name=N_("小红书店铺"),
    short=N_("帆"),
    traits=load("traits.json", __name__),
    limits=load("limits.json", __name__),
    account_kinds=(("shop", N_("店铺")),),
    layouts=(),
)
