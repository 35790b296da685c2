"""What lists and pages say of files: which metric a file brings, what was taken back, who may throw what away."""

from collections.abc import Callable

import pytest
from django.test import Client

from hongqiao.errors import NotAllowed
from hongqiao.imports import services
from hongqiao.imports.api.files import as_json
from hongqiao.imports.models import ImportFile
from hongqiao.imports.naming import label_of
from hongqiao.workspace import jobs
from hongqiao.workspace.models import Job, Member

from .conftest import CAPTURED, daily, member, work, works

HOME = "/b/anlan/imports/"
DAYS = [("2026-04-01", 120), ("2026-04-02", 90)]


@pytest.fixture
def browser(client: Client, owner: Member) -> Client:
    client.force_login(owner.user)
    return client


def page(client: Client, path: str = "") -> str:
    return client.get(HOME + path).content.decode()


@pytest.mark.parametrize("metric", ["播放量", "净增粉丝", "封面点击率"])
def test_a_daily_file_is_called_by_its_metric_everywhere(browser, douyin, take: Callable[..., ImportFile], metric):
    values = [(day, n / 1000) for day, n in DAYS] if metric == "封面点击率" else DAYS
    file = take(daily(*values, metric=metric), "data.xlsx")
    said = f"抖音 · 账号数据总览（按天） · {metric}"
    for path in ("", "history/", f"{file.id}/"):
        assert said in page(browser, path), path
    assert said in b"".join(browser.get(f"{HOME}history/export/").streaming_content).decode()
    (table,) = as_json(file)["tables"]
    assert table["label"] == f"账号数据总览（按天） · {metric}"
    assert [c["header"] for c in table["columns"]] == ["日期", metric]
    assert table["columns"][0]["target"] == "account_daily.day"


def test_a_list_of_works_is_called_by_its_layout_alone(give: Callable[..., ImportFile], douyin):
    table = give(works(work(1))).tables.get()
    assert label_of(table) == "作品列表"
    assert {"播放量", "点赞量"} <= {header for header, _target, _needed in table.fills}


def test_a_specialist_throws_away_their_own_files_only(client: Client, brand, owner, specialist, give, douyin):
    theirs, mine = give(works(work(1)), "别人的.csv"), give(works(work(2)), "我的.csv", actor=specialist)
    client.force_login(specialist.user)
    shown = page(client)
    assert f"{mine.id}/discard/" in shown
    assert f"{theirs.id}/discard/" not in shown
    assert client.post(f"{HOME}{theirs.id}/discard/").status_code == 403
    with pytest.raises(NotAllowed):
        services.discard(actor=specialist, file_id=theirs.id, seen=None)
    services.discard(actor=specialist, file_id=mine.id, seen=None)
    services.discard(actor=member(brand, "lead"), file_id=theirs.id, seen=None)
    assert not ImportFile.objects.exists()


def test_an_undone_import_says_what_was_taken_back(browser, owner, take):
    file = take(works(work(1), work(2)), "四月.csv")
    services.undo(actor=owner, file_id=file.id, seen=None)
    for path in ("history/", f"{file.id}/"):
        assert "已撤回 2" in page(browser, path), path
    assert '已撤回 <b class="num">2</b>' in page(browser)


def test_a_job_names_the_file_it_imports(owner, douyin, give):
    file = give(works(work(1)), "四月作品.csv")
    services.confirm(actor=owner, file_id=file.id, seen=None, account_id=douyin.id, captured_at=CAPTURED)
    job = Job.objects.get(kind="imports.run")
    assert jobs.subjects([job]) == {job.id: jobs.Subject("四月作品.csv", f"{HOME}{file.id}/")}
