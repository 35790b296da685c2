"""U1, persons: members come in, are found, agree, earn and try; one asks to be forgotten and is, everywhere."""

import io
import json
import zipfile
from datetime import timedelta

from django.utils import timezone

from hongqiao.audience.growth import earning
from hongqiao.audience.models import Applicant, Erasure, MergeAsk, Person, Right, Trial
from hongqiao.audience.tiers import judging
from hongqiao.delivery.reaching import consents
from hongqiao.workspace.models import AuditEntry
from tests.audience.conftest import said  # noqa: F401
from tests.audience.people.test_erasing import left
from tests.cast import cast  # noqa: F401

BASE = "/b/anlan/users/"
FILE = """会员编号,手机号,openid,昵称,标签,短信同意,同意时间
M1,138-0000-1234,oRAIN001,陈小雨,油皮,是,2026-01-05 10:00
M2,13900002222,oLISI002,李四,敏感肌,否,
M1,13755556666,,,,,
M3,999,,,,,
"""


def test_a_member_is_known_looked_after_and_forgotten(cast, house, said):  # noqa: F811
    day = timezone.localdate() - timedelta(days=3)
    said(("oRAIN001", "sign_up", f"{day}T09:00:00"), ("M1", "purchase", f"{day}T10:00:00", {"amount": "500"}))
    browser = cast.client(cast.owner)

    # the file comes in: one row is wrong, one pair is asked
    file = io.BytesIO(FILE.encode("gb18030"))
    file.name = "会员.csv"
    shown = browser.post(f"{BASE}people/import/", {"act": "take", "file": file}).content.decode()
    assert "第 5 行" in shown
    pair = MergeAsk.objects.get()
    browser.post(f"{BASE}people/merges/", {"act": "same", "id": pair.pk, "seen": pair.version})

    # found by what a customer says; facts under openid and member number are one person's
    judging.judge(cast.brand)
    earning.run(cast.brand)
    key = said.key("M1")
    assert key[:8] in browser.get(f"{BASE}people/", {"q": "13755556666"}).content.decode()
    page = f"{BASE}people/{key}/"
    told = browser.get(page).content.decode()
    assert "银卡" in told
    assert "137****6666" in told
    assert "13755556666" not in told

    # what they agreed to holds until one click takes it back
    assert consents.holds(cast.brand, key, "marketing", "sms")
    browser.post(page, {"act": "withdraw", "purpose": "marketing", "channel": "sms"})
    assert not consents.holds(cast.brand, key, "marketing", "sms")

    # tags for all who are listed, a benefit, a trial with its report
    browser.post(f"{BASE}people/", {"act": "tag", "tag": "双11"})
    browser.post(page, {"act": "claim", "benefit": "birthday"})
    closes = (timezone.localtime() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    said_ = {"act": "open", "name": "精华试用", "quota": "1", "closes_at": closes, "report_days": "14"}
    assert browser.post(f"{BASE}trials/", said_).status_code == 302
    trial = f"{BASE}trials/{Trial.objects.get().pk}/"
    browser.post(trial, {"act": "apply", "who": "13755556666", "address": "上海市某路 1 号"})
    browser.post(trial, {"act": "draw"})
    one = Applicant.objects.get()
    browser.post(trial, {"act": "send", "id": one.pk})
    browser.post(trial, {"act": "report", "id": one.pk, "text": "很润", "score": "5"})
    assert "100.0%" in browser.get(trial).content.decode()

    # they ask for their data, then to be forgotten
    browser.post(page, {"act": "right", "kind": "erase", "note": "我是陈小雨，请删除"})
    assert "我是陈小雨" in browser.get(f"{BASE}people/rights/").content.decode()
    data = json.loads(zipfile.ZipFile(io.BytesIO(browser.get(f"{page}data/").content)).read("person.json"))
    assert {"trials", "points", "claims", "tags", "contacts", "events", "tiers"} <= {k for k, v in data.items() if v}
    assert browser.post(page, {"act": "erase"}).status_code == 302
    secrets = [key, said.key("oRAIN001"), "13800001234", "13755556666", "oRAIN001", "陈小雨", "很润", "上海市某路"]
    assert left(house, secrets) == []
    assert browser.get(page).status_code == 404
    assert Right.objects.get().state == "done"
    assert Erasure.objects.count() == 1
    assert Person.objects.count() == 1
    for code in ("people.taken", "person.pair_decided", "consent.withdrawn", "person.exported", "person.erased"):
        assert AuditEntry.objects.filter(code=code).exists(), code
