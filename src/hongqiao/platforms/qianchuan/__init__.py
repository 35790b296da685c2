"""千川: 全域推广 reports of 抖音's shop ads."""

from hongqiao.errors import N_
from hongqiao.platforms.kit.settings import load
from hongqiao.platforms.model import Platform
from hongqiao.platforms.qianchuan.layouts import LAYOUTS

PLATFORM = Platform(
    code="qianchuan",
    name=N_("千川"),
    short=N_("千"),
    traits=load("traits.json", __name__),
    limits=load("limits.json", __name__),
    account_kinds=(("ads", N_("广告账户")),),
    layouts=LAYOUTS,
)
