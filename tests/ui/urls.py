"""The gallery: every component on one page, and the small answers that its htmx parts ask for. Only tests have it."""

import time
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import engines
from django.urls import include, path

from hongqiao.errors import Conflict, Invalid
from hongqiao.ui.period import period_of
from hongqiao.ui.tables import Column

TODAY = date(2025, 11, 23)
HERE = Path(__file__).parent
DAYS = [(TODAY - timedelta(days=28 - i)).isoformat() for i in range(28)]
READS = [round(9000 + 900 * (i % 7) + 260 * i) for i in range(28)]
ROOMS = [
    ("today", "今日", ""),
    ("content", "内容", 6),
    ("users", "用户", 14),
    ("channels", "渠道投放", ""),
    ("data", "数据", ""),
    ("brand", "品牌活动", ""),
    ("crisis", "舆情", 1),
    ("team", "团队", ""),
    ("imports", "数据导入", "还缺 3"),
    ("settings", "设置", ""),
]


def with_gaps(values: list[int], *gaps: int) -> list[int | None]:
    return [None if i in gaps else v for i, v in enumerate(values)]


def charts() -> dict[str, dict]:
    other = [int(v * 0.62) for v in READS]
    return {
        "line": {
            "type": "line",
            "x": DAYS,
            "unit": "count",
            "series": [
                {"name": "阅读 / 播放", "values": with_gaps(READS, 8, 9, 15, 17), "partial": [27]},
                {"name": "上一期", "values": with_gaps(other, 8, 9), "dashed": True},
            ],
            "annotations": [{"x": 20, "label": "会员日"}],
            "links": [f"/gallery/?day={d}" for d in DAYS],
        },
        "bars": {
            "type": "bar",
            "x": DAYS[-14:],
            "unit": "money",
            "series": [{"name": "内容 GMV", "values": with_gaps(READS[-14:], 3), "partial": [13], "room": "users"}],
        },
        "stacked": {
            "type": "stacked",
            "x": DAYS[-10:],
            "unit": "count",
            "series": [
                {"name": n, "values": with_gaps([int(v * k) for v in READS[-10:]], 4)}
                for n, k in (("抖音", 1), ("小红书", 0.6), ("公众号", 0.3))
            ],
        },
        "funnel": {
            "type": "funnel",
            "x": ["关注", "进入小程序", "加购", "下单", "复购"],
            "series": [{"name": "用户", "values": [12040, 5210, 1830, 960, 210]}],
        },
        "hbar": {
            "type": "hbar",
            "x": ["通勤防晒", "油皮一天实测", "会员日攻略", "成分表怎么看"],
            "percent": True,
            "series": [{"name": "收藏率", "values": [0.082, 0.061, None, 0.043], "room": "content"}],
        },
        "nothing": {"type": "line", "x": DAYS[:3], "series": [{"name": "阅读", "values": [None, None, None]}]},
    }


def shell() -> dict:
    """What `workspace.context.shell` says to a member of two brands who may enter every room."""
    places = [
        {"code": c, "label": n, "badge": b, "url": f"/gallery/{'' if c == 'today' else c}", "on": c == "data"}
        for c, n, b in ROOMS
    ]
    brands = [{"name": n, "slug": s, "url": f"/gallery/?b={s}"} for n, s in (("安澜护肤", "anlan"), ("禾木", "hemu"))]
    return {
        "brand": SimpleNamespace(name="安澜护肤", slug="anlan"),
        "brands": brands,
        "home": "/gallery/",
        "today": places[0],
        "rooms": places[1:8],
        "bottom": places[8:],
        "who": "林一",
        "role": "舆情主管",
        "notices_url": "/gallery/notices",
        "profile_url": "/gallery/me/",
        "unread": 3,
    }


def context(request: HttpRequest) -> dict:
    columns = [
        Column("title", "作品", url="url"),
        Column("platform", "平台", wide=True),
        Column("day", "发布", "day", sort=True),
        Column("reads", "阅读 / 播放", "count", sort=True, note="平台自己的叫法：播放量"),
        Column("share", "分享率", "percent", sort=True),
        Column("gmv", "GMV", "money", sort=True, wide=True),
    ]
    rows = [
        ("通勤防晒：三支横评", "小红书", 41000, 0.082, 38600),
        ("油皮一天实测", "抖音", 386000, 0.009, None),
        ("会员日攻略", "公众号", 1204, None, 0),
    ]
    keys = ("title", "platform", "reads", "share", "gmv")
    spark = with_gaps(READS[-14:], 4, 5, 9)
    return {
        "shell": shell(),
        "chosen": period_of(request.GET, TODAY),
        "columns": columns,
        "rows": [{**dict(zip(keys, r, strict=True)), "day": TODAY, "url": "/gallery/"} for r in rows],
        "spark": spark,
        "last": [len(spark) - 1],
        "charts": charts(),
        "platforms": [("douyin", "抖音"), ("xiaohongshu", "小红书")],
        "tabs": [
            {"label": "内容", "url": "?tab=1", "on": True, "count": 6},
            {"label": "用户", "url": "?tab=2"},
            {"label": "转化", "url": "?tab=3"},
            {"label": "渠道", "url": "?tab=4"},
        ],
    }


def gallery(request: HttpRequest, place: str = "") -> HttpResponse:
    template = engines["django"].from_string((HERE / "gallery.html").read_text("utf-8"))
    return HttpResponse(template.render(context(request), request))


def fragment(request: HttpRequest) -> HttpResponse:
    time.sleep(float(request.GET.get("wait", 0)))
    return HttpResponse("<p id='got'>取到了</p>")


def conflict(request: HttpRequest) -> HttpResponse:
    raise Conflict


def upload(request: HttpRequest) -> HttpResponse:
    (file,) = request.FILES.getlist("files")
    if b"bad" in file.read():
        raise Invalid("第 3 行缺日期", "请补上日期后再上传")
    return JsonResponse({"message": f"已识别：{file.name}", "next": request.POST.get("next", "")})


def mine(request: HttpRequest) -> HttpResponse:
    source = '{% extends "ui/base.html" %}{% block content %}{% include "ui/mine.html" %}{% endblock %}'
    page = engines["django"].from_string(source).render({"shell": shell()}, request)
    return HttpResponse(page)


def thanks(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<title>已提交</title><link rel='icon' href='data:,'><p id='thanks'>已提交</p>")


urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("gallery/fragment", fragment),
    path("gallery/conflict", conflict),
    path("gallery/upload", upload),
    path("gallery/thanks", thanks),
    path("gallery/me/", mine, name="profile"),
    path("gallery/notices/", thanks, name="notices"),
    path("gallery/", gallery),
    path("gallery/<str:place>", gallery),
]
