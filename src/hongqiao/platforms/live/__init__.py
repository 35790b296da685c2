"""Live rooms that no account of another platform holds (淘宝直播 …); their tables come by mapping templates."""

from hongqiao.errors import N_
from hongqiao.platforms.kit.settings import load
from hongqiao.platforms.model import Platform

PLATFORM = Platform(
    code="live",
    name=N_("直播"),
    short=N_("直"),
    traits=load("traits.json", __name__),
    limits=load("limits.json", __name__),
    account_kinds=(("taobao", N_("淘宝直播间")), ("other", N_("其他直播间"))),
    layouts=(),
)
