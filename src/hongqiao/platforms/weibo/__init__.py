"""微博: no genuine export was seen, so its tables come by mapping templates."""

from hongqiao.errors import N_
from hongqiao.platforms.kit.settings import load
from hongqiao.platforms.model import Platform

PLATFORM = Platform(
    code="weibo",
    name=N_("微博"),
    short=N_("微"),
    traits=load("traits.json", __name__),
    limits=load("limits.json", __name__),
    account_kinds=(("personal", N_("个人号")), ("enterprise", N_("企业号"))),
    layouts=(),
)
