"""The pages of listening and of mentions: what they show, what they take, who finds nothing there."""

import io
import json

import pytest
from django.urls import reverse
from PIL import Image

from hongqiao.crisis.intake.arriving import Heard, arrive
from hongqiao.crisis.mentions.views.one import marked
from hongqiao.crisis.models import Look, Mention, Source, WatchWord
from tests.crisis.kit import FINE, RASH, ago, heard, read, source

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def at(name, *args):
    return reverse(f"crisis_{name}", args=["anlan", *args])


def picture():
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, "PNG")
    out.seek(0)
    out.name = "shot.png"
    return out


@pytest.fixture
def web(cast):
    return cast.client(cast.editor)


def test_the_words_that_told_are_marked_as_they_were_written():
    text = "脸颊过敏泛红，瓶底批号 B2610，有没有一样的"
    assert marked(text, "过敏泛红,瓶底批号 b2610") == ("脸颊", "过敏泛红，瓶底批号 B2610", "，有没有一样的")
    assert marked(text, "刺痛") == (text, "", "")
    assert marked("㎎ 刺痛", "刺痛") == ("㎎ ", "刺痛", "")  # a sign that would be two letters keeps its place


def test_the_list_shows_copies_as_one_line_and_one_by_one_where_asked(cast, web):
    heard(source(cast.brand), RASH, RASH, RASH, FINE)
    page = web.get(at("mentions"))
    assert sorted(r["times"] for r in page.context["rows"]) == [1, 3]
    assert "×3" in page.content.decode()
    assert len(web.get(at("mentions"), {"copies": "1"}).context["rows"]) == 4


def test_a_copy_whose_leader_the_filter_leaves_out_is_still_shown(cast, web):
    first, *_ = heard(source(cast.brand), RASH, RASH)
    Mention.objects.filter(pk=first.pk).update(state="answered")
    assert len(web.get(at("mentions"), {"state": "open"}).context["rows"]) == 1


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"negative": "1"}, 1),
        ({"negative": "0"}, 1),
        ({"kind": "allergy"}, 1),
        ({"channel": "小红书"}, 2),
        ({"channel": "微博"}, 0),
        ({"q": "红疹"}, 1),
        ({"state": "todo"}, 1),
        ({"owner": "none", "negative": "0"}, 1),
        ({"owner": "me"}, 0),
        ({"owner": "x"}, 0),
        ({"flag": "death"}, 0),
        ({"from": "2026-01-01", "to": "2026-01-02"}, 0),
        ({"from": "nonsense"}, 2),
        ({"drill": "1"}, 0),
        ({"sort": "-followers"}, 2),
        ({"sort": "likes", "after": "x_y"}, 2),
    ],
)
def test_filters_find_what_they_say(cast, web, asked, count):
    heard(source(cast.brand, channel="小红书"), RASH, FINE)
    assert len(web.get(at("mentions"), asked).context["rows"]) == count


def test_what_a_text_tells_of_is_a_filter(cast, web):
    heard(source(cast.brand), "用后休克送急诊抢救，太吓人了", FINE)
    for asked, count in [("injury", 1), ("minor", 0), ("jury", 0), ('"', 0)]:
        assert len(web.get(at("mentions"), {"flag": asked}).context["rows"]) == count, asked


@pytest.mark.parametrize("sort", ["", "-heard", "posted", "-followers", "likes"])
def test_pages_by_cursor_show_every_mention_once_in_order(cast, web, sort):
    cast.brand.settings = {"crisis": {"intake": {"page": 2}}}
    cast.brand.save()
    where = source(cast.brand)
    texts = ["甲说很好用的", "乙觉得味道香", "丙买了三瓶了", "丁等快递五天", "戊问成分如何"]
    for n, text in enumerate(texts):
        arrive(where, [Heard(str(n), text, posted_at=ago(minutes=90 - n), followers=n % 3 or None)])
    read(cast.brand)
    seen, after = [], ""
    while True:
        page = web.get(at("mentions"), {"sort": sort, "after": after})
        seen += [r["row"].outer for r in page.context["rows"]]
        after = page.context["next"]
        if not after:
            break
    assert sorted(seen) == list("01234")


def test_hostile_words_are_shown_as_words(cast, web):
    (row,) = heard(source(cast.brand), "<img src=x onerror=alert(1)>烂脸了，太差了", title="</title><script>x</script>")
    for page in (web.get(at("mentions")), web.get(at("mention", row.pk))):
        body = page.content.decode()
        assert "<img src=x" not in body
        assert "<script>x" not in body
        assert "&lt;img src=x" in body


def test_exports_carry_no_names_and_no_formulas(cast, web):
    where = source(cast.brand)
    arrive(where, [Heard("1", "=cmd|' /C calc'!A0 烂脸", author="小王", posted_at=ago(minutes=1))])
    read(cast.brand)
    body = b"".join(web.get(at("mentions_export"), {"format": "csv"}).streaming_content).decode()
    assert "'=cmd" in body
    assert "小王" not in body
    assert web.get(at("mentions_export"), {"format": "xlsx"}).content[:2] == b"PK"


def test_a_mention_says_what_was_read_and_why_and_names_only_to_whom_handles(cast, web):
    where = source(cast.brand)
    arrive(where, [Heard("1", RASH, author="小王", posted_at=ago(minutes=30))])
    read(cast.brand)
    row = Mention.objects.get()
    page = web.get(at("mention", row.pk)).content.decode()
    assert f"<mark>{row.cue}</mark>" in page
    assert "小王" in page
    assert "过敏或安全" in page


def test_a_click_corrects_the_reader_and_a_stale_page_is_told(cast, web):
    (row,) = heard(source(cast.brand), FINE)
    url = at("mention", row.pk)
    sent = {"act": "judge", "negative": "1", "kind": "quality", "seen": row.version}
    assert web.post(url, sent).status_code == 302
    row.refresh_from_db()
    assert (row.negative, row.kind, row.state) == (True, "quality", "open")
    assert row.judged["by"] == str(cast.editor.pk)
    assert web.post(url, sent).status_code == 409
    assert web.post(url, {**sent, "kind": "nonsense", "seen": row.version}).status_code == 422


def test_a_correction_of_all_copies_and_an_answer_to_all(cast, web):
    rows = heard(source(cast.brand), RASH, RASH, RASH)
    url = at("mention", rows[0].pk)
    web.post(url, {"act": "judge", "negative": "0", "kind": "", "seen": rows[0].version, "whole": "1"})
    assert set(Mention.objects.values_list("state", flat=True)) == {"aside"}
    rows[0].refresh_from_db()
    sent = {"act": "answer", "way": "reply", "url": "https://example.com/r", "seen": rows[0].version, "whole": "1"}
    assert web.post(url, sent).status_code == 302
    assert Mention.objects.filter(state="answered").exclude(answered_at=None).count() == 3


def test_an_answer_wants_proof_and_the_first_one_stops_the_clock(cast, web):
    (row,) = heard(source(cast.brand), RASH)
    url = at("mention", row.pk)
    assert web.post(url, {"act": "answer", "way": "reply", "seen": row.version}).status_code == 422
    bad = {"act": "answer", "way": "reply", "url": "javascript:alert(1)", "seen": row.version}
    assert web.post(url, bad).status_code == 422
    web.post(url, {"act": "answer", "way": "contact", "text": "已电话致歉", "seen": row.version, "shot": picture()})
    row.refresh_from_db()
    first = row.answered_at
    assert (row.state, row.answer["way"]) == ("answered", "contact")
    assert web.get(at("mention_shot", row.pk, row.answer["shot"])).status_code == 200
    assert web.get(at("mention_shot", row.pk, "0" * 64 + ".png")).status_code == 404
    web.post(url, {"act": "answer", "way": "reply", "text": "又回复一次", "seen": row.version})
    row.refresh_from_db()
    assert row.answered_at == first
    assert len(row.answer["more"]) == 1
    page = web.get(url).content.decode()
    assert "又回复一次" in page
    assert row.answer["at"][:16] + "</span>" not in page  # said in the reader's zone, not as it is kept


def test_setting_aside_wants_a_reason_and_closing_an_answer(cast, web):
    (row,) = heard(source(cast.brand), RASH)
    url = at("mention", row.pk)
    assert web.post(url, {"act": "move", "state": "aside", "seen": row.version}).status_code == 422
    assert web.post(url, {"act": "move", "state": "closed", "seen": row.version}).status_code == 409
    assert web.post(url, {"act": "move", "state": "new", "seen": row.version}).status_code == 409
    web.post(url, {"act": "move", "state": "aside", "reason": "同行恶意", "seen": row.version})
    row.refresh_from_db()
    assert (row.state, row.reason) == ("aside", "同行恶意")
    web.post(url, {"act": "move", "state": "open", "seen": row.version})
    row.refresh_from_db()
    assert row.state == "open"


def test_a_mention_is_taken_given_on_and_given_up(cast, web):
    (row,) = heard(source(cast.brand), RASH)
    url = at("mention", row.pk)
    web.post(url, {"act": "assign", "owner": "me", "seen": row.version})
    row.refresh_from_db()
    assert (row.owner, row.state) == (cast.editor, "doing")
    assert web.post(url, {"act": "assign", "owner": cast.viewer.pk, "seen": row.version}).status_code == 422
    assert web.post(url, {"act": "assign", "owner": cast.stranger.pk, "seen": row.version}).status_code == 404
    web.post(url, {"act": "assign", "owner": "", "seen": row.version})
    row.refresh_from_db()
    assert (row.owner, row.state) == (None, "open")


def test_a_round_is_fine_in_one_tap_and_what_was_found_is_pasted_with_its_picture(cast, web):
    where = source(cast.brand, "小红书巡检", Source.Way.ROUND, channel="小红书", heard_at=ago(hours=3))
    Source.objects.update(created_at=ago(days=1))
    page = web.get(at("rounds")).content.decode()
    assert "超时" in page
    assert "https://www.xiaohongshu.com/search_result?keyword=" in page
    web.post(at("rounds"), {"act": "fine", "id": where.pk})
    look = Look.objects.get()
    assert (look.fine, look.by) == (True, cast.editor)
    assert not web.get(at("rounds")).context["late"]
    share = (
        "48 小王发布了一篇小红书笔记，快来看吧！ 😆 abc 😆 http://xhslink.com/a/b1 ，复制本条信息，打开【小红书】App"
    )
    sent = {"act": "paste", "id": where.pk, "text": f"{RASH}\n{share}", "shot": picture()}
    assert web.post(at("rounds"), sent).status_code == 302
    assert Mention.objects.count() == 2
    assert Mention.objects.get(url="http://xhslink.com/a/b1").channel == "小红书"
    row = Mention.objects.get(text=RASH)
    assert len(row.shots) == 1
    assert web.get(at("mention_shot", row.pk, row.shots[0])).status_code == 200
    web.post(at("rounds"), sent | {"shot": picture()})
    assert Mention.objects.count() == 2
    assert web.post(at("rounds"), {"act": "paste", "text": "  "}).status_code == 422


def test_a_source_is_added_changed_stopped_and_its_meter_shown(cast, web):
    sent = {"act": "add", "name": "巡检一", "way": "round", "channel": "抖音", "every": "60", "from": "8", "to": "23"}
    answer = web.post(at("sources"), sent)
    row = Source.objects.get()
    assert answer["Location"] == at("source", row.pk)
    assert (row.channel, row.options) == ("抖音", {"from": 8, "to": 23})
    assert web.post(at("sources"), sent).status_code == 409
    assert web.post(at("sources"), {**sent, "name": "x", "every": "1"}).status_code == 422
    assert web.post(at("sources"), {**sent, "name": "x", "way": "file"}).status_code == 422
    ids = {"id": row.pk, "seen": row.version}
    web.post(at("source", row.pk), {"act": "change", **ids, "name": "巡检二", "every": "120", "owner": cast.owner.pk})
    row.refresh_from_db()
    assert (row.name, row.every, row.owner) == ("巡检二", 120, cast.owner)
    assert web.post(at("source", row.pk), {"act": "off", **ids}).status_code == 409
    web.post(at("source", row.pk), {"act": "off", "id": row.pk, "seen": row.version})
    row.refresh_from_db()
    assert not row.on
    assert web.get(at("sources")).status_code == 200


def test_files_say_plainly_that_the_hour_cannot_be_promised(cast, web):
    source(cast.brand, "微博导出", Source.Way.FILE)
    assert "不保证一小时内听到" in web.get(at("sources")).content.decode()


def test_watch_words_are_kept_changed_stopped_and_tried(cast, web):
    sent = {"act": "add", "about": "brand", "name": "安澜", "names": "安蓝、anlan\n安岚", "unless": "安澜医院"}
    assert web.post(at("watch"), sent).status_code == 302
    row = WatchWord.objects.get()
    assert (row.names, row.unless) == (["安蓝", "anlan", "安岚"], ["安澜医院"])
    assert web.post(at("watch"), sent).status_code == 409
    assert web.post(at("watch"), {**sent, "name": "", "about": "x"}).status_code == 422
    tried = web.post(at("watch"), {"act": "try", "text": "安澜医院看的，过敏了"}).context["tried"]
    assert not tried["ours"]
    ids = {"id": row.pk, "seen": row.version}
    web.post(at("watch"), {"act": "change", **ids, "about": "brand", "name": "安澜护肤", "names": "安澜"})
    web.post(at("watch"), {"act": "off", "id": row.pk, "seen": row.version + 1})
    row.refresh_from_db()
    assert (row.name, row.names, row.on) == ("安澜护肤", ["安澜"], False)


def test_who_only_looks_changes_nothing_and_a_stranger_finds_nothing(cast):
    (row,) = heard(source(cast.brand), RASH)
    legal = cast.viewer
    legal.role = "legal"
    legal.save()
    looking, other = cast.client(legal), cast.client(cast.stranger)
    where = row.source
    pages = [at("mentions"), at("mention", row.pk), at("sources"), at("source", where.pk), at("rounds"), at("watch")]
    for url in (*pages, at("mentions_export")):
        assert looking.get(url).status_code == 200, url
        assert other.get(url).status_code == 404, url
    assert 'name="act"' not in looking.get(at("mention", row.pk)).content.decode()
    for url, act in [
        (at("mention", row.pk), {"act": "judge", "negative": "0", "seen": row.version}),
        (at("mention", row.pk), {"act": "answer", "way": "reply", "text": "已经回复", "seen": row.version}),
        (at("mention", row.pk), {"act": "assign", "owner": "me", "seen": row.version}),
        (at("mention", row.pk), {"act": "move", "state": "aside", "reason": "不管", "seen": row.version}),
        (at("sources"), {"act": "add", "name": "x", "way": "webhook"}),
        (at("source", where.pk), {"act": "off", "id": where.pk, "seen": where.version}),
        (at("source", where.pk), {"act": "renew", "id": where.pk, "seen": where.version}),
        (at("rounds"), {"act": "paste", "text": RASH}),
        (at("rounds"), {"act": "fine", "id": where.pk}),
        (at("watch"), {"act": "add", "about": "brand", "name": "x"}),
    ]:
        assert looking.post(url, act).status_code == 403, (url, act)
    foreign = reverse("crisis_mention", args=["other", row.pk])
    assert other.get(foreign).status_code == 404
    assert other.get(reverse("crisis_source", args=["other", where.pk])).status_code == 404


def test_the_author_is_hidden_from_who_only_looks(cast):
    where = source(cast.brand)
    arrive(where, [Heard("1", RASH, author="小王", posted_at=ago(minutes=1))])
    read(cast.brand)
    legal = cast.viewer
    legal.role = "legal"
    legal.save()
    page = cast.client(legal).get(at("mention", Mention.objects.get().pk)).content.decode()
    assert "小王" not in page


def test_what_was_said_is_found_from_anywhere_by_who_may_see_it(cast, web):
    heard(source(cast.brand), RASH)
    assert RASH[:20] in web.get(reverse("search", args=["anlan"]), {"q": "红疹"}).content.decode()
    other = cast.client(cast.stranger).get(reverse("search", args=["other"]), {"q": "红疹"}).content.decode()
    assert RASH[:20] not in other


def test_a_file_of_lines_is_sent_and_listed_from_the_command_line(cast, tmp_path, capsys, monkeypatch):
    from hongqiao.site import first, mention_commands
    from hongqiao.site.arguments import parser

    monkeypatch.setattr(first, "migrate", lambda: None)
    monkeypatch.setattr(first, "local_member", lambda slug: cast.owner)
    lines = tmp_path / "said.jsonl"
    lines.write_text('{"id": "1", "text": "脸上起红疹"}\nnot json\n\n{"id": "2", "text": "好用"}\n', "utf-8")
    sent = ["mentions", "send", str(lines), "--brand", "anlan", "--source", "导出", "--json"]
    assert mention_commands.mentions(parser().parse_args(sent)) == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["new"], said["refused"], said["problems"][0]["index"]) == (2, 1, 1)
    read(cast.brand)
    assert mention_commands.mentions(parser().parse_args(["mentions", "--brand", "anlan", "--json"])) == 0
    assert [m["outer"] for m in json.loads(capsys.readouterr().out)] == ["2", "1"]
    mention_commands.mentions(parser().parse_args(["mentions", "--brand", "anlan", "--negative"]))
    assert "脸上起红疹" in capsys.readouterr().out
