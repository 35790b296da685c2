"""改写: what a model may change in a text, and everything it may not."""

import pytest

from hongqiao.workspace import services
from hongqiao.workspace.assistant import errors, rewording
from hongqiao.workspace.assistant.rewording import NotFaithful, unveiled, veiled
from hongqiao.workspace.models import Rewording

TEXT = "2026-11-01～11-07 新增关注下降 38%（1,204 人），主要在抖音；小红书持平，为 −0.5 万。"
NAMES = ["新增关注", "抖音", "小红书", "新增关注（直播）", "38%"]
FOREIGN = ["抖音", "小红书", "微博", "新增关注", "实付金额"]
GOOD = "在⟦1⟧～⟦2⟧这段时间里，⟦3⟧下降了⟦4⟧（⟦5⟧ 人），主要来自⟦6⟧；⟦7⟧保持持平，为⟦8⟧。"


def test_no_figure_date_or_name_leaves_the_house():
    given = veiled(TEXT, NAMES)
    assert given.held == ("2026-11-01", "11-07", "新增关注", "38%", "1,204", "抖音", "小红书", "−0.5 万")
    assert given.text == "⟦1⟧～⟦2⟧ ⟦3⟧下降 ⟦4⟧（⟦5⟧ 人），主要在⟦6⟧；⟦7⟧持平，为 ⟦8⟧。"
    assert not any(c.isdigit() for c in given.text.translate(str.maketrans("", "", "12345678")))


def test_what_is_faithful_comes_back_with_every_one_of_them():
    said = unveiled(veiled(TEXT, NAMES), GOOD, FOREIGN)
    for part in veiled(TEXT, NAMES).held:
        assert part in said
    assert said.startswith("在2026-11-01～11-07这段时间里，新增关注下降了38%（1,204 人）")
    assert unveiled(veiled(TEXT, NAMES), veiled(TEXT, NAMES).text, FOREIGN) == TEXT


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("", "names"),
        (GOOD.replace("⟦8⟧", ""), "names"),
        (GOOD.replace("⟦4⟧", "⟦5⟧").replace("（⟦5⟧", "（⟦4⟧"), "names"),
        (GOOD.replace("⟦6⟧；⟦7⟧", "⟦7⟧；⟦6⟧"), "names"),
        (GOOD + "⟦1⟧", "names"),
        (GOOD + "⟦9⟧", "names"),
        (GOOD.replace("⟦4⟧", "38%"), "names"),
        (GOOD + "约 40%。", "figure"),
        (GOOD + "近３成。", "figure"),
        (GOOD + "接近四成。", "figure"),
        (GOOD + "几乎腰斩。", "figure"),
        (GOOD + "差不多一半。", "figure"),
        (GOOD + "微博也一样。", "foreign"),
        (GOOD + "抖音要留意。", "foreign"),
        (GOOD + "实付金额同样。", "foreign"),
        (GOOD.replace("下降", "上升"), "direction"),
        (GOOD.replace("下降了", "变了"), "direction"),
        (GOOD + "并未恢复。", "direction"),
        (GOOD + "因为投放少了。", "cause"),
        (GOOD + "\n第二段", "form"),
        (GOOD + "<b>", "form"),
        (GOOD + "见 https://x.example", "form"),
        (GOOD + "啊" * 200, "form"),
        (GOOD + "⟦", "form"),
    ],
)
def test_what_changes_the_meaning_is_refused_with_the_reason(said, why):
    with pytest.raises(NotFaithful) as caught:
        unveiled(veiled(TEXT, NAMES), said, FOREIGN)
    assert caught.value.params["why"] == rewording.WHY[why]


def test_a_text_that_holds_the_marks_itself_cannot_smuggle_one():
    given = veiled("⟦7⟧ 人看了 5 次", [])
    assert given.held == ("7", "5")
    assert unveiled(given, given.text) == "[7] 人看了 5 次"


@pytest.mark.parametrize("text", ["没有数字的一句话。", "Views fell 12% on Douyin.", "¥1,234.50 与 3 倍 08:30 10月1日"])
def test_a_text_as_it_is_is_faithful_to_itself(text):
    given = veiled(text, ["Douyin"])
    assert unveiled(given, given.text) == text


def test_a_rewording_is_kept_for_this_text_and_gone_with_it(cast, speaker):
    services.save_assistant(
        actor=cast.owner, url=speaker.url, model="m", key="", uses=["reword"], monthly=9, active=True, seen=None
    )
    speaker.says = GOOD
    made = rewording.reword(cast.owner, "finding:1", TEXT, NAMES, FOREIGN)
    assert "1,204" in made.text
    for private in ("1,204", "38%", "抖音", "2026"):
        assert private not in speaker.sent
    assert rewording.reworded(cast.brand, "finding:1", TEXT) == made
    assert rewording.reworded(cast.brand, "finding:1", TEXT + "改") is None
    assert rewording.reworded(cast.stranger.brand, "finding:1", TEXT) is None
    speaker.says = GOOD + "约 40%。"
    with pytest.raises(NotFaithful):
        rewording.reword(cast.owner, "finding:1", TEXT, NAMES, FOREIGN)
    assert Rewording.objects.get().text == made.text
    assert rewording.forget(cast.owner, "finding:1") == 1


def test_a_text_without_figure_or_name_is_not_sent_for_nothing_could_be_checked(cast, speaker):
    services.save_assistant(
        actor=cast.owner, url=speaker.url, model="m", key="", uses=["reword"], monthly=9, active=True, seen=None
    )
    with pytest.raises(NotFaithful):
        rewording.reword(cast.owner, "finding:1", "还在等数据", NAMES)
    assert speaker.got == []


def test_what_is_quoted_is_held_as_it_stands():
    given = veiled("《早八 3 步》涨了，客户说「不好用」", [])
    assert given.held == ("《早八 3 步》", "「不好用」")


def test_nothing_is_sent_where_the_use_is_off(cast, speaker):
    services.save_assistant(
        actor=cast.owner, url=speaker.url, model="m", key="", uses=["ask"], monthly=9, active=True, seen=None
    )
    with pytest.raises(errors.NoAssistant):
        rewording.reword(cast.owner, "finding:1", TEXT, NAMES)
    assert speaker.got == []
