"""Drafts: templates invent nothing, a model's additions become gaps, personal data stays, a person takes one."""

import json

import pytest

from hongqiao.compliance import draft as checking
from hongqiao.content import body as bodies
from hongqiao.content.drafting import asked, asking, invented, material, queries, redact, services, structures
from hongqiao.content.drafting.makers import TemplateDraft
from hongqiao.content.models import Piece, Proposal, Revision, Stage
from hongqiao.content.production import services as production
from hongqiao.errors import Conflict, NotAllowed, NotFound
from hongqiao.workspace import jobs
from hongqiao.workspace.assistant import errors
from hongqiao.workspace.models import AssistantCall, AuditEntry, Job, Notice

pytestmark = pytest.mark.django_db(transaction=False)
FORMS = {
    "article": "wechat_oa",
    "note": "xiaohongshu",
    "video": "douyin",
    "long_video": "bilibili",
    "live": "douyin",
    "poster": "xiaohongshu",
}


def by_model(actor, piece):
    """Have the model draft and the worker do it; return the job as it ended and the drafts that wait."""
    asking.ask(actor=actor, piece_id=piece.pk)
    jobs.work_off()
    return asking.job_of(piece), list(Proposal.objects.filter(piece=piece, maker="model", revision=None).order_by("id"))


def says(*drafts):
    return json.dumps({"drafts": list(drafts)}, ensure_ascii=False)


def note(text, title="油皮早八防晒"):
    return {"title": title, "text": text, "tags": ["防晒"]}


@pytest.mark.parametrize(("form", "platform"), FORMS.items())
def test_a_template_draft_says_nothing_that_brief_and_book_do_not(piece_of, form, platform):
    piece = piece_of(form, platform)
    found = material.of(piece)
    batch = TemplateDraft().make(found)
    assert 1 <= len(batch.drafts) <= 3
    assert batch == TemplateDraft().make(found)  # the same material, the same drafts
    for one in batch.drafts:
        body = bodies.checked(form, one.body)
        assert bodies.words(form, body)
        assert invented.marked(body, found.source())[1] == ()  # no figure, no testimony, no address of its own
    told = "\n".join(bodies.words(form, d.body) for d in batch.drafts)
    assert "〔待补" in told


def test_material_is_what_brief_and_book_name(piece_of):
    found = material.of(piece_of())
    assert (str(found.persona), str(found.product)) == ("油皮通勤女性", "清透防晒乳")
    assert "防水 80 分钟" not in [c.text for c in found.claims]  # past its day
    assert found.values["fact"] == "薄涂两遍，间隔 60 秒"  # the product's own name is no fact
    assert found.values["claim"] == "SPF50+ PA++++"
    bare = material.of(piece_of(brief={}))
    assert (bare.persona, bare.product) == (None, None)


@pytest.mark.parametrize(("form", "platform"), FORMS.items())
def test_a_draft_of_an_empty_brief_is_all_gaps_and_held(piece_of, form, platform):
    piece = piece_of(form, platform, brief={})
    for one in TemplateDraft().make(material.of(piece)).drafts:
        found = checking.check(piece.brand, bodies.draft(piece, one.body))
        assert any(f.rule == "voice.gap" and f.level == "block" for f in found)
        assert checking.holds(found)


def test_the_hooks_of_short_videos_pass_the_check_of_hooks(piece_of):
    piece = piece_of("video", "douyin")
    for one in TemplateDraft().make(material.of(piece)).drafts:
        found = checking.check(piece.brand, bodies.draft(piece, one.body))
        assert not [f for f in found if f.rule.startswith("craft.hook")], one.structure


def test_a_draft_that_is_taken_is_the_next_text_and_cannot_be_approved_with_its_gaps(cast, piece_of):
    piece = piece_of()
    first, *_rest = services.by_template(actor=cast.editor, piece_id=piece.pk)
    made = services.take(actor=cast.editor, proposal_id=first.pk, seen=0)
    assert (made.number, made.origin) == (1, Revision.Origin.TEMPLATE)
    assert "实测种草" in made.note
    piece.refresh_from_db()
    assert piece.stage == Stage.COPY
    found = checking.check(piece.brand, bodies.draft(piece, made.body))
    assert checking.holds(found)
    assert "voice.gap" in {f.rule for f in found if f.level == "block"}
    with pytest.raises(Conflict):
        services.take(actor=cast.editor, proposal_id=first.pk, seen=1)


def test_of_two_who_take_at_once_the_second_is_told(cast, piece_of):
    piece = piece_of()
    one, other, *_rest = services.by_template(actor=cast.editor, piece_id=piece.pk)
    services.take(actor=cast.editor, proposal_id=one.pk, seen=0)
    with pytest.raises(production.TextConflict):
        services.take(actor=cast.owner, proposal_id=other.pk, seen=0)
    assert services.take(actor=cast.owner, proposal_id=other.pk, seen=1).number == 2


def test_a_stranger_and_who_may_only_look_draft_nothing(cast, piece_of):
    piece = piece_of()
    row = services.by_template(actor=cast.editor, piece_id=piece.pk)[0]
    for actor, raised in ((cast.stranger, NotFound), (cast.viewer, NotAllowed)):
        with pytest.raises(raised):
            services.by_template(actor=actor, piece_id=piece.pk)
        with pytest.raises(raised):
            services.drop(actor=actor, piece_id=piece.pk)
    for actor in (cast.stranger, cast.viewer):
        with pytest.raises(NotFound):
            services.take(actor=actor, proposal_id=row.pk, seen=0)
    assert queries.proposals(cast.stranger, piece) == []


def test_drafts_are_made_anew_in_place_of_those_nobody_took(cast, piece_of):
    piece = piece_of()
    services.by_template(actor=cast.editor, piece_id=piece.pk)
    services.by_template(actor=cast.editor, piece_id=piece.pk)
    assert Proposal.objects.count() == len(structures.of_form("note"))
    assert services.drop(actor=cast.editor, piece_id=piece.pk) == 3
    assert AuditEntry.objects.filter(code__startswith="draft.").count() == 3


def test_a_piece_under_review_is_not_drafted(cast, piece_of):
    piece = piece_of()
    Piece.objects.filter(pk=piece.pk).update(stage=Stage.REVIEW)
    with pytest.raises(services.NotNow):
        services.by_template(actor=cast.editor, piece_id=piece.pk)


def test_without_a_model_nothing_is_asked_and_templates_still_help(cast, piece_of, speaker):
    piece = piece_of()
    assert queries.model(cast.brand)["allowed"] is False
    with pytest.raises(errors.NoAssistant):
        asking.ask(actor=cast.editor, piece_id=piece.pk)
    assert speaker.got == []
    assert services.by_template(actor=cast.editor, piece_id=piece.pk)


def test_what_is_sent_is_brief_and_book_without_personal_data(cast, piece_of, model):
    piece = piece_of(
        brief={
            "message": "早八防晒",
            "proof": "张女士 138 0013 8000、zhang@example.com 反馈好用",
            "facts": "清透防晒乳",
        }
    )
    model.says = says(note("薄涂两遍。"))
    by_model(cast.editor, piece)
    assert "13800138000" not in model.sent.replace(" ", "")
    assert "zhang@" not in model.sent
    for words in ("〔手机号〕", "〔邮箱〕", "SPF50+ PA++++", "不制造容貌焦虑", "黑科技", "早八防晒"):
        assert words in model.sent
    assert "防水 80 分钟" not in model.sent  # a claim past its day is not offered
    assert model.got[0][1]["max_tokens"] > 1500


def test_a_models_drafts_are_marked_and_what_it_invented_is_a_gap(cast, piece_of, model):
    piece = piece_of()
    text = "薄涂两遍，间隔 60 秒。\n用户小林说：“三天就白了”。\n98% 的人回购，百分之九十满意。"
    text += "\n见 https://x.example/a 。\n一共 3 步。"
    model.says = says(note(text), note("薄涂两遍。", "第二稿"))
    job, rows = by_model(cast.editor, piece)
    assert (job.state, job.result, len(rows)) == ("done", {"drafts": 2, "refused": []}, 2)
    first = rows[0]
    assert (
        first.body["labels"] == {"ai": "generated", "ad": False, "ai_shown": False}
        or first.body["labels"]["ai"] == "generated"
    )
    assert first.written_by == "small-1"
    assert {n["word"] for n in first.notes if n["code"] == "figure"} == {"98%", "百分之九十"}
    assert {n["code"] for n in first.notes} == {"figure", "said", "link"}
    kept = first.body["text"]
    assert "间隔 60 秒" in kept  # the brief's own
    assert "3 步" in kept  # counting is no figure
    assert "〔待补：核实“98%”〕 的人" in kept
    assert "https" not in kept.replace("核实“https", "")
    made = services.take(actor=cast.editor, proposal_id=first.pk, seen=0)
    assert made.origin == Revision.Origin.MODEL
    found = checking.check(piece.brand, bodies.draft(piece, made.body))
    assert {"voice.gap", "label.ai"} <= {f.rule for f in found if f.level == "block"}
    assert AssistantCall.objects.get().tokens == 12


@pytest.mark.parametrize(
    ("answer", "raised"),
    [
        ("胡说八道", errors.NotUnderstood),
        ("[]", errors.NotUnderstood),
        ("{}", asked.NothingUsable),
        ('{"drafts": "x"}', asked.NothingUsable),
        ('{"drafts": [1, null, "x"]}', asked.NothingUsable),
        (says({"title": "只有题目之外什么都没有", "text": 5}), asked.NothingUsable),
        (says({}), asked.NothingUsable),
        (says(note("<script>alert(1)</script>")), asked.NothingUsable),
        (says(note("好<img src=x onerror=alert(1)>")), asked.NothingUsable),
        (says(note("长" * 1001)), asked.NothingUsable),
        (says(note("好", "题" * 65)), asked.NothingUsable),
    ],
    ids=lambda v: v[:24] if isinstance(v, str) else "",
)
def test_an_answer_that_cannot_be_used_is_said_and_keeps_nothing(cast, piece_of, model, answer, raised):
    piece = piece_of()
    model.says = answer
    job, _rows = by_model(cast.editor, piece)
    assert (job.state, job.error["code"]) == ("failed", raised.code)
    assert not Proposal.objects.exists()


def test_one_bad_draft_does_not_take_the_others_away(cast, piece_of, model):
    piece = piece_of()
    model.says = says(note("<b>x</b>"), note("薄涂两遍。"), note("长" * 1001))
    job, rows = by_model(cast.editor, piece)
    assert len(rows) == 1
    assert job.result["refused"] == ["html", "long"]


def test_a_model_that_is_down_leaves_the_drafts_that_are_there(cast, piece_of, model):
    piece = piece_of()
    model.says = says(note("薄涂两遍。"))
    by_model(cast.editor, piece)
    model.fault = 500
    job, _rows = by_model(cast.editor, piece)
    now = asking.under_way(piece)
    assert (job.state, now.again) == ("queued", True)  # tried once more by itself
    assert "500" in now.failed["message"]
    Job.objects.update(run_at=job.created_at)
    jobs.work_off()
    now = asking.under_way(piece)
    assert (now.state, now.open) == ("failed", False)
    assert "稍后再试" in now.failed["next_step"]
    assert Proposal.objects.filter(maker="model").count() == 1


def test_a_model_drafts_in_the_background_once_a_piece_and_says_when_it_is_done(cast, piece_of, model):
    piece = piece_of()
    model.says = says(note("薄涂两遍。"))
    first = asking.ask(actor=cast.editor, piece_id=piece.pk)
    assert asking.ask(actor=cast.owner, piece_id=piece.pk).pk == first.pk
    assert model.got == []  # the page did not wait for it
    assert asking.under_way(piece).state == "queued"
    jobs.work_off()
    assert len(model.got) == 1
    told = Notice.objects.get(code="draft.ready")
    assert (told.member, str(piece.pk) in told.url) == (cast.editor, True)
    by_model(cast.editor, piece)  # asked again when it has ended it is asked again
    assert len(model.got) == 2
    assert Proposal.objects.count() == 1
    assert jobs.subjects([asking.job_of(piece)])[first.pk].label == "油皮防晒"


def test_one_that_waits_is_stopped_and_the_model_never_asked(cast, piece_of, model):
    piece = piece_of()
    with pytest.raises(Conflict):
        asking.stop(actor=cast.editor, piece_id=piece.pk)
    asking.ask(actor=cast.editor, piece_id=piece.pk)
    for actor, raised in ((cast.stranger, NotFound), (cast.viewer, NotAllowed)):
        with pytest.raises(raised):
            asking.stop(actor=actor, piece_id=piece.pk)
        with pytest.raises(raised):
            asking.ask(actor=actor, piece_id=piece.pk)
    asking.stop(actor=cast.editor, piece_id=piece.pk)
    jobs.work_off()
    assert model.got == []
    assert asking.under_way(piece).state == "cancelled"
    with pytest.raises(Conflict):
        asking.stop(actor=cast.editor, piece_id=piece.pk)


def test_what_a_model_still_answers_after_it_was_stopped_is_thrown_away(cast, piece_of, model, monkeypatch):
    piece = piece_of()
    make = asked.ModelDraft.make

    def stopped_meanwhile(self, found):
        batch = make(self, found)
        asking.stop(actor=cast.editor, piece_id=piece.pk)
        with pytest.raises(asking.StillStopping):
            asking.ask(actor=cast.editor, piece_id=piece.pk)
        return batch

    monkeypatch.setattr(asked.ModelDraft, "make", stopped_meanwhile)
    model.says = says(note("薄涂两遍。"))
    job, rows = by_model(cast.editor, piece)
    assert (job.state, rows) == ("cancelled", [])
    assert not Notice.objects.filter(code="draft.ready").exists()


def test_a_piece_that_went_on_while_the_job_waited_is_not_drafted(cast, piece_of, model):
    piece = piece_of()
    asking.ask(actor=cast.editor, piece_id=piece.pk)
    Piece.objects.filter(pk=piece.pk).update(stage=Stage.REVIEW)
    jobs.work_off()
    assert model.got == []
    assert asking.job_of(piece).error["code"] == "draft_not_now"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("打 13800138000", "打 〔手机号〕"),
        ("打 138-0013-8000 或 +86 139 0013 9000", "打 〔手机号〕 或 〔手机号〕"),
        ("１３８００１３８０００", "〔手机号〕"),
        ("a.b@example.com", "〔邮箱〕"),
        ("身份证 11010519491231002X", "身份证 〔身份证号〕"),
        ("卡 6222 0200 0000 0000 123", "卡 〔银行卡号〕"),
        ("021-61234567、400-820-8820", "〔电话〕、〔电话〕"),
        ("加微信：abc12345", "加〔账号〕"),
        ("SPF50+，50ml，169 元，2026-03-01", "SPF50+，50ml，169 元，2026-03-01"),
        ("备案号 沪G妆网备字2024000101", "备案号 沪G妆网备字2024000101"),
    ],
)
def test_personal_data_is_named_by_kind_and_nothing_else_is_touched(text, left):
    assert redact.redacted(text) == left


@pytest.mark.parametrize(
    ("text", "source", "words"),
    [
        ("用了 7 天", "", ["7 天"]),
        ("用了 7 天", "测试 7 天", []),
        ("用了 7 天", "测试 7 人", ["7 天"]),
        ("卖出 10 万件", "", ["10 万"]),
        ("1,000 人", "1000 人", []),
        ("SPF50+", "SPF50+", []),
        ("九成用户", "", ["九成"]),
        ("第 2 步，3 个要点", "", []),
        ("〔待补：3 天还是 5 天〕", "", []),
        ("皮肤科医生推荐：每天都用它", "", ["皮肤科医生推荐：每天都用它"]),
    ],
)
def test_figures_and_words_that_no_material_has_are_found(text, source, words):
    body, notes = invented.marked({"text": text}, source)
    assert [n["word"] for n in notes] == words
    assert ("〔待补：核实" in body["text"]) is bool(words)
