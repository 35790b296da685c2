"""The pages of the workspace: what they show, what they do, what they say when it goes wrong."""

import pytest
from django.test import Client
from django.urls import reverse

from hongqiao.workspace import audit, jobs, services
from hongqiao.workspace.jobs import handlers
from hongqiao.workspace.models import Account, ApiToken, Brand, Job, Member, Notice, Pause
from hongqiao.workspace.notices import tell
from hongqiao.workspace.views import kit

PAGES = ["members", "roles", "accounts", "audit", "jobs", "tokens", "pause", "brand"]


def at(name, brand="anlan"):
    return reverse(f"settings_{name}", args=[brand])


def text(answer):
    return answer.content.decode()


@pytest.fixture
def boss(cast):
    return cast.client(cast.owner)


@pytest.mark.parametrize("page", PAGES)
def test_every_settings_page_opens_for_who_may_and_marks_its_tab(boss, page):
    answer = boss.get(at(page))
    assert answer.status_code == 200
    assert f'href="{at(page)}" aria-current="page"' in text(answer)
    assert "Content-Security-Policy" in answer


def test_settings_open_on_the_first_page_one_may_see(cast, boss):
    assert boss.get(reverse("settings_home", args=["anlan"]))["Location"] == at("accounts")
    assert at("audit") not in text(cast.client(cast.editor).get(at("accounts")))


def test_rooms_that_do_not_exist_are_not_shown(cast, boss):
    shell = boss.get(at("members")).context["shell"]
    shown = {r["code"] for r in [*shell["rooms"], *shell["bottom"]]}
    assert "settings" in shown
    assert not shown & {"channels", "brand", "team"}
    assert next(r for r in shell["bottom"] if r["code"] == "settings")["on"]


def test_hidden_rooms_leave_the_navigation_and_settings_never_does(cast, boss):
    services.change_brand(actor=cast.owner, seen=None, hidden_rooms=["imports", "data"])
    shell = boss.get(at("members")).context["shell"]
    assert {r["code"] for r in [*shell["rooms"], *shell["bottom"]]} & {"imports", "data", "settings"} == {"settings"}


def test_members_are_invited_moved_and_shut_out(cast, boss):
    answer = boss.post(at("members"), {"act": "invite", "email": "n@example.com", "role": "designer"})
    assert "/invite/" in text(answer)
    assert answer["Cache-Control"] == "no-store"
    assert "/invite/" not in text(boss.get(at("members")))
    row = {"id": cast.editor.pk, "seen": cast.editor.version}
    assert boss.post(at("members"), {"act": "role", "role": "lead", **row}).status_code == 302
    stale = boss.post(at("members"), {"act": "deactivate", **row})
    assert stale.status_code == 409
    assert boss.post(at("members"), {"act": "deactivate", **row, "seen": 2}).status_code == 302
    assert Member.objects.get(pk=cast.editor.pk).state == "inactive"
    assert boss.post(at("members"), {"act": "reactivate", **row, "seen": 3}).status_code == 302
    assert (
        boss.post(at("members"), {"act": "rooms", "narrow": "1", "rooms": ["data"], **row, "seen": 4}).status_code
        == 302
    )
    assert Member.objects.get(pk=cast.editor.pk).rooms == ["data"]


def test_a_one_time_link_for_a_colleague_is_shown_once(cast, boss):
    assert "/in/" in text(boss.post(at("members"), {"act": "link", "id": cast.editor.pk}))
    assert "/in/" not in text(boss.get(at("members")))


def test_what_was_typed_stays_when_it_goes_wrong(cast, boss):
    answer = boss.post(at("members"), {"act": "invite", "email": "not an address", "role": "designer"})
    assert answer.status_code == 422
    assert 'value="not an address"' in text(answer)
    assert "邮箱格式不对" in text(answer)


def test_an_act_nobody_knows_and_a_key_that_is_none_are_not_found(cast, boss):
    assert boss.post(at("members"), {"act": "fly"}).status_code == 404
    assert boss.post(at("members"), {"act": "role", "id": "x", "seen": "1", "role": "lead"}).status_code == 404
    foreign = {"act": "deactivate", "id": cast.stranger.pk, "seen": "1"}
    assert boss.post(at("members"), foreign).status_code == 404


def test_a_viewer_of_members_is_offered_no_buttons(cast):
    page = text(cast.client(cast.editor).get(at("members")))
    assert 'data-dialog="#invite"' not in page
    assert (
        cast.client(cast.editor)
        .post(at("members"), {"act": "invite", "email": "n@example.com", "role": "designer"})
        .status_code
        == 403
    )


def test_accounts_are_added_renamed_closed_and_opened(cast, boss):
    new = {"act": "create", "platform": "xiaohongshu", "name": "安澜小红书", "zone": "Asia/Shanghai"}
    assert boss.post(at("accounts"), new).status_code == 302
    assert boss.post(at("accounts"), new).status_code == 409
    row = Account.objects.get(name="安澜小红书")
    assert boss.post(at("accounts"), {"act": "rename", "id": row.pk, "seen": 1, "name": "改名"}).status_code == 302
    assert boss.post(at("accounts"), {"act": "close", "id": row.pk, "seen": 2}).status_code == 302
    assert boss.post(at("accounts"), {"act": "reopen", "id": row.pk, "seen": 3}).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.state) == ("改名", "open")


def test_a_competitors_account_is_added_tagged_filtered_and_called_own_again(cast, boss):
    rival = {"act": "create", "platform": "douyin", "name": "对手旗舰", "relation": "competitor"}
    assert boss.post(at("accounts"), rival).status_code == 302
    row = Account.objects.get(name="对手旗舰")
    assert row.competitor
    assert not cast.account.competitor
    page = boss.get(at("accounts"), {"relation": "competitor"})
    assert [line[0].name for line in page.context["lines"]] == ["对手旗舰"]
    assert ">竞品<" in text(page)
    key = {"id": row.pk, "seen": 1, "act": "relation"}
    assert boss.post(at("accounts"), {**key, "relation": "friend"}).status_code == 422
    assert boss.post(at("accounts"), {**key, "relation": "own"}).status_code == 302
    assert boss.post(at("accounts"), {**key, "seen": 2, "relation": "own"}).status_code == 409
    own = {**rival, "platform": "own", "name": "小程序"}
    assert boss.post(at("accounts"), own).status_code == 422
    assert not Account.objects.filter(name="小程序").exists()


def test_names_are_written_as_text_and_never_as_html(cast, boss):
    services.create_account(actor=cast.owner, platform="douyin", name="<script>alert(1)</script>")
    page = text(boss.get(at("accounts")))
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;" in page


def test_the_audit_is_searched_filtered_paged_and_exported(cast, boss, monkeypatch):
    from hongqiao.workspace.limits import limits

    monkeypatch.setitem(limits(), "page_size", 2)
    for n in range(5):
        audit.record(cast.owner, "account.renamed", cast.account, before=f"旧{n}", after=f"=新{n}")
    page = boss.get(at("audit"), {"code": "account.renamed"})
    assert [line["row"].params["before"] for line in page.context["lines"]] == ["旧4", "旧3"]
    following = boss.get(at("audit"), {"code": "account.renamed", "after": page.context["next"]})
    assert [line["row"].params["before"] for line in following.context["lines"]] == ["旧2", "旧1"]
    assert len(boss.get(at("audit"), {"q": "旧3"}).context["lines"]) == 1
    assert not boss.get(at("audit"), {"end": "2000-01-01"}).context["lines"]
    assert boss.get(at("audit"), {"after": "x", "start": "x", "who": "x"}).status_code == 200
    export = boss.get(reverse("settings_audit_csv", args=["anlan"]), {"q": "旧3"})
    content = b"".join(export.streaming_content).decode()
    assert content.startswith("\ufeff")
    assert content.count("\n") == 2
    assert "旧3" in content


def test_an_exported_cell_is_never_a_formula(cast, boss):
    cast.owner.user.name = "=HYPERLINK(1)"
    cast.owner.user.save()
    content = b"".join(boss.get(reverse("settings_audit_csv", args=["anlan"])).streaming_content).decode()
    assert "'=HYPERLINK(1)" in content
    assert ",=HYPERLINK" not in content


def test_jobs_are_listed_retried_and_cancelled(cast, boss):
    handlers.kinds()
    jobs.handler("t.page", label="测试任务", attempts=1)(lambda ctx: 1 / 0)
    try:
        job = jobs.enqueue("t.page", brand_id=cast.brand.pk, key="x")
        jobs.work_off()
        page = text(boss.get(at("jobs")))
        assert "测试任务" in page
        assert "ZeroDivisionError" in page
        assert boss.post(at("jobs"), {"act": "retry", "id": job.pk}).status_code == 302
        assert boss.post(at("jobs"), {"act": "cancel", "id": job.pk}).status_code == 302
        assert Job.objects.get(pk=job.pk).state == "cancelled"
        assert boss.post(at("jobs"), {"act": "cancel", "id": job.pk}).status_code == 409
        assert "测试任务" not in text(boss.get(at("jobs"), {"state": "failed", "part": "table"}))
    finally:
        handlers._KINDS.pop("t.page")


def test_the_list_of_jobs_is_sent_again_only_when_it_moved(cast, boss):
    job = jobs.enqueue("workspace.tidy", brand_id=cast.brand.pk, key="x")
    first = boss.get(at("jobs"), {"part": "table"})
    again = boss.get(at("jobs"), {"part": "table"}, headers={"If-None-Match": first["ETag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    jobs.cancel(actor=cast.owner, job_id=job.pk)
    moved = boss.get(at("jobs"), {"part": "table"}, headers={"If-None-Match": first["ETag"]})
    assert moved.status_code == 200


def test_a_token_is_shown_once_and_revoked(cast, boss):
    answer = boss.post(at("tokens"), {"act": "create", "name": "报表", "scope": ["data.view"]})
    assert answer.context["shown_token"] in text(answer)
    assert answer.context["shown_token"] not in text(boss.get(at("tokens")))
    row = ApiToken.objects.get()
    assert boss.post(at("tokens"), {"act": "revoke", "id": row.pk, "seen": 1}).status_code == 302
    assert boss.post(at("tokens"), {"act": "create", "name": "空"}).status_code == 422


def test_the_red_button_is_pressed_with_a_reason_and_released(cast, boss):
    assert boss.post(at("pause"), {"act": "pause", "scope": "all"}).status_code == 422
    assert boss.post(at("pause"), {"act": "pause", "scope": "all", "reason": "演练"}).status_code == 302
    assert "演练" in text(boss.get(at("pause")))
    assert boss.post(at("pause"), {"act": "unpause", "scope": "all"}).status_code == 302
    assert not Pause.objects.get().on


def test_the_brand_is_changed_and_a_late_form_is_a_conflict_that_keeps_what_was_typed(cast, boss):
    form = {"act": "save", "seen": 1, "name": "安澜", "industry": "护肤", "zone": "Asia/Tokyo", "hidden": ["team"]}
    assert boss.post(at("brand"), form).status_code == 302
    late = boss.post(at("brand"), {**form, "name": "迟到的名字"})
    assert late.status_code == 409
    assert "迟到的名字" in text(late)
    brand = Brand.objects.get(pk=cast.brand.pk)
    assert (brand.name, brand.zone, brand.hidden_rooms) == ("安澜", "Asia/Tokyo", ["team"])
    assert boss.post(at("brand"), {**form, "seen": 2, "zone": "Mars/Base"}).status_code == 422


def test_a_roles_permissions_are_changed_on_the_page(cast, boss):
    page = boss.get(at("roles"), {"role": "reviewer"})
    ticked = [b["code"] for _, boxes in page.context["rooms"] for b in boxes if b["on"]]
    form = {"act": "save", "role": "reviewer", "seen": cast.brand.version, "permission": [*ticked, "data.view"]}
    assert boss.post(at("roles"), form).status_code == 302
    assert Brand.objects.get(pk=cast.brand.pk).settings["roles"] == {"reviewer": {"add": ["data.view"], "remove": []}}


def test_home_leads_to_the_brand_looked_at_last(cast, boss):
    services.create_brand(user=cast.owner.user, name="二牌", slug="second")
    assert boss.get("/")["Location"].startswith("/b/second/") or boss.get("/")["Location"].startswith("/b/anlan/")
    boss.get(at("members", "second"))
    assert boss.get("/")["Location"].startswith("/b/second/")
    boss.get(at("members"))
    assert boss.get("/")["Location"].startswith("/b/anlan/")


def test_the_first_person_makes_the_first_brand(cast):
    owner = services.create_user(email="fresh@example.com", name="新", owner=True)
    browser = Client()
    browser.force_login(owner)
    assert reverse("new_brand") in text(browser.get("/"))
    form = {"act": "create", "name": "新牌", "slug": "fresh", "zone": "Asia/Shanghai"}
    assert browser.post(reverse("new_brand"), {**form, "slug": "中文"}).status_code == 422
    assert browser.post(reverse("new_brand"), form)["Location"] == at("accounts", "fresh")
    nobody = services.create_user(email="nobody@example.com")
    browser.force_login(nobody)
    assert reverse("new_brand") not in text(browser.get("/"))
    assert browser.post(reverse("new_brand"), {**form, "slug": "more"}).status_code == 403


def test_a_person_changes_name_language_and_zone_and_the_page_follows(cast):
    browser = cast.client(cast.editor)
    form = {"act": "save", "name": "编辑", "language": "en", "time_zone": "Asia/Tokyo"}
    assert browser.post(reverse("profile"), form).status_code == 302
    answer = browser.get(reverse("profile"))
    assert '<html lang="en">' in text(answer)
    elsewhere = cast.client(cast.editor)
    assert '<html lang="en">' in text(elsewhere.get(reverse("profile")))
    assert browser.post(reverse("profile"), {**form, "time_zone": "Mars/Base"}).status_code == 422


def test_the_language_is_switched_from_any_page(cast, boss):
    answer = boss.post(reverse("set_language"), {"language": "en", "next": at("members")})
    assert answer["Location"] == at("members")
    assert '<html lang="en">' in text(boss.get(at("members")))
    boss.post(reverse("set_language"), {"language": "zh-hans", "next": "/"})
    assert '<html lang="zh-CN">' in text(boss.get(at("members")))


def test_notices_are_counted_shown_and_read(cast):
    tell([cast.editor], "member.role_changed", role="主管", url="/me/")
    (other,) = tell([cast.owner], "member.joined", name="某人")
    browser = cast.client(cast.editor)
    page = browser.get(reverse("notices"))
    assert page.context["shell"]["unread"] == 1
    assert "你的角色已改为 主管" in text(page)
    assert "某人" not in text(page)
    browser.post(reverse("notices"), {"act": "read", "id": other.pk})
    browser.post(reverse("notices"), {"act": "read_all"})
    assert not Notice.objects.filter(member=cast.editor, read_at=None).exists()
    assert Notice.objects.get(pk=other.pk).read_at is None


@pytest.mark.parametrize("page", PAGES)
def test_pages_cost_a_bounded_number_of_questions(cast, boss, page, django_assert_max_num_queries):
    for n in range(10):
        services.create_account(actor=cast.owner, platform="douyin", name=f"号{n}")
        services.invite(actor=cast.owner, email=f"p{n}@example.com", role="designer")
    boss.get(at(page))
    with django_assert_max_num_queries(14):
        boss.get(at(page))


@pytest.mark.parametrize(
    ("typed", "read"), [("7", 7), ("0", 0), ("", None), ("-1", None), ("²", None), ("７", None), ("9" * 5000, None)]
)
def test_a_number_of_a_form_is_read_or_is_none_and_never_an_error(typed, read):
    assert kit.whole(typed) == read


@pytest.mark.parametrize("seen", ["²", "9" * 5000])
def test_a_version_that_is_no_number_is_a_clear_answer_on_any_page(cast, seen):
    fields = {"act": "rename", "id": cast.account.pk, "seen": seen, "name": "新名"}
    assert cast.client(cast.owner).post(at("accounts"), fields).status_code == 422
    address = reverse("import_confirm", args=["anlan", cast.account.pk])
    assert cast.client(cast.owner).post(address, {"seen": seen}).status_code == 404
