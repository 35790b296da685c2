"""Zips and names of columns over HTTP: answers member by member, guards as on the screen, strangers, bad input."""

import json
import struct

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hongqiao.imports.models import ColumnAlias, ImportBundle, ImportFile
from hongqiao.workspace import jobs
from hongqiao.workspace import services as workspace

from .conftest import daily, work, works, zip_of
from .test_api import SCOPES, Caller
from .test_renamed import NEW, after
from .test_zips import windows_zip

DAYS = [("2026-04-01", 120), ("2026-04-02", 90)]


def caller_of(client, actor, scopes=(*SCOPES, "imports.teach")) -> Caller:
    _row, token = workspace.create_token(actor=actor, name="程序", scopes=list(scopes))
    return Caller(client, token)


@pytest.fixture
def caller(client, owner) -> Caller:
    return caller_of(client, owner)


def send(caller: Caller, data: bytes, key: str = "", **form: str):
    head = {**caller.head, **({"idempotency-key": key} if key else {})}
    file = SimpleUploadedFile("四月.zip", data)
    return caller.client.post("/api/imports", {"file": file, **form}, headers=head)


def delete(caller: Caller, path: str):
    return caller.client.delete(f"/api{path}", headers=caller.head)


def by_name(body: dict) -> dict[str, dict]:
    return {m["name"]: m for m in body["members"]}


def test_a_zip_is_answered_member_by_member_before_and_after_the_worker_opened_it(caller, douyin):
    data = {
        "抖音/播放量.xlsx": daily(*DAYS), "作品.csv": works(work(1)), "坏的.xlsx": b"PK\x03\x04" + bytes(40),
        "说明.pdf": b"x", "内.zip": zip_of({"a.csv": b"a"}),
    }  # fmt: skip
    answer = send(caller, zip_of(data))
    body = answer.json()
    assert (answer.status_code, body["kind"], body["state"], body["total"]) == (202, "zip", "queued", 3)
    said = by_name(body)
    assert (said["播放量.xlsx"]["state"], said["播放量.xlsx"]["folder"]) == ("queued", "抖音")
    assert (said["内.zip"]["state"], said["内.zip"]["code"]) == ("skipped", "nested")
    assert said["说明.pdf"]["message"] == "不是表格文件"
    jobs.work_off()
    body = caller.get(f"/imports/zips/{body['id']}").json()
    said = by_name(body)
    assert (body["state"], body["opened"]) == ("done", 3)
    assert [said[n]["state"] for n in ("播放量.xlsx", "作品.csv", "坏的.xlsx")] == ["waiting", "waiting", "refused"]
    one = caller.get(f"/imports/{said['作品.csv']['import_id']}").json()
    assert (one["state"], one["account"]) == ("waiting", str(douyin.id))


def test_a_zip_with_account_and_moment_is_imported_and_what_cannot_be_waits(caller, owner, douyin):
    red = daily(("2026-04-01", 5), metric="观看量")
    data = {"播放量.xlsx": daily(*DAYS), "作品.csv": works(work(1)), "别的表.csv": b"a,b\n1,2\n", "观看.xlsx": red}
    body = send(caller, zip_of(data), account=str(douyin.id), captured_at="2026-04-15T09:30").json()
    assert (body["account"], body["captured_at"]) == (str(douyin.id), "2026-04-15T01:30:00Z")
    jobs.work_off()
    said = by_name(caller.get(f"/imports/zips/{body['id']}").json())
    assert [said[n]["state"] for n in ("播放量.xlsx", "作品.csv", "别的表.csv")] == ["done", "done", "waiting"]
    assert ImportFile.objects.get(name="播放量.xlsx").confirmed_by == owner


def test_whoever_may_not_import_any_more_confirms_nothing_by_an_earlier_zip(caller, owner, douyin):
    body = send(caller, zip_of({"播放量.xlsx": daily(*DAYS)}), account=str(douyin.id), captured_at="2026-04-15").json()
    type(owner).objects.filter(id=owner.id).update(role="designer")
    jobs.work_off()
    assert ImportFile.objects.get(bundle_id=body["id"]).state == "waiting"


def test_names_packed_by_windows_are_read(caller):
    body = send(caller, windows_zip({"三月汇总/净增粉丝.xlsx": daily(*DAYS, metric="净增粉丝")})).json()
    assert [(m["folder"], m["name"]) for m in body["members"]] == [("三月汇总", "净增粉丝.xlsx")]


def locked() -> bytes:
    data = bytearray(zip_of({"a.csv": b"a,b\n1,2\n"}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def bomb() -> bytes:
    """A directory that claims 3 GB."""
    data = bytearray(zip_of({"a.csv": b"a" * 100}))
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = struct.pack("<I", 3 << 30)
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (locked(), "encrypted_archive"),
        (bomb(), "huge_archive"),
        (zip_of({"a.zip": zip_of({"a.csv": b"a"})}), "empty_archive"),
        (zip_of({}) or b"", "empty_archive"),
    ],
    ids=["password", "bomb", "only nested", "nothing"],
)
def test_zips_that_are_not_opened_are_refused_as_a_problem_and_nothing_is_kept(caller, brand, data, code):
    answer = send(caller, data, key="z1")
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer["Content-Type"].startswith("application/problem+json")
    assert not ImportBundle.objects.exists()
    assert not ImportFile.objects.exists()


def test_the_same_zip_with_the_same_key_is_taken_once(caller, douyin):
    data = zip_of({"播放量.xlsx": daily(*DAYS)})
    first, again = send(caller, data, key="z1"), send(caller, data, key="z1")
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json()["id"] == again.json()["id"]
    assert ImportBundle.objects.count() == 1
    other = send(caller, zip_of({"别的.xlsx": daily(*DAYS)}), key="z1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


def test_a_call_whose_confirming_is_refused_leaves_nothing_to_wait_however_often_it_is_sent(caller, owner, douyin):
    red = workspace.create_account(actor=owner, platform="xiaohongshu", name="安澜")
    for _ in range(2):
        wrong = caller.upload(works(work(1)), account=str(red.id), captured_at="2026-04-15")
        assert wrong.json()["code"] == "other_platform"
        early = caller.upload(works(work(1)), account=str(douyin.id), captured_at="1999-04-15")
        assert early.json()["code"] == "bad_captured_at"
        unknown = caller.upload(b"a,b\n1,2\n", account=str(douyin.id), captured_at="2026-04-15")
        assert unknown.json()["code"] == "nothing_to_take"
    assert not ImportFile.objects.exists()


def test_strangers_find_no_zip_and_whoever_may_not_import_hands_none_over(client, caller, owner, stranger):
    made = send(caller, zip_of({"播放量.xlsx": daily(*DAYS)})).json()
    theirs = caller_of(client, stranger)
    assert theirs.get(f"/imports/zips/{made['id']}").status_code == 404
    assert caller.get(f"/imports/zips/{stranger.id}").status_code == 404
    looks = caller_of(client, owner, ["imports.view"])
    assert looks.get(f"/imports/zips/{made['id']}").status_code == 200
    assert send(looks, zip_of({"a.csv": b"a,b\n1,2\n"})).status_code == 403
    assert client.get(f"/api/imports/zips/{made['id']}").status_code == 401


def test_a_name_is_taught_listed_and_taken_back_with_files_looked_at_again(caller, give, owner, douyin):
    waiting = give(after(work(1)))
    body = {"layout": "douyin.works", "header": NEW, "target": "播放量"}
    made = caller.post("/imports/aliases", body, **{"idempotency-key": "a1"})
    assert made.status_code == 201, made.content
    said = made.json()
    assert (said["header"], said["target"], said["looked_again"], said["before"]) == (NEW, "播放量", 1, [])
    assert waiting.tables.get().missing == []
    assert caller.post("/imports/aliases", body, **{"idempotency-key": "a1"}).json() == said
    other = caller.post("/imports/aliases", {**body, "target": "点赞量"}, **{"idempotency-key": "a1"})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    listed = caller.get("/imports/aliases").json()
    assert ([a["id"] for a in listed["items"]], listed["next"]) == ([said["id"]], None)
    assert delete(caller, f"/imports/aliases/{said['id']}?version=7").status_code == 409
    gone = delete(caller, f"/imports/aliases/{said['id']}?version={said['version']}")
    assert (gone.status_code, gone.json()["looked_again"]) == (200, 1)
    assert waiting.tables.get().missing == ["播放量"]
    assert delete(caller, f"/imports/aliases/{said['id']}").status_code == 404


def test_names_page_by_cursor_and_layouts_say_what_may_be_taught(caller):
    for n in range(3):
        caller.post("/imports/aliases", {"layout": "douyin.works", "header": f"新{n}", "target": "播放量"})
    first = caller.get("/imports/aliases", limit="2").json()
    assert [a["header"] for a in first["items"]] == ["新2", "新1"]
    rest = caller.get("/imports/aliases", limit="2", after=first["next"]).json()
    assert ([a["header"] for a in rest["items"]], rest["next"]) == (["新0"], None)
    assert len(caller.get("/imports/aliases", after="'; --").json()["items"]) == 3
    layouts = {one["code"]: one for one in caller.get("/imports/layouts").json()["items"]}
    assert "播放量" in layouts["douyin.works"]["columns"]


def test_layouts_page_by_cursor_and_none_is_lost_or_told_twice(caller):
    whole = [one["code"] for one in caller.get("/imports/layouts", limit="200").json()["items"]]
    met, after = [], ""
    while after is not None:
        page = caller.get("/imports/layouts", limit="7", after=after).json()
        assert 0 < len(page["items"]) <= 7
        met += [one["code"] for one in page["items"]]
        after = page["next"]
    assert met == whole == sorted(set(whole))
    assert caller.get("/imports/layouts", limit="0").status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        {"layout": "nothing.here", "header": "新", "target": "播放量"},
        {"layout": "douyin.works", "header": "新", "target": "没有这列"},
        {"layout": "douyin.works", "header": "点赞量", "target": "播放量"},
        {"layout": "douyin.works", "header": "", "target": "播放量"},
        {"layout": "douyin.works", "target": "播放量"},
        ["not", "an", "object"],
    ],
)
def test_names_that_make_no_sense_are_refused_as_a_problem(caller, body):
    answer = caller.post("/imports/aliases", body)
    assert answer.status_code == 422
    assert answer["Content-Type"].startswith("application/problem+json")
    assert json.loads(answer.content)["detail"]
    assert not ColumnAlias.objects.exists()


def test_teaching_needs_its_own_scope_and_strangers_find_no_name(client, caller, owner, stranger):
    body = {"layout": "douyin.works", "header": NEW, "target": "播放量"}
    made = caller.post("/imports/aliases", body).json()
    theirs = caller_of(client, stranger)
    assert theirs.get("/imports/aliases").json()["items"] == []
    assert delete(theirs, f"/imports/aliases/{made['id']}").status_code == 404
    narrow = caller_of(client, owner, SCOPES)
    assert narrow.post("/imports/aliases", {**body, "header": "别的"}).status_code == 403
    assert delete(narrow, f"/imports/aliases/{made['id']}").status_code == 404
    assert ColumnAlias.objects.count() == 1
    blind = caller_of(client, owner, ["imports.run"])
    assert blind.get("/imports/aliases").status_code == 403
    assert blind.get("/imports/layouts").status_code == 403
