"""Files that come together: who tells nothing of a day hears it from the others, and cards stand by account and day."""

import re
from datetime import date, timedelta

from django.utils import timezone

from hongqiao.imports import services
from hongqiao.imports.models import ImportFile
from hongqiao.workspace import services as workspace

from .conftest import CAPTURED, daily, work, works


def test_a_list_of_works_beside_dated_files_is_proposed_their_day_whichever_comes_first(give, douyin):
    early = give(works(work(1)), "作品一.csv")
    assert early.captured_from == "upload_time"
    dated = give(daily(("2026-04-13", 5), ("2026-04-14", 6)), "播放量.xlsx")
    late = give(works(work(2)), "作品二.csv")
    early.refresh_from_db()
    assert dated.captured_from == "last_day"
    for one in (early, late):
        assert (one.captured_at, one.captured_from) == (dated.captured_at, "batch")


def test_another_batch_and_a_persons_own_choice_are_left_alone(give, owner, specialist, douyin):
    chosen = give(works(work(1)), "选过.csv")
    services.choose(actor=owner, file_id=chosen.id, captured_at=CAPTURED)
    old = give(works(work(2)), "早上.csv")
    ImportFile.objects.filter(id=old.id).update(created_at=old.created_at - timedelta(hours=1))
    theirs = give(works(work(3)), "别人的.csv", actor=specialist)
    give(daily(("2026-04-14", 6)), "播放量.xlsx")
    for one in (chosen, old, theirs):
        one.refresh_from_db()
    assert [f.captured_from for f in (chosen, old, theirs)] == ["person", "upload_time", "upload_time"]
    assert chosen.captured_at == CAPTURED


def test_files_without_an_account_hear_a_day_only_where_most_of_the_batch_agree(give, douyin):
    give(daily(("2026-04-13", 5)), "播放量.xlsx")
    give(daily(("2026-04-14", 5), metric="净增粉丝"), "净增.xlsx")
    torn = give(b"a,b\n1,2\n", "别的.csv")
    assert torn.captured_from == "upload_time", "one day against the other"
    give(daily(("2026-04-14", 5), metric="取关粉丝"), "取关.xlsx")
    torn.refresh_from_db()
    assert (torn.captured_from, timezone.localdate(torn.captured_at)) == ("batch", date(2026, 4, 15))


def test_a_file_of_today_keeps_the_moment_of_its_upload(give, douyin):
    today = timezone.localdate()
    give(daily((f"{today - timedelta(days=1)}", 5)), "播放量.xlsx")
    assert give(works(work(1)), "作品.csv").captured_from == "upload_time"


def test_a_few_files_are_shown_by_account_and_day_of_download(client, give, owner, douyin):
    workspace.create_account(actor=owner, platform="douyin", name="安澜二号")
    first = give(daily(("2026-04-14", 6)), "播放量.xlsx")
    services.choose(actor=owner, file_id=first.id, account_id=douyin.id)
    second = give(daily(("2026-04-21", 6)), "下周.xlsx")
    services.choose(actor=owner, file_id=second.id, account_id=douyin.id)
    give(b"a,b\n1,2\n", "别的.csv")
    client.force_login(owner.user)
    page = client.get("/b/anlan/imports/").content.decode()
    heads = re.findall(r'class="line batch"><h3>([^<]+)</h3><span class="sub">([^<]+)</span>', page)
    assert [(title, said) for title, said in heads] == [
        ("未识别的文件", "1 个文件"),
        ("抖音 · 安澜官方", "2026-04-15 下载 · 1 个文件"),
        ("抖音 · 安澜官方", "2026-04-22 下载 · 1 个文件"),
    ]
