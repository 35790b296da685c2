"""A whole draft held against law, craft and limits at once; what reviewers let stand. C2, C2a, C2b."""

import json

import pytest

from hongqiao.book.models import Book
from hongqiao.compliance import draft as drafts
from hongqiao.compliance import services
from hongqiao.compliance.craft import present, words
from hongqiao.compliance.craft import rules as rules_of
from hongqiao.compliance.models import Word
from hongqiao.errors import HongqiaoError, NotAllowed
from hongqiao.methods.craft import Draft, Shot
from hongqiao.workspace.models import AuditEntry
from tests.methods.craft import halves

VIDEO = (
    Shot(0, 4, "大家好，我是安澜的小满，欢迎来到我们的频道", picture="主播挥手"),
    Shot(4, 12, "今天讲讲防晒怎么补涂", picture="防晒霜"),
)
NOTE = "上周六在海边补了三次防晒，我的鼻子还是晒红了。这支用了18天，缺点是泵头出不干净。你们怎么补涂？"


def rules(found, level=None):
    return {f.rule for f in found if level is None or f.level == level}


def test_every_place_of_a_draft_is_read_and_a_hit_stands_where_it_was_written(cast):
    draft = Draft("xiaohongshu", "note", "全网最低价的防晒", text=NOTE, tags=("防晒", "国家级精华"))
    found = [f for f in drafts.check(cast.brand, draft) if f.rule.startswith("law.") and f.level == "block"]
    places = {f.place: f for f in found}
    assert set(places) == {"title", "tags.1"}
    assert draft.title[places["title"].start : places["title"].end] == "全网最低价"
    assert places["title"].replacement == "活动价"
    assert draft.tags[1][places["tags.1"].start : places["tags.1"].end] == places["tags.1"].word
    assert drafts.holds(found)


def test_what_is_said_in_a_shot_is_read_too(cast):
    shots = (Shot(0, 3, "你是不是一到下午就出油？"), Shot(3, 8, "这支防晒是全网最低价"))
    found = drafts.check(cast.brand, Draft("douyin", "video", "补涂", shots=shots))
    assert ("shots.1.line", "全网最低价") in {(f.place, f.word) for f in found if f.level == "block"}


def test_an_exemption_reaches_a_draft_and_says_who_let_it_stand(cast):
    said = "这支面霜是全网最低价。"
    check = services.check_text(actor=cast.editor, text=said)
    services.exempt(actor=cast.owner, check_id=check.pk, index=0, kind="evidence", evidence="比价记录 2026-11-20")
    (found,) = [f for f in drafts.check(cast.brand, Draft("wechat_oa", "article", text=said)) if f.word == "全网最低价"]
    assert (found.level, found.params["was"], found.params["let_by"]) == ("info", "block", str(cast.owner))
    other = Draft("wechat_oa", "article", text="那支精华是全网最低价。")
    assert drafts.holds(drafts.check(cast.brand, other))


def test_a_video_without_a_hook_is_held_until_it_has_one_or_a_reviewer_lets_it_stay(cast):
    draft = Draft("douyin", "video", "补涂防晒", shots=VIDEO)
    (held,) = [f for f in drafts.check(cast.brand, draft) if f.level == "hold"]
    assert (held.rule, held.params["why"], held.heuristic) == ("craft.hook", "greeting", True)
    mended = Draft("douyin", "video", "补涂防晒", shots=(Shot(0, 3, "防晒补三次还是黑？"), *VIDEO[1:]))
    assert not drafts.holds(drafts.check(cast.brand, mended))
    services.waive(actor=cast.owner, found=held, author=cast.editor, reason="老粉系列，固定开场")
    found = drafts.check(cast.brand, draft)
    assert not drafts.holds(found)
    assert drafts.summary(found)["let"] == 1
    assert AuditEntry.objects.filter(code="draft.waived").exists()


def test_a_waiver_ends_with_the_words_it_was_given_for_and_when_it_is_ended(cast):
    draft = Draft("douyin", "video", "补涂防晒", shots=VIDEO)
    (held,) = [f for f in drafts.check(cast.brand, draft) if f.level == "hold"]
    row = services.waive(actor=cast.owner, found=held, reason="老粉系列，固定开场")
    changed = Draft("douyin", "video", shots=(Shot(0, 4, "大家好呀，我是小满，今天风好大"), *VIDEO[1:]))
    assert drafts.holds(drafts.check(cast.brand, changed))
    services.end_waiver(actor=cast.owner, waiver_id=row.pk, seen=None)
    assert drafts.holds(drafts.check(cast.brand, draft))


def test_only_a_reviewer_who_is_not_the_author_lets_something_held_stay_and_gives_a_reason(cast):
    draft = Draft("douyin", "video", "补涂防晒", shots=VIDEO)
    found = drafts.check(cast.brand, draft)
    (held,) = [f for f in found if f.level == "hold"]
    with pytest.raises(NotAllowed):
        services.waive(actor=cast.editor, found=held, reason="固定开场")
    with pytest.raises(services.AuthorCannotExempt):
        services.waive(actor=cast.owner, author=cast.owner, found=held, reason="固定开场")
    with pytest.raises(services.NoWaiverReason):
        services.waive(actor=cast.owner, found=held, reason=" \x00 ")
    block = next(f for f in drafts.check(cast.brand, Draft("douyin", "video", "全网最低价")) if f.level == "block")
    with pytest.raises(HongqiaoError, match="须审核"):
        services.waive(actor=cast.owner, found=block, reason="固定开场")


def test_another_brands_waiver_does_not_count(cast):
    draft = Draft("douyin", "video", "补涂防晒", shots=VIDEO)
    (held,) = [f for f in drafts.check(cast.brand, draft) if f.level == "hold"]
    services.waive(actor=cast.stranger, found=held, reason="别家的固定开场")
    assert drafts.holds(drafts.check(cast.brand, draft))


def test_limits_of_the_platform_block_and_usual_figures_only_advise(cast):
    tags = tuple(f"标签{n}" for n in range(6))
    found = drafts.check(cast.brand, Draft("douyin", "video", "题" * 31, text="文", tags=tags))
    assert {"craft.title_length", "craft.tags_many"} <= rules(found, "block")
    note = drafts.check(cast.brand, Draft("xiaohongshu", "note", "标题", text=NOTE, tags=tags))
    assert "craft.tags_advised" not in rules(note)
    assert not drafts.holds(note)


def test_labels_are_asked_for_where_goods_can_be_bought_or_a_model_wrote(cast):
    ad = Draft("xiaohongshu", "note", "标题", text=NOTE, commercial="gifted", buying=True, ai="generated")
    assert rules(drafts.check(cast.brand, ad), "block") == {"label.ad", "label.ai"}
    told = Draft("xiaohongshu", "note", text=NOTE, commercial="gifted", buying=True, ad_label=True)
    assert not drafts.holds(drafts.check(cast.brand, told))


def test_a_brand_sets_its_own_levels_and_thresholds_but_not_for_what_the_law_asks(cast):
    cast.brand.settings = {
        "craft": {
            "levels": {"craft.hook": "warn", "label.ai": "off", "craft.typo": "nonsense"},
            "thresholds": {"repeat_least": "x"},
        }
    }
    draft = Draft("douyin", "video", "补涂的的", text="的的", shots=VIDEO, ai="generated")
    found = {f.rule: f.level for f in drafts.check(cast.brand, draft)}
    assert (found["craft.hook"], found["label.ai"], found["craft.typo"]) == ("warn", "block", "warn")


def test_own_words_reach_a_draft_and_near_copies_and_solemn_days_are_told(cast):
    services.add_word(actor=cast.owner, text="小样", level=Word.Level.WARN, instead="体验装")
    draft = Draft("xiaohongshu", "note", "领小样", text=NOTE)
    found = drafts.check(cast.brand, draft, own_posts=["全不相干的一篇", NOTE + "！"], solemn="国家公祭日")
    assert {"law.own", "craft.duplicate", "craft.solemn_day"} <= rules(found, "warn")
    assert next(f for f in found if f.rule == "craft.duplicate").params["index"] == 1


def test_an_empty_draft_and_one_of_odd_characters_are_answered(cast):
    assert not drafts.holds(drafts.check(cast.brand, Draft("", "poster")))
    odd = Draft("nowhere", "article", "\u200b", text="## \n\n\x00😀" * 50, tags=("",), shots=(Shot(3, 1, "？"),))
    assert isinstance(drafts.check(cast.brand, odd), list)


def test_what_is_found_can_be_kept_and_read_again_as_it_stands_today(cast):
    draft = Draft("douyin", "video", "全网最低价", shots=VIDEO)
    found = drafts.check(cast.brand, draft)
    again = drafts.read(json.loads(json.dumps(drafts.kept(found))))
    assert again == found
    held = next(f for f in found if f.level == "hold")
    services.waive(actor=cast.owner, found=held, reason="老粉系列，固定开场")
    assert {f.rule for f in drafts.standing(cast.brand, again) if f.level == "hold"} == set()


def test_every_rule_has_words_and_fills_them_in(cast):
    assert set(words.RULES) == set(rules_of.rules())
    rows = [halves.draft(r) for r in halves.rows()]
    rows.append(Draft("douyin", "video", "题" * 40, shots=VIDEO, commercial="own", buying=True, ai="generated"))
    rows.append(Draft("xiaohongshu", "note", "全网最低价", text="抽奖送3份，评论区揪3位。", tags=("a", "A") * 12))
    rows.append(
        Draft("wechat_oa", "article", text="长" * 300, images=({"alt": "", "licence": "", "width": 3, "height": 9},))
    )
    for found in (f for d in rows for f in drafts.check(cast.brand, d)):
        shown = present.found(found)
        assert shown["label"]
        assert "%(" not in shown["label"] + shown["why"] + shown["todo"]
        assert shown["basis"]
        assert shown["why"] or not found.rule.startswith("craft.")


def test_a_product_and_the_voice_of_the_book_are_held_in_the_same_call(cast):
    Book.objects.create(brand=cast.brand, lines=[{"text": "不谈容貌焦虑", "words": ["烂脸"], "why": "伤人"}])
    found = drafts.check(cast.brand, Draft("xiaohongshu", "note", "告别烂脸", text=NOTE))
    assert ("voice.line", "title") in {(f.rule, f.place) for f in found if f.level == "block"}
    assert "voice" in [p["code"] for p in present.groups(found)]
