"""What tables of counts answer is what the rows themselves answer, for every metric and cut that they can answer."""

import itertools
import random
from datetime import date, datetime, timedelta

import pytest

from hongqiao import warehouse
from hongqiao.metrics import METRICS, Query, cache, query
from hongqiao.warehouse import care, config
from hongqiao.warehouse.handle import Handle
from hongqiao.warehouse.identity import merge_persons
from tests.warehouse.conftest import ACCOUNT, BRAND, SECOND_ACCOUNT, take

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]

SPAN = {"start": date(2026, 4, 3), "end": date(2026, 4, 24)}
OF_EVENTS = [code for code, m in METRICS.items() if "events" in m.sources]
CUTS = [
    (),
    ("day",),
    ("week", "channel"),
    ("platform", "event"),
    ("month", "account"),
    ("channel", "event"),
    ("content",),
]
FILTERS = [
    {},
    {"channel": "搜索"},
    {"channel": (None, "私域"), "event": ("visit", "purchase")},
    {"account": str(SECOND_ACCOUNT)},
    {"platform": "nobody"},
    {"content": "c1"},
]
MORE = [{}, {"compare": "previous"}, {"grain": "day", "compare": "previous"}, {"without": (str(ACCOUNT),)}]


def acts(seed: int) -> list[dict]:
    dice = random.Random(seed)
    return [
        {
            "event_key": f"e{seed}-{n}",
            "event": dice.choice(("visit", "view", "follow", "purchase")),
            "ts": datetime(2026, 3, 20) + timedelta(minutes=dice.randrange(40 * 1440)),
            "channel": dice.choice(("搜索", "私域", None)),
            "content": dice.choice(("c1", "c2", None)),
            "person": dice.choice((*(f"p{k}" for k in range(20)), None, None)),
        }
        for n in range(300)
    ]


@pytest.fixture
def brand(monkeypatch):
    """A brand whose large parts are counted, with a small one that is not, and two persons who are one."""
    real = config.limit
    low = {"counts_rows_min": 200, "counts_share_min": 1}
    monkeypatch.setattr(config, "limit", lambda name: low.get(name) or real(name))
    take("events", acts(1))
    take("events", acts(2), platform="own", account_id=SECOND_ACCOUNT)
    take("events", acts(3)[:50])
    keys = sorted({r["person_key"] for r in rows() if r["person_key"]})
    merge_persons(BRAND, keys[0], keys[1], method="manual", who="test")
    assert care.count(BRAND) == 4  # of two parts the counts and the lists
    return BRAND


def by_rows_alone(monkeypatch) -> None:
    for made_beforehand in ("counts", "lists"):
        monkeypatch.setattr(Handle, made_beforehand, lambda *_: None)


def rows() -> list[dict]:
    handle = warehouse.open(BRAND)
    return handle.fetch(handle.current("events")).to_pylist()


def answers(asked: list[Query]) -> list[str]:
    cache.forget()
    handle = warehouse.open(BRAND)
    return [query(handle, q).to_json() for q in asked]


def questions() -> list[Query]:
    found = []
    for code, by, where, more in itertools.product(OF_EVENTS, CUTS, FILTERS, MORE):
        dims = {*by, *where, *([more["grain"]] if "grain" in more else [])}
        if dims <= set(METRICS[code].dimensions):
            found.append(Query((code,), by, where, **SPAN, **more))
    return found


def test_every_metric_of_events_is_the_same_from_the_counts_and_from_the_rows(brand, monkeypatch):
    assert {"visits", "events", "identified_events", "identified_follows", "visitors"} <= set(OF_EVENTS)
    dice = random.Random(7)
    asked = dice.sample(questions(), 120)
    quick = answers(asked)
    by_rows_alone(monkeypatch)
    assert answers(asked) == quick


def test_several_metrics_at_once_are_the_same_too(brand, monkeypatch):
    asked = [Query(("visits", "events", "identified_events"), by, where, **SPAN) for by in CUTS for where in FILTERS]
    asked += [Query(("visits", "visitors"), by, **SPAN) for by in CUTS]
    quick = answers(asked)
    by_rows_alone(monkeypatch)
    assert answers(asked) == quick


def test_counts_are_asked_only_what_they_say(brand, monkeypatch):
    seen: list[str] = []
    real = Handle.fetch

    def spy(self, expr, limit=None):
        seen.extend(t.name for t in expr.op().find(lambda op: hasattr(op, "name") and hasattr(op, "schema")))
        return real(self, expr, limit)

    monkeypatch.setattr(Handle, "fetch", spy)
    for code, by, where, source in (
        ("visits", ("channel",), {}, "events__counts"),
        ("visits", ("content",), {}, "events__current"),
        ("visits", (), {"content": "c1"}, "events__current"),
        ("visitors", ("day",), {}, "events__lists"),
        ("visitors", ("content",), {}, "events__current"),
    ):
        seen.clear()
        answers([Query((code,), by, where, **SPAN)])
        assert source in seen
        assert ("events__current" in seen) == (source == "events__current")
