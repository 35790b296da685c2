# ruff: noqa: E501 (one definition reads as one passage; Chinese letters count twice)
"""用户增长: follow relations as platforms state them, and identified persons as our own events show them."""

from typing import Any

import ibis
import ibis.expr.types as ir

from hongqiao.errors import N_
from hongqiao.metrics.cohorts import RETENTION_DAYS
from hongqiao.metrics.measures import persons, rows, total, weighted
from hongqiao.metrics.model import Measure, Metric

_DAY: dict[str, Any] = {"family": "users", "table": "account_daily", "grain": N_("账号 × 日"), "day_kind": N_("发生日")}
_EVENT: dict[str, Any] = {"family": "users", "table": "events", "grain": N_("用户行为"), "day_kind": N_("发生日")}
_NEW: dict[str, Any] = {"family": "users", "table": "events", "grain": N_("可识别用户"), "day_kind": N_("首次出现日")}
_HEADS: dict[str, Any] = {"unit": N_("人"), "format": "int"}
_RATE: dict[str, Any] = {"unit": "%", "format": "rate", "decimals": 2}
_RELATION = N_("关注关系按账号计，同一人关注两个账号计 2")


def gained(t: ir.Table) -> ir.Value:
    """New follows of a day: stated, or net + lost (抖音 states only these)."""
    return ibis.coalesce(t.followers_new, t.followers_net + t.followers_lost)


def net(t: ir.Table) -> ir.Value:
    """Net follows of a day: stated, or new − lost."""
    return ibis.coalesce(t.followers_net, t.followers_new - t.followers_lost)


def _both(t: ir.Table) -> ir.BooleanValue:
    return t.lost.notnull() & t.opening.notnull()


FOLLOWERS_NEW = total("account_daily", gained, columns=("followers_new", "followers_net", "followers_lost"))
IDENTIFIED = persons("events", "person_key")
_VISITS, _VISITED = weighted("account_daily", "visit_follow_rate", "profile_visits")
_CLOSING = Measure("followers", lambda t: t.closing.sum(), ("followers_total",), additive=False)
_STOCK = ("followers_lost", "followers_total", "followers_net", "followers_new")
_LOST = Measure("followers", lambda t: t.lost.sum(where=_both(t)), _STOCK, additive=False)
_OPENING = Measure("followers", lambda t: t.opening.sum(where=_both(t)), _STOCK, additive=False)


def is_follow(t: ir.Table) -> ir.BooleanValue:
    return (t.event == "follow").fill_null(False)


def _identified(t: ir.Table) -> ir.BooleanValue:
    return t.person_key.notnull()


def _identified_follow(t: ir.Table) -> ir.BooleanValue:
    return is_follow(t) & _identified(t)


NEWCOMERS = Measure(
    "newcomers", lambda t: t.count(), ("person_key", "event"), additive=False, zero=True, rows=_identified
)


def _retained(days: int, label: str) -> Metric:
    column = f"on_{days}"
    over = ("person_key", "event", column)
    return Metric(
        f"retention_{days}d",
        label,
        definition=N_("首次出现的可识别用户中，之后第 %(days)s 天又有行为的比例；第 %(days)s 天还没到的人不计"),
        numerator=Measure("newcomers", lambda t: t[column].sum(), over, additive=False, rows=_identified),
        denominator=Measure("newcomers", lambda t: t[column].count(), over, additive=False, rows=_identified),
        numerator_text=N_("第 %(days)s 天又有行为的人数"),
        denominator_text=N_("首次出现的人数"),
        beside=("identified_events",),
        few="persons",
        params={"days": days},
        **_RATE,
        **_NEW,
    )


_LABELS = {1: N_("次日留存率"), 7: N_("7日留存率"), 30: N_("30日留存率")}

METRICS: tuple[Metric, ...] = (
    Metric("followers_new", N_("新增关注"), definition=N_("当日新增的关注；平台只给净增和取关时为两者之和"), numerator=FOLLOWERS_NEW,
           names={"wechat_oa": "新关注人数", "xiaohongshu": "新增关注", "douyin": "净增粉丝 + 取关粉丝", "toutiao": "新增粉丝数"}, not_comparable=_RELATION, **_HEADS, **_DAY),
    Metric("followers_lost", N_("取消关注"), definition=N_("当日取消的关注"), numerator=total("account_daily", "followers_lost"), better="down",
           names={"wechat_oa": "取消关注人数", "xiaohongshu": "取消关注", "douyin": "取关粉丝", "toutiao": "流失粉丝数"}, not_comparable=_RELATION, **_HEADS, **_DAY),
    Metric("followers_net", N_("净增关注"), definition=N_("新增关注 − 取消关注，可为负"),
           numerator=total("account_daily", net, columns=("followers_net", "followers_new", "followers_lost")),
           names={"wechat_oa": "净增关注人数", "xiaohongshu": "净涨粉", "douyin": "净增粉丝", "toutiao": "粉丝变化数"}, not_comparable=_RELATION, **_HEADS, **_DAY),
    Metric("followers_total", N_("期末粉丝"), definition=N_("每个账号期内最后一个有数的日子的粉丝数，各账号相加"), numerator=_CLOSING,
           names={"wechat_oa": "累积关注人数", "douyin": "总粉丝量", "toutiao": "总粉丝数"}, not_comparable=_RELATION, **_HEADS, **_DAY),
    Metric("follower_retention", N_("粉丝留存（代理）"), proxy=True, complement=True,
           definition=N_("1 − 取消关注 ÷ 期初粉丝。期初粉丝 = 期内第一个有数的日子的粉丝数 − 当日净增。平台不给真实留存，这是代理指标"),
           numerator=_LOST, denominator=_OPENING, numerator_text=N_("取消关注"), denominator_text=N_("期初粉丝"),
           not_comparable=_RELATION, **_RATE, **_DAY),
    Metric("profile_visits", N_("主页访问"), definition=N_("当日主页访问次数（小红书为访客数）"), unit=N_("次"), format="int",
           numerator=total("account_daily", "profile_visits"), names={"douyin": "主页访问", "xiaohongshu": "主页访客"},
           not_comparable=N_("抖音为访问次数，小红书为访客数"), **_DAY),
    Metric("visit_follow_rate", N_("主页转粉率"), definition=N_("平台按日给出的主页转粉率，按主页访问加权平均"),
           numerator=_VISITS, denominator=_VISITED, numerator_text=N_("主页转粉率 × 主页访问"), denominator_text=N_("主页访问"),
           names={"xiaohongshu": "主页转粉率"}, **_RATE, **_DAY),
    Metric("persons_active", N_("活跃可识别用户"), definition=N_("期内有过行为的可识别用户，去重"), numerator=IDENTIFIED,
           beside=("identified_events",), **_HEADS, **_EVENT),
    Metric("persons_new", N_("新增可识别用户"), definition=N_("首次出现在行为数据里的可识别用户"), numerator=NEWCOMERS,
           beside=("identified_events",), **_HEADS, **_NEW),
    Metric("events", N_("行为数"), definition=N_("行为数据的条数"), unit=N_("次"), format="int",
           numerator=rows("events", columns=("event",)), **_EVENT),
    Metric("identified_events", N_("可识别用户占比（行为）"), definition=N_("能认出是谁的行为 ÷ 全部行为"),
           numerator=rows("events", columns=("person_key",), where=_identified), denominator=rows("events", columns=("event",)),
           numerator_text=N_("能认出是谁的行为"), denominator_text=N_("全部行为"), **_RATE, **_EVENT),
    Metric("identified_follows", N_("可识别用户占比（关注）"), definition=N_("能认出是谁的关注行为 ÷ 平台后台给出的新增关注"),
           numerator=rows("events", columns=("person_key", "event"), where=_identified_follow), denominator=FOLLOWERS_NEW,
           numerator_text=N_("能认出是谁的关注行为"), denominator_text=N_("新增关注"), **_RATE, **_EVENT),
    *[_retained(n, _LABELS[n]) for n in RETENTION_DAYS],
)  # fmt: skip
