"""The watched folder: what has stopped changing is taken, set aside, and never taken twice."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from hongqiao.errors import NotAllowed
from hongqiao.imports import services
from hongqiao.imports.errors import BadMoment
from hongqiao.imports.models import ImportBundle, ImportFile, WatchedFile
from hongqiao.imports.services import files
from hongqiao.workspace import jobs
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import Brand

from .conftest import daily, member, sums, work, works, zip_of

DAYS = [("2026-04-01", 120), ("2026-04-02", 90)]


@pytest.fixture
def folder(settings, tmp_path: Path, brand: Brand) -> Path:
    settings.WATCH = str(tmp_path / "in")
    made = tmp_path / "in" / "anlan"
    made.mkdir(parents=True)
    return made


def put(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def later(seconds: int = 60) -> None:
    """Let the time pass that a file must stand still."""
    for row in WatchedFile.objects.all():
        WatchedFile.objects.filter(id=row.id).update(seen_at=row.seen_at - timedelta(seconds=seconds))


def look(brand: Brand) -> dict[str, int]:
    """Two rounds, with enough time between them."""
    services.watch(brand)
    later()
    return services.watch(brand)


def test_a_file_is_taken_once_it_has_stopped_changing(brand, folder, douyin):
    path = put(folder, "作品.csv", works(work(1)))
    assert services.watch(brand)["waiting"] == 1
    assert services.watch(brand)["waiting"] == 1, "too early"
    later()
    put(folder, "作品.csv", works(work(1), work(2)))
    assert services.watch(brand)["waiting"] == 1, "it was still being written"
    assert not ImportFile.objects.exists()
    later()
    assert services.watch(brand)["taken"] == 1
    file = ImportFile.objects.get()
    assert (file.state, file.account, file.created_by, file.tables.get().rows) == ("waiting", douyin, None, 2)
    assert not path.exists()
    assert (folder / "taken" / "作品.csv").exists()
    assert look(brand) == {"taken": 0, "refused": 0, "waiting": 0}


def test_another_file_of_the_same_name_is_taken_too_and_both_are_kept(brand, folder, douyin):
    for n in (1, 2):
        put(folder, "作品.csv", works(work(n)))
        assert look(brand)["taken"] == 1
    assert sorted(p.name for p in (folder / "taken").iterdir()) == ["作品 (2).csv", "作品.csv"]
    assert ImportFile.objects.count() == 2


def test_folders_name_the_account(brand, owner, folder, douyin):
    twin = workspace.create_account(actor=owner, platform="xiaohongshu", name="安澜官方")
    second = workspace.create_account(actor=owner, platform="douyin", name="安澜二号")
    put(folder, "安澜官方/作品.csv", works(work(1)))
    put(folder, "抖音/安澜二号/作品.csv", works(work(2)))
    put(folder, "小红书/安澜官方/作品.csv", works(work(3)))
    put(folder, "不认识/作品.csv", works(work(4)))
    assert look(brand)["taken"] == 4
    whose = {f.shown: f.account for f in ImportFile.objects.all()}
    assert whose["安澜官方/作品.csv"] == douyin, "two bear the name; the file is 抖音's"
    assert whose["抖音/安澜二号/作品.csv"] == second
    assert whose["小红书/安澜官方/作品.csv"] is None, "the file is not of the platform that the folder says"
    assert whose["不认识/作品.csv"] is None
    assert twin


def test_what_cannot_be_read_goes_to_refused_and_says_why(client: Client, brand, owner, folder):
    put(folder, "坏.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(60))
    put(folder, "空.csv", b"")
    put(folder, "图.png", b"x")
    put(folder, ".半个.csv", b"x")
    assert look(brand) == {"taken": 0, "refused": 2, "waiting": 0}
    assert sorted(p.name for p in (folder / "refused").iterdir()) == ["坏.xlsx", "空.csv"]
    assert (folder / "图.png").exists()
    client.force_login(owner.user)
    page = client.get("/b/anlan/imports/watched/").content.decode()
    for words in ("空.csv", "这是一个空文件", "未收取", str(folder)):
        assert words in page, words


def test_links_are_not_followed(brand, folder, tmp_path, douyin):
    outside = put(tmp_path / "elsewhere", "作品.csv", works(work(1)))
    (folder / "link.csv").symlink_to(outside)
    (folder / "sub").symlink_to(outside.parent)
    assert look(brand) == {"taken": 0, "refused": 0, "waiting": 0}
    assert outside.exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_only_be_read_is_remembered_really(brand, folder, douyin):
    put(folder, "作品.csv", works(work(1)))
    folder.chmod(0o555)
    try:
        assert look(brand)["taken"] == 1
        assert look(brand) == {"taken": 0, "refused": 0, "waiting": 0}
    finally:
        folder.chmod(0o755)


def test_a_folder_that_may_only_be_read_is_remembered(brand, folder, douyin, monkeypatch):
    """The same for whoever runs the tests as root: the move fails as it does in such a folder."""

    def no(self, target):
        raise PermissionError(13, "read-only")

    monkeypatch.setattr(Path, "rename", no)
    path = put(folder, "作品.csv", works(work(1)))
    assert look(brand)["taken"] == 1
    assert look(brand) == {"taken": 0, "refused": 0, "waiting": 0}
    os.utime(path, ns=(1, 1))
    assert look(brand)["taken"] == 1, "touched, and still the same bytes"
    assert ImportFile.objects.count() == 1
    path.write_bytes(works(work(1), work(2)))
    assert look(brand)["taken"] == 1
    assert ImportFile.objects.count() == 2


def test_nothing_is_confirmed_by_itself_unless_the_brand_says_so(brand, owner, folder, douyin):
    put(folder, "安澜官方/播放量.xlsx", daily(*DAYS))
    look(brand)
    assert ImportFile.objects.get().state == "waiting"
    with pytest.raises(NotAllowed):
        services.set_watch_confirm(actor=member(brand, "lead"), seen=None, on=True)
    brand = services.set_watch_confirm(actor=owner, seen=None, on=True)
    put(folder, "安澜官方/净增粉丝.xlsx", daily(*DAYS, metric="净增粉丝"))
    put(folder, "安澜官方/作品_20260415.csv", works(work(1)))
    put(folder, "安澜官方/店.csv", "店,员,数\nA,B,1\n".encode())
    assert look(brand)["taken"] == 3
    states = {f.name: f.state for f in ImportFile.objects.all()}
    assert states["净增粉丝.xlsx"] == "queued"
    assert states["作品_20260415.csv"] == "waiting", "a name is no proof of when it was downloaded"
    assert states["店.csv"] == "waiting"
    jobs.work_off()
    done = ImportFile.objects.get(name="净增粉丝.xlsx")
    assert (done.state, sums(done), done.confirmed_by) == ("done", (2, 0, 0), None)


def test_a_guessed_account_is_not_confirmed_by_itself(brand, owner, folder, douyin, take):
    take(daily(("2026-03-01", 5)))
    workspace.create_account(actor=owner, platform="douyin", name="安澜二号")
    brand = services.set_watch_confirm(actor=owner, seen=None, on=True)
    put(folder, "播放量.xlsx", daily(*DAYS))
    look(brand)
    file = ImportFile.objects.get(name="播放量.xlsx")
    assert (file.state, file.account) == ("waiting", douyin)


def test_a_zip_in_the_folder_is_opened(brand, folder, douyin):
    put(folder, "抖音/安澜官方/四月.zip", zip_of({"a.csv": works(work(1)), "b.xlsx": daily(*DAYS)}))
    assert look(brand)["taken"] == 1
    jobs.work_off()
    assert ImportBundle.objects.get().state == "done"
    assert {f.shown for f in ImportFile.objects.all()} == {"抖音/安澜官方/a.csv", "抖音/安澜官方/b.xlsx"}
    assert {f.account for f in ImportFile.objects.all()} == {douyin}


def test_the_round_of_the_worker_looks_into_every_brand(brand, folder, douyin):
    put(folder, "作品.csv", works(work(1)))
    for n in range(2):
        jobs.enqueue("imports.watch", brand_id=None, key=f"{n}", run_at=timezone.now())
        jobs.work_off()
        later()
    assert ImportFile.objects.count() == 1


def test_a_file_that_cannot_confirm_itself_is_kept_to_wait_and_not_called_refused(
    brand, owner, folder, douyin, monkeypatch
):
    def unbelievable(moment):
        raise BadMoment(value=str(moment))

    services.set_watch_confirm(actor=owner, seen=None, on=True)
    monkeypatch.setattr(files, "_believable", unbelievable)
    put(folder, "安澜官方/播放量.xlsx", daily(*DAYS))
    assert look(brand) == {"taken": 1, "refused": 0, "waiting": 0}
    file = ImportFile.objects.get()
    assert (file.state, file.captured_from, file.confirmed_at) == ("waiting", "last_day", None)
    assert (folder / "安澜官方" / "taken" / "播放量.xlsx").exists()
    assert WatchedFile.objects.get().file == file
