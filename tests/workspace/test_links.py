"""Links that leave the house, signing in with a password, and where one lands afterwards."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from hongqiao.workspace import audit, jobs, links, services, zones
from hongqiao.workspace.jobs import handlers
from hongqiao.workspace.models import Job, Notice, User
from tests.cast import PASSWORD

HERE = "此链接只能在本机打开"


def text(answer):
    return answer.content.decode()


def at(name, brand="anlan"):
    return reverse(f"settings_{name}", args=[brand])


def test_the_way_in_is_where_the_map_of_addresses_says():
    assert reverse("sign_in_link", args=["x"]) == links.SIGN_IN + "x"


@pytest.mark.parametrize(
    ("address", "alone"),
    [
        ("http://127.0.0.1:8000/in/x", True),
        ("http://localhost/in/x", True),
        ("http://[::1]:8000/x", True),
        ("http://127.9.9.9/x", True),
        ("http://192.168.1.5:8000/x", False),
        ("https://hongqiao.example.com/x", False),
    ],
)
def test_an_address_of_this_machine_alone_is_known(address, alone):
    assert links.only_here(address) is alone


def test_a_link_made_without_a_page_follows_the_server_that_runs_on_this_data_folder(house, settings):
    settings.URL, settings.PORT = "", 8000
    assert links.absolute("/x") == "http://127.0.0.1:8000/x"
    (house / links.SERVING).write_text("http://127.0.0.1:8123", "utf-8")
    assert links.absolute("/x") == "http://127.0.0.1:8123/x"
    for broken in (b"", b"\xff\xfe", b"javascript:alert(1)"):
        (house / links.SERVING).write_bytes(broken)
        assert links.absolute("/x") == "http://127.0.0.1:8000/x"
    settings.URL = "https://hongqiao.example.com"
    assert links.absolute("/x") == "https://hongqiao.example.com/x"


def test_a_link_warns_where_only_this_machine_can_open_it_and_follows_the_set_address(cast, settings):
    invite = {"act": "invite", "email": "n@example.com", "role": "designer"}
    boss = cast.client(cast.owner, headers={"host": "127.0.0.1:8000"})
    assert HERE in text(boss.post(at("members"), invite))
    assert HERE in text(boss.post(at("members"), {"act": "link", "id": cast.editor.pk}))
    settings.URL = "https://hongqiao.example.com"
    page = text(boss.post(at("members"), invite))
    assert HERE not in page
    assert "https://hongqiao.example.com/invite/" in page
    settings.URL = ""
    settings.ALLOWED_HOSTS = ["10.0.0.8"]
    lan = cast.client(cast.owner, headers={"host": "10.0.0.8:8000"})
    page = text(lan.post(at("members"), invite))
    assert HERE not in page
    assert "http://10.0.0.8:8000/invite/" in page
    evil = cast.client(cast.owner, headers={"host": "evil.example"})
    assert evil.post(at("members"), invite).status_code == 400


def test_setting_a_password_names_the_login_and_ends_on_a_page_that_says_so(cast):
    browser = Client()
    browser.post(reverse("sign_in_link", args=[services.make_sign_in_link(user=cast.owner.user)]))
    page = browser.get(reverse("account_set_password"))
    assert "owner@example.com" in text(page)
    form = {"password1": PASSWORD, "password2": PASSWORD}
    done = browser.post(reverse("account_set_password"), form)
    assert done["Location"] == reverse("password_done")
    assert "owner@example.com" in text(browser.get(done["Location"]))
    page = browser.get(reverse("account_change_password"))
    assert "owner@example.com" in text(page)
    other = Client()
    signed = other.post(reverse("account_login"), {"login": "owner@example.com", "password": PASSWORD})
    assert signed.status_code == 302
    assert other.get(reverse("profile")).status_code == 200


def test_signing_in_anew_opens_the_brand_looked_at_last(cast):
    services.create_brand(user=cast.owner.user, name="一个排在后面的牌子", slug="zzz")
    cast.client(cast.owner).get(at("accounts", "zzz"))
    assert User.objects.get(pk=cast.owner.user_id).last_brand.slug == "zzz"
    assert cast.client(cast.owner).get("/")["Location"].startswith("/b/zzz/")
    cast.client(cast.owner).get(at("accounts"))
    assert cast.client(cast.owner).get("/")["Location"].startswith("/b/anlan/")
    services.deactivate_member(actor=cast.owner, member_id=cast.editor.pk, seen=None)
    User.objects.filter(pk=cast.editor.user_id).update(last_brand=cast.brand)
    assert not cast.client(cast.editor).get("/").has_header("Location")


def test_after_the_accounts_comes_importing_until_there_is_data(cast):
    from hongqiao.warehouse.models import Source

    boss, words = cast.client(cast.owner), "下一步：导入数据"
    assert words in text(boss.get(at("accounts")))
    services.create_brand(user=cast.owner.user, name="空", slug="empty")
    assert words not in text(boss.get(at("accounts", "empty")))
    assert words in text(cast.client(cast.editor).get(at("accounts")))
    assert words not in text(cast.client(cast.owner).get(at("accounts", "empty")))
    fields = {f.name for f in Source._meta.get_fields()}
    assert "brand_id" in fields


def test_the_audit_of_one_thing_is_found_by_its_address(cast):
    audit.record(cast.owner, "account.renamed", cast.account, before="甲", after="乙")
    boss = cast.client(cast.owner)
    page = boss.get(at("audit"), {"object": str(cast.account.pk)})
    assert [line["row"].code for line in page.context["lines"]] == ["account.renamed", "account.created"]
    assert f'name="object" value="{cast.account.pk}"' in text(page)  # a filter keeps it
    assert len(boss.get(at("audit"), {"object": "nothing"}).context["lines"]) == 0
    csv = b"".join(boss.get(reverse("settings_audit_csv", args=["anlan"]), {"object": str(cast.account.pk)}))
    assert csv.count(b"\r\n") == 3


def test_a_job_names_what_it_is_about_also_when_it_failed(cast):
    handlers.kinds()

    def subject(rows):
        return {row.pk: jobs.Subject(row.payload["name"], f"/b/{row.brand.slug}/x/") for row in rows}

    jobs.handler("t.about", label="测试任务", attempts=1, subject=subject)(lambda ctx: 1 / 0)
    try:
        jobs.enqueue("t.about", brand_id=cast.brand.pk, key="x", payload={"name": "作品列表.xlsx"})
        page = text(cast.client(cast.owner).get(at("jobs")))
        assert '<a href="/b/anlan/x/">作品列表.xlsx</a>' in page
        jobs.work_off()
        notice = Notice.objects.get(member=cast.owner, code="job.failed_about")
        assert notice.params["about"] == "作品列表.xlsx"
        jobs.enqueue("t.about", brand_id=cast.brand.pk, key="y", payload={"unnamed": 1})
        jobs.work_off()
        assert Notice.objects.filter(member=cast.owner, code="job.failed").count() == 1
    finally:
        handlers._KINDS.pop("t.about")


def test_the_house_jobs_are_shown_to_the_owner_of_the_house_alone(cast):
    jobs.enqueue("workspace.tidy", brand_id=None, key="house")
    job = Job.objects.get()
    boss = cast.client(cast.owner)
    assert boss.get(at("jobs")).context["lines"] == []
    assert len(boss.get(at("jobs"), {"house": "1"}).context["lines"]) == 1
    services.change_role(actor=cast.owner, member_id=cast.editor.pk, role="director", seen=None)
    other = cast.client(cast.editor)
    assert other.get(at("jobs"), {"house": "1"}).context["lines"] == []
    assert other.post(at("jobs"), {"act": "cancel", "id": job.pk}).status_code == 404
    assert boss.post(at("jobs") + "?house=1", {"act": "cancel", "id": job.pk}).status_code == 302
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_time_zones_begin_with_the_common_ones_and_miss_none():
    from zoneinfo import available_timezones

    (_, common), (_, rest) = zones.choices()
    assert common[0] == ("Asia/Shanghai", "中国大陆（北京、上海） · UTC+08:00")
    codes = [zone for zone, _label in common]
    assert {"Asia/Hong_Kong", "Asia/Taipei", "Asia/Singapore", "Asia/Tokyo", "America/Los_Angeles"} <= set(codes)
    every = codes + [zone for zone, _label in rest]
    assert len(every) == len(set(every))
    assert set(every) == available_timezones()
    now = datetime.now(ZoneInfo("America/New_York")).strftime("%z")
    assert dict(common)["America/New_York"].endswith(f"UTC{now[:3]}:{now[3:]}")


def test_the_switch_of_language_says_language_twice_in_chinese_only(cast):
    browser = cast.client(cast.owner)
    assert "语言 / Language" in text(browser.get(reverse("profile")))
    browser.post(reverse("set_language"), {"language": "en", "next": "/"})
    assert "/ Language" not in text(browser.get(reverse("profile")))
