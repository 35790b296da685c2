"""The other shops: 天猫, 京东, 有赞, 微信小店. Names, phones and addresses are masked as the platforms do."""

from datetime import date, datetime, timedelta

from .catalog import PLACES, PRODUCTS
from .days import TODAY, at, clock
from .dice import Dice
from .forms import Cell, text_csv, xlsx
from .shelf import Shelf

TMALL = [
    "订单编号", "买家会员名", "买家支付宝账号", "买家应付货款", "买家应付邮费", "买家支付积分", "总金额",
    "返点积分", "买家实际支付金额",
    "买家实际支付积分", "订单状态", "买家留言", "收货人姓名", "收货地址 ", "运送方式", "联系电话 ", "联系手机",
    "订单创建时间",
    "订单付款时间 ", "宝贝标题 ", "宝贝种类 ", "物流单号 ", "物流公司", "订单备注", "宝贝总数量", "店铺Id",
    "店铺名称", "订单关闭原因",
    "卖家服务费", "买家服务费", "发票抬头", "是否手机订单", "分阶段订单信息", "特权订金订单id", "定金排名",
    "修改后的sku",
    "修改后的收货地址", "异常信息", "天猫卡券抵扣", "集分宝抵扣", "是否是O2O交易", "退款金额",
]  # fmt: skip
TMALL_DETAIL = [
    "子订单编号", "主订单编号", "标题", "价格", "购买数量", "外部系统编号", "商品属性", "套餐信息", "备注",
    "订单状态", "商家编码",
    "支付单号", "买家应付货款", "买家实际支付金额", "退款状态", "退款金额", "订单创建时间", "订单付款时间",
]  # fmt: skip
JD = ["订单号", "商品名称", "订购数量", "下单时间", "订单金额", "客户姓名", "客户地址", "联系电话", "京东价"]
YOUZAN = [
    "订单号", "销售渠道", "归属店铺", "订单类型", "订单状态", "推广方式", "订单来源", "订单创建时间",
    "买家付款时间", "交易成功时间",
    "付款方式", "支付流水号", "商品金额合计", "运费", "店铺优惠合计", "应收订单金额", "订单实付金额",
    "支付优惠合计", "订单实收金额",
    "订单抵用积分数", "店铺优惠方式", "支付优惠方式", "全部商品名称", "商品种类数", "订单配送方式",
    "同城送达时间/提货时间", "收货人省份",
    "收货人城市", "收货人地区", "详细收货地址/提货地址", "收货人/提货人", "收货人手机号/提货人手机号", "买家备注",
    "订单星级",
    "买家昵称", "买家是否会员", "买家手机号", "下单网点", "收银员", "分销员", "销售导购", "专属导购",
    "订单退款状态", "订单已退款金额",
    "商家订单备注", "分销员", "订单佣金金额",
]  # fmt: skip
WECHAT_STORE = [
    "订单编号",
    "下单时间",
    "支付时间",
    "商品名称",
    "商品数量",
    "订单金额",
    "实付金额",
    "订单状态",
    "售后状态",
]
FIRST, LAST = date(2026, 10, 24), date(2026, 11, 22)


def _sales(name: str, count: int) -> list[tuple[datetime, int, str, int, str]]:
    """(placed, cents, product, quantity, city) of a month of orders, in order of time."""
    dice = Dice(f"shop.{name}")
    found = []
    for _ in range(count):
        day = FIRST + timedelta(days=dice.whole(0, (LAST - FIRST).days))
        product, quantity = dice.of(PRODUCTS), dice.pick({1: 0.9, 2: 0.1})
        placed = at(day, *clock(dice.whole(8, 23) * 3600 + dice.whole(0, 3599)))
        found.append((placed, product.price * 100 * quantity, product.name, quantity, dice.of(PLACES)))
    return sorted(found)


def _t(when: datetime, minutes: int = 0) -> str:
    return f"{when + timedelta(minutes=minutes):%Y-%m-%d %H:%M:%S}"


def tmall(shelf: Shelf) -> None:
    """天猫: the order list in GBK with ="…" ids; and the newer workbook of three sheets."""
    rows: list[list[Cell]] = [list(TMALL)]
    main: list[list[Cell]] = [list(TMALL)]
    detail: list[list[Cell]] = [list(TMALL_DETAIL)]
    for k, (placed, cents, product, quantity, city) in enumerate(_sales("tmall", 100)):
        row: dict[str, Cell] = dict.fromkeys(TMALL, "")
        number, money, back = f"26110{k:014d}", f"{cents / 100:.2f}", "0.00" if k % 14 else f"{cents / 100:.2f}"
        state = "交易成功" if k % 14 else "交易关闭"
        yuan = cents / 100
        for layout in ("tmall.orders", "tmall.workbook") if k < 59 else ("tmall.orders",):
            said = {"refunded": 0.0 if k % 14 else yuan, "refunds": float(not k % 14)}
            shelf.tell(layout, placed.date(), orders=1, gmv=yuan, paid=yuan, units=quantity, **said)
        row |= {
            "订单编号": f'="{number}"', "买家会员名": f"t**{k % 97}", "买家支付宝账号": "***",
            "买家应付货款": money, "买家应付邮费": "0.00",
            "买家支付积分": 0, "总金额": money, "返点积分": 0, "买家实际支付金额": money, "买家实际支付积分": 0,
            "订单状态": state,
            "收货人姓名": "林**", "收货地址 ": f"{city} ***", "运送方式": "快递", "联系电话 ": "'",
            "联系手机": "'1**********",
            "订单创建时间": _t(placed), "订单付款时间 ": _t(placed, 2), "宝贝标题 ": product, "宝贝种类 ": 1,
            "物流单号 ": f'="YT{k:011d}"', "物流公司": "圆通速递", "宝贝总数量": quantity, "店铺Id": "0",
            "店铺名称": "安澜护肤旗舰店",
            "订单关闭原因": "订单未关闭" if k % 14 else "退款", "是否手机订单": "手机订单", "是否是O2O交易": "否",
            "退款金额": back,
        }  # fmt: skip
        rows.append([row[h] for h in TMALL])
        row |= {"订单编号": number, "物流单号 ": f"YT{k:011d}", "联系手机": "1**********", "联系电话 ": ""}
        main.append([row[h] for h in TMALL])
        detail.append(
            [
                number, number, product, f"{cents / 100 / quantity:.2f}", quantity, "", "", "", "", state, "",
                f"2026{k:016d}",
                money, money, "没有申请退款" if k % 14 else "退款成功", back, _t(placed), _t(placed, 2),
            ]
        )  # fmt: skip
    who = ("tmall", "安澜护肤旗舰店")
    shelf.put(
        who,
        at(TODAY, 11, 0),
        "ExportOrderList202611230001.csv",
        text_csv(rows, "gb18030"),
        "tmall.orders",
        "天猫 订单报表（GBK）",
    )
    sent: list[list[Cell]] = [["订单编号", "物流公司", "物流单号"], *([r[0], "圆通速递", r[21]] for r in main[1:60])]
    data = xlsx({"订单报表": main[:60], "销售明细": detail[:60], "发货报表": sent})
    shelf.put(who, at(TODAY, 11, 1), "千牛-订单导出.xlsx", data, "tmall.workbook", "天猫 千牛订单工作簿（三个表）")
    data = text_csv(detail, "gb18030")
    shelf.put(
        who, at(TODAY, 11, 2), "ExportOrderDetailList202611230001.csv", data, "tmall.lines", "天猫 销售明细（GBK）"
    )


def others(shelf: Shelf) -> None:
    """京东 (partly known), 有赞 (分销员 twice), 微信小店 (header not confirmed)."""
    rows: list[list[Cell]] = [list(JD)]
    for k, (placed, cents, product, quantity, city) in enumerate(_sales("jd", 120)):
        money = f"{cents / 100:.2f}"
        shelf.tell("jd.orders", placed.date(), orders=1, gmv=cents / 100, units=quantity)
        rows.append(
            [
                f"31{k:010d}",
                product,
                quantity,
                _t(placed),
                money,
                "林**",
                f"{city} ***",
                "1**********",
                f"{cents / 100 / quantity:.2f}",
            ]
        )
    who = ("jd", "安澜护肤京东自营")
    shelf.put(
        who,
        at(TODAY, 11, 5),
        "订单导出.csv",
        text_csv(rows, "gb18030"),
        "jd.orders",
        "京东 订单（表头部分核实）",
        verified=False,
    )
    rows = [list(YOUZAN)]
    for k, (placed, cents, product, _, city) in enumerate(_sales("youzan", 150)):
        money = f"{cents / 100:.2f}"
        shelf.tell("youzan.orders", placed.date(), orders=1, gmv=cents / 100, paid=cents / 100)
        state = "交易成功" if placed + timedelta(days=6) <= at(TODAY, 11, 6) else "已发货"
        rows.append(
            [
                f"E20261{k:017d}", "有赞微商城", "安澜护肤商城", "普通订单", state, "", "微信小程序",
                _t(placed), _t(placed, 1),
                _t(placed, 60 * 24 * 6) if state == "交易成功" else "", "微信支付", f"\t4200{k:016d}",
                money, "0.00", "0.00", money, money, "0.00", money, 0, "", "",
                product, 1, "快递", "", city, city, "", "***", "林**", "1**********", "", "", f"会员{k % 83}", "是",
                "1**********", "",
                "", "", "", "", "", "0.00", "", "", "0.00",
            ]
        )  # fmt: skip
    shelf.put(
        ("youzan", "安澜护肤商城"), at(TODAY, 11, 6), "订单导出.csv", text_csv(rows), "youzan.orders", "有赞 订单"
    )
    rows = [list(WECHAT_STORE)]
    for k, (placed, cents, product, quantity, _) in enumerate(_sales("wechat_store", 90)):
        money = f"{cents / 100:.2f}"
        shelf.tell("wechat_store.orders", placed.date(), orders=1, gmv=cents / 100, paid=cents / 100, units=quantity)
        rows.append([f"37{k:017d}", _t(placed), _t(placed, 1), product, quantity, money, money, "已完成", "-"])
    who = ("wechat_store", "安澜护肤小店")
    shelf.put(
        who,
        at(TODAY, 11, 7),
        "订单列表.xlsx",
        xlsx({"Sheet1": rows}),
        "wechat_store.orders",
        "微信小店 订单（表头未核实）",
        verified=False,
    )
