"""Texts held against the rules, a brand's own words, and hits that a reviewer lets stand. C2."""

from datetime import timedelta

import pytest
from django.utils import timezone

from hongqiao.compliance import queries, services
from hongqiao.compliance.models import Check, Exemption, Word
from hongqiao.errors import Conflict, HongqiaoError, NotFound
from hongqiao.workspace.models import AuditEntry

TEXT = "这支面霜是全网最低价，保证变白。\n我们追求最好的肤感。"


@pytest.fixture
def check(cast):
    return services.check_text(actor=cast.editor, text=TEXT, platform="xiaohongshu", industry="cosmetics")


def written(check, level="block"):
    return [x.hit["word"] for x in queries.lines(check) if x.hit["level"] == level]


def test_a_superlative_is_held_with_its_article_and_what_to_write_instead(check):
    first = queries.lines(check)[0]
    assert written(check)[:2] == ["全网最低价", "保证变白"]
    assert first.holds
    assert first.hit["replacement"] == "活动价"
    assert first.hit["basis"] == "price_fraud"
    assert queries.held(queries.lines(check))
    assert AuditEntry.objects.filter(code="text.checked", object_id=str(check.pk)).exists()


def test_a_superlative_of_goods_is_offered_without_it(cast):
    row = services.check_text(actor=cast.editor, text="这是最好的面霜。", industry="cosmetics")
    (line,) = queries.lines(row)
    assert (line.hit["word"], line.hit["replacement"]) == ("最好的面霜", "好的面霜")


def test_a_mended_text_is_no_longer_held(cast):
    row = services.check_text(actor=cast.editor, text="这支面霜最近在做活动，到手价 89 元。", industry="cosmetics")
    assert not queries.held(queries.lines(row))


def test_rules_of_one_trade_or_platform_are_not_used_in_another(cast):
    said = {
        trade: written(services.check_text(actor=cast.editor, text="这碗粥可以明目", industry=trade))
        for trade in ("food", "education")
    }
    assert said == {"food": ["明目"], "education": []}
    diverting = {
        p: written(services.check_text(actor=cast.editor, text="加微信 abc12345 领取", platform=p), "warn")
        for p in ("xiaohongshu", "wechat_oa")
    }
    assert diverting["xiaohongshu"]
    assert not diverting["wechat_oa"]


def test_own_words_are_held_or_let_through_from_the_next_check_on(cast, check):
    own = services.add_word(actor=cast.owner, text="烂脸", level="block", instead="不适", note="用户\x00的话\ud800")
    assert own.note == "用户的话"
    allowed = services.add_word(actor=cast.owner, text="全网最低价", level="")
    again = services.check_text(actor=cast.editor, text=TEXT + "不会烂脸。", industry="cosmetics")
    assert written(again) == ["保证变白", "烂脸"]
    assert again.rules != check.rules
    services.remove_word(actor=cast.owner, word_id=allowed.pk, seen=allowed.version)
    assert "全网最低价" in written(services.check_text(actor=cast.editor, text=TEXT))


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("好", "block"),
        ("x" * 41, "warn"),
        ("合适", "fatal"),
        ("  ", "block"),
        ("！！", "block"),
        ("最，好", "warn"),
        ("·_·", ""),
    ],
)
def test_a_word_that_would_hit_too_much_or_has_no_level_is_refused(cast, text, level):
    with pytest.raises(services.BadWord):
        services.add_word(actor=cast.owner, text=text, level=level)


def test_a_word_with_signs_that_are_not_read_is_found_all_the_same(cast):
    services.add_word(actor=cast.owner, text="Dr.Wu", level="block")
    services.add_word(actor=cast.owner, text="全网-最低价", level="")
    row = services.check_text(actor=cast.editor, text="有人拿它和dr wu、Dr.WU比，全网最低价")
    assert written(row) == ["dr wu", "Dr.WU"]


def test_one_word_is_kept_once_and_two_people_do_not_overwrite_each_other(cast):
    row = services.add_word(actor=cast.owner, text="烂脸", level="block")
    with pytest.raises(services.WordTaken):
        services.add_word(actor=cast.owner, text="烂 脸", level="warn")
    services.change_word(actor=cast.owner, word_id=row.pk, seen=1, text="烂脸", level="warn")
    with pytest.raises(Conflict):
        services.change_word(actor=cast.owner, word_id=row.pk, seen=1, text="烂脸", level="info")
    assert Word.objects.get().level == "warn"


def test_another_person_lets_a_hit_stand_with_a_reason_and_it_holds_for_that_sentence(cast, check):
    row = services.exempt(actor=cast.owner, check_id=check.pk, index=0, kind="evidence", evidence="比价单 2026-06")
    assert not queries.lines(check)[0].holds
    assert queries.lines(check)[1].holds
    moved = services.check_text(
        actor=cast.editor, text="新开头。\n这支面霜是全网最低价，保证变白。", industry="cosmetics"
    )
    other = services.check_text(actor=cast.editor, text="明天起全网最低价。", industry="cosmetics")
    assert queries.lines(moved)[0].exemption == row
    assert queries.held(queries.lines(other))
    services.end_exemption(actor=cast.owner, exemption_id=row.pk, seen=row.version)
    assert queries.lines(check)[0].holds
    assert Exemption.objects.get().ended_at


def test_an_exemption_for_all_texts_and_one_that_has_run_out(cast, check):
    today = timezone.localdate()
    row = services.exempt(
        actor=cast.owner, check_id=check.pk, index=0, kind="other", evidence="活动协议", until=today, everywhere=True
    )
    other = services.check_text(actor=cast.editor, text="明天起全网最低价。")
    assert not queries.held(queries.lines(other))
    Exemption.objects.filter(pk=row.pk).update(until=today - timedelta(days=1))
    assert queries.held(queries.lines(other))


def test_who_asked_cannot_exempt_nor_can_anybody_without_reason_or_far_into_the_future(cast, check):
    mine = services.check_text(actor=cast.owner, text=TEXT)
    give = {"index": 0, "kind": "evidence", "evidence": "比价单 2026-06"}
    with pytest.raises(services.AuthorCannotExempt):
        services.exempt(actor=cast.owner, check_id=mine.pk, **give)
    with pytest.raises(services.NoReason):
        services.exempt(actor=cast.owner, check_id=check.pk, **{**give, "evidence": "有"})
    with pytest.raises(services.NoReason):
        services.exempt(actor=cast.owner, check_id=check.pk, **{**give, "kind": "because"})
    far = timezone.localdate() + timedelta(days=999)
    with pytest.raises(services.BadUntil):
        services.exempt(actor=cast.owner, check_id=check.pk, until=far, **give)
    with pytest.raises(HongqiaoError):
        services.exempt(actor=cast.owner, check_id=check.pk, **{**give, "index": 99})
    for link in ("javascript:alert(1)", "http://[", "www.example.com", "https://example.com/" + "a" * 500):
        with pytest.raises(services.BadLink):
            services.exempt(actor=cast.owner, check_id=check.pk, link=link, **give)
    for nobody in (cast.editor, cast.stranger):
        with pytest.raises(NotFound):
            services.exempt(actor=nobody, check_id=check.pk, **give)
    assert not Exemption.objects.exists()


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"text": " \n "}, services.NothingToCheck),
        ({"text": "字" * 50_001}, services.TooLong),
        ({"text": "好", "platform": "tiktok"}, services.NoSuchPlatform),
        ({"text": "好", "industry": "x' OR 1=1"}, services.NoSuchPlatform),
    ],
)
def test_what_cannot_be_checked_is_said_and_nothing_is_kept(cast, fields, error):
    with pytest.raises(error):
        services.check_text(actor=cast.editor, **fields)
    assert not Check.objects.exists()


def test_markup_sql_and_emoji_are_texts_like_others(cast):
    text = "<script>alert('最好用')</script> '; DROP TABLE x; -- 🎉最\u200b佳🎉 \x00\ud800"
    row = services.check_text(actor=cast.editor, text=text)
    assert written(row) == ["最好用", "最\u200b佳"]
    assert not {"\x00", "\ud800"} & set(row.text)
