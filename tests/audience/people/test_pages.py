"""Lists, one person's page, files, pairs and requests: what is shown to whom, what an act leaves behind. U1."""

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hongqiao import warehouse
from hongqiao.audience.models import Merge, MergeAsk, Person, Right, Tagged
from hongqiao.audience.people import bringing, flags, identifying, merging
from hongqiao.audience.tiers import facts, judging, settings, standing
from hongqiao.delivery.reaching import consents
from hongqiao.errors import NotAllowed
from hongqiao.knowledge import audiences
from hongqiao.warehouse import care, config, inbox
from hongqiao.workspace import figures, jobs, services
from hongqiao.workspace.jobs.worker import work_off
from hongqiao.workspace.models import AuditEntry

ROW = {"member": "M1001", "phone": "13800001234", "name": "陈小雨", "tags": ["油皮"], "consent_sms": True}
BASE = "/b/anlan/users/people/"


@pytest.fixture
def somebody(cast, said):
    said(("M1001", "purchase", "2026-11-02T10:00:00", {"amount": "199"}), ("M2", "visit", "2026-11-02T10:00:00"))
    identifying.take(actor=cast.owner, rows=[ROW, {"member": "M3", "phone": "13900003333"}])
    judging.judge(cast.brand)
    return Person.objects.get(key=said.key("M1001"))


def test_the_list_finds_by_what_a_customer_says_and_shows_it_masked(cast, somebody, said):
    browser = cast.client(cast.owner)
    for q in ("138 0000 1234", "M1001", somebody.key[:6]):
        shown = browser.get(BASE, {"q": q}).content.decode()
        assert somebody.key[:8] in shown, q
        assert "138****1234" in shown
        assert "13800001234" not in shown.replace("138 0000 1234", "")
        assert said.key("M2")[:8] not in shown
    only_rows = browser.get(BASE, {"q": "13900003333"}).content.decode()
    assert said.key("M3")[:8] in only_rows
    assert "给列表里的 1 人打标签" in only_rows, "whoever is shown is counted"
    assert "没有符合条件的用户" not in only_rows
    assert said.key("M1001")[:8] not in browser.get(BASE, {"q": "nobody"}).content.decode()


def test_many_are_tagged_at_once_and_it_is_undone(cast, somebody, said):
    browser = cast.client(cast.owner)
    done = browser.post(f"{BASE}?orders=0", {"act": "tag", "tag": "双11"})
    assert "已给 2 人打上“双11”" in done.content.decode()
    tag = Tagged.objects.filter(tag__name="双11").first()
    listed = browser.get(BASE, {"tag": str(tag.tag_id)}).content.decode()
    assert said.key("M2")[:8] in listed
    assert browser.post(BASE, {"act": "untag", "source": tag.source}).status_code == 302
    assert not Tagged.objects.filter(tag__name="双11", off_at=None).exists()
    assert browser.post(BASE, {"act": "tag", "tag": " "}).status_code == 422
    assert browser.get(BASE, {"tag": "no-such"}).status_code == 200


def test_who_is_known_by_rows_alone_is_listed_counted_and_exported_by_tag(cast, somebody, said):
    identifying.take(actor=cast.owner, rows=[{"member": f"R{n}", "tags": ["新会员"]} for n in range(60)])
    tag = str(Tagged.objects.filter(tag__name="新会员")[0].tag_id)
    browser = cast.client(cast.owner)
    shown = browser.get(BASE, {"tag": tag}).content.decode()
    assert "共 60 人，列出前 50 人" in shown
    assert "给列表里的 60 人打标签" in shown
    browser.post(f"{BASE}?tag={tag}", {"act": "tag", "tag": "全都要"})
    assert Tagged.objects.filter(tag__name="全都要", off_at=None).count() == 60
    file = b"".join(browser.get(f"{BASE}export/", {"tag": tag, "format": "csv"})).decode("utf-8-sig")
    assert len(file.strip().splitlines()) == 61


def test_a_tag_that_nobody_wears_is_offered_no_more(cast, somebody):
    browser = cast.client(cast.owner)
    browser.post(f"{BASE}?orders=0", {"act": "tag", "tag": "打错了"})
    assert "打错了" in browser.get(BASE).content.decode()
    browser.post(BASE, {"act": "untag", "source": Tagged.objects.filter(tag__name="打错了")[0].source})
    browser.get(BASE)  # the notice of what was undone goes with this one
    assert "打错了" not in browser.get(BASE).content.decode()


def test_a_filter_that_is_no_number_is_said_and_a_page_past_the_end_is_the_last(cast, somebody, said):
    browser = cast.client(cast.owner)
    for wrong in ("abc", "-1", "nan", "inf"):
        assert "没有按“至少几单”筛" in browser.get(BASE, {"orders": wrong}).content.decode(), wrong
    last = browser.get(BASE, {"page": "99999"}).content.decode()
    assert somebody.key[:8] in last
    assert "第 1 页" in last


def test_two_are_merged_by_hand_on_the_page_by_the_short_code_and_parted_again(cast, somebody, said):
    browser, page, other = cast.client(cast.owner), f"{BASE}{somebody.key}/", said.key("M2")
    assert browser.post(page, {"act": "merge", "who": other[:8]}).status_code == 302
    assert merging.standing(cast.brand, other) == somebody.key
    shown = browser.get(page).content.decode()
    assert "人工确认" in shown
    row = Merge.objects.get()
    browser.post(page, {"act": "undo_merge", "id": row.pk, "seen": row.version})
    assert merging.standing(cast.brand, other) == other
    for who in ("nobody", "", other[:7], somebody.key, "138 0000 1234"):
        refused = browser.post(page, {"act": "merge", "who": who})
        assert refused.status_code == 422, who
    assert 'value="138 0000 1234"' in refused.content.decode(), "what was typed stays"
    assert cast.client(cast.viewer).post(page, {"act": "merge", "who": other[:8]}).status_code == 403
    assert cast.client(cast.stranger).post(page, {"act": "merge", "who": other[:8]}).status_code == 404


def test_the_page_masks_and_a_click_shows_and_is_audited(cast, somebody):
    browser, page = cast.client(cast.owner), f"{BASE}{somebody.key}/"
    shown = browser.get(page).content.decode()
    assert "陈**" in shown
    assert "138****1234" in shown
    assert "陈小雨" not in shown
    assert "13800001234" not in shown
    opened = browser.post(page, {"act": "show"})
    assert "13800001234" in opened.content.decode()
    assert opened["Cache-Control"] == "no-store"
    entry = AuditEntry.objects.get(code="person.contacts_shown")
    assert "138" not in str(entry.params)
    assert cast.client(cast.editor).post(page, {"act": "show"}).status_code == 403


def test_the_page_says_the_same_wherever_the_rows_lie(cast, somebody, said, monkeypatch):
    """Waiting, in parts in order of days, in parts in order of persons: with what came under a number merged later."""
    said(*[("M2", "visit", f"2026-11-0{n % 9 + 1}T1{n % 7}:0{n % 6}:00", {"channel": "搜索"}) for n in range(40)])
    said(("M3", "purchase", "2026-10-05T09:00:00", {"amount": "50"}), ("M3", "follow", "2026-10-04T09:00:00"))
    merging.merge(brand=cast.brand, keep=somebody, other=Person.objects.get(key=said.key("M3")), rule="person")
    judging.judge(cast.brand)
    real = config.limit
    monkeypatch.setattr(config, "limit", lambda name: 1 if name == "counts_rows_min" else real(name))
    browser, told = cast.client(cast.owner), []
    for step in (lambda: 0, lambda: inbox.flush(cast.brand.pk), lambda: care.compact(cast.brand.pk)):
        step()
        shown = browser.get(f"{BASE}{somebody.key}/").context
        told.append({name: shown[name] for name in ("tier", "stage", "why", "facts", "future", "timeline")})
    assert told[0] == told[1] == told[2]
    assert told[0]["facts"]["ever"] == 2, "both numbers' purchases"
    assert [p for p in warehouse.open(cast.brand.pk).parts("events") if p.rows > 40], "they were moved into a part"
    said(("M3", "purchase", "2026-11-03T09:00:00", {"amount": "70"}))
    assert browser.get(f"{BASE}{somebody.key}/").context["facts"]["ever"] == 3, "a new event is there at once"


def test_consent_is_withdrawn_in_one_click(cast, somebody):
    browser, page = cast.client(cast.owner), f"{BASE}{somebody.key}/"
    assert consents.holds(cast.brand, somebody.key, "marketing", "sms")
    assert browser.post(page, {"act": "withdraw", "purpose": "marketing", "channel": "sms"}).status_code == 302
    assert not consents.holds(cast.brand, somebody.key, "marketing", "sms")
    assert "已撤回" in browser.get(page).content.decode()
    assert browser.post(page, {"act": "withdraw", "purpose": "spam", "channel": "sms"}).status_code == 404


def test_a_child_is_sent_nothing_and_placed_nowhere(cast, somebody):
    handle = warehouse.open(cast.brand.pk)
    assert standing.of(handle, [somebody.key])
    flags.mark(actor=cast.owner, key=somebody.key, flag="minor", on=True)
    assert not consents.holds(cast.brand, somebody.key, "marketing", "sms")
    handle = warehouse.open(cast.brand.pk)
    assert standing.of(handle, [somebody.key]) == {}
    day, words = figures.calendar_day(cast.brand), audiences.tier_words()
    assert len(facts.people(handle, day, settings.rules(cast.brand), words, keys=[somebody.key])) == 0
    judging.judge(cast.brand)
    assert standing.of(warehouse.open(cast.brand.pk), [somebody.key]) == {}
    assert cast.client(cast.owner).get(f"{BASE}{somebody.key}/").status_code == 200
    flags.mark(actor=cast.owner, key=somebody.key, flag="minor", on=False)
    assert not consents.holds(cast.brand, somebody.key, "marketing", "sms")
    judging.judge(cast.brand)
    assert standing.of(warehouse.open(cast.brand.pk), [somebody.key])


def test_a_file_comes_in_by_the_page_and_doubt_is_decided_there(cast, house, somebody):
    browser = cast.client(cast.owner)
    file = io.BytesIO("会员编号,手机\nM1001,13700007777\nM9,12\n".encode())
    file.name = "会员.csv"
    shown = browser.post(f"{BASE}import/", {"act": "take", "file": file}).content.decode()
    assert "第 3 行" in shown
    asked = browser.get(f"{BASE}merges/").content.decode()
    assert "137****7777" in asked
    assert "138****1234" in asked
    row = MergeAsk.objects.get()
    assert browser.post(f"{BASE}merges/", {"act": "same", "id": row.pk, "seen": row.version}).status_code == 302
    assert browser.post(f"{BASE}import/", {"act": "take"}).status_code == 422
    assert not [f for f in house.rglob("*") if f.is_file() and "members" in f.name]


def test_a_request_is_taken_down_and_answered(cast, somebody):
    browser = cast.client(cast.owner)
    assert (
        browser.post(f"{BASE}{somebody.key}/", {"act": "right", "kind": "access", "note": "要一份"}).status_code == 302
    )
    row = Right.objects.get()
    assert "要一份" in browser.get(f"{BASE}rights/").content.decode()
    done = browser.post(f"{BASE}rights/", {"act": "done", "id": row.pk, "seen": row.version, "text": "已发"})
    assert done.status_code == 302
    assert "没有待处理的请求" in browser.get(f"{BASE}rights/").content.decode()


def test_erasing_by_the_page_leaves_no_page(cast, somebody):
    page = f"{BASE}{somebody.key}/"
    assert cast.client(cast.editor).post(page, {"act": "erase"}).status_code == 403
    assert cast.client(cast.owner).get(f"{page}data/").content[:2] == b"PK"
    assert cast.client(cast.owner).post(page, {"act": "erase"}).status_code == 302
    assert cast.client(cast.owner).get(page).status_code == 404


def members_file(count):
    lines = ["会员编号,手机,积分", *(f"M{n},{13800000000 + n},{'x' if n % 100 == 7 else n}" for n in range(count))]
    return SimpleUploadedFile("members.csv", "\n".join(lines).encode("gb18030"))


def test_a_long_file_is_taken_in_the_background_and_its_result_stands_on_the_page(cast, house):
    browser = cast.client(cast.owner)
    assert browser.post(f"{BASE}import/", {"act": "take", "file": members_file(450)}).status_code == 302
    assert not Person.objects.exists(), "nobody waits for it"
    (sealed,) = [f for f in house.rglob("members-*") if f.is_file()]
    assert b"13800000001" not in sealed.read_bytes()
    waiting = browser.get(f"{BASE}import/").content.decode()
    assert "正在导入" in waiting
    assert "part=files" in waiting
    work_off()
    assert Person.objects.count() == 445
    assert not sealed.exists()
    shown = browser.get(f"{BASE}import/", {"part": "files"}).content.decode()
    assert "445" in shown
    assert "第 9 行" in shown, "problems are told by the file's own rows"
    assert "5 行没有导入" in shown
    assert "part=files" not in shown, "it asks no more"


def test_a_long_file_goes_on_where_it_rested(cast, house, monkeypatch):
    bringing.begin(actor=cast.owner, upload=members_file(450))
    rests = iter([False, True, False, False])
    monkeypatch.setattr(jobs.Context, "should_rest", property(lambda _self: next(rests)))
    work_off()
    (job,) = bringing.lately(cast.brand)
    assert (job.state, job.result["new"], job.result["refused"], len(job.result["problems"])) == ("done", 445, 5, 5)


def test_a_file_whose_member_may_no_longer_takes_nobody(cast, house):
    with pytest.raises(NotAllowed):
        bringing.begin(actor=cast.viewer, upload=members_file(450))
    assert not bringing.lately(cast.brand)


@pytest.mark.parametrize("path", ["", "import/", "merges/", "rights/", f"{'a' * 64}/", f"{'a' * 64}/data/"])
def test_a_stranger_finds_no_page(cast, house, path):
    assert cast.client(cast.stranger).get(BASE + path).status_code == 404
    assert cast.client(None).get(BASE + path).status_code == 302


def test_members_come_in_by_http_and_the_call_may_be_repeated(cast, house):
    _row, secret = services.create_token(actor=cast.owner, name="会员系统", scopes=["users.view", "users.edit"])
    browser = cast.client(None)
    body = json.dumps({"source": "会员系统", "people": [ROW, {"phone": "1"}]})
    sent = {
        "content_type": "application/json",
        "headers": {"Authorization": f"Bearer {secret}", "Idempotency-Key": "k"},
    }
    first = browser.post("/api/people", body, **sent)
    assert first.status_code == 201
    assert (first.json()["new"], first.json()["problems"][0]["index"]) == (1, 1)
    assert browser.post("/api/people", body, **sent).json() == first.json()
    found = browser.get("/api/people", {"q": "13800001234"}, headers=sent["headers"]).json()["items"]
    assert found[0]["identities"][0]["hint"]
    assert "13800001234" not in json.dumps(found)
    key = found[0]["key"]
    assert browser.delete(f"/api/people/{key}", headers=sent["headers"]).status_code == 403
    assert browser.post("/api/people", "{}", content_type="application/json").status_code == 401
