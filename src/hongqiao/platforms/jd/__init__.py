"""京东: orders of a shop. Buyers are masked, so no person is identified."""

from hongqiao.errors import N_
from hongqiao.platforms.jd.layouts import LAYOUTS
from hongqiao.platforms.kit.settings import load
from hongqiao.platforms.model import Platform

PLATFORM = Platform(
    code="jd",
    name=N_("京东"),
    short=N_("京"),
    traits=load("traits.json", __name__),
    limits=load("limits.json", __name__),
    account_kinds=(("shop", N_("店铺")),),
    layouts=LAYOUTS,
)
