"""星图 and 云图: creators' orders on 抖音, as the reports that were seen state them. Its own order export was not "
"found."""

from hongqiao.errors import N_
from hongqiao.platforms.kit.settings import load
from hongqiao.platforms.model import Platform
from hongqiao.platforms.xingtu.layouts import LAYOUTS

PLATFORM = Platform(
    code="xingtu",
    name=N_("星图"),
    short=N_("星"),
    traits=load("traits.json", __name__),
    limits=load("limits.json", __name__),
    account_kinds=(("buyer", N_("客户账户")),),
    layouts=LAYOUTS,
)
