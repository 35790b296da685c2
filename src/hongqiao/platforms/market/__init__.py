"""Data services and brand assets; their tables come by mapping templates."""

from hongqiao.errors import N_
from hongqiao.platforms.kit.settings import load
from hongqiao.platforms.model import Platform

PLATFORM = Platform(
    code="market",
    name=N_("市场数据"),
    short=N_("市"),
    traits=load("traits.json", __name__),
    limits=load("limits.json", __name__),
    account_kinds=(("service", N_("数据服务（千瓜、新抖、蝉妈妈）")), ("assets", N_("品牌资产（云图、小红星、回搜）"))),
    layouts=(),
)
