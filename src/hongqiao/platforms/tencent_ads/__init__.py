"""腾讯广告 and 朋友圈 ads: no genuine export was seen, so their reports come by a mapping template."""

from hongqiao.errors import N_
from hongqiao.platforms.kit.settings import load
from hongqiao.platforms.model import Platform

PLATFORM = Platform(
    code="tencent_ads",
    name=N_("腾讯广告"),
    short=N_("腾"),
    traits=load("traits.json", __name__),
    limits=load("limits.json", __name__),
    account_kinds=(("advertiser", N_("广告账户")),),
    layouts=(),
)
