"""Lists downloaded again and again: totals grow, but for what was planted; and the stories can be seen in them."""

from statistics import median

import pytest

from tests.examples.reading import ANLAN, TRUTH, entries, inside, sheet, workbook

STORIES, WRONG = TRUTH["stories"], TRUTH["imperfections"]


def works(entry: dict) -> dict[str, dict[str, str]]:
    """Publish time -> row; no two works of the sample share a second."""
    head, *rows = sheet(entry["path"])
    found = {r[1]: dict(zip(head, r, strict=True)) for r in rows}
    assert len(found) == len(rows)
    return found


def notes(entry: dict) -> dict[str, dict]:
    head, *rows = sheet(entry["path"])[1:]
    found = {r[1]: dict(zip(head, r, strict=True)) for r in rows}
    assert len(found) == len(rows)
    return found


@pytest.fixture(scope="module")
def work_lists() -> list[dict[str, dict[str, str]]]:
    return [works(e) for e in entries("douyin.works")]


@pytest.fixture(scope="module")
def note_lists() -> list[dict[str, dict]]:
    return [notes(e) for e in entries("xiaohongshu.notes")]


def falls(lists: list[dict], columns: list[str]) -> list[tuple[str, str]]:
    found = []
    for before, after in zip(lists, lists[1:], strict=False):
        for key in before.keys() & after.keys():
            found += [(key, c) for c in columns if float(after[key][c]) < float(before[key][c])]
    return found


def test_works_only_grow_but_for_one_correction(work_lists) -> None:
    columns = ["播放量", "点赞量", "评论量", "分享量", "收藏量", "主页访问量", "粉丝增量"]
    assert falls(work_lists, columns) == [(WRONG["correction"]["published"], "播放量")]
    key = WRONG["correction"]["published"]
    stated = [int(w[key]["播放量"]) for w in work_lists if key in w]
    assert WRONG["correction"]["stated_on_2026-08-31"] in stated
    assert WRONG["correction"]["stated_on_2026-09-28"] in stated


def test_notes_only_grow(note_lists) -> None:
    assert falls(note_lists, ["曝光", "观看量", "点赞", "评论", "收藏", "分享", "涨粉", "弹幕"]) == []
    assert all(len(a) <= len(b) for a, b in zip(note_lists, note_lists[1:], strict=False))


def test_articles_only_grow_and_keep_their_address() -> None:
    lists = []
    for entry in entries("wechat_oa.notified"):
        head, *rows = sheet(entry["path"])
        lists.append({r[-1]: dict(zip(head, r, strict=True)) for r in rows})
        assert len(lists[-1]) == len(rows)
    assert falls(lists, ["总阅读人数", "总阅读次数", "总分享人数", "阅读后关注人数"]) == []


def test_one_note_changed_its_title(note_lists) -> None:
    truth = WRONG["edited_title"]
    titles = [{k: r["笔记标题"] for k, r in notes.items()} for notes in note_lists]
    changed = {k for a, b in zip(titles, titles[1:], strict=False) for k in a.keys() & b.keys() if a[k] != b[k]}
    assert len(changed) == 1
    key = changed.pop()
    assert (titles[-1][key], key[:4]) == (truth["after"], "2026")
    assert truth["before"] in [t.get(key) for t in titles]
    assert len(truth["after"]) <= 20


def test_one_work_disappears_while_younger_and_older_ones_stay(work_lists) -> None:
    key = WRONG["deleted_work"]["published"]
    seen = [key in w for w in work_lists]
    assert seen.count(True) == 1
    after = work_lists[seen.index(True) + 1]
    assert any(k < key for k in after)
    assert any(k > key for k in after)


def test_one_file_is_there_twice() -> None:
    daily = [e["path"] for e in entries("douyin.daily")]
    twin = [p for p in daily if "(1)" in p]
    assert len(twin) == 1
    assert inside((ANLAN / twin[0]).read_bytes()) == inside((ANLAN / twin[0].replace(" (1)", "")).read_bytes())


def test_the_late_file_came_four_weeks_after_its_period() -> None:
    late = [
        e for e in entries("wechat_oa.user_growth") if e["captured_at"].startswith(WRONG["late_file"]["captured_on"])
    ]
    assert len(late) == 1


def test_june_sunscreen_for_oily_skin_did_well(note_lists) -> None:
    june = {k: r for k, r in note_lists[-1].items() if k.startswith("2026年06月")}
    sun = [r["观看量"] for r in june.values() if "防晒" in r["笔记标题"] and "油皮" in r["笔记标题"]]
    rest = [r["观看量"] for r in june.values() if "防晒" not in r["笔记标题"]]
    assert len(sun) >= 5
    assert median(sun) > 2 * median(rest)


def test_the_lesson_series_is_left_early(work_lists) -> None:
    every = {k: r for w in work_lists for k, r in w.items()}
    series = [float(r["完播率"]) for r in every.values() if r["作品名称"].startswith("成分课堂")]
    videos = [float(r["完播率"]) for r in every.values() if r["体裁"] != "图文" and "成分课堂" not in r["作品名称"]]
    assert len(series) == len(STORIES["C3b"]["works"]) >= 5
    assert max(series) < 0.06 < 0.15 < median(videos)


def test_one_article_is_read_by_many_and_shared_by_few() -> None:
    rows = [
        dict(zip(sheet(e["path"])[0], r, strict=True))
        for e in entries("wechat_oa.notified")
        for r in sheet(e["path"])[1:]
    ]
    hit = next(r for r in rows if r["内容标题"] == STORIES["C3a"]["title"])
    rate = [r["总分享人数"] / r["总阅读人数"] for r in rows if r["总阅读人数"]]
    assert hit["总阅读人数"] > 3 * median(r["总阅读人数"] for r in rows)
    assert hit["总分享人数"] / hit["总阅读人数"] < median(rate) / 4


def test_one_note_takes_off_the_next_morning(note_lists) -> None:
    rows = [next((r for r in n.values() if r["笔记标题"] == STORIES["D2c"]["title"]), None) for n in note_lists[-3:]]
    assert [int(r["观看量"]) for r in rows if r] == list(STORIES["D2c"]["views_at_end_of_day"].values())
    assert (
        STORIES["D2c"]["views_at_end_of_day"]["2026-11-21"]
        > 1.5 * STORIES["D2c"]["percentile_95_of_day_1_views_of_other_notes"]
    )


def test_new_followers_fell_mostly_at_douyin_after_the_money_was_halved() -> None:
    truth = STORIES["D2a"]
    assert truth["change_total"] < 0
    assert truth["share_of_douyin"] > 0.8
    assert truth["ad_spend_week_after"] < 0.6 * truth["ad_spend_week_before"]
    fans: dict[str, list] = {}
    for entry in entries("oceanengine.project"):
        fans |= {r[0]: r for r in sheet(entry["path"])[1:] if r[2] == "粉丝增长-常态"}
    week = [float(fans[f"2026-11-{d:02d}"][3]) for d in range(7, 14)]
    assert sum(week) == pytest.approx(truth["ad_spend_week_after"])


def test_the_loudest_creator_sells_least_and_one_page_loses_its_visitors() -> None:
    creators = STORIES["H3a"]["creators"]
    loud = max(creators, key=lambda c: creators[c]["impressions"])
    assert loud == min(creators, key=lambda c: creators[c]["orders_paid"]) == "大雯Vlog"
    pages = STORIES["H3b"]["persons_on_page"]
    bad, good = pages["落地页A-舒缓精华"], pages["落地页B-清透防晒"]
    assert bad["visit"] > 300
    assert bad["view"] / bad["visit"] < 0.2 < 0.5 < good["view"] / good["visit"]


def test_the_stories_of_users_and_campaigns_have_their_effect() -> None:
    u2a, d2b = STORIES["U2a"], STORIES["D2b"]["by_half"]
    takers = u2a["takers_bought_after"] / u2a["takers"]
    assert takers > 1.4 * u2a["of_them_bought_after"] / u2a["buyers_who_did_not_take_part"]

    def rate(half: str, channel: str) -> float:
        return d2b[half][channel]["purchasers"] / d2b[half][channel]["visitors"]

    assert rate("after", "抖音主页") < 0.85 * rate("before", "抖音主页")
    assert rate("after", "小红书笔记") > 1.05 * rate("before", "小红书笔记")
    assert STORIES["B1a"]["orders_added"] > 0.6 * STORIES["B1a"]["orders_that_day"]
    assert STORIES["U3c"]["of_them_later_than_48h"] > 0.5 * STORIES["U3c"]["orders_of_2026-11-11_with_shipping"]
    assert all(v > 100 for v in STORIES["U1"]["tiers"].values())


def test_a_single_note_adds_up_hour_by_hour() -> None:
    for entry in entries("xiaohongshu.note_detail"):
        book = workbook(entry["path"])
        days = {r[0]: r[1] for r in book["按天趋势"][1:]}
        base = dict(book["基础数据总览"][1:])
        assert sum(days.values()) == base["观看数"]
        first = book["按天趋势"][1][0]
        hours = [r[1] for r in book["按小时趋势"][1:] if r[0].startswith(first)]
        assert sum(hours) == pytest.approx(days[first], abs=2)
