"""Single rules of craft: where they speak, and where they keep silent."""

import json
from pathlib import Path

import pytest

from hongqiao import knowledge
from hongqiao.methods import craft
from hongqiao.methods.craft import Draft, Shot, quoting
from hongqiao.methods.craft.reading import common, readability
from hongqiao.platforms import PLATFORMS

FOLDER = Path(knowledge.__file__).parent / "craft"
KNOW = craft.known(*(json.loads((FOLDER / f"{n}.json").read_text("utf-8")) for n in ("thresholds", "cues")), ("安澜",))


def found(draft, limits=None):
    return list(craft.check(draft, KNOW, limits or {}))


def rules(draft, limits=None):
    return {f.rule for f in found(draft, limits)}


def article(*lines, **more):
    return Draft("wechat_oa", "article", text="\n".join(lines), **more)


BEFORE = "我们测了六款扫地机的噪音，最低五十二分贝。测试时都开标准档。"


@pytest.mark.parametrize(
    "said",
    [
        "总之，祝大家夏天快乐！",
        "所以我们搬到了河边。",
        "所以，欢迎留言告诉我们你家的情况。",
        "由此可见，噪音差得不小。",
        "所以呢？",
        "清晰可见的划痕也量了一遍。",
        "下雨了，所以带了伞。",
    ],
)
def test_a_wish_a_story_and_a_reason_in_the_same_breath_are_no_jump(said):
    assert "craft.jump" not in rules(article(BEFORE, said))


@pytest.mark.parametrize("said", ["所以，外语一定要趁早学。", "综上，瓷砖比木地板好打理。", "于是，选鞋一定要大半码。"])
def test_a_conclusion_from_nowhere_is_a_jump_and_is_marked_where_it_stands(said):
    draft = article(BEFORE, said)
    (jump,) = [f for f in found(draft) if f.rule == "craft.jump"]
    assert draft.text[jump.start : jump.end] == said


def test_what_is_shown_counts_as_a_hook_where_nothing_is_said():
    shots = (Shot(0, 3, "", subtitle="为什么越洗越油？", picture="人物站立"), Shot(3, 9, "先看水温"))
    assert "craft.hook" not in rules(Draft("douyin", "video", shots=shots))
    silent = (Shot(0, 3, "", picture="人物站立"), Shot(3, 9, "先看水温"))
    (hook,) = [f for f in found(Draft("douyin", "video", shots=silent)) if f.rule == "craft.hook"]
    assert hook.params["why"] == "silent"


def test_a_hook_after_three_seconds_is_none_and_the_brand_first_is_none():
    late = (Shot(0, 8, "春天来了花都开了树也绿了，你以为防晒涂一次就够？"),)
    assert "craft.hook" in rules(Draft("douyin", "video", shots=late))
    named = (Shot(0, 3, "安澜，千万别错过"),)
    assert (
        next(f for f in found(Draft("douyin", "video", shots=named)) if f.rule == "craft.hook").params["why"] == "brand"
    )


def test_a_long_video_is_asked_for_its_first_fifteen_seconds_and_only_warned():
    shots = (Shot(0, 20, "大家好，欢迎回来。"),)
    assert {"craft.opening"} <= rules(Draft("bilibili", "long_video", shots=shots))
    assert "craft.hook" not in rules(Draft("bilibili", "long_video", shots=shots))


def test_a_figure_with_its_proof_attached_is_left_alone():
    text = "复购率提升了百分之四十五。"
    assert "craft.figure" in rules(article(text))
    assert "craft.figure" not in rules(article(text, evidence=("店铺后台 2026-10：复购率 +百分之四十五",)))


@pytest.mark.parametrize(
    ("platform", "title", "tags", "expected"),
    [
        ("xiaohongshu", "题" * 20, 3, set()),
        ("xiaohongshu", "题" * 21, 3, {"craft.title_length"}),
        ("wechat_oa", "题" * 33, 0, {"craft.title_long"}),
        ("channels", "五个字标题", 3, {"craft.title_short"}),
        ("douyin", "题", 6, {"craft.tags_many"}),
        ("zhihu", "题" * 101, 0, {"craft.title_long"}),
    ],
)
def test_limits_block_where_a_source_has_been_seen_and_warn_where_not(platform, title, tags, expected):
    draft = Draft(platform, "note", title, text="正文", tags=tuple(f"话题{i}" for i in range(tags)))
    kinds = {r for r in rules(draft, PLATFORMS[platform].limits) if "title" in r or r == "craft.tags_many"}
    assert kinds == expected


def test_pictures_and_films_are_measured_against_the_platform():
    pictures = ({"width": 1080, "height": 1000, "bytes": 30_000_000, "mime": "image/webp"},) * 2
    draft = Draft("douyin", "note", "题", text="正文", images=pictures, video={"seconds": 4000, "mime": "video/x-flv"})
    said = rules(draft, PLATFORMS["douyin"].limits)
    assert {
        "craft.image_bytes",
        "craft.image_type",
        "craft.image_ratio",
        "craft.video_seconds",
        "craft.video_type",
    } <= said


def test_a_draw_that_leaves_out_its_terms_is_told_which():
    (draw,) = [f for f in found(Draft("xiaohongshu", "note", text="评论区抽3位送正装一份")) if f.rule == "draw.terms"]
    assert {"until", "drawn", "redeem", "host"} <= set(draw.params["missing"])
    assert "number" not in draw.params["missing"]
    assert "draw.terms" not in rules(Draft("xiaohongshu", "note", text="这次不抽奖，只聊防晒"))


def test_readability_falls_with_long_sentences_rare_characters_and_stacked_words():
    easy = craft.read("今天出太阳。我们去公园走走。孩子跑得很快。")
    hard = craft.read("龘靐齉爩鱻麤" * 8 + "的品牌的方法的理论的体系的构建的过程")
    assert readability(easy) == 100
    assert readability(hard) < 40
    assert len(common()) == 3755


def test_a_doubled_word_is_a_slip_but_not_where_it_is_meant():
    def slips(text):
        return [f.word for f in found(article(text)) if f.rule == "craft.typo"]

    assert slips("我买了了两只，，真好") == ["了了", "，，"]
    assert slips("为了了解目的的确定，的确，除了了解……真的！！") == []


def test_a_note_without_a_picture_is_held_where_its_pictures_are_known():
    told = {"platform": "xiaohongshu", "form": "note", "title": "题", "text": "正文"}
    limits = PLATFORMS["xiaohongshu"].limits

    def missing(**more):
        return [(f.level, f.params) for f in found(Draft(**told, **more), limits) if f.rule == "craft.images_missing"]

    assert missing(pictured=True) == [("hold", {"count": 0, "least": 1})]
    assert missing(pictured=True, images=({},)) == []
    assert missing() == []  # words that were pasted: nobody knows what goes out with them


def test_quotes_are_words_and_never_pieces_of_markup():
    text = "早上七点半出门，地铁里全是汗。\n<script>alert('一二三四五六')</script> 先防晒，再出门"
    (end,) = (f for f in found(Draft("xiaohongshu", "note", "题", text=text)) if f.rule == "craft.call_missing")
    assert end.word == "alert('一二三四五六') 先防晒，再出门"[-20:]
    assert quoting.quoted("一<b>二</b>三", 3) == "二三"  # from within a tag on
    assert quoting.quoted("3 < 5，5 > 3", 0) == "3 < 5，5 > 3"
    assert quoting.ending("一二三<br>", 2) == "二三"
