"""An incident whose strategy is to rebuild, a verified fact, and a statement that could be signed."""

import pytest

from hongqiao.crisis.incidents import choosing, facts
from hongqiao.crisis.statements import services
from hongqiao.workspace import services as workspace
from tests.cast import join
from tests.crisis.room import incident_of

TEXT = """致各位用户：
批号 A12 的面霜有三位用户反映使用后出现红疹。
对此，我们向各位用户郑重道歉。
请立即停用上述产品；身体不适的，请及时就医，并保留就诊证明。
这件事责任在我们。质检记录没有及时复核。
我们将做到以下几点：
1. 即日起停售批号 A12，品控部李工负责
2. 3 日内为购买者办理退货退款，客服主管王敏负责
3. 12月5日前公布第三方检测结果，质量总监负责
后续进展将于 11月30日 18:00 前公布，欢迎监督。
联系方式：400-820-1234。
安澜护肤
2026年11月27日"""


@pytest.fixture
def incident(cast, house):
    row = incident_of(cast.brand)
    given = {"cluster": "preventable", "history": False, "reputation": "good", "truth": "true", "harm": True}
    return choosing.choose(actor=cast.owner, incident_id=row.pk, seen=None, **given)


@pytest.fixture
def fact(cast, incident):
    text = "批号 A12 的面霜有三位用户反映使用后出现红疹"
    of = {"actor": cast.owner, "incident_id": incident.pk}
    return facts.add_fact(**of, text=text, state="verified", basis="客服记录 3 条")


@pytest.fixture
def manager(cast):
    return join(cast.brand, "manager", "manager")


@pytest.fixture
def weibo(cast):
    return workspace.create_account(actor=cast.owner, platform="weibo", name="安澜微博")


@pytest.fixture
def statement(cast, incident, fact):
    row = services.draft(actor=cast.owner, incident_id=incident.pk, kind="apology", facts=[str(fact.pk)])
    return services.edit(actor=cast.owner, statement_id=row.pk, seen=1, title="致歉声明", text=TEXT)


@pytest.fixture
def signed(cast, statement, manager):
    services.submit(actor=cast.owner, statement_id=statement.pk, seen=statement.version)
    return services.sign(actor=manager, statement_id=statement.pk, seen=statement.version + 1)
