"""A zip of many files, and many files at once: each becomes an import of its own, nothing of a zip is trusted."""

import io
import struct
import time
import zipfile
from collections import Counter

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hongqiao.errors import HongqiaoError, NotFound
from hongqiao.imports import archives, groups, queries, services
from hongqiao.imports.limits import limits_of
from hongqiao.imports.models import ImportBundle, ImportFile
from hongqiao.workspace import jobs
from hongqiao.workspace import services as workspace

from .conftest import CAPTURED, current, daily, sums, work, works, xlsx, zip_of

HOME = "/b/anlan/imports/"
DAYS = [("2026-04-01", 120), ("2026-04-02", 90)]


@pytest.fixture
def browser(client: Client, owner) -> Client:
    client.force_login(owner.user)
    return client


def drop(actor, data: bytes, name: str = "四月.zip") -> ImportBundle:
    got = services.hand_over(actor=actor, name=name, stream=io.BytesIO(data))
    assert isinstance(got, ImportBundle)
    return got


def windows_zip(files: dict[str, bytes]) -> bytes:
    """As a Chinese Windows packs it: names in GBK and nothing that says so."""
    plain = zip_of({f"{n:04d}".ljust(len(name.encode("gb18030")), "x"): d for n, (name, d) in enumerate(files.items())})
    for n, name in enumerate(files):
        raw = name.encode("gb18030")
        plain = plain.replace(f"{n:04d}".ljust(len(raw), "x").encode(), raw)
    return plain


def test_every_file_of_a_zip_becomes_an_import_of_its_own(owner, douyin, django_capture_on_commit_callbacks):
    data = {
        "四月/抖音/播放量.xlsx": daily(*DAYS),
        "四月/作品.csv": works(work(1)),
        "坏的.xlsx": b"PK\x03\x04" + bytes(40),
    }
    bundle = drop(owner, zip_of(data))
    assert (bundle.state, bundle.total) == ("queued", 3)
    with django_capture_on_commit_callbacks(execute=True):
        jobs.work_off()
    bundle.refresh_from_db()
    assert (bundle.state, bundle.at, bundle.kept, bundle.path.exists()) == ("done", 3, False, False)
    files = {f.shown: f for f in ImportFile.objects.all()}
    assert set(files) == set(data)
    assert [files[n].state for n in data] == ["waiting", "waiting", "refused"]
    assert files["四月/作品.csv"].account == douyin
    assert files["四月/作品.csv"].created_by == owner


@pytest.mark.parametrize("pack", [zip_of, windows_zip], ids=["utf-8", "gbk"])
def test_names_are_read_as_they_were_written(owner, pack):
    drop(owner, pack({"三月汇总/净增粉丝.xlsx": daily(*DAYS, metric="净增粉丝"), "作品列表.csv": works(work(1))}))
    jobs.work_off()
    assert {f.shown for f in ImportFile.objects.all()} == {"三月汇总/净增粉丝.xlsx", "作品列表.csv"}


def test_what_is_no_table_is_left_out_and_said(browser, owner):
    litter = {
        "__MACOSX/._作品.csv": b"x",
        ".DS_Store": b"x",
        "Thumbs.db": b"x",
        "~$作品.xlsx": b"x",
        "里面还有.zip": zip_of({"a.csv": b"a"}),
        "截图.png": b"x",
        "空.csv": b"",
        "../../etc/逃.csv": works(work(2)),
        "C:\\temp\\作品.csv": works(work(1)),
    }
    bundle = drop(owner, zip_of(litter))
    reasons = Counter(code for _name, code in bundle.skipped)
    assert reasons == {"hidden": 4, "nested": 1, "no_table": 1, "empty": 1}
    jobs.work_off()
    assert {f.shown for f in ImportFile.objects.all()} == {"etc/逃.csv", "temp/作品.csv"}
    page = browser.get(HOME).content.decode()
    for words in (
        "没有收的 7 个",
        "里面还有.zip",
        "压缩包里的压缩包，请先解开",
        "不是表格文件",
        "2 个文件都已解包，识别结果见下方",
    ):
        assert words in page, words
    browser.post(f"{HOME}zips/{bundle.id}/read/")
    assert "没有收的" not in browser.get(HOME).content.decode()


def locked() -> bytes:
    """A zip whose directory says that its file is encrypted."""
    data = bytearray(zip_of({"a.csv": works(work(1))}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.index(mark) + at
        data[place : place + 2] = struct.pack("<H", 1)
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (locked, "encrypted_archive", "有密码"),
        (lambda: zip_of({"a.csv": bytes(60 << 20)}), "huge_archive", "异常庞大"),
        (lambda: zip_of({f"{n}.csv": b"" for n in range(2001)}), "huge_archive", "异常庞大"),
        (lambda: zip_of({"a.png": b"x"}), "empty_archive", "没有可以导入"),
    ],
    ids=["encrypted", "bomb", "too many", "no tables"],
)
def test_a_zip_that_is_not_opened_says_why_and_leaves_nothing(browser, owner, house, data, code, words):
    packed = data()
    with pytest.raises(HongqiaoError) as error:
        drop(owner, packed)
    assert error.value.code == code
    files = {"files": SimpleUploadedFile("a.zip", packed)}
    answer = browser.post(f"{HOME}upload/", files, headers={"accept": "application/json"})
    assert answer.status_code == 422
    assert words in answer.json()["title"]
    assert not ImportBundle.objects.exists()
    assert [p for p in (house / "uploads").rglob("*") if p.is_file()] == []


def test_a_workbook_is_no_zip_of_files(owner, tmp_path):
    for data in (daily(*DAYS), works(work(1)), b"PK\x03\x04" + bytes(30)):
        assert isinstance(services.hand_over(actor=owner, name="a.zip", stream=io.BytesIO(data)), ImportFile)


def test_a_damaged_zip_names_the_file_and_goes_on(owner):
    rows = works(*[work(n) for n in range(1, 20)])
    data = bytearray(zip_of({"坏.csv": rows, "好.csv": works(work(1))}))
    data[60:70] = b"\x00" * 10
    bundle = drop(owner, bytes(data))
    jobs.work_off()
    bundle.refresh_from_db()
    assert bundle.state == "done"
    assert [(name, error["code"]) for name, error in bundle.failed] == [("坏.csv", "bad_archive")]
    assert [f.shown for f in ImportFile.objects.all()] == ["好.csv"]


def test_opening_goes_on_where_it_stopped_and_takes_no_file_twice(owner, brand):
    bundle = drop(owner, zip_of({f"{n}.csv": works(work(n)) for n in range(5)}))
    assert not services.unpack(bundle, lambda share: share < 0.5)
    bundle.refresh_from_db()
    assert (bundle.at, bundle.state, ImportFile.objects.count()) == (3, "running", 3)
    assert queries.progress(brand).queued == 2
    assert services.unpack(bundle, lambda share: True)
    assert sorted(f.name for f in ImportFile.objects.all()) == [f"{n}.csv" for n in range(5)]
    assert services.unpack(ImportBundle.objects.get(), lambda share: True), "a second run changes nothing"
    assert ImportFile.objects.count() == 5


def test_another_brand_cannot_put_a_zip_away(owner, stranger):
    bundle = drop(owner, zip_of({"a.csv": works(work(1))}))
    with pytest.raises(NotFound):
        services.put_away(actor=stranger, bundle_id=bundle.id)


def sample(n: int) -> bytes:
    if n % 2:
        return works(*[work(n * 10 + k) for k in range(3)])
    return daily(*[(f"2026-{1 + n // 2 % 3:02d}-{1 + n // 6 % 28:02d}", n + k) for k in range(1)], metric="播放量")


def test_two_hundred_files_in_one_zip_are_sorted_and_confirmed_in_one_go(browser, brand, owner, douyin):
    second = workspace.create_account(actor=owner, platform="wechat_oa", name="安澜公众号")
    assert second
    bundle = drop(
        owner, zip_of({f"第{n // 50}批/文件{n:03d}.{'csv' if n % 2 else 'xlsx'}": sample(n) for n in range(200)})
    )
    began = time.monotonic()
    jobs.work_off()
    opened = time.monotonic() - began
    bundle.refresh_from_db()
    assert (bundle.state, bundle.at) == ("done", 200)
    began = time.monotonic()
    page = browser.get(HOME)
    shown = time.monotonic() - began
    text = page.content.decode()
    assert "200 个文件待处理" in text
    assert "抖音 · 安澜官方" in text
    assert "确认这 200 个" in text
    assert len(page.content) < 200_000, "a long list is heads only"
    (key,) = {groups.key_of(f) for f in queries.waiting(owner)}
    cards = browser.get(f"{HOME}groups/{key}/").content.decode()
    assert cards.count("<article") == limits_of(brand)["cards_at_once"]
    assert "还有 170 个，继续看" in cards
    began = time.monotonic()
    browser.post(f"{HOME}confirm/", {"group": key})
    confirmed = time.monotonic() - began
    assert queries.running(owner) == 200
    print(f"200 files: opened {opened:.1f} s, page {shown:.2f} s, confirmed {confirmed:.1f} s")
    assert (shown < 3, confirmed < 30) == (True, True)


def test_one_account_is_chosen_for_a_whole_group(browser, brand, owner, give, monkeypatch):
    accounts = [workspace.create_account(actor=owner, platform="douyin", name=n) for n in ("一号", "二号")]
    (brand.settings or {}).update(imports={"cards_at_once": 2})
    brand.settings = {"imports": {"cards_at_once": 2}}
    brand.save()
    for n in range(3):
        give(works(work(n)), f"{n}.csv")
    give("店,员,数\nA,B,1\n".encode(), "未知.csv")
    page = browser.get(HOME).content.decode()
    assert "抖音 · 还没选账号" in page
    assert "未识别的文件" in page
    browser.post(f"{HOME}groups/douyin.-/choose/", {"account": str(accounts[1].id)})
    assert ImportFile.objects.filter(account=accounts[1]).count() == 3
    head = browser.get(f"{HOME}groups/douyin.{accounts[1].id}/?head=1").content.decode()
    assert "抖音 · 二号" in head
    browser.post(f"{HOME}confirm/", {"group": f"douyin.{accounts[1].id}"})
    assert queries.running(owner) == 3


def test_the_rows_of_a_zip_are_in_once_all_is_done(brand, owner, douyin):
    drop(owner, zip_of({"a.csv": works(work(1), work(2)), "b.xlsx": xlsx([["日期", "播放量"], ["2026-04-01", 7]])}))
    jobs.work_off()
    for file in ImportFile.objects.all():
        services.confirm(actor=owner, file_id=file.id, seen=None, account_id=douyin.id, captured_at=CAPTURED)
    jobs.work_off()
    assert {f.shown: sums(f) for f in ImportFile.objects.all()} == {"a.csv": (2, 0, 0), "b.xlsx": (1, 0, 0)}
    assert len(current(brand, "contents")) == 2
    assert [r["views"] for r in current(brand, "account_daily")] == [7]


def test_a_name_that_is_utf8_without_saying_so_is_read_too(tmp_path):
    info = zipfile.ZipInfo("四月.csv".encode().decode("cp437"))
    assert archives.written(info) == "四月.csv"
