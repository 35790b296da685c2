"""蒲公英: what the notes of 小红书's creators did after a brand paid for them."""

from hongqiao.errors import N_
from hongqiao.platforms.kit.settings import load
from hongqiao.platforms.model import Platform
from hongqiao.platforms.pugongying.layouts import LAYOUTS
from hongqiao.platforms.pugongying.positions import find

PLATFORM = Platform(
    code="pugongying",
    name=N_("蒲公英"),
    short=N_("蒲"),
    traits=load("traits.json", __name__),
    limits=load("limits.json", __name__),
    account_kinds=(("brand", N_("品牌账户")),),
    layouts=LAYOUTS,
    finders=(find,),
)
