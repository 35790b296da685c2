"""What people say under a piece: from files that name it and pasted, each count with its comments, and feeling. C3."""

from datetime import datetime
from pathlib import Path

import pytest

from hongqiao.content.models import Feeling, Signal
from hongqiao.content.production.settings import shipped
from hongqiao.content.results import queries, voices
from hongqiao.errors import NotAllowed, NotFound
from hongqiao.warehouse import inbox
from hongqiao.warehouse.intake import Origin
from hongqiao.workspace import judging, keys
from hongqiao.workspace.models import AuditEntry

from .conftest import NEW
from .test_results import newest

BENCHMARKS = Path(__file__).parents[3] / "docs" / "benchmarks.md"
PAGE = "/b/anlan/content/results/voices/"
LINES = "多少钱一瓶？\n用了两周没有过敏\n求链接\n求链接\n质地清爽\n\n<script>alert(1)</script>"


def bring(cast, *rows):
    at = datetime(2026, 4, 29)  # noqa: DTZ001 (the warehouse's naive UTC)
    told = {"file_hash": "", "file_name": "", "sheet": "", "layout": "api.mentions", "kind": "api"}
    origin = Origin(cast.brand.pk, "douyin", cast.account.pk, "Asia/Shanghai", at, **told)
    inbox.put(cast.brand.pk, "mentions", list(rows), origin, keys.person_keys(cast.brand.pk))


def comment(n, text, **more):
    return {"mention_key": f"m{n}", "ts": "2026-04-25T10:00:00+08:00", "text": text, **more}


def test_comments_of_a_file_belong_to_the_piece_they_name_and_to_no_other(shown, web):
    key = newest(shown).key
    mine = [comment(n, "防晒不搓泥", thread_key=key, likes=n) for n in range(9)]
    bring(shown, *mine, comment(90, "在哪买？", thread_key=key), comment(91, "别的帖子的", thread_key="other"))
    page = web.get(PAGE, {"piece": key})
    assert page.context["found"].count == 10
    assert {g["code"]: g["count"] for g in page.context["groups"]} == {"feel": 9, "effect": 9, "where": 1}
    assert page.context["asking"]["count"] == 1
    assert "别的帖子的" not in page.content.decode()
    rows = web.get(PAGE, {"piece": key, "about": "where"}).context["voices"]
    assert [v.text for v in rows] == ["在哪买？"]


def test_pasted_comments_are_counted_as_often_as_they_were_pasted_and_below_ten_no_share_is_said(shown, web):
    key = newest(shown).key
    page = web.post(f"{PAGE}?piece={key}", {"act": "paste", "text": LINES}, follow=True)
    body = page.content.decode()
    assert page.context["found"].count == 6
    assert not page.context["found"].enough
    assert "数据不足" in body
    assert "&lt;script&gt;" in body
    assert Signal.objects.get(text="求链接").count == 2
    assert {s.cite for s in Signal.objects.all()} == {NEW}
    again = web.post(f"{PAGE}?piece={key}", {"act": "paste", "text": LINES}, follow=True)
    assert again.context["found"].count == 6


def test_the_same_words_under_two_pieces_count_under_both(shown):
    one, other = queries.Facts(shown.owner, newest(shown).day, newest(shown).day).pieces[:2]
    for piece in (one, other):
        voices.paste(actor=shown.owner, one=piece, text="求链接")
    assert [len(voices.of(shown.owner, p)) for p in (one, other)] == [1, 1]


def test_a_pasted_comment_is_taken_back_and_only_from_its_own_piece(shown, web):
    one, other = queries.Facts(shown.owner, newest(shown).day, newest(shown).day).pieces[:2]
    voices.paste(actor=shown.owner, one=one, text="贴错了")
    row = Signal.objects.get()
    with pytest.raises(NotFound):
        voices.drop(actor=shown.owner, one=other, signal_id=row.pk)
    web.post(f"{PAGE}?piece={one.key}", {"act": "drop", "id": str(row.pk)})
    assert not Signal.objects.exists()


def test_without_comments_nothing_is_said_of_them(shown, web):
    assert "还没有这篇的评论" in web.get(PAGE, {"piece": newest(shown).key}).content.decode()


BAD, GOOD = "太油了，根本没用，退货", "质地清爽好推开，回购第三次了"


def test_the_share_that_speaks_against_stands_at_topics_of_ten_or_more_with_how_sure_the_machine_is(shown, web):
    key = newest(shown).key
    rows = [comment(n, GOOD, thread_key=key) for n in range(9)] + [comment(9, "质地油腻，难用，差评", thread_key=key)]
    bring(shown, *rows, *[comment(n, BAD, thread_key=key) for n in range(20, 23)])
    page = web.get(PAGE, {"piece": key})
    groups = {g["code"]: g for g in page.context["groups"]}
    assert groups["feel"]["count"] == 10
    assert groups["feel"]["against"] == pytest.approx(0.1)
    assert groups["service"]["count"] == 3
    assert groups["service"]["against"] is None
    assert page.context["against"]["count"] == 4
    body = page.content.decode()
    assert "11 个行业实测" in body
    assert "72%" in body
    assert "76%" in body
    listed = web.get(PAGE, {"piece": key, "about": "against"}).context["voices"]
    assert {v.text for v in listed} == {BAD, "质地油腻，难用，差评"}


def test_a_question_is_no_complaint_unless_a_person_says_so(shown, web):
    key = newest(shown).key
    bring(shown, comment(1, "多少钱一瓶？", thread_key=key), comment(2, BAD, thread_key=key))
    page = web.get(PAGE, {"piece": key})
    assert page.context["against"]["count"] == 1
    asked = next(v for v in page.context["voices"] if v.text != BAD)
    web.post(f"{PAGE}?piece={key}", {"act": "feel", "key": asked.key, "negative": "yes", "seen": "0"})
    assert web.get(PAGE, {"piece": key}).context["against"]["count"] == 2


def test_the_figures_on_the_page_are_those_of_the_benchmark():
    told = shipped("voices")["feeling"]
    line = next(x for x in BENCHMARKS.read_text("utf-8").splitlines() if x.startswith("| `bench/opinion.py`"))
    assert f"; {told['precision']:.2f}, {told['recall']:.2f} (worst".replace("0.", ".") in line
    assert told["date"] in line


def test_a_persons_word_on_a_comment_wins_over_the_machine_and_is_kept(shown, web):
    key = newest(shown).key
    bring(shown, *[comment(n, GOOD if n else BAD, thread_key=key) for n in range(10)])

    def voice():
        return next(v for v in web.get(PAGE, {"piece": key}).context["voices"] if v.text == BAD)

    url, told = f"{PAGE}?piece={key}", {"act": "feel", "key": voice().key, "negative": "no"}
    assert voice().felt.negative
    assert web.post(url, {**told, "seen": "0"}).status_code == 302
    assert (voice().felt.negative, voice().felt.told) == (False, True)
    assert web.post(url, {**told, "seen": "0"}).status_code == 409
    assert web.post(url, {**told, "negative": "yes", "seen": "1"}).status_code == 302
    assert (voice().felt.negative, voice().felt.version) == (True, 2)
    assert BAD not in str(Feeling.objects.values().get())
    assert AuditEntry.objects.filter(code="feeling.corrected").count() == 2
    other = queries.Facts(shown.owner, newest(shown).day, newest(shown).day).pieces[1]
    assert web.post(f"{PAGE}?piece={other.key}", {**told, "seen": "0"}).status_code == 404
    assert web.post(url, {**told, "key": "x" * 500, "seen": ""}).status_code == 404
    assert shown.client(shown.viewer).post(url, {**told, "seen": "2"}).status_code in (403, 404)


def test_clicks_on_comments_teach_the_brands_one_reader_and_no_other_brands(shown, web):
    key, own = newest(shown).key, "这个质地绝绝子，绷不住了"
    texts = [f"第{n}天，{own}" for n in range(20)]
    bring(shown, *[comment(n, t, thread_key=key) for n, t in enumerate(texts[:10])])
    voices.paste(actor=shown.owner, one=newest(shown), text="\n".join(texts[10:]))
    before = judging.judge_of(shown.brand).read([own])[0].p
    for voice in web.get(PAGE, {"piece": key}).context["voices"]:
        told = {"act": "feel", "key": voice.key, "negative": "yes", "seen": "0"}
        assert web.post(f"{PAGE}?piece={key}", told).status_code == 302
    assert Feeling.objects.count() == 20
    assert judging.judge_of(shown.brand).calibration.rows == 20
    assert judging.judge_of(shown.brand).read([own])[0].p > before
    assert judging.judge_of(shown.stranger.brand).read([own])[0].p == before


def test_a_reading_that_was_right_is_confirmed_by_one_click(shown, web):
    key = newest(shown).key
    bring(shown, comment(1, BAD, thread_key=key))
    assert "判得对" in web.get(PAGE, {"piece": key}).content.decode()
    (voice,) = voices.of(shown.owner, newest(shown))
    web.post(f"{PAGE}?piece={key}", {"act": "feel", "key": voice.key, "negative": "yes", "seen": "0"})
    (voice,) = voices.of(shown.owner, newest(shown))
    assert (voice.felt.negative, voice.felt.told) == (True, True)
    assert "判得对" not in web.get(PAGE, {"piece": key}).content.decode().split("voices")[-1]


def test_who_may_only_look_pastes_nothing(shown):
    viewer, one = shown.client(shown.viewer), newest(shown)
    assert viewer.post(f"{PAGE}?piece={one.key}", {"act": "paste", "text": "求链接"}).status_code in (403, 404)
    with pytest.raises(NotAllowed):
        voices.paste(actor=shown.viewer, one=one, text="求链接")


@pytest.mark.parametrize("text", ["", "  \n ", "\x00"])
def test_nothing_pasted_is_said(shown, web, text):
    page = web.post(f"{PAGE}?piece={newest(shown).key}", {"act": "paste", "text": text})
    assert page.status_code == 422
    assert not Signal.objects.exists()


@pytest.mark.parametrize("key", ["", "nobody", "\x00", "'--"])
def test_a_piece_that_is_none_has_no_comments(shown, web, key):
    assert web.get(PAGE, {"piece": key}).status_code == 404
