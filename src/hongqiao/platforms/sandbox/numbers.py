"""Statistics of the test server: readings of what it published, invented by a seeded curve. No person read anything."""

from __future__ import annotations

import math
import random
from datetime import date, timedelta
from typing import Any

from hongqiao.platforms.sandbox.drafts import Json
from hongqiao.platforms.sandbox.publishing import GOOD
from hongqiao.platforms.sandbox.world import Publication, Refused, WeChatWorld
from hongqiao.platforms.wechat_oa.api.client import book

SCENES = (("公众号消息", 0.46), ("聊天会话", 0.17), ("朋友圈", 0.15), ("推荐", 0.12), ("搜一搜", 0.06), ("其它", 0.04))
DAYS = 30


def _days(world: WeChatWorld, call: str, body: Json) -> list[date]:
    try:
        begin, end = (date.fromisoformat(str(body.get(k))) for k in ("begin_date", "end_date"))
    except ValueError:
        raise Refused(61500, "date format error") from None
    span = book("quota")["calls"][f"datacube/{call}"]["span"]
    if end < begin or (end - begin).days >= span or end.isoformat() > world.yesterday():
        raise Refused(61501, "date range error")
    return [begin + timedelta(days=n) for n in range((end - begin).days + 1)]


def totals(world: WeChatWorld, body: Json) -> Json:
    """getarticletotaldetail: each article of one publish day, cumulative to each day since."""
    (day,) = _days(world, "getarticletotaldetail", body)
    rows = []
    for one in world.publications:
        if one.status == GOOD and world.day(one.done_at) == day.isoformat():
            rows += [_article(world, one, index, a, day) for index, a in enumerate(one.articles, 1)]
    return {"list": rows, "is_delay": False}


def _article(world: WeChatWorld, one: Publication, index: int, article: Json, day: date) -> Json:
    last = min(date.fromisoformat(world.yesterday()), day + timedelta(days=DAYS - 1))
    days = [day + timedelta(days=n) for n in range((last - day).days + 1)]
    return {
        "ref_date": day.isoformat(),
        "msgid": f"{one.data_id}_{index}",
        "title": article["title"],
        "content_url": article["url"],
        "publish_type": 0 if one.mass else 1,
        "detail_list": [_detail(world, one, index, d, (d - day).days) for d in days],
    }


def readers(world: WeChatWorld, one: Publication, index: int, age: int) -> int:
    """Return how many persons have read an article by the end of a day: fast at first, then slower."""
    dice = random.Random(f"{world.seed}|{one.data_id}|{index}")  # noqa: S311
    end = world.followers * (dice.uniform(0.04, 0.12) if one.mass else dice.uniform(0.01, 0.04))
    return round(end * (1 - math.exp(-(age + 0.8) / 2.2)))


def _detail(world: WeChatWorld, one: Publication, index: int, day: date, age: int) -> Json:
    read = readers(world, one, index, age)
    dice = random.Random(f"{world.seed}|{one.data_id}|{index}|rates")  # noqa: S311
    rate = {k: dice.uniform(*r) for k, r in _RATES.items()}
    scenes = [{"scene_desc": "全部", "user_count": read}]
    scenes += [{"scene_desc": name, "user_count": round(read * share)} for name, share in SCENES]
    return {
        "stat_date": day.isoformat(),
        "read_user": read,
        "read_user_source": scenes,
        **{k: round(read * r) for k, r in rate.items()},
        "praise_money": 0,
        "read_delivery_rate": round(read * SCENES[0][1] / world.followers, 4) if one.mass else 0,
        "read_finish_rate": round(dice.uniform(0.25, 0.6), 4),
        "read_avg_activetime": round(dice.uniform(0.6, 2.4), 2),
        "read_jump_position": [{"position": 1, "rate": 0.2}, {"position": 2, "rate": 0.1}],
    }


_RATES: dict[str, tuple[float, float]] = {
    "share_user": (0.02, 0.08),
    "zaikan_user": (0.005, 0.02),
    "like_user": (0.01, 0.05),
    "comment_count": (0.002, 0.01),
    "collection_user": (0.005, 0.03),
    "read_subscribe_user": (0.001, 0.01),
}


def flat(world: WeChatWorld, call: str, body: Json, figure: str) -> Json:
    """getarticleread and getarticleshare. Their fields are not in the facts: the house does not read them."""
    (day,) = _days(world, call, body)
    rows = []
    for row in (a for one in world.publications if one.status == GOOD for a in _rows_of(world, one)):
        said = next((d for d in row["detail_list"] if d["stat_date"] == day.isoformat()), None)
        if said:
            rows.append(
                {"ref_date": day.isoformat(), "msgid": row["msgid"], "title": row["title"], figure: said[figure]}
            )
    return {"list": rows, "is_delay": False}


def _rows_of(world: WeChatWorld, one: Publication) -> list[Json]:
    day = date.fromisoformat(world.day(one.done_at))
    return [_article(world, one, n, a, day) for n, a in enumerate(one.articles, 1)]


def users(world: WeChatWorld, body: Json) -> Json:
    """getusersummary: new and gone followers by source and day."""
    rows = []
    for day in _days(world, "getusersummary", body):
        for source in (0, 1, 17, 30, 57):
            new, gone = _moves(world, day, source)
            rows.append({"ref_date": day.isoformat(), "user_source": source, "new_user": new, "cancel_user": gone})
    return {"list": rows}


def _moves(world: WeChatWorld, day: date, source: int) -> tuple[int, int]:
    dice: Any = random.Random(f"{world.seed}|{day}|{source}")  # noqa: S311
    return dice.randint(2, 40), dice.randint(0, 12) if source == 0 else 0


def cumulate(world: WeChatWorld, body: Json) -> Json:
    """getusercumulate: followers at the end of the day."""
    start = date(2026, 1, 1)
    rows = []
    for day in _days(world, "getusercumulate", body):
        rows.append(
            {"ref_date": day.isoformat(), "user_source": 0, "cumulate_user": world.followers + (day - start).days * 60}
        )
    return {"list": rows}
