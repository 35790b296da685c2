"""What the mapping page proposes for tables of a brand's own systems, with the headers people really have."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from hongqiao.imports import services, teaching
from hongqiao.imports.models import ImportFile
from hongqiao.workspace.models import Brand, Member
from tests.imports.conftest import CAPTURED, current, sums

pytestmark = pytest.mark.django_db

#: name → (headers, two rows, target table, what is to be proposed)
TABLES: dict[str, tuple[str, list[str], str, dict[str, str]]] = {
    "members' spending": (
        "会员号,消费时间,金额",
        ["M0001,2026-04-01 10:21,128.00", "M0002,2026-04-02 18:03,66.50"],
        "orders",
        {"会员号": "person", "消费时间": "ts", "金额": "gross"},
    ),
    "a till": (
        "小票号,交易时间,门店,会员手机号,应收金额,实收金额,数量,收银员",
        ["T1,2026-04-01 10:21,徐汇店,13800000001,128,120,2,小李", "T2,2026-04-01 11:02,徐汇店,,30,30,1,小李"],
        "orders",
        {
            "小票号": "order_key",
            "交易时间": "ts",
            "会员手机号": "person",
            "应收金额": "gross",
            "实收金额": "paid",
            "数量": "quantity",
            "门店": "traffic",
        },
    ),
    "two of everything": (
        "会员卡号,手机号,成交时间,创建时间,订单金额,销售额,实付,渠道,门店",
        ["K1,13800000001,2026/4/1 10:21,2026/4/1 10:20,9,9,8,小程序,静安店"] * 2,
        "orders",
        {"会员卡号": "person", "创建时间": "ts", "订单金额": "gross", "实付": "paid", "渠道": "traffic"},
    ),
    "customers of a system": (
        "客户ID,成交时间,销售额,数量,渠道",
        ["c1,20260401,100,2,抖音", "c2,20260402,80.5,1,天猫"],
        "orders",
        {"客户ID": "person", "成交时间": "ts", "销售额": "gross", "数量": "quantity", "渠道": "traffic"},
    ),
    "what members do": (
        "用户ID,事件类型,操作时间,注册渠道",
        ["u1,入会,2026-04-01 10:21:00,门店", "u2,领券,2026-04-01 10:22:00,公众号"],
        "events",
        {"用户ID": "person", "事件类型": "event", "操作时间": "ts", "注册渠道": "channel"},
    ),
    "another platform's day": (
        "统计日期,播放次数,点赞次数,总粉丝量",
        ["2026-04-01,100,3,900", "2026-04-02,120,5,905"],
        "account_daily",
        {"统计日期": "day", "播放次数": "views", "点赞次数": "likes", "总粉丝量": "followers_total"},
    ),
}


@pytest.mark.parametrize("name", TABLES)
def test_common_headers_are_proposed_and_no_target_gets_two_columns(name: str, give: Callable[..., ImportFile]) -> None:
    headers, rows, table, wanted = TABLES[name]
    file = give("\n".join([headers, *rows]).encode(), "我们的表.csv")
    proposed = teaching.start(file, file.tables.get())
    assert proposed["table"] == table
    columns = {h: c["column"] for h, c in proposed["columns"].items()}
    assert columns == wanted
    assert len(set(columns.values())) == len(columns)


def test_a_member_table_is_in_with_two_clicks(brand: Brand, owner: Member, give: Callable[..., ImportFile]) -> None:
    from hongqiao.workspace import services as workspace

    headers, rows, _table, _wanted = TABLES["members' spending"]
    file = give("\n".join([headers, *rows]).encode(), "会员消费.csv")
    services.keep_mapping(actor=owner, mapping=teaching.start(file, file.tables.get()))
    services.look_again(actor=owner, file_id=file.id, seen=None)
    system = workspace.create_account(actor=owner, platform="own", name="会员系统")
    services.confirm(actor=owner, file_id=file.id, seen=None, account_id=system.id, captured_at=CAPTURED, queue=False)
    assert sums(services.run(file.id)) == (2, 0, 0)
    found = current(brand, "orders")
    assert sorted(r["gross"] for r in found) == [Decimal("66.5"), Decimal(128)]
    assert all(r["identified"] and r["person_key"] and "M000" not in r["person_key"] for r in found)
