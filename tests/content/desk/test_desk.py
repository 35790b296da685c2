"""The desk: what is approved goes out, by hand or by itself; what changed does not; the phone's page and its limits."""

import io
import re
import zipfile
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hongqiao.content.desk import asking, jobs, passes
from hongqiao.content.models import Piece, Stage, Task
from hongqiao.delivery.models import Publication
from hongqiao.delivery.publishing import rules, services
from hongqiao.delivery.publishing.errors import AlreadyOnItsWay, BadMoment
from hongqiao.errors import Conflict, NotAllowed, NotFound
from hongqiao.workspace import jobs as work
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import AuditEntry
from tests.content.desk.conftest import TEXT, approve, picture

LINK = "http://xhslink.com/a/Xyz1"


def schedule(cast, piece, **more):
    return asking.schedule(**{"actor": cast.owner, "piece_id": piece.pk, "seen": None, "at": timezone.now(), **more})


def fresh(piece):
    return Piece.objects.get(pk=piece.pk)


def page(cast, row, who=None):
    return reverse("content_publication", args=["anlan", row.pk]), cast.client(who or cast.owner)


def test_an_approved_piece_is_scheduled_with_the_text_and_the_files_in_order(cast, piece):
    row = schedule(cast, piece, at=timezone.now() + timedelta(hours=3))
    assert (row.way, row.digest, row.payload["text"]) == ("assisted", piece.approved, TEXT)
    assert [p["name"] for p in row.payload["parts"]] == ["01-red.png", "02-blue.png"]
    assert (fresh(piece).stage, fresh(piece).publish_at) == (Stage.SCHEDULED, row.due_at)
    assert AuditEntry.objects.filter(code="piece.scheduled").count() == 1


def test_the_day_of_publishing_follows_the_desk(cast, piece):
    task = Task.objects.create(brand=cast.brand, piece=piece, kind="publish", due=timezone.localdate())
    first, later = (timezone.now() + timedelta(days=n) for n in (3, 5))
    row = schedule(cast, piece, at=first)
    task.refresh_from_db()
    assert task.due == timezone.localdate(first)
    asking.reschedule(actor=cast.owner, publication_id=row.pk, seen=None, at=later)
    task.refresh_from_db()
    assert task.due == timezone.localdate(later) == timezone.localdate(fresh(piece).publish_at)


def test_a_scheduled_piece_leads_to_its_own_page_of_the_desk(cast, piece):
    desk, shown = reverse("content_desk", args=["anlan"]), reverse("content_piece", args=["anlan", piece.pk])
    row = schedule(cast, piece, at=timezone.now() + timedelta(hours=3))
    browser = cast.client(cast.owner)
    assert browser.get(shown).context["following"]["url"] == reverse("content_publication", args=["anlan", row.pk])
    Publication.objects.all().delete()
    assert browser.get(shown).context["following"]["url"] == desk


def test_scheduled_again_it_is_moved_and_stays_one(cast, piece):
    first = schedule(cast, piece, at=timezone.now() + timedelta(hours=3))
    moved = schedule(cast, piece, at=timezone.now() + timedelta(hours=5))
    assert moved.pk == first.pk
    assert fresh(piece).publish_at == moved.due_at > first.due_at
    assert Publication.objects.count() == 1


@pytest.mark.parametrize("stage", [Stage.BRIEF, Stage.COPY, Stage.REVIEW, Stage.PUBLISHED, Stage.ARCHIVED])
def test_what_is_not_approved_is_not_scheduled(cast, piece, stage):
    Piece.objects.filter(pk=piece.pk).update(stage=stage)
    with pytest.raises(asking.NotApproved):
        schedule(cast, piece)


def test_a_text_changed_after_approval_is_not_scheduled(cast, piece):
    Piece.objects.filter(pk=piece.pk).update(approved="another")
    with pytest.raises(asking.NotApproved):
        schedule(cast, piece)


def test_a_moment_gone_by_a_stale_page_and_a_role_without_the_right_are_refused(cast, piece):
    with pytest.raises(BadMoment):
        schedule(cast, piece, at=timezone.now() - timedelta(days=1))
    with pytest.raises(Conflict):
        schedule(cast, piece, seen=99)
    with pytest.raises(NotAllowed):
        schedule(cast, piece, actor=cast.editor)
    with pytest.raises(NotFound):
        schedule(cast, piece, actor=cast.stranger)
    assert fresh(piece).stage == Stage.APPROVED


def test_a_competitors_account_and_another_platforms_are_no_place_to_publish(cast, piece):
    rival = workspace.create_account(actor=cast.owner, platform="xiaohongshu", name="别家", relation="competitor")
    for account in (rival.pk, cast.account.pk, "no key"):
        with pytest.raises(asking.NoAccount):
            schedule(cast, piece, account_id=account)


def test_taken_off_the_desk_it_is_approved_again_and_may_be_scheduled_anew(cast, piece):
    row = schedule(cast, piece, at=timezone.now() + timedelta(hours=3))
    assert asking.unschedule(actor=cast.owner, piece_id=piece.pk, seen=None).stage == Stage.APPROVED
    assert Publication.objects.get(pk=row.pk).state == "stopped"
    again = schedule(cast, piece)
    assert (again.pk, again.state) == (row.pk, "waiting")


def test_a_piece_rewritten_while_it_waits_is_stopped_and_its_new_text_goes_out(cast, piece, platform):
    old = schedule(cast, piece, at=timezone.now() + timedelta(hours=3))
    row = fresh(piece)
    Piece.objects.filter(pk=row.pk).update(stage=Stage.COPY)
    jobs.changed(SimpleNamespace(payload={}))
    assert Publication.objects.get(pk=old.pk).state == "stopped"
    new = schedule(cast, approve(cast, fresh(piece), text=TEXT + "补一句。"))
    work.work_off(3)
    assert (new.pk != old.pk, platform.published) == (True, [str(new.pk)])


def test_a_piece_rewritten_at_the_last_moment_does_not_go_out(cast, piece, platform):
    row = schedule(cast, piece)
    prepare = platform.prepare

    def meanwhile(payload, done):
        yield from prepare(payload, done)
        Piece.objects.filter(pk=piece.pk).update(stage=Stage.COPY)

    platform.prepare = meanwhile
    work.work_off()
    kept = Publication.objects.get(pk=row.pk)
    assert (platform.published, kept.state, kept.error["code"]) == ([], "stopped", "text_changed")


def test_a_published_piece_is_not_published_again(cast, piece):
    row = schedule(cast, piece)
    services.declare(actor=cast.editor, publication_id=row.pk, seen=None, pasted=LINK)
    done = fresh(piece)
    assert (done.stage, done.address) == (Stage.PUBLISHED, LINK)
    Piece.objects.filter(pk=piece.pk).update(stage=Stage.APPROVED)
    with pytest.raises(AlreadyOnItsWay):
        schedule(cast, approve(cast, fresh(piece), text=TEXT + "改"))


def test_the_desk_shows_late_ones_on_top_and_the_next_by_the_hour(cast, piece, shelf):
    row = schedule(cast, piece)
    Publication.objects.filter(pk=row.pk).update(due_at=timezone.now() - timedelta(hours=2))
    shown = cast.client(cast.editor).get(reverse("content_desk", args=["anlan"])).content.decode()
    assert shown.index("先处理") < shown.index("油皮防晒怎么补涂") < shown.index("按发布时间")
    assert "已超时" in shown
    today = cast.client(cast.owner).get(reverse("today", args=["anlan"])).content.decode()
    assert "今日发布台" in today
    assert "1 条要先处理" in today


def test_an_approved_piece_is_scheduled_from_the_desk(cast, piece):
    address, browser = reverse("content_desk", args=["anlan"]), cast.client(cast.owner)
    assert "油皮防晒怎么补涂" in browser.get(address).content.decode()
    at = timezone.localtime(timezone.now() + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
    form = {"act": "schedule", "id": str(piece.pk), "seen": str(piece.version), "at": at}
    assert browser.post(address, form).status_code == 302
    assert browser.post(address, form).status_code == 409  # a double click: the page was of an older version
    assert Publication.objects.count() == 1
    for bad in ("2001-01-01T00:00", "never", "9" * 400):
        assert browser.post(address, {**form, "seen": "", "at": bad}).status_code == 422


def test_the_hand_off_has_what_is_copied_the_pictures_and_the_declarations(cast, piece):
    address, browser = page(cast, schedule(cast, piece), cast.editor)
    shown = browser.get(address).content.decode()
    for part in (TEXT, "#防晒 #油皮", "笔记含 AI 合成内容", "广告", "creator.xiaohongshu.com", "data-copy"):
        assert part in shown
    first = browser.get(re.search(r'href="([^"]+/files/1/)"', shown)[1])
    assert b"".join(first.streaming_content) == picture("red")
    assert first["X-Content-Type-Options"] == "nosniff"
    held = zipfile.ZipFile(io.BytesIO(b"".join(browser.get(address + "files.zip").streaming_content)))
    assert held.namelist() == ["00-文案.txt", "01-red.png", "02-blue.png"]
    assert TEXT in held.read("00-文案.txt").decode()
    assert held.read("02-blue.png") == picture("blue")


def test_a_file_that_is_gone_is_said_and_a_path_outside_is_never_read(cast, piece, house):
    row = schedule(cast, piece)
    secret = house / "secret.txt"
    secret.write_text("secret")
    parts = [{"name": "x", "path": "secret.txt", "mime": "image/png"}, {"name": "y", "path": "../../etc/passwd"}]
    Publication.objects.filter(pk=row.pk).update(payload={**row.payload, "parts": parts})
    address, browser = page(cast, row)
    assert "第 1 个文件找不到了" in browser.get(address).content.decode()
    for number in (1, 2, 3, 0):
        assert browser.get(f"{address}files/{number}/").status_code == 404
    assert browser.get(address + "files.zip").status_code == 200


def test_two_people_at_once_the_second_is_told_and_what_they_typed_stays(cast, piece):
    row = schedule(cast, piece)
    address, first = page(cast, row, cast.editor)
    second = cast.client(cast.owner)
    form = {"act": "declare", "seen": str(row.version), "pasted": LINK}
    assert first.post(address, form).status_code == 302
    assert first.post(address, form).status_code == 302  # the same link twice is a double click, not a conflict
    other = second.post(address, {**form, "pasted": "http://xhslink.com/a/other"})
    assert other.status_code == 409
    assert "a/other" in other.content.decode()
    assert AuditEntry.objects.filter(code="publication.declared").count() == 1


def code(cast, row, who=None):
    address, browser = page(cast, row, who or cast.editor)
    shown = browser.post(address, {"act": "pass"})
    assert shown["Cache-Control"] == "no-store"
    assert "<svg" in shown.content.decode()
    return re.search(r"http://[^<\s]*(/p/[^<\s]+/)", shown.content.decode())[1], shown.content.decode()


def test_the_phone_publishes_by_its_code_without_signing_in(cast, piece):
    row = schedule(cast, piece)
    path, _shown = code(cast, row)
    phone = Client()
    assert TEXT in phone.get(path).content.decode()
    assert b"".join(phone.get(path + "files/2/").streaming_content) == picture("blue")
    assert phone.post(path, {"act": "declare", "seen": row.version, "pasted": "javascript:alert(1)"}).status_code == 422
    pasted = f"27 安澜发布了一篇小红书笔记 😆 {LINK}，复制本条信息，打开【小红书】App查看！"
    assert phone.post(path, {"act": "declare", "seen": row.version, "pasted": pasted}).status_code == 302
    kept = Publication.objects.get(pk=row.pk)
    assert (kept.state, kept.address, kept.proof["by"], kept.proof["phone"]) == ("declared", LINK, "editor", True)
    entry = AuditEntry.objects.get(code="publication.declared")
    assert entry.member == cast.editor
    assert phone.post(path, {"act": "stop"}).status_code == 404
    assert phone.get("/b/anlan/").status_code == 302  # it opens nothing else


def test_a_draft_that_lies_ready_at_the_platform_is_said_on_the_desk_and_on_the_phone(cast, piece):
    row = schedule(cast, piece)
    address, web = page(cast, row)
    phone, _shown = code(cast, row)
    assert "草稿已建好" not in web.get(address).content.decode()
    Publication.objects.filter(pk=row.pk).update(steps={"draft": "media-1"})
    assert "草稿已建好" in web.get(address).content.decode()
    assert "草稿已建好" in Client().get(phone).content.decode()


def test_a_code_ends_by_time_by_the_button_and_with_its_member(cast, piece, monkeypatch):
    row = schedule(cast, piece)
    path, _shown = code(cast, row)
    assert Client().get(path[:-3] + "x/").status_code == 410
    with monkeypatch.context() as late:
        late.setitem(rules.rules(), "phone_minutes", -1)
        assert Client().get(path).status_code == 410
    address, browser = page(cast, row, cast.editor)
    assert browser.post(address, {"act": "end"}).status_code == 302
    assert Client().get(path).status_code == 410
    path, _shown = code(cast, row)
    workspace.deactivate_member(actor=cast.owner, member_id=cast.editor.pk, seen=None)
    assert Client().get(path).status_code == 410


def test_an_address_that_only_this_machine_opens_is_said_and_one_that_others_open_is_not(cast, piece, settings):
    row = schedule(cast, piece)
    settings.URL = "http://127.0.0.1:8000"
    assert "只有这台电脑打得开" in code(cast, row)[1]
    settings.URL = "http://192.168.1.20:8000"
    assert "只有这台电脑打得开" not in code(cast, row)[1]


def test_a_viewer_looks_and_does_nothing_and_a_stranger_finds_nothing(cast, piece):
    row = schedule(cast, piece)
    address, browser = page(cast, row, cast.viewer)
    assert browser.get(address).status_code == 200
    for act in ("declare", "pass", "stop", "move"):
        assert browser.post(address, {"act": act, "seen": row.version, "pasted": LINK}).status_code == 403
    for path in (address, address + "files.zip", address + "files/1/", address + "shot/"):
        cache.clear()
        assert cast.client(cast.stranger).get(path).status_code == 404
    token, _until = passes.make(actor=cast.editor, publication_id=row.pk)
    assert token
    with pytest.raises(NotFound):
        passes.make(actor=cast.stranger, publication_id=row.pk)
