"""Personal names are taken out before a model is asked, and put back; what only looks like one stays."""

import json
import re

import pytest

from hongqiao.book import services as book
from hongqiao.content.drafting import asking, names
from hongqiao.content.drafting.redact import Veil
from hongqiao.content.models import Proposal
from hongqiao.content.production import services as production
from hongqiao.workspace import jobs
from tests.content.drafting.sentences import SEEN, UNSEEN

PUBLIC = ("安澜护肤", "安澜", "清透防晒乳", "海藻保湿霜")


def measured(rows):
    """How many names there are, how many were found whole, and how much was taken for a name that is none."""
    there = found = extra = 0
    for row in rows:
        left, text = re.findall("⟦(.*?)⟧", row), re.sub("[⟦⟧]", "", row)
        there += len(left)
        for a, b in names.spans(text, (), PUBLIC):
            if text[a:b] in left:
                left.remove(text[a:b])
                found += 1
            else:
                extra += 1
    return there, found, extra


def test_as_many_names_are_found_as_the_documents_say():
    assert len(SEEN) + len(UNSEEN) >= 60
    assert not set(SEEN) & set(UNSEEN)
    assert measured(SEEN) == (80, 78, 1)
    assert measured(UNSEEN) == (30, 21, 0)


@pytest.mark.parametrize(
    "text",
    [
        *("周末出门", "高效防晒", "白皙", "安澜老师推荐", "方法老师讲过", "对于同学们", "任何医生"),
        *("用户高度评价", "关于客服", "成分党会员"),
        *("清透防晒乳", "温和先生牌", "全程", "作者：安澜护肤", "会员日", "署名：", "我叫", "女士"),
        "〔待补：张女士的原话〕",
    ],
)  # fmt: skip
def test_words_that_look_like_names_stay(text):
    assert Veil(public=PUBLIC).hide(text) == text


def test_a_name_has_one_number_wherever_it_stands_and_comes_back():
    veil = Veil(["管理员", "owner", "张伟", "Li Lei", "高效"], PUBLIC)
    text = veil.hide("张伟审核，Li Lei 拍摄；李晓明老师说，李晓明和张伟都在。管理员 owner 高效")
    assert text == "〔人名1〕审核，〔人名2〕 拍摄；〔人名3〕老师说，〔人名3〕和〔人名1〕都在。管理员 owner 高效"
    assert veil.show({"text": "〔人名3〕老师，〔人名1〕", "tags": ["〔人名2〕"]}) == {
        "text": "李晓明老师，张伟",
        "tags": ["Li Lei"],
    }
    assert veil.show("〔人名9〕 打 〔手机号〕") == "〔待补：人名〕 打 〔待补：手机号〕"


@pytest.mark.django_db
def test_what_is_sent_names_nobody_and_what_comes_back_names_them_again(cast, piece_of, model):
    cast.viewer.user.name = "沈佳怡"
    cast.viewer.user.save()
    piece = piece_of(
        brief={
            "message": "早八防晒，别让沈佳怡等",
            "proof": "张丽女士反馈好用，张丽原话已授权",
            "facts": "清透防晒乳",
            "audience": "油皮通勤女性",
            "crisis": "出事找郑伟，电话另给",
            "references": "郑伟拍过的那版；署名龚雪",
        }
    )
    other = production.create_piece(actor=cast.editor, title="长文", platform="wechat_oa", form="article")
    body = {"title": "t", "markdown": "正文", "author": "龚雪"}
    production.add_revision(actor=cast.editor, piece_id=other.pk, seen=0, body=body)
    book.save_book(actor=cast.owner, seen=None, positioning="由配方师陆知行主理")
    model.says = json.dumps(
        {"drafts": [{"title": "早八", "text": "〔人名2〕女士也在用清透防晒乳。\n〔人名8〕没有人认识。", "tags": []}]},
        ensure_ascii=False,
    )
    asking.ask(actor=cast.editor, piece_id=piece.pk)
    jobs.work_off()
    for name in ("沈佳怡", "张丽", "郑伟", "龚雪", "电话另给"):
        assert name not in model.sent, name
    for kept in ("〔人名1〕", "〔人名2〕女士", "清透防晒乳", "油皮通勤女性", "陆知行"):
        assert kept in model.sent, kept
    row = Proposal.objects.get(maker="model")
    assert row.body["text"].startswith("张丽女士也在用")
    assert "〔待补：人名〕没有人认识" in row.body["text"]
