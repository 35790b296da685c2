"""What no platform exports: the brand's own events (mini-program, members, landing page), in our documented file."""

from hongqiao.errors import N_
from hongqiao.platforms.kit.settings import load
from hongqiao.platforms.model import Derived, Field, Layout, Platform

EVENTS = Layout(
    code="own.events",
    platform="own",
    label="自有事件",
    cites="docs: the events file; one row an event, ts with an offset is converted to the account's zone",
    at_least=3,
    documented=True,
    hashed=(("events", "event_key"),),
    extra_to="events",
    derived=(
        Derived(
            "events", "currency", """CASE WHEN "events.amount" IS NOT NULL THEN coalesce("events._stated", 'CNY') END"""
        ),
    ),
    fields=(
        Field("event", "events", "event", "text", ("事件", "事件名称"), required=True, key=True),
        Field("ts", "events", "ts", "datetime", ("时间", "事件时间", "time", "timestamp"), required=True, key=True),
        Field("person", "events", "person", "id", ("用户", "用户编号", "user_id", "会员号")),
        Field("amount", "events", "amount", "money", ("金额",)),
        Field("currency", "events", "_stated", "text", ("币种",)),
        Field("channel", "events", "channel", "text", ("渠道", "来源渠道")),
        Field("content", "events", "content", "text", ("内容",)),
        Field("order", "events", "order_key", "id", ("订单号", "order_id")),
        Field("event_id", "events", "event_key", "id", ("事件编号",)),
    ),
)

PLATFORM = Platform(
    code="own",
    name=N_("自有数据"),
    short=N_("自"),
    traits=load("traits.json", __name__),
    limits=load("limits.json", __name__),
    account_kinds=(("mini_program", N_("小程序")), ("members", N_("会员系统")), ("site", N_("网站或落地页"))),
    layouts=(EVENTS,),
)
