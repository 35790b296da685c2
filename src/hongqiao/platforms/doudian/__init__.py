"""抖店: orders and settlement of a 抖音 shop. Buyers' names are ciphered, so no person is identified."""

from hongqiao.errors import N_
from hongqiao.platforms.doudian.layouts import LAYOUTS
from hongqiao.platforms.kit.settings import load
from hongqiao.platforms.model import Platform

PLATFORM = Platform(
    code="doudian",
    name=N_("抖店"),
    short=N_("店"),
    traits=load("traits.json", __name__),
    limits=load("limits.json", __name__),
    account_kinds=(("shop", N_("店铺")),),
    layouts=LAYOUTS,
)
