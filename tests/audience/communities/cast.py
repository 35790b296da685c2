"""A draw that can be opened, its moments, and a second member who may draw."""

from datetime import UTC, datetime, timedelta

from hongqiao.audience.communities.draws import drawing, entering, opening
from tests.cast import join

NOON = datetime(2026, 12, 1, 4, tzinfo=UTC)
VALUE = "3876.37 12345.67 25431.10"


def form(**changed):
    return {
        "who": "群成员，年满 18 周岁", "how": "晒单并通过审核", "draw_way": "公开随机数", "claim_time": "开奖后 7 天内",
        "claim_terms": "凭编号领取", "claim_way": "私信群主", "delivery": "顺丰包邮", "forfeiture": "7 天不领视为放弃",
        "organiser": "安澜护肤，400-000-0000", "opens": NOON - timedelta(days=7), "closes": NOON,
        "due": NOON + timedelta(hours=4), "draw_time": NOON + timedelta(hours=5), "beacon": "index_sum",
        "source": "2026-12-01 上证、深证、恒生收盘，两位小数，空格相连", "alternates": "2",
        "prizes": [
            {"level": "一等奖", "name": "精华正装", "sort": "实物", "price": "398", "quantity": "1"},
            {"level": "二等奖", "name": "面膜", "sort": "实物", "price": "99", "quantity": "2"},
        ],
    } | changed  # fmt: skip


def drafted(member, *, activity=None, **changed):
    row = opening.create_draw(actor=member, title="八月晒单抽正装", activity_id=activity.pk if activity else None)
    return opening.save_form(actor=member, draw_id=row.pk, seen=row.version, title=row.title, form=form(**changed))


def opened(member, **changed):
    row = drafted(member, **changed)
    return opening.open_draw(actor=member, draw_id=row.pk, seen=row.version, at=NOON - timedelta(days=7))


def closed(member, n=12, **changed):
    row = opened(member, **changed)
    for number in range(n):
        entering.enter(actor=member, draw_id=row.pk, person=f"p{number}", at=NOON - timedelta(days=1))
    row.refresh_from_db()
    return opening.close_draw(actor=member, draw_id=row.pk, seen=row.version, at=NOON + timedelta(hours=1))


def typed(member, row, value=VALUE, hours=5):
    row.refresh_from_db()
    return drawing.type_beacon(
        actor=member, draw_id=row.pk, seen=row.version, value=value, at=NOON + timedelta(hours=hours)
    )


def drawn(cast, n=12, **changed):
    row = closed(cast.owner, n, **changed)
    typed(cast.owner, row)
    return typed(second(cast), row)


def second(cast):
    from hongqiao.workspace.models import Member

    return Member.objects.filter(brand=cast.brand, user__email="lead@example.com").first() or join(
        cast.brand, "lead", "lead"
    )
