"""微信公众号 后台."""

from hongqiao.errors import N_
from hongqiao.platforms.kit.settings import load
from hongqiao.platforms.model import Platform
from hongqiao.platforms.wechat_oa.article import ARTICLE, TREND, find
from hongqiao.platforms.wechat_oa.layouts import LAYOUTS

PLATFORM = Platform(
    code="wechat_oa",
    name=N_("公众号"),
    short=N_("公"),
    traits=load("traits.json", __name__),
    limits=load("limits.json", __name__),
    account_kinds=(("subscription", N_("订阅号")), ("service", N_("服务号"))),
    layouts=(*LAYOUTS, ARTICLE, TREND),
    finders=(find,),
)
