"""Pieces: latest capture, weighted rates, increments between captures."""

import pytest

from hongqiao.metrics import Query, query
from tests.metrics.fake import A, B, Fake, at, day

MAY = {"start": day("2026-05-01"), "end": day("2026-05-31")}


def listed(h: Fake, key: str, published: str, form: str = "video", account: str = A, title: str = "") -> None:
    h.say(
        "contents",
        account,
        source_key=key,
        form=form,
        title=title or key,
        published_at=at(published),
        day=at(published).date(),
    )


def snap(h: Fake, key: str, captured: str, account: str = A, **values) -> None:
    h.say("content_snapshots", account, captured, source_key=key, day=at(captured).date(), **values)


@pytest.fixture
def house() -> Fake:
    h = Fake()
    listed(h, "p1", "2026-05-02T03:00:00", title="夏日防晒")
    listed(h, "p2", "2026-05-09T03:00:00")
    listed(h, "p3", "2026-05-09T05:00:00", form="image_text")
    listed(h, "old", "2026-03-01T03:00:00")
    snap(h, "p1", "2026-05-10T01:00:00", views=100, likes=10, completion_rate=0.5, shares=1)
    snap(h, "p1", "2026-05-12T01:00:00", views=150, likes=9, completion_rate=None, shares=3)
    snap(h, "p2", "2026-05-12T01:00:00", views=50, likes=5, completion_rate=0.1, shares=2)
    snap(h, "p3", "2026-05-12T01:00:00", views=30, completion_rate=0.8)
    snap(h, "old", "2026-05-12T01:00:00", views=9999, completion_rate=0.9, shares=7)
    h.file("contents", A, "2026-05-02", "2026-05-09", "2026-05-12T01:00:00")
    h.file("content_snapshots", A, "2026-05-12", "2026-05-12", "2026-05-12T01:00:00")
    return h


def test_a_piece_counts_on_its_publish_day_with_its_latest_values(house):
    r = query(house, Query(("piece_views", "piece_likes", "posts"), ("day",), **MAY))
    rows = {x["day"]: x for x in r.rows}
    assert rows[day("2026-05-02")]["piece_views"] == 150
    assert rows[day("2026-05-02")]["piece_likes"] == 9
    assert rows[day("2026-05-09")]["piece_views"] == 80
    assert rows[day("2026-05-09")]["posts"] == 2
    assert rows[day("2026-05-03")]["posts"] == 0  # the list covers the day and has nothing on it
    assert rows[day("2026-05-20")]["posts"] is None  # nobody has looked yet
    assert r.totals == {"piece_views": 230, "piece_likes": 14, "posts": 3}


def test_rates_are_weighted_by_views_and_split_by_form(house):
    r = query(house, Query(("piece_completion_rate", "piece_read_through_rate", "piece_share_rate"), **MAY))
    assert r.totals["piece_completion_rate"] == pytest.approx((0.5 * 150 + 0.1 * 50) / 200)
    assert r.totals["piece_read_through_rate"] == pytest.approx(0.8)
    assert r.totals["piece_share_rate"] == pytest.approx(5 / 200)


def test_a_piece_is_named_by_its_title_and_the_best_comes_first(house):
    r = query(house, Query(("piece_views",), ("content",), limit=2, **MAY))
    assert [(x["content"], x["piece_views"]) for x in r.rows] == [("p1", 150), ("p2", 50)]
    assert r.row_count == 3
    assert r.truncated
    assert r.labels["content"]["p1"] == "夏日防晒"
    assert r.totals["piece_views"] == 230


def test_an_increment_belongs_to_the_later_capture_and_the_first_gives_none(house):
    snap(house, "p1", "2026-05-20T01:00:00", views=400)
    r = query(house, Query(("views_gain", "likes_gain"), ("day",), **MAY))
    rows = {x["day"].day: (x["views_gain"], x["likes_gain"]) for x in r.rows}
    assert rows[12] == (50, -1)
    assert rows[20] == (250, None)
    assert rows[10] == (None, None)
    assert all(v == (None, None) for d, v in rows.items() if d not in (12, 20))
    assert r.totals == {"views_gain": 300, "likes_gain": -1}
    assert any(n["code"] == "corrections" and n["params"]["count"] == 1 for n in r.notes)


def test_an_increment_skips_a_capture_that_says_nothing_of_the_column(house):
    snap(house, "p2", "2026-05-14T01:00:00", likes=6)
    snap(house, "p2", "2026-05-16T01:00:00", views=75, likes=6)
    r = query(house, Query(("views_gain", "likes_gain"), where={"content": "p2"}, **MAY))
    assert r.totals == {"views_gain": 25, "likes_gain": 1}


def test_an_increment_that_began_before_the_period_is_said(house):
    r = query(house, Query(("views_gain",), ("form",), start=day("2026-05-11"), end=day("2026-05-31")))
    assert [(x["form"], x["views_gain"]) for x in r.rows if x["views_gain"]] == [("video", 50)]
    assert any(n["code"] == "interval_crosses_start" and n["params"]["count"] == 1 for n in r.notes)


def test_persons_of_two_pieces_are_not_added(house):
    listed(house, "a1", "2026-05-05T01:00:00", "article", B)
    listed(house, "a2", "2026-05-05T02:00:00", "article", B)
    snap(house, "a1", "2026-05-12T01:00:00", B, view_users=80, share_users=8)
    snap(house, "a2", "2026-05-12T01:00:00", B, view_users=20, share_users=2)
    r = query(house, Query(("piece_readers", "piece_reader_times"), ("content",), {"account": B}, **MAY))
    assert {x["content"]: x["piece_readers"] for x in r.rows} == {"a1": 80, "a2": 20}
    assert r.totals == {"piece_readers": None, "piece_reader_times": 100}
    assert query(house, Query(("piece_share_rate",), where={"account": B}, **MAY)).totals["piece_share_rate"] == 0.1
