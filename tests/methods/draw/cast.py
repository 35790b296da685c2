"""One draw: two prizes, 三人各得其一, twelve who take part, one of the staff who does not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hongqiao.methods import draw

NOON = datetime(2026, 12, 1, 4, tzinfo=UTC)
TERMS = "安澜晒单抽奖\n一等奖 1 名，二等奖 2 名。\n"
SECRET = bytes(range(32))
BEACON = "3876.37"
STAFF = {"p-99": "staff"}
PLAN = draw.Plan(
    draw="d-1",
    terms=draw.sha256(TERMS.encode()),
    commitment=draw.commitment(SECRET),
    opens=NOON - timedelta(days=7),
    closes=NOON,
    beacon=draw.Beacon("上证指数 2026-12-02 收盘，两位小数，无千分位", NOON + timedelta(hours=27)),
    prizes=(draw.Prize("first", 1, "正装礼盒"), draw.Prize("second", 2, "小样套装")),
    alternates=3,
)
ENTRIES = [(f"p-{n:02}", 1) for n in range(12)] + [("p-99", 1)]


def plan(**changed):
    return replace(PLAN, **changed)


def listed(entries=None, of=PLAN, excluded=None):
    return draw.listed(ENTRIES if entries is None else entries, of, excluded=STAFF if excluded is None else excluded)


def evidence(of=PLAN, entries=None, beacon=BEACON, **more):
    times = {"listed_at": NOON + timedelta(hours=1), "drawn_at": NOON + timedelta(hours=28)}
    return draw.pack(of, TERMS, listed(entries, of), SECRET, beacon, **{**times, **more})
