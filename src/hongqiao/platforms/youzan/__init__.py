"""有赞: orders and goods of a brand's own shop. Buyers' phones are there: hashed, they identify a person."""

from hongqiao.errors import N_
from hongqiao.platforms.kit.settings import load
from hongqiao.platforms.model import Platform
from hongqiao.platforms.youzan.layouts import LAYOUTS

PLATFORM = Platform(
    code="youzan",
    name=N_("有赞"),
    short=N_("赞"),
    traits=load("traits.json", __name__),
    limits=load("limits.json", __name__),
    account_kinds=(("shop", N_("店铺")),),
    layouts=LAYOUTS,
)
