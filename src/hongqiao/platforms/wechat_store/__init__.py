"""微信小店: no genuine export was seen, so its orders come by a mapping template."""

from hongqiao.errors import N_
from hongqiao.platforms.kit.settings import load
from hongqiao.platforms.model import Platform

PLATFORM = Platform(
    code="wechat_store",
    name=N_("微信小店"),
    short=N_("店"),
    traits=load("traits.json", __name__),
    limits=load("limits.json", __name__),
    account_kinds=(("shop", N_("店铺")),),
    layouts=(),
)
