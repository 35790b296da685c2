"""聚光: reports of 小红书's ad accounts, with private messages and leads."""

from hongqiao.errors import N_
from hongqiao.platforms.juguang.layouts import LAYOUTS
from hongqiao.platforms.kit.settings import load
from hongqiao.platforms.model import Platform

PLATFORM = Platform(
    code="juguang",
    name=N_("聚光"),
    short=N_("聚"),
    traits=load("traits.json", __name__),
    limits=load("limits.json", __name__),
    account_kinds=(("ads", N_("广告账户")),),
    layouts=LAYOUTS,
)
