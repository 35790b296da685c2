"""What the invented brand sells and talks about."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Product:
    """One thing on the shelf; `price` in yuan."""

    sku: str
    name: str
    spec: str
    price: int
    weight: float
    code: str = ""


PRODUCTS = [
    Product("SH30", "舒缓精华", "30ml", 299, 1.25),
    Product("FS50", "清透防晒乳", "50ml", 169, 1.15),
    Product("JM12", "氨基酸洁面", "120ml", 118, 1.20),
    Product("BS50", "海藻保湿霜", "50g", 239, 0.95),
    Product("SY15", "早八妆前乳", "30ml", 139, 0.70),
    Product("MM05", "积雪草面膜", "5片", 99, 0.90),
    Product("YS15", "提亮眼霜", "15g", 329, 0.45),
    Product("TZ01", "护肤体验套装", "6件", 79, 0.60),
]
BY_SKU = {p.sku: p for p in PRODUCTS}
LAUNCH = Product("FX50", "海藻修护面霜", "50g", 369, 0.0)  # sold from 2026-06-16 on
BY_SKU[LAUNCH.sku] = LAUNCH

WHO = ["油皮", "混油皮", "敏感肌", "干皮", "早八人", "熬夜党", "通勤党", "学生党", "新手", "熟龄肌"]
WHEN = ["换季", "夏天", "熬夜后", "上班前", "周末", "出差", "空调房", "睡前", "大风天", "健身后"]
THING = {
    "SH30": ["舒缓精华", "精华"],
    "FS50": ["防晒", "防晒乳"],
    "JM12": ["洁面", "洗面奶"],
    "BS50": ["面霜", "保湿霜"],
    "SY15": ["妆前", "妆前乳"],
    "MM05": ["面膜", "补水面膜"],
    "YS15": ["眼霜", "眼周护理"],
    "TZ01": ["体验套装", "旅行套装"],
}

XHS_TITLES = {
    "干货": [
        "{who}{when}怎么护肤?3步就够",
        "{who}别再踩坑,{thing}这样用",
        "{when}{thing}怎么选?一张表",
        "看懂成分表,{who}必备",
    ],
    "测评": [
        "{who}实测7天,{thing}真实感受",
        "{who}空瓶|{thing}说说优缺点",
        "{n}款{thing}横评,{who}看这篇",
    ],
    "生活": [
        "{when}的5分钟护肤流程",
        "{who}的一天护肤Vlog",
        "我的梳妆台|{when}版",
    ],
    "活动": ["晒单有礼|{thing}正装等你", "{when}福利|{thing}体验官招募"],
}
DOUYIN_TITLES = {
    "口播": [
        "{who}千万不要这样用{thing} #护肤 #{who}",
        "你是不是{when}脸上总起皮?{n}步解决 #护肤干货",
        "{n}个{thing}误区,{who}必看 #成分党",
    ],
    "场景": ["{when}护肤流程,{n}分钟出门 #早八护肤", "{who}的{when}急救 #护肤日常\n产品见主页"],
    "测评": ["{who}连用{n}天{thing},结果前置给你看 #真实测评", "{thing}上脸实测,{when}也不怕 #安澜护肤"],
    "直播预热": ["今晚8点直播间见,{thing}机制剧透 #直播预告"],
}
WECHAT_TITLES = [
    "{when}脸又干又油?皮肤科医生给了{n}条建议",
    "为什么{who}总是选错{thing}",
    "{n}个问题,读懂{thing}的成分表",
    "我们和{n}位{who}聊了聊她们的{when}",
    "一瓶{thing}是怎么做出来的",
    "会员日|{thing}的正确打开方式",
    "{when}护肤手册:给{who}的清单",
]
PLACES = ["上海", "北京", "广州", "深圳", "杭州", "成都", "武汉", "南京"]
CREATORS = {"大雯Vlog": 0.03, "成分党老陈": 0.40, "小满测评": 0.27, "阿舟护肤日记": 0.18, "油皮研究所": 0.12}
