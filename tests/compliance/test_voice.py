"""Whether a draft speaks as the brand does."""

import pytest

from hongqiao.book import services
from hongqiao.compliance import voice
from hongqiao.methods.craft import Draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(cast):
    return services.save_book(
        actor=cast.owner,
        seen=0,
        first_person="安澜",
        avoid="黑科技 → 写出原理\n亲们",
        lines="不制造容貌焦虑：烂脸、丑\n灾难日不发推广",
    )


def found(cast, text, brief=None, **more):
    made = voice.found(cast.brand, Draft("xiaohongshu", "note", text=text, **more), brief)
    return [(f.rule, f.level, f.word, f.replacement) for f in made]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("再不护肤就烂脸", [("voice.line", "block", "烂脸", "")]),
        ("我们不说烂脸这种话", []),  # the sentence denies it
        (
            "这支用了黑科技，亲们冲",
            [("voice.avoid", "warn", "黑科技", "写出原理"), ("voice.avoid", "warn", "亲们", "")],
        ),
        ("我司出品，本品温和", [("voice.self", "warn", "我司", "安澜"), ("voice.self", "warn", "本品", "")]),
        ("丑小鸭的一天", []),  # one character alone would hit everywhere
        ("早八出门前薄涂两遍。", []),
        ("", []),
    ],
)
def test_red_lines_hold_and_words_of_others_are_told(cast, book, text, told):
    assert found(cast, text) == told


def test_a_long_note_in_which_nobody_speaks_is_told_as_a_heuristic(cast, book):
    long = "质地清爽，成膜很快，补涂方便，适合通勤。" * 5
    assert found(cast, long) == [("voice.official", "warn", "", "")]
    assert found(cast, "我早八出门前用它。" + long) == []
    assert voice.found(cast.brand, Draft("wechat_oa", "article", text=long)) == []


def test_what_the_brief_wants_said_and_not_said(cast, book):
    brief = {"must": "先试后买、SPF50+ PA++++", "avoid": "平价替代\n秒杀"}
    assert found(cast, "先试 后买，秒杀价", brief) == [
        ("voice.must", "warn", "SPF50+ PA++++", ""),
        ("voice.must_not", "block", "秒杀", ""),
    ]
    assert found(cast, "先试后买，spf50+PA++++", {"must": ["先试后买", "SPF50+ PA++++"]}) == []


def test_a_brand_without_a_book_is_held_to_the_words_of_nobody(cast):
    assert found(cast, "再不护肤就烂脸，黑科技") == []
