"""巨量引擎: reports of the ad account, by day or as totals of a period."""

from hongqiao.errors import N_
from hongqiao.platforms.kit.settings import load
from hongqiao.platforms.model import Platform
from hongqiao.platforms.oceanengine.layouts import LAYOUTS

PLATFORM = Platform(
    code="oceanengine",
    name=N_("巨量引擎"),
    short=N_("量"),
    traits=load("traits.json", __name__),
    limits=load("limits.json", __name__),
    account_kinds=(("ads", N_("广告账户")),),
    layouts=LAYOUTS,
)
