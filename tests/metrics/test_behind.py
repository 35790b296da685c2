"""The rows behind a figure: they are the statements that were counted, and they add up to it."""

import pytest

from hongqiao.metrics import NotCuttable, Query, rows_behind
from hongqiao.metrics import query as ask
from hongqiao.metrics.errors import BadOption
from tests.metrics.fake import A, Fake, day
from tests.metrics.test_orders import event, order
from tests.metrics.test_orders import shop as shop  # noqa: PLC0414 (a fixture)
from tests.metrics.test_pieces import house as pieces  # noqa: F401 (a fixture)

MAY = {"start": day("2026-05-01"), "end": day("2026-05-31")}


def test_only_the_statement_that_stands_is_shown_with_its_file_and_row():
    h = Fake()
    h.say("account_daily", A, "2026-05-05T01:00:00", day=day("2026-05-01"), views=10, shares=1)
    h.say("account_daily", A, "2026-05-06T01:00:00", day=day("2026-05-01"), views=12)
    h.say("account_daily", A, "2026-05-06T01:00:00", day=day("2026-05-02"), views=20)
    q = Query(("views",), ("day",), **MAY)
    page = rows_behind(h, q, "views")
    assert [(r["day"].day, r["views"], r["source_row"]) for r in page.rows] == [(1, 12, 3), (2, 20, 4)]
    assert page.count == 2
    assert sum(r["views"] for r in page.rows) == ask(h, q).totals["views"]
    one = rows_behind(h, q, "views", {"day": "2026-05-01"})
    assert [r["views"] for r in one.rows] == [12]
    rate = rows_behind(h, Query(("share_rate",), **MAY), "share_rate", part="denominator")
    assert [(r["views"], r["shares"]) for r in rate.rows] == [(10, 1), (12, None), (20, None)]


def test_pages_follow_each_other_without_loss_or_repetition(shop):
    for n in range(25):
        order(shop, f"x{n}", "2026-05-11T02:00:00", "1")
    q = Query(("paid",), **MAY)
    seen, after = [], ""
    while True:
        page = rows_behind(shop, q, "paid", limit=7, after=after)
        seen += [r["order_key"] for r in page.rows]
        after = page.after
        if not after:
            break
    assert len(seen) == len(set(seen)) == page.count == 28
    assert sum(float(r["paid"]) for r in rows_behind(shop, q, "paid").rows) == float(ask(shop, q).totals["paid"])


def test_each_part_of_a_figure_has_its_own_rows(shop):
    q = Query(("net_paid",), **MAY)
    page = rows_behind(shop, q, "net_paid", part="less")
    assert (page.table, page.parts) == ("refunds", ("numerator", "less"))
    assert [r["refund_key"] for r in page.rows] == ["r1"]
    by = rows_behind(shop, Query(("refunded",), ("traffic",), **MAY), "refunded", {"traffic": "直播"})
    assert by.count == 1
    assert rows_behind(shop, Query(("refunded",), ("traffic",), **MAY), "refunded", {"traffic": "搜索"}).count == 0


def test_the_rows_of_a_piece_are_its_captures(pieces):  # noqa: F811
    q = Query(("piece_views",), ("content",), **MAY)
    page = rows_behind(pieces, q, "piece_views", {"content": "p1"})
    assert [r["views"] for r in page.rows] == [150]
    gain = rows_behind(pieces, Query(("views_gain",), ("content",), **MAY), "views_gain", {"content": "p1"})
    assert [r["views"] for r in gain.rows] == [100, 150]


def test_a_figure_of_persons_shows_the_events_that_made_it():
    h = Fake()
    event(h, "follow", "2026-05-01T02:00:00", "p1")
    event(h, "follow", "2026-05-01T03:00:00", None)
    event(h, "visit", "2026-05-01T02:00:00", "p1")
    page = rows_behind(h, Query(("follow_purchase",), **MAY), "follow_purchase", part="denominator")
    assert [(r["event"], r["person_key"]) for r in page.rows] == [("follow", "p1")]


@pytest.mark.parametrize("bad", [{"part": "middle"}, {"after": "not a cursor"}, {"after": "[1]"}])
def test_a_wrong_part_or_cursor_is_refused(shop, bad):
    with pytest.raises(BadOption):
        rows_behind(shop, Query(("paid",), **MAY), "paid", **bad)


def test_a_cell_of_a_dimension_it_does_not_have_is_refused(shop):
    with pytest.raises(NotCuttable):
        rows_behind(shop, Query(("paid",), **MAY), "paid", {"product": "口红"})
