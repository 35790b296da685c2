"""Advertising and creators: 巨量, 千川, 聚光, 蒲公英, 星图/云图. Not imported by the first issue."""

from datetime import date, timedelta

from .accounts import AD_LAG
from .days import DAYS, END, TODAY, at, days_between
from .dice import Dice
from .forms import Cell, Rows, text_csv, xlsx
from .people import LANDING
from .shelf import Shelf

OCEAN = ("oceanengine", "安澜护肤-品牌户")
PROJECT = [
    "时间-天", "项目ID", "项目名称", "消耗", "展示数", "平均千次展现费用(元)", "点击数", "点击率%",
    "平均点击单价(元)", "转化数",
    "平均转化成本", "转化率%", "深度转化数", "深度转化成本", "深度转化率%",
]  # fmt: skip
MATERIAL = ["素材名称", "素材内容", "素材类型", "素材ID", *PROJECT[3:]]
QIANCHUAN = [
    "素材ID", "素材名称", "素材评估", "素材时长", "素材创建时间", "素材来源", "整体消耗", "基础消耗", "整体支付ROI",
    "整体成交金额", "整体成交订单数", "整体点击率", "整体转化率", "3秒播放率", "视频完播率", "平均观看时长",
    "追投调控消耗",
    "追投调控成交金额", "追投调控支付ROI", "追投调控点击率", "追投调控转化率", "净成交ROI", "净成交金额",
    "1小时内退款率",
]  # fmt: skip
JUGUANG = [
    "时间", "计划名称", "消费", "展现量", "点击量", "点击率", "平均点击成本", "平均千次展现费用", "互动量",
    "私信进线数",
    "私信开口数", "私信留资数",
]  # fmt: skip
YUNTU = [
    "报告名称", "报告id", "达人视频订单名称", "达人视频订单id", "视频链接", "达人昵称", "曝光次数", "完播率",
    "5s播放率",
    "消耗金额", "CTR", "转发数", "评论数", "点赞数",
]  # fmt: skip
XINGGUANG = [
    "素材ID(巨量)", "标题", "星图任务ID", "星图任务名称", "抖音号昵称", "抖音号", "视频播放链接", "下单账户名称",
    "消耗",
    "产品名称", "数据统计日期",
]  # fmt: skip

PUGONGYING = [
    "数据日期", "博主昵称", "博主主页链接", "粉丝数", "健康等级", "笔记标题", "笔记链接", "笔记类型", "发布日期",
    "来源",
    "笔记ID", "内容标签", "订单ID", "合作名称", "报备品牌", "下单账号", "博主报价", "服务费金额", "是否优效", "SPU名称",
    "曝光量", "阅读量", "阅读UV", "5s播放率", "3s阅读率", "视频时长", "平均浏览时长", "视频完播率", "互动量", "互动率",
    "点赞", "收藏", "评论", "分享", "关注", "自然曝光量", "自然阅读量", "推广曝光量", "推广阅读量", "加热曝光量",
    "加热阅读量",
    "发现页曝光量", "发现页阅读量", "搜索页曝光量", "搜索页阅读量", "关注页曝光量", "关注页阅读量", "博主个人页曝光量",
    "博主个人页阅读量", "附近页曝光量", "附近页阅读量", "其他曝光量", "其他阅读量", "阅读单价", "互动单价",
    "正文组件曝光量", "正文组件点击量", "正文组件CTR", "正文组件点击人数", "正文组件转化量", "评论区组件曝光量",
    "评论区组件点击量", "评论区组件CTR", "评论区组件点击人数", "评论区组件转化量", "笔记底栏组件曝光量",
    "笔记底栏组件点击量",
    "笔记底栏组件CTR", "笔记底栏组件点击人数", "笔记底栏组件转化量", "互动组件曝光量", "互动组件点击量", "互动组件CTR",
    "图片组件曝光量", "图片组件点击量", "图片组件CTR", "组件总点击量", "组件总点击人数", "粉丝占比", "女性占比",
    "男性占比",
    "<18岁占比", "18-24岁占比", "25-34岁占比", "35-44岁占比", ">44岁占比", "设备1", "设备2", "设备3", "设备4", "设备5",
    "设备6", "地域1", "地域2", "地域3", "地域4", "地域5", "地域6", "兴趣1", "兴趣2", "兴趣3", "兴趣4", "兴趣5", "兴趣6",
]  # fmt: skip
GROUPS = [(0, "基础信息"), (20, "核心数据"), (35, "流量来源"), (53, "成本数据"), (55, "组件数据"), (78, "受众画像")]

#: nickname, followers, price, exposure, reads, share of impressions that react, component clicks, title
BLOGGERS = [
    ("柚子酱Yuzu", 1_268_000, 86_000, 3_420_000, 412_000, 0.021, 1_930, "换季脸部急救,我的精华空瓶"),
    ("油皮研究所", 86_400, 6_800, 218_000, 41_600, 0.064, 3_180, "油皮实测28天,精华到底稳不稳"),
    ("成分党老陈", 152_300, 11_500, 326_000, 58_900, 0.058, 4_020, "拆成分表,舒缓精华值不值"),
    ("早八打工人小林", 38_900, 3_200, 96_400, 19_700, 0.071, 1_640, "通勤护肤不超过5分钟"),
    ("敏感肌阿宁", 61_700, 5_400, 141_000, 27_300, 0.067, 2_210, "敏感肌一个月,真实反馈"),
]


def _money(value: float) -> str:
    return f"{value:.2f}"


def _ratio(a: float, b: float) -> str:
    return _money(a / b) if b else "0.00"


def _project_row(head: list[Cell], spend: float, shows: int, clicks: int, hits: int, deep: int) -> list[Cell]:
    return [
        *head, _money(spend), shows, _ratio(spend * 1000, shows), clicks, _ratio(100 * clicks, shows),
        _ratio(spend, clicks), hits, _ratio(spend, hits), _ratio(100 * hits, clicks), deep, _ratio(spend, deep),
        _ratio(100 * deep, hits),
    ]  # fmt: skip


def project_days(spend: list[float]) -> list[tuple[date, str, str, float, int, int, int, int]]:
    """(day, id, name, yuan, shown, clicks, conversions, deep conversions) of every project and day."""
    dice, rows = Dice("ads.projects"), []
    for i, day in enumerate(DAYS):
        fans = dice.count(spend[max(0, i - AD_LAG)] / 12.9)
        clicks = int(fans * 3.1)
        rows.append((day, "7301184455667701", "粉丝增长-常态", spend[i], clicks * 38, clicks, fans, int(fans * 0.4)))
        money = round(640 * dice.spread(0.1), 2)
        clicks = int(money / 1.32)
        hits = dice.count(clicks * 0.046)
        rows.append((day, "7301184455667702", "落地页B-清透防晒", money, clicks * 41, clicks, hits, int(hits * 0.55)))
        if LANDING[0] <= day <= LANDING[1]:
            money = round(1_850 * dice.spread(0.08), 2)
            clicks = int(money / 1.05)
            hits = dice.count(clicks * 0.0021)
            name = "落地页A-舒缓精华"
            rows.append((day, "7301184455667703", name, money, clicks * 24, clicks, hits, int(hits * 0.3)))
    return rows


def ocean(shelf: Shelf, spend: list[float]) -> None:
    """巨量 reports by quarter, the last with a 合计 row; one report of materials, which has no date."""
    every = project_days(spend)
    quarters = [
        (date(2025, 11, 23), date(2026, 2, 28)), (date(2026, 3, 1), date(2026, 5, 31)),
        (date(2026, 6, 1), date(2026, 8, 31)), (date(2026, 9, 1), date(2026, 10, 31)), (date(2026, 11, 1), END),
    ]  # fmt: skip
    for first, last in quarters:
        rows: list[list[Cell]] = [list(PROJECT)]
        chosen = [r for r in every if first <= r[0] <= last]
        rows += [_project_row([str(day), pid, name], *rest) for day, pid, name, *rest in chosen]
        for day, _pid, _name, *rest in chosen:
            names = ("spend", "impressions", "clicks", "conversions", "deep_conversions")
            shelf.tell("oceanengine.project", day, **dict(zip(names, rest, strict=True)))
        if last == END:
            sums = [sum(r[k] for r in chosen) for k in range(3, 8)]
            rows.append(_project_row(["合计", "-", "-"], *sums))
        when = at(last + timedelta(days=1), 10, 30)
        name = f"项目报表_{first:%Y%m%d}_{last:%Y%m%d}.xlsx"
        shelf.put(OCEAN, when, name, xlsx({"Sheet1": rows}), "oceanengine.project", "巨量引擎 项目报表（分天）")
    dice = Dice("ads.material")
    rows = [list(MATERIAL)]
    for k, title in enumerate(["防晒实测15s", "舒缓精华口播30s", "创始人说成分", "早八妆前对比"]):
        money = round(9_400 * dice.spread(0.4), 2)
        clicks = int(money / 1.4)
        shelf.tell("oceanengine.material", spend=money, clicks=clicks, impressions=clicks * 37)
        head: list[Cell] = [title, f"https://example.invalid/m/{k}", "视频", f"7401184455667{k:03d}"]
        rows.append(_project_row(head, money, clicks * 37, clicks, int(clicks * 0.03), int(clicks * 0.012)))
    data = text_csv(rows)
    shelf.put(OCEAN, at(TODAY, 10, 31), "素材报表.csv", data, "oceanengine.material", "巨量引擎 素材报表（无日期列）")


def qianchuan(shelf: Shelf) -> None:
    """千川 全域素材: gb18030, some headers with a tab behind."""
    dice = Dice("ads.qianchuan")
    rows: list[list[Cell]] = [[h + "\t" if k % 5 == 0 else h for k, h in enumerate(QIANCHUAN)]]
    for k in range(24):
        cost, roi = round(2_600 * dice.spread(0.8), 2), round(1.9 * dice.spread(0.35), 2)
        gmv, count = round(cost * roi, 2), max(1, int(cost * roi / 228))
        net, add = round(gmv * 0.86, 2), round(cost * 0.18, 2)
        shelf.tell("qianchuan.material", spend=cost, gmv=gmv, orders=count, net_gmv=net)
        made = at(date(2026, 10, 20) + timedelta(days=k), 11, 5 + k)
        rows.append(
            [
                f"\t73455{k:014d}", f"素材{k + 1:02d}-{dice.of(['防晒', '精华', '面霜', '洁面'])}", dice.of(["优质",
                "普通", "低效"]),
                f"{dice.whole(12, 58)}s", f"{made:%Y-%m-%d %H:%M:%S}", "本地上传", _money(cost), _money(cost - add),
                _money(roi), _money(gmv), count, _money(dice.between(2, 6)), _money(dice.between(1.5, 7)),
                _money(dice.between(30, 60)), _money(dice.between(5, 22)), _money(dice.between(4, 14)), _money(add),
                _money(add * roi), _money(roi), _money(dice.between(2, 6)), _money(dice.between(1.5, 7)),
                _money(net / cost), _money(net), _money(dice.between(0.5, 3)),
            ]
        )  # fmt: skip
    shelf.put(
        ("qianchuan", "安澜护肤旗舰店"), at(TODAY, 10, 40), "全域推广-素材.csv", text_csv(rows, "gb18030"),
        "qianchuan.material",
        "千川 全域素材",
    )  # fmt: skip


def juguang(shelf: Shelf) -> None:
    """聚光 by plan and day, the last thirty days. Only part of the labels is confirmed."""
    dice = Dice("ads.juguang")
    rows: list[list[Cell]] = [list(JUGUANG)]
    for day in days_between(END - timedelta(days=29), END):
        for plan in ("信息流-防晒种草", "搜索-舒缓精华"):
            cost = round(980 * dice.spread(0.15), 2)
            clicks = int(cost / dice.between(0.9, 1.6))
            shows, asked = int(clicks / dice.between(0.05, 0.09)), dice.count(clicks * 0.012)
            acts, opened, left = dice.count(clicks * 0.21), int(asked * 0.7), int(asked * 0.3)
            shelf.tell(
                "juguang.report", day, spend=cost, impressions=shows, clicks=clicks, interactions=acts, messages=asked,
                messages_open=opened, leads=left,
            )  # fmt: skip
            rows.append(
                [
                    str(day), plan, f"{cost:,.2f}", f"{shows:,}", f"{clicks:,}", f"{clicks / shows:.2%}",
                    _ratio(cost, clicks), _ratio(cost * 1000, shows), acts, asked, opened, left,
                ]
            )  # fmt: skip
    shelf.put(
        ("juguang", "安澜护肤"), at(TODAY, 10, 45), "聚光-投放数据.xlsx", xlsx({"Sheet1": rows}), "juguang.report",
        "聚光 投放报表（表头部分核实）", verified=False,
    )  # fmt: skip


def _blogger_row(blogger: tuple, k: int) -> list[Cell]:
    """104 cells; what a note of its kind does not have is "-"."""
    name, fans, price, shown, reads, rate, clicks, title = blogger
    acts = int(reads * rate * 2)
    row: dict[str, Cell] = dict.fromkeys(PUGONGYING, "-")
    boosted = int(shown * 0.3)
    row |= {
        "数据日期": "2026/11/22", "博主昵称": name, "博主主页链接": f"https://example.invalid/user/{k}", "粉丝数": fans,
        "健康等级": "优秀", "笔记标题": title, "笔记链接": f"https://example.invalid/note/{k}", "笔记类型": "图文",
        "发布日期": f"2026/10/{12 + k:02d}", "来源": "定制合作", "笔记ID": f"66f0a1b2000000001e03{k:04d}",
        "内容标签": "护肤",
        "订单ID": f"P2026101{k}0001", "合作名称": "舒缓精华秋季种草", "报备品牌": "安澜护肤", "下单账号": "安澜护肤",
        "博主报价": price, "服务费金额": int(price * 0.1), "是否优效": "否", "SPU名称": "舒缓精华", "曝光量": shown,
        "阅读量": reads, "阅读UV": int(reads * 0.86), "3s阅读率": "60.00%", "平均浏览时长": 14.2 + k, "互动量": acts,
        "互动率": f"{acts / reads:.2%}", "点赞": int(acts * 0.55), "收藏": int(acts * 0.33), "评论": int(acts * 0.07),
        "分享": int(acts * 0.05), "关注": int(acts * 0.02), "自然曝光量": shown - boosted, "推广曝光量": boosted,
        "自然阅读量": reads - int(reads * 0.28), "推广阅读量": int(reads * 0.28), "加热曝光量": 0, "加热阅读量": 0,
        "阅读单价": round(price * 1.1 / reads, 2), "互动单价": round(price * 1.1 / acts, 2),
        "评论区组件曝光量": int(reads * 0.4), "评论区组件点击量": clicks,
        "评论区组件CTR": f"{clicks / (reads * 0.4):.2%}",
        "组件总点击量": clicks, "组件总点击人数": int(clicks * 0.9), "粉丝占比": "38.00%", "女性占比": "91.00%",
        "男性占比": "9.00%", "18-24岁占比": "34.00%", "25-34岁占比": "47.00%", "35-44岁占比": "14.00%",
    }  # fmt: skip
    return [row[h] for h in PUGONGYING]


def pugongying(shelf: Shelf) -> None:
    """蒲公英 投后笔记数据: two rows of merged groups, the header in row 3, 104 columns."""
    from .forms import letters

    for _name, _fans, price, shown, reads, rate, _clicks, _title in BLOGGERS:
        cost = {"quote": price, "fee": int(price * 0.1)}
        shelf.tell("pugongying.notes", impressions=shown, views=reads, interactions=int(reads * rate * 2), **cost)
    ends = [start for start, _ in GROUPS[1:]] + [len(PUGONGYING)]
    first: list[Cell] = [None] * len(PUGONGYING)
    merges = []
    for (start, label), end in zip(GROUPS, ends, strict=True):
        first[start] = label
        merges.append(f"{letters(start)}1:{letters(end - 1)}2")
    rows: Rows = [first, [None] * len(PUGONGYING), PUGONGYING, *(_blogger_row(b, k) for k, b in enumerate(BLOGGERS))]
    shelf.put(
        ("pugongying", "安澜护肤"), at(TODAY, 10, 50), "投后笔记数据.xlsx", xlsx({"Sheet1": rows}, {"Sheet1": merges}),
        "pugongying.notes", "蒲公英 投后笔记数据（104列，部分表头为推断）", verified=False,
    )  # fmt: skip


def star(shelf: Shelf, exposures: dict[str, tuple[int, int]]) -> None:
    """云图 report and 星广联投 table: who was seen how often for how much."""
    rows: list[list[Cell]] = [list(YUNTU)]
    tasks: list[list[Cell]] = [list(XINGGUANG)]
    for k, (name, (shown, cost)) in enumerate(exposures.items()):
        likes, comments, shares = int(shown * 0.011), int(shown * 0.0009), int(shown * 0.0006)
        shelf.tell("xingtu.yuntu_report", impressions=shown, spend=cost, likes=likes, comments=comments, shares=shares)
        shelf.tell("xingtu.xgl", spend=round(cost * 0.4, 2))
        rows.append(
            [
                "双11达人复盘", "YT20261120", f"双11-{name}", f"73990000{k:08d}", f"https://example.invalid/v/{k}",
                name,
                shown, f"{0.11 + 0.03 * k:.2%}", f"{0.32 + 0.03 * k:.2%}", _money(cost), f"{0.9 + 0.4 * k:.2f}%",
                int(shown * 0.0006), int(shown * 0.0009), int(shown * 0.011),
            ]
        )  # fmt: skip
        tasks.append(
            [
                f"7401000{k:09d}", f"双11-{name}", f"7388000{k:09d}", "双11达人合作", name, f"anlan_demo_{k}",
                f"https://example.invalid/v/{k}", "安澜护肤", _money(cost * 0.4), "舒缓精华", "2026-11-20",
            ]
        )  # fmt: skip
    who = ("xingtu", "安澜护肤")
    shelf.put(
        who, at(TODAY, 10, 55), "云图-达人视频订单.csv", text_csv(rows), "xingtu.yuntu_report", "云图 达人视频订单报告"
    )
    name = "星广联投-素材.csv"
    shelf.put(who, at(TODAY, 10, 56), name, text_csv(tasks), "xingtu.xgl", "星广联投 素材", verified=False)
