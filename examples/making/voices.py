"""What people say about the brand, with the stories of the year among everyday talk."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from .days import DAYS, at, attention, clock
from .dice import Dice


@dataclass(frozen=True)
class Voice:
    """One comment or mention."""

    ts: datetime
    source: str
    text: str
    author: str
    likes: int
    story: str = ""


EVERYDAY = {
    "防晒真的不搓泥,夏天回购第二支了": 3, "舒缓精华用了两周没有过敏,脸稳定很多": 3, "面霜有点厚重,秋天用刚好": 2,
    "求链接,早八妆前乳在哪买": 3, "客服回复很快,好评": 2, "体验套装性价比高,适合出差": 2, "洁面洗完不紧绷": 3,
    "眼霜没看出什么效果,再用用看": 1, "包装好看但是有点贵": 1, "敏感肌表示不刺痛,可以放心": 2, "等双11再囤": 1,
    "这个成分表讲得明白": 2, "面膜精华液有点少": 1, "活动规则没看懂,到底怎么参加": 1, "推荐给室友了": 2,
}  # fmt: skip
SOURCES = {"小红书": 0.4, "抖音": 0.3, "微博": 0.12, "公众号留言": 0.1, "抖店评价": 0.08}
ALLERGY = [
    "舒缓精华用了三天脸颊过敏泛红,批次B2610,有没有姐妹一样", "安澜舒缓精华B2610这批烂脸了,刺痛发烫",
    "同批次B2610过敏+1,两颊起小红疹", "新买的舒缓精华,上脸就刺痛,瓶底写着B2610",
    "过敏去医院了,医生让停用,产品是安澜舒缓精华",
    "B2610批次的避雷,以前用都没事", "客服还没回我,脸还肿着,舒缓精华B2610",
]  # fmt: skip
PRESS = [
    "【财经晚报道】实测七款防晒,安澜清透防晒乳SPF实测值低于标称", "安澜护肤回应防晒实测争议:已送第三方复检",
    "转载:七款防晒实测,三款低于标称", "评论|功效宣称要经得起检测",
]  # fmt: skip
MALICE = [
    "安澜就是割韭菜的三无品牌,大家快取关", "安澜割韭菜三无牌子!取关取关", "三无品牌安澜,快跑别买",
    "安澜=三无,谁买谁后悔",
]  # fmt: skip
LEAK = [
    "洁面泵头漏液,快递盒里全是", "收到的氨基酸洁面漏了三分之一", "泵头关不紧,放包里漏一包", "又漏液,包装能不能改改",
]  # fmt: skip
SMALL = [
    "求出小规格,30g装就够出差用",
    "有没有旅行装,正装太大带不走",
    "想要小一点的面霜试试",
    "建议出15ml小样,先试再买正装",
]
LATE = [
    "双11下单五天了还没发货",
    "物流一直不动,催了三次",
    "说好48小时发货,现在都第四天了",
    "快递太慢了,生日礼物都赶不上",
]


def _author(dice: Dice) -> str:
    return (
        dice.of(["小", "阿", "一只", "不爱吃", "今天也要", "早起的"])
        + dice.of(["葡萄", "海盐", "薄荷", "奶盖", "柚子", "橘猫", "青柠", "栗子", "云朵", "山茶"])
        + str(dice.whole(10, 9999))
    )


def _wave(
    dice: Dice, story: str, texts: list[str], source: str, first: datetime, last: datetime, count: int, likes: int
) -> list[Voice]:
    """`count` voices spread evenly by chance between two moments."""
    span = (last - first).total_seconds()
    found = []
    for k in range(count):
        ts = (first + timedelta(seconds=dice.unit() * span)).replace(microsecond=0)
        found.append(Voice(ts, source, texts[k % len(texts)], _author(dice), dice.count(likes), story))
    return found


def voices() -> list[Voice]:
    """All mentions of the year in order of time; about 1,500."""
    dice = Dice("voices")
    found: list[Voice] = []
    for day in DAYS:
        for _ in range(dice.count(3.2 * attention(day))):
            ts = at(day, *clock(dice.whole(8, 23) * 3600 + dice.whole(0, 3599)))
            found.append(Voice(ts, dice.pick(SOURCES), dice.pick(EVERYDAY), _author(dice), dice.count(4)))
    hour = datetime
    found += _wave(dice, "X1a", ALLERGY, "小红书", hour(2026, 11, 22, 8, 40), hour(2026, 11, 22, 21, 30), 9, 37)
    found += _wave(dice, "X1b", PRESS, "新闻", hour(2026, 7, 8, 9, 10), hour(2026, 7, 9, 18, 0), 14, 85)
    found += _wave(dice, "X1c", MALICE, "抖音", hour(2026, 4, 2, 21, 0), hour(2026, 4, 3, 3, 0), 240, 1)
    found += _wave(dice, "U3a", LEAK, "抖店评价", hour(2026, 5, 6, 9, 0), hour(2026, 5, 31, 22, 0), 34, 5)
    found += _wave(dice, "U3b", SMALL, "小红书", hour(2026, 7, 1, 9, 0), hour(2026, 9, 30, 22, 0), 58, 6)
    found += _wave(dice, "U3c", LATE, "抖音", hour(2026, 11, 13, 9, 0), hour(2026, 11, 17, 22, 0), 41, 8)
    return sorted(found, key=lambda v: (v.ts, v.author, v.text))


def story_days(found: list[Voice], story: str) -> tuple[date, date, int]:
    """First day, last day and number of a planted story."""
    days = [v.ts.date() for v in found if v.story == story]
    return min(days), max(days), len(days)
