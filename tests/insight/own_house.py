"""What the tests of a brand's own metrics share: one metric, its next version, and how it is asked."""

from datetime import date

from hongqiao.insight import queries as figures
from hongqiao.insight.own import services
from hongqiao.insight.own.services import Wanted
from hongqiao.workspace import dictionary
from hongqiao.workspace.models import AuditEntry

URL = "/b/anlan/data/"
DAYS = {"start": date(2026, 4, 1), "end": date(2026, 4, 9)}
#: 8 days of 13 new follows (10 net, 3 lost) and 104 less than the sum of 101 … 109 views
NEW, VIEWS = 8 * 13, sum(100 + d for d in range(1, 10) if d != 5)


def define(actor, formula="新增粉丝 / 阅读量 * 1000", label="千次阅读涨粉", code="gain", **more):
    return services.define(actor=actor, wanted=Wanted(label, formula, code, **more))


def change(actor, code="gain", seen=None, label="千次阅读涨粉", formula="净增关注 / views * 1000", why="扣掉取关"):
    return services.change(actor=actor, code=code, seen=seen, wanted=Wanted(label, formula, why=why))


def ask(member, *codes, **more):
    with dictionary.fresh(member.brand_id):
        return figures.query(member, codes=codes, **{**DAYS, **more})


def written() -> list[str]:
    return [e.code for e in AuditEntry.objects.order_by("id") if e.code.startswith("metric.")]
