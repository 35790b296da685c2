"""A text on its way to an account: published once, held back when it must be, proved or said to be unproved."""

import io
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone
from PIL import Image

from hongqiao.delivery import publishing
from hongqiao.delivery.models import Publication
from hongqiao.delivery.publishing import addresses, jobs, rules, services, states
from hongqiao.delivery.publishing.errors import AlreadyOnItsWay, BadMoment, Competitor, NotNow, Submitting
from hongqiao.errors import Conflict, Invalid, NotAllowed, NotFound
from hongqiao.ids import uuid7
from hongqiao.platforms.client.publisher import Status
from hongqiao.workspace import jobs as work
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import Account, AuditEntry, Job, Notice
from tests.delivery.publisher import Busy, No

TEXT = "油皮夏天最怕闷，我连着用了三周：早上一泵，两小时后补涂一次，T 区没有搓泥。敏感肌先在耳后试一天再上脸。"
State = Publication.State


@pytest.fixture
def shelf(cast):
    return workspace.create_account(actor=cast.owner, platform="xiaohongshu", name="安澜小红书")


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """No pauses between questions and publications, unless a test says so."""
    for name, value in {"polls": [0, 3600], "looks": [0, 3600], "pacing": {"default": FREE}}.items():
        monkeypatch.setitem(rules.rules(), name, value)


FREE = {"gap_minutes": 0, "a_day": 1000}


def ask(cast, shelf, **more):
    payload = {"form": "note", "title": "油皮防晒怎么补涂", "text": TEXT, "tags": ["防晒"], "body": {"text": TEXT}}
    fields = {"subject": "test.thing", "subject_id": uuid7(), "title": "油皮防晒怎么补涂", "payload": payload}
    fields |= {"digest": "d1", "due_at": timezone.now(), "actor": cast.owner, "account": shelf}
    return publishing.ask(**{**fields, **more})


def again(kind="delivery.publish"):
    """Let the waiting tries of this kind be due now, and any call without an answer be long over."""
    long_ago = timezone.now() - timedelta(seconds=rules.rules()["settle_seconds"] + 1)
    Publication.objects.exclude(asking_at=None).update(asking_at=long_ago)
    Job.objects.filter(kind=kind, state="queued").update(run_at=timezone.now())
    work.work_off()


def fresh(row):
    return Publication.objects.select_related("account", "brand").get(pk=row.pk)


def test_a_text_is_published_once_and_verified_when_its_page_shows_it(cast, shelf, platform, pages):
    pages.pages["/p/1"] = (200, f"<html><title>油皮防晒怎么补涂</title><p>{TEXT}</p><footer>推荐阅读</footer></html>")
    platform.said = Status("live", address=f"http://{pages.host}/p/1")
    row = ask(cast, shelf)
    assert (row.way, row.state) == ("api", State.WAITING)
    work.work_off()
    row = fresh(row)
    assert platform.published == [str(row.pk)]
    assert row.steps == {"picture": f"picture-{row.pk}", "draft": f"draft-{row.pk}"}
    assert (row.state, row.proof["kind"], row.proof["share"]) == (State.VERIFIED, "fetched", 1.0)
    assert row.proof["address"] == row.address == f"http://{pages.host}/p/1"


def test_a_page_that_shows_something_else_stays_unproved_and_says_how_much_matched(cast, shelf, platform, pages):
    pages.pages["/p/1"] = (200, "<p>这里是别的内容，和那篇文章没有关系，只是碰巧也说到防晒。</p>" * 5)
    platform.said = Status("live", address=f"http://{pages.host}/p/1")
    row = ask(cast, shelf)
    work.work_off()
    row = fresh(row)
    assert (row.state, row.proof["kind"]) == (State.DECLARED, "platform")
    assert row.checks[-1]["matched"] is False
    assert row.checks[-1]["share"] < 0.2


def test_the_same_text_asked_twice_is_one_publication_and_another_version_is_refused(cast, shelf, platform):
    row = ask(cast, shelf)
    assert ask(cast, shelf, subject_id=row.subject_id) == row
    with pytest.raises(AlreadyOnItsWay):
        ask(cast, shelf, subject_id=row.subject_id, digest="d2")
    services.stop(actor=cast.owner, publication_id=row.pk, seen=row.version)
    assert ask(cast, shelf, subject_id=row.subject_id, digest="d2").pk != row.pk
    work.work_off()
    assert len(platform.published) == 1


def test_only_a_moment_that_can_come_and_an_own_open_account_are_taken(cast, shelf, platform):
    for at in (timezone.now() - timedelta(hours=1), timezone.now() + timedelta(days=400)):
        with pytest.raises(BadMoment):
            ask(cast, shelf, due_at=at)
    rival = workspace.create_account(actor=cast.owner, platform="xiaohongshu", name="别家", relation="competitor")
    foreign = Account.objects.create(brand=cast.stranger.brand, platform="xiaohongshu", name="x")
    for account in (rival, foreign):
        with pytest.raises(Competitor):
            ask(cast, account)
    with pytest.raises(NotAllowed):
        ask(cast, shelf, actor=cast.editor)


def test_an_account_without_connector_waits_for_a_person_and_no_job_touches_it(cast):
    row = ask(cast, cast.account)
    work.work_off()
    assert (fresh(row).way, fresh(row).state) == ("assisted", State.WAITING)


def test_each_step_the_platform_took_is_kept_and_not_taken_again(cast, shelf, platform):
    platform.faults["draft"] = [Busy()]
    row = ask(cast, shelf)
    work.work_off()
    assert (fresh(row).steps, fresh(row).error["code"]) == ({"picture": f"picture-{row.pk}"}, "busy")
    again()
    assert platform.uploads == ["picture", "draft"]
    assert platform.published == [str(row.pk)]


def test_an_answer_that_was_lost_is_looked_for_before_asking_again(cast, shelf, platform):
    platform.faults["after"] = [Busy()]
    row = ask(cast, shelf)
    work.work_off()
    assert states.in_flight(fresh(row))
    for act in (services.stop, services.assist):
        with pytest.raises(Submitting):
            act(actor=cast.owner, publication_id=row.pk, seen=row.version)
    again()
    assert (platform.published, fresh(row).ids) == ([str(row.pk)], {"publish_id": f"p-{row.pk}"})


def test_a_platform_that_cannot_say_whether_it_has_it_is_never_asked_twice_by_itself(cast, shelf, platform):
    platform.faults |= {"after": [Busy()], "find": [No()]}
    row = ask(cast, shelf)
    work.work_off()
    again()
    row = fresh(row)
    assert (row.state, row.error["code"], len(platform.published)) == (State.FAILED, "unsure", 1)
    assert row.asking_at  # a person who retries has it looked for first
    services.retry(actor=cast.owner, publication_id=row.pk, seen=row.version)
    again()
    assert (len(platform.published), fresh(row).state) == (1, State.SUBMITTED)


def test_what_the_platform_refuses_fails_in_its_own_words_and_may_be_handed_to_a_person(cast, shelf, platform):
    platform.faults["submit"] = [No()]
    row = ask(cast, shelf)
    work.work_off()
    row = fresh(row)
    assert (row.state, row.error["message"], row.asking_at) == (State.FAILED, "内容含违规信息", None)
    assert Notice.objects.filter(code="publication.failed", member=cast.owner).count() == 1
    handed = services.assist(actor=cast.owner, publication_id=row.pk, seen=row.version)
    assert (handed.state, handed.way) == (State.WAITING, "assisted")
    work.work_off()
    assert platform.published == []


def test_refused_after_review_is_failed_with_the_platforms_words(cast, shelf, platform):
    row = ask(cast, shelf)
    work.work_off(2)
    platform.said = Status("failed", code="4", words="平台审核不通过")
    again("delivery.poll")
    row = fresh(row)
    assert (row.state, row.error["params"]["words"]) == (State.FAILED, "平台审核不通过")


def test_the_red_button_is_obeyed_at_the_last_moment_and_released_it_goes_out(cast, shelf, platform, monkeypatch):
    row = ask(cast, shelf)
    prepare = platform.prepare

    def pressed_meanwhile(payload, done):
        yield from prepare(payload, done)
        workspace.pause_scope(actor=cast.owner, scope="publishing", reason="品牌事件")

    monkeypatch.setattr(platform, "prepare", pressed_meanwhile)
    work.work_off()
    row = fresh(row)
    assert (platform.published, row.state, row.asking_at) == ([], State.WAITING, None)
    assert row.error["held"] == {"code": "paused"}
    monkeypatch.setattr(platform, "prepare", prepare)
    workspace.unpause_scope(actor=cast.owner, scope="publishing")
    jobs.due(SimpleNamespace(payload={}))
    work.work_off()
    assert platform.published == [str(row.pk)]


def test_a_room_holds_a_text_back_at_the_last_moment_and_let_go_it_goes_out(cast, shelf, platform, monkeypatch):
    row = ask(cast, shelf)
    prepare, why = platform.prepare, {"code": "checks_open", "count": 1, "check": "打光"}

    def opened_meanwhile(payload, done):
        yield from prepare(payload, done)
        monkeypatch.setattr(states, "_HOLDS", [lambda _row: why])

    monkeypatch.setattr(states, "_HOLDS", [])
    monkeypatch.setattr(platform, "prepare", opened_meanwhile)
    work.work_off()
    row = fresh(row)
    assert (platform.published, row.state, row.asking_at, row.error["held"]) == ([], State.WAITING, None, why)
    monkeypatch.setattr(platform, "prepare", prepare)
    monkeypatch.setattr(states, "_HOLDS", [])
    jobs.due(SimpleNamespace(payload={}))
    work.work_off()
    assert platform.published == [str(row.pk)]


def test_everything_paused_stops_publishing_too(cast, shelf, platform):
    workspace.pause_scope(actor=cast.owner, scope="all", reason="品牌事件")
    ask(cast, shelf)
    work.work_off()
    assert platform.uploads == platform.published == []


def test_an_account_keeps_its_pace_and_its_count_of_the_day(cast, shelf, platform):
    cast.brand.settings = {"publishing": {"pacing": {"xiaohongshu": {"gap_minutes": 30, "a_day": 2}}}}
    cast.brand.save()
    rows = [ask(cast, shelf, digest=f"d{n}") for n in range(3)]
    work.work_off()
    assert len(platform.published) == 1
    assert fresh(rows[1]).error["held"]["code"] == "gap"
    past = timezone.now() - timedelta(minutes=31)
    for expected in (2, 2):
        Publication.objects.exclude(submitted_at=None).update(submitted_at=past)
        jobs.due(SimpleNamespace(payload={}))
        work.work_off()
        assert len(platform.published) == expected
    if timezone.localtime(past).date() == timezone.localdate():
        assert fresh(rows[2]).error["held"]["code"] == "day"


def test_what_is_moved_goes_out_at_its_new_moment_only(cast, shelf, platform):
    row = ask(cast, shelf)
    moved = services.reschedule(
        actor=cast.owner, publication_id=row.pk, seen=row.version, at=timezone.now() + timedelta(hours=2)
    )
    work.work_off()
    assert platform.published == []
    services.reschedule(actor=cast.owner, publication_id=row.pk, seen=moved.version, at=timezone.now())
    work.work_off()
    assert platform.published == [str(row.pk)]


def test_two_people_at_once_the_second_is_told(cast, shelf, platform):
    row = ask(cast, shelf, due_at=timezone.now() + timedelta(hours=2))
    services.stop(actor=cast.owner, publication_id=row.pk, seen=row.version)
    with pytest.raises(Conflict):
        services.reschedule(actor=cast.owner, publication_id=row.pk, seen=row.version, at=timezone.now())


def test_a_job_that_another_worker_has_taken_over_publishes_nothing(cast, shelf, platform):
    row = ask(cast, shelf)
    platform.prepare_all = platform.prepare

    def stolen(payload, done):
        yield from platform.prepare_all(payload, done)
        Job.objects.filter(kind="delivery.publish").update(claims=99)

    platform.prepare = stolen
    work.work_off()
    assert (platform.published, fresh(row).asking_at) == ([], None)


def test_a_clock_that_was_set_back_forgets_nothing(cast, shelf, platform):
    row = ask(cast, shelf)
    Job.objects.filter(kind="delivery.publish").delete()
    jobs.due(SimpleNamespace(payload={}))
    work.work_off()
    jobs.due(SimpleNamespace(payload={}))
    work.work_off()
    assert platform.published == [str(row.pk)]


def test_a_pasted_share_text_is_declared_not_verified_and_the_same_again_changes_nothing(cast, platform):
    row = ask(cast, cast.account)
    pasted = "3.56 复制打开抖音，看看【安澜官方的作品】油皮防晒 https://v.douyin.com/iRNBho6u/ 11/12 WzT:/"
    kept = services.declare(actor=cast.editor, publication_id=row.pk, seen=row.version, pasted=pasted)
    assert (kept.state, kept.address) == (State.DECLARED, "https://v.douyin.com/iRNBho6u/")
    assert (kept.proof["kind"], kept.proof["by"]) == ("link", "editor")
    twice = services.declare(actor=cast.editor, publication_id=row.pk, seen=row.version, pasted=pasted)
    assert twice.version == kept.version
    assert AuditEntry.objects.filter(code="publication.declared").count() == 1
    work.work_off()
    row = fresh(row)
    assert (row.state, row.checks[-1]["readable"]) == (State.DECLARED, False)  # 抖音's pages are not read


def test_a_declared_link_becomes_verified_once_its_page_shows_the_text(cast, shelf, platform, pages):
    row = ask(cast, shelf, way="assisted")
    link = f"http://{pages.host}/n/1"
    services.declare(actor=cast.owner, publication_id=row.pk, seen=row.version, pasted=link)
    work.work_off()
    assert fresh(row).state == State.DECLARED
    pages.pages["/n/1"] = (200, f"<script>window.note={{'desc':'{TEXT}'}}</script><h1>油皮防晒怎么补涂</h1>")
    again("delivery.look")
    row = fresh(row)
    assert (row.state, row.proof["kind"], row.proof["before"]) == (State.VERIFIED, "fetched", "link")


def test_a_piece_that_is_deleted_later_is_said_to_be_gone_once(cast, shelf, platform, pages):
    pages.pages["/n/1"] = (200, f"<h1>油皮防晒怎么补涂</h1>{TEXT}")
    row = ask(cast, shelf, way="assisted")
    services.declare(actor=cast.owner, publication_id=row.pk, seen=None, pasted=f"http://{pages.host}/n/1")
    work.work_off()
    assert fresh(row).state == State.VERIFIED
    del pages.pages["/n/1"]
    again("delivery.look")
    row = fresh(row)
    assert (row.state, bool(row.gone_at)) == (State.VERIFIED, True)
    assert Notice.objects.filter(code="publication.gone", member=cast.owner).count() == 1


@pytest.mark.parametrize(
    "pasted",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "https://evil.example/xiaohongshu.com",
        "https://xiaohongshu.com.evil.example/1",
        "https://xiaohongshu.com@evil.example/1",
        "https://www.douyin.com/video/1",
        "http://127.0.0.1/1",
        "https://[::1",
        "",
        "没有链接的一段话",
        "x" * 10_000_000,
    ],
)
def test_what_is_no_link_of_this_platform_is_refused(cast, shelf, pasted):
    row = ask(cast, shelf)
    with pytest.raises(Invalid) as refused:
        services.declare(actor=cast.owner, publication_id=row.pk, seen=row.version, pasted=pasted)
    assert refused.value.code in ("no_link", "other_platform", "too_long", "no_proof")
    assert fresh(row).state == State.WAITING


def test_a_link_inside_a_share_text_is_taken_out_of_it():
    pasted = "27 安澜发布了一篇小红书笔记，快来看吧！ 😆 abc 😆 http://xhslink.com/a/Xyz1，复制本条信息，打开【小红书】App查看！"
    assert addresses.of_paste(pasted, "xiaohongshu") == "http://xhslink.com/a/Xyz1"


def test_a_screenshot_is_proof_of_a_person_and_a_script_is_no_screenshot(cast, shelf, house):
    row = ask(cast, shelf)
    for bad in (b"<svg onload=alert(1)>", b"\x89PNG but not", b"GIF89a"):
        with pytest.raises(Invalid, match="not_a_picture"):
            services.declare(actor=cast.owner, publication_id=row.pk, seen=row.version, picture=bad)
    held = io.BytesIO()
    Image.new("RGB", (40, 60), "white").save(held, "PNG")
    kept = services.declare(actor=cast.owner, publication_id=row.pk, seen=row.version, picture=held.getvalue())
    assert (kept.state, kept.proof["kind"], kept.address) == (State.DECLARED, "screenshot", "")
    assert (house / "proofs" / str(cast.brand.pk) / kept.proof["shot"]).read_bytes() == held.getvalue()


def test_a_redirect_to_another_site_proves_nothing(cast, shelf, platform, pages):
    pages.pages["/n/1"] = (302, "http://169.254.169.254/latest/")
    row = ask(cast, shelf, way="assisted")
    services.declare(actor=cast.owner, publication_id=row.pk, seen=None, pasted=f"http://{pages.host}/n/1")
    work.work_off()
    row = fresh(row)
    assert (row.state, row.checks[-1]["why"]["code"]) == (State.DECLARED, "page_not_fetched")


def test_rooms_are_told_in_the_same_transaction_of_every_move(cast, shelf, platform, monkeypatch):
    heard = []
    monkeypatch.setattr(states, "_HEARD", [lambda row, before: heard.append((before, row.state))])
    ask(cast, shelf)
    work.work_off(2)
    assert heard[:2] == [("", "waiting"), ("waiting", "submitted")]


def test_a_room_that_cannot_follow_keeps_the_publication_from_being_asked(cast, shelf, platform, monkeypatch):
    def cannot(row, before):
        raise RuntimeError

    monkeypatch.setattr(states, "_HEARD", [cannot])
    with pytest.raises(RuntimeError):
        ask(cast, shelf)
    assert not Publication.objects.exists()


def test_a_stranger_finds_nothing_and_a_role_without_the_right_may_not(cast, shelf):
    row = ask(cast, shelf)
    with pytest.raises(NotFound):
        services.stop(actor=cast.stranger, publication_id=row.pk, seen=row.version)
    with pytest.raises(NotAllowed):
        services.stop(actor=cast.editor, publication_id=row.pk, seen=row.version)
    with pytest.raises(NotAllowed):
        services.declare(actor=cast.viewer, publication_id=row.pk, seen=None, pasted="https://xhslink.com/1")


def test_an_article_published_without_telling_followers_is_marked_when_it_was_sent(cast, platform):
    account = workspace.create_account(actor=cast.owner, platform="wechat_oa", name="安澜公众号")
    row = ask(cast, account, way="assisted")
    with pytest.raises(NotNow):
        services.told(actor=cast.owner, publication_id=row.pk, seen=None)
    services.declare(actor=cast.owner, publication_id=row.pk, seen=None, pasted="https://mp.weixin.qq.com/s/abc")
    kept = services.told(actor=cast.owner, publication_id=row.pk, seen=None)
    assert kept.told_followers
    assert services.told(actor=cast.owner, publication_id=row.pk, seen=None).version == kept.version
