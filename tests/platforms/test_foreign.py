"""Workbooks of offices and of other systems, some with a platform's own words in them: none is taken for an export."""

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from hongqiao.platforms import recognise
from tests.platforms.conftest import csv, xlsx

#: name → (title row above the table or "", headers). Words that platforms use stand beside the office's own.
TABLES: dict[str, tuple[str, str]] = {
    # budgets and plans
    "预算表": ("2026 年市场预算", "项目,负责人,预算,已用,剩余,备注"),
    "预算执行": ("", "日期,渠道,预算,消耗,负责人,审批人"),
    "活动预算": ("", "事件,时间,金额,负责人"),
    "投放计划": ("四月投放计划", "日期,平台,项目名称,预算,消耗,目标转化数,负责人"),
    "排期表": ("", "发布时间,平台,标题,作者,审核状态,负责人,备注"),
    "选题库": ("", "标题,体裁,负责人,截止日期,状态"),
    "大事记": ("", "时间,事件,内容,负责人"),
    "费用报销": ("", "日期,姓名,部门,金额,渠道,备注"),
    "现金流": ("现金流水", "时间,事件,金额,币种,经办人,账户"),
    "年度目标": ("", "指标,一季度,二季度,三季度,四季度"),
    # people
    "花名册": ("", "姓名,部门,入职时间,手机号,备注"),
    "考勤": ("考勤月报", "日期,姓名,上班时间,下班时间,状态"),
    "绩效": ("", "姓名,作品,播放量,点赞量,评论量,得分,评语"),
    "培训": ("", "时间,主题,讲师,新增人数,取消人数,地点"),
    "招聘渠道": ("", "日期,渠道,投递人数,面试人数,录用人数"),
    # prices, stock, invoices
    "报价单": ("", "商品,规格,单价,数量,总金额,备注"),
    "库存": ("", "商家编码,商品名称,商品规格,库存,成本"),
    "发票": ("", "发票号,订单编号,开票日期,总金额,发票抬头,税号"),
    "采购订单": ("", "订单编号,供应商,订单创建时间,总金额,采购员,到货日期,仓库,状态"),
    "送货单": ("", "订单号,商品名称,商品数量,收件人,详细地址,签收人"),
    "退货登记": ("", "订单号,商品名称,退款原因,订单状态,登记人,登记时间"),
    "对账单": ("", "日期,订单号,金额,手续费,备注,渠道"),
    "维修工单": ("", "主订单编号,商品名称,故障,订单状态,工程师,完成时间"),
    "物流账单": ("", "物流单号,物流公司,发货时间,重量,运费,收货地址"),
    # creators and media lists kept by hand
    "达人库": ("达人资源库", "达人昵称,平台,粉丝数,报价,联系方式,备注"),
    "达人投放表": ("", "视频标题,发布时间,播放量,点赞量,评论量,达人,报价,平台,链接"),
    "合作复盘": ("", "博主昵称,笔记标题,笔记链接,阅读量,点赞,收藏,评论,费用,负责人"),
    "爆款收集": ("", "标题,链接,点赞,评论,收藏,分享,亮点,收集人"),
    "竞品周报": ("", "日期,品牌,作品,播放量,点赞量,评论量,备注"),
    "内容日报": ("", "日期,点赞量,评论,负责人"),
    "同行监测": ("", "作品名称,发布时间,播放量,点赞量,品牌,平台,粉丝量,备注,链接"),
    "舆情日报": ("", "日期,点赞量,评论,转发量,正负面,处理人"),
    "社群日报": ("", "日期,群名,新增人数,退群人数,总人数,发言人数"),
    # other systems
    "搜索推广": ("账户报告", "日期,推广计划,展现量,点击量,消费,点击率,平均点击价格,网页转化"),
    "搜索词": ("", "搜索词,计划名称,单元名称,展现量,点击量,消费,点击率,匹配方式"),
    "网站统计": ("", "日期,浏览量(PV),访客数(UV),IP数,跳出率,平均访问时长"),
    "应用商店": ("", "日期,展示数,点击数,下载量,激活数,次日留存"),
    "客服系统": ("", "时间,会话数,接待人数,平均响应时长,满意度"),
    "邮件群发": ("", "主题,发送时间,送达人数,打开人数,点击人数,退订人数"),
    "短信群发": ("", "批次,时间,送达人数,点击率,转化数,消耗"),
    "问卷": ("", "编号,提交时间,来源,渠道,第1题,第2题"),
    "收银": ("", "订单号,下单时间,门店,收银员,金额,支付方式"),
    "会议签到": ("", "时间,姓名,公司,渠道,手机号"),
    "播客后台": ("", "日期,播放量,订阅数,完播率,评论量,节目"),
    "视频会议": ("", "日期,场次,时长,观看人数,评论"),
    "图书馆": ("", "时间,阅读人数,借阅人数,分享人数,馆员"),
    "气象": ("", "日期,温度,湿度,风力,数值"),
    "sessions": ("", "date,channel,sessions,users,bounce rate,revenue"),
    "incidents": ("", "ts,event,severity,host,owner,ticket"),
    "tickets": ("", "event,time,place,price,seat"),
}


def cell(header: str, row: int, chance: random.Random) -> Any:
    """What would stand below such a header, as far as it matters: a day, a number or words."""
    day = date(2026, 4, 1) + timedelta(days=row)
    if any(word in header.lower() for word in ("日期", "时间", "date", "ts", "time")) and "时长" not in header:
        return day.isoformat()
    if header.endswith(("率", "rate")):
        return round(chance.random(), 4)
    if any(word in header for word in ("量", "数", "金额", "费", "预算", "消耗", "点赞", "评论", "收藏", "价")):
        return chance.randrange(1, 5000)
    return f"{header}{row}"


def workbook(folder: Path, name: str) -> list[Path]:
    """The table as a workbook, under a title and with a totals row where it has one, and plain as a csv."""
    chance = random.Random(name)
    title, line = TABLES[name]
    headers = line.split(",")
    rows = [[cell(h, n, chance) for h in headers] for n in range(chance.randrange(3, 40))]
    above = [[title], []] if title else []
    totals = [["合计", *[""] * (len(headers) - 1)]] if title else []
    plain = [",".join(map(str, row)) for row in (headers, *rows)]
    return [
        xlsx(folder / f"{name}.xlsx", {"Sheet1": [*above, headers, *rows, *totals], "说明": [["填表人", "日期"]]}),
        csv(folder / f"{name}.csv", plain),
    ]


def test_there_are_fifty_of_them():
    assert len(TABLES) == 50


@pytest.mark.parametrize("name", TABLES)
def test_a_table_of_an_office_or_another_system_is_not_taken_for_an_export(tmp_path, name):
    for path in workbook(tmp_path, name):
        for found in recognise(path):
            assert found.layout is None, (found.layout.code, found.headers, found.unknown, found.missing)
            assert not found.candidates
