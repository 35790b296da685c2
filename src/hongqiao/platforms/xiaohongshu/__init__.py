"""小红书 创作中心."""

from hongqiao.errors import N_
from hongqiao.platforms.kit.settings import load
from hongqiao.platforms.model import Platform
from hongqiao.platforms.xiaohongshu.account import LAYOUTS as ACCOUNT
from hongqiao.platforms.xiaohongshu.note import LAYOUTS as NOTE
from hongqiao.platforms.xiaohongshu.note import find

PLATFORM = Platform(
    code="xiaohongshu",
    name=N_("小红书"),
    short=N_("红"),
    traits=load("traits.json", __name__),
    limits=load("limits.json", __name__),
    account_kinds=(("personal", N_("个人号")), ("professional", N_("专业号"))),
    layouts=(*ACCOUNT, *NOTE),
    finders=(find,),
)
