"""Pages of groups, activities and draws: the next step when empty, acts by forms, the public page without names. U2."""

import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from hongqiao.audience.communities.activities import entries
from hongqiao.audience.communities.draws import entering, opening
from hongqiao.audience.models import Activity, Draw, Group, Win
from hongqiao.workspace import feeds, todays
from hongqiao.workspace.models import Account
from hongqiao.workspace.services import create_token
from hongqiao.workspace.spreadsheets import xlsx
from tests.audience.communities.cast import NOON, drawn, opened
from tests.audience.communities.test_activities import made, running

HOME = "/b/anlan/users/communities/"
PAGES = ("", "groups/", "draws/", "new/")


@pytest.mark.parametrize("page", PAGES)
def test_empty_pages_say_the_next_step_and_a_stranger_finds_nothing(cast, page):
    assert cast.client(cast.owner).get(HOME + page).status_code == 200
    assert cast.client(cast.stranger).get(HOME + page).status_code == 404
    assert cast.client(None).get(HOME + page).status_code == 302


def test_a_stranger_finds_no_row_either(cast):
    row, draw = made(cast.owner), opened(cast.owner)
    group = Group.objects.create(brand=cast.brand, name="甲群", kind="wecom")
    browser = cast.client(cast.stranger)
    for path in (f"{row.pk}/", f"groups/{group.pk}/", f"draws/{draw.pk}/", f"draws/{draw.pk}/export/", "export/"):
        assert browser.get(HOME + path).status_code == 404
    other = cast.client(cast.stranger)
    for path in (f"{row.pk}/", f"groups/{group.pk}/", f"draws/{draw.pk}/"):
        assert other.get(f"/b/other/users/communities/{path}").status_code == 404
        assert other.post(f"/b/other/users/communities/{path}", {"act": "save", "seen": 1}).status_code == 404


@pytest.mark.parametrize("kind", [k for k, _label in Activity.Kind.choices])
def test_every_kind_has_its_page(cast, kind):
    browser = cast.client(cast.owner)
    answer = browser.post(f"{HOME}new/", {"act": "create", "kind": kind, "title": "一次活动"})
    row = Activity.objects.get()
    assert answer.url == f"{HOME}{row.pk}/"
    assert browser.get(answer.url).status_code == 200
    failed = browser.post(answer.url, {"act": "ready", "seen": row.version})
    assert failed.status_code == 422
    assert "还缺" in failed.content.decode()


def test_a_plan_stands_first_until_it_runs_and_names_the_platform_of_each_account(cast):
    row, browser = made(cast.owner), cast.client(cast.owner)
    for platform in ("douyin", "xiaohongshu"):
        Account.objects.create(brand=cast.brand, platform=platform, name="安澜护肤", relation=Account.Relation.OWN)
    shown = browser.get(f"{HOME}{row.pk}/").content.decode()
    assert shown.index(">方案<") < shown.index('</div><div class="stack">') < shown.index(">预算<")
    assert "抖音 · 安澜护肤" in shown
    assert "小红书 · 安澜护肤" in browser.get(f"{HOME}groups/").content.decode()
    going = browser.get(f"{HOME}{running(cast, 'show', data={'licence': '同意'}).pk}/").content.decode()
    assert going.index('</div><div class="stack">') < going.index(">方案<")


@pytest.mark.parametrize("kind", ["topic", "vote", "qa", "live"])
def test_a_plan_that_was_refused_keeps_all_that_was_typed(cast, kind):
    browser, row = cast.client(cast.owner), made(cast.owner, kind)
    typed = {
        "title": "新名称", "goal": "", "rules": "新规则", "prompts": "一问\r\n二问", "options": "甲\r\n乙",
        "expert": "李工", "guest": "王医生", "opens": "2026-12-01T10:00", "closes": "2026-12-03T10:00",
        "script": "话术", "moderation": "脏话",
        "owner": str(cast.editor.pk), "event": "join", "content": "c1", "role.host": "小安", "budget": "三百",
    }  # fmt: skip
    refused = browser.post(f"{HOME}{row.pk}/", {"act": "save", "seen": row.version, **typed})
    assert refused.status_code == 422
    shown = refused.context["form"]
    assert {name: shown[name] for name in typed} == typed
    page = refused.content.decode()
    assert f'<option value="{cast.editor.pk}" selected>' in page
    for words in ("新规则", 'value="2026-12-03T10:00"', 'value="三百"'):
        assert words in page
    kept = browser.get(f"{HOME}{row.pk}/").content.decode()
    assert "新规则" not in kept, "nothing was saved"


def test_a_form_that_was_refused_is_told_what_was_typed(cast):
    browser, row = cast.client(cast.owner), running(cast)
    typed = {"act": "spend", "amount": "三百", "what": "</script><b>赠品"}
    page = browser.post(f"{HOME}{row.pk}/", typed).content.decode()
    told = json.loads(page.split('<script id="typed-again" type="application/json">')[1].split("</script>")[0])
    assert told == {"act": "spend", "fields": {"amount": ["三百"], "what": ["</script><b>赠品"]}}
    assert "audience/again" in page
    assert "typed-again" not in browser.get(f"{HOME}{row.pk}/").content.decode()


def test_a_running_activity_shows_entries_masked_and_takes_acts(cast):
    row = running(cast, "qa", data={"expert": "周工"})
    browser, url = cast.client(cast.owner), f"{HOME}{row.pk}/"
    assert browser.post(url, {"act": "enter", "name": "王小红", "words": "敏感肌能用吗"}).status_code == 302
    one = row.entries.get()
    page = browser.get(url).content.decode()
    assert "王**红" in page
    assert "王小红" not in page
    assert browser.post(url, {"act": "answer", "id": one.pk, "seen": 1, "text": "先做斑贴"}).status_code == 302
    assert browser.post(url, {"act": "approve", "id": one.pk, "seen": 1}).status_code == 409
    assert browser.post(url, {"act": "score", "name": "王小红", "before": "3", "after": "4"}).status_code == 302
    assert "先做斑贴" in browser.get(url).content.decode()
    assert todays.cards(cast.owner)
    assert browser.get("/b/anlan/").status_code == 200


def test_the_form_of_a_draw_shows_each_problem_and_opens_when_whole(cast):
    browser = cast.client(cast.owner)
    browser.post(f"{HOME}draws/", {"act": "create", "title": "周年抽奖", "mode": "own"})
    row = Draw.objects.get()
    url = f"{HOME}draws/{row.pk}/"
    assert "必填" in browser.get(url).content.decode()
    sent = {
        "act": "save",
        "seen": row.version,
        "title": "周年抽奖",
        "prize.level": ["一等奖", ""],
        "prize.name": ["车", ""],
        "prize.sort": ["实物", ""],
        "prize.price": ["60000", ""],
        "prize.quantity": ["1", ""],
        "organiser": "安澜",
    }
    assert browser.post(url, sent).status_code == 302
    assert "超过 50000 元上限" in browser.get(url).content.decode()
    row.refresh_from_db()
    assert len(row.form["prizes"]) == 1
    assert browser.post(url, {"act": "open", "seen": row.version}).status_code == 422


def test_anybody_sees_a_draw_by_its_address_without_a_name(cast):
    row = drawn(cast)
    public, outside = f"/d/{row.token}/", cast.client(None)
    page = outside.get(public)
    assert page.status_code == 200
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    winner = Win.objects.filter(draw=row).first().ticket.code
    assert winner in page.content.decode()
    assert "中奖" in outside.get(f"{public}?t={winner.lower()}").content.decode()
    assert "不在名单里" in outside.get(f"{public}?t=NOBODY").content.decode()
    told = json.loads(outside.get(f"{public}evidence.json").content)
    assert told["plan_hash"] == row.plan_hash
    who = set(row.tickets.values_list("who", flat=True))
    assert not who & set(json.dumps(told).split('"'))
    assert b"def main" in outside.get(f"{public}verify_draw.py").content
    assert outside.get("/d/guess/").status_code == 404
    assert outside.get("/d/guess/evidence.json").status_code == 404


def test_the_public_page_is_not_asked_without_end(cast, one_window):
    row = opened(cast.owner)
    cache.clear()
    answers = [cast.client(None).get(f"/d/{row.token}/evidence.json").status_code for _n in range(21)]
    assert answers[:20] == [200] * 20
    assert answers[20] == 429


def test_before_the_draw_no_secret_is_told(cast):
    row = opened(cast.owner)
    entering.enter(actor=cast.owner, draw_id=row.pk, person="甲", at=NOON - timedelta(days=1))
    told = json.loads(cast.client(None).get(f"/d/{row.token}/evidence.json").content)
    assert set(told) == {"format", "plan", "terms", "plan_hash"}


def test_a_drawn_one_is_worked_on_and_taken_away(cast):
    row = drawn(cast)
    browser, url = cast.client(cast.owner), f"{HOME}draws/{row.pk}/"
    win = Win.objects.filter(draw=row).first()
    sent = {"act": "move", "id": win.pk, "seen": win.version, "state": "claimed", "contact": "张三 上海"}
    assert browser.post(url, sent).status_code == 302
    assert "张三 上海" in browser.get(url).content.decode()
    assert "张三 上海" not in cast.client(cast.editor).get(url).content.decode()
    file = b"".join(browser.get(f"{url}export/?format=csv")).decode("utf-8-sig")
    assert win.ticket.code in file
    assert browser.get(f"{url}export/?format=xlsx").status_code == 200
    assert browser.get(f"{HOME}export/?format=xlsx").status_code == 200
    assert cast.client(cast.viewer).get(f"{url}export/").status_code == 403


def test_groups_are_kept_and_ticked_on_their_pages_and_stand_in_the_calendar(cast):
    browser = cast.client(cast.owner)
    sent = {"act": "create", "kind": "fans_club", "name": "粉丝团", "size": "90", "levels": "1 60\n2 30"}
    assert browser.post(f"{HOME}groups/", {**sent, "owner": cast.owner.pk}).status_code == 302
    group = Group.objects.get()
    assert group.levels[1] == {"level": "2", "members": 30}
    url = f"{HOME}groups/{group.pk}/"
    for week in ("2026-11-09", "2026-11-16"):
        assert browser.post(url, {"act": "week", "week": week, "members": "90", "messages": "70"}).status_code == 302
    assert "消息少" in browser.get(url).content.decode()
    before = len([e for e in feeds.entries_of(cast.owner) if e.uid.startswith("community-")])
    assert before == 35
    assert browser.post(f"{HOME}groups/", {"act": "tick", "id": group.pk, "step": "morning"}).status_code == 302
    assert len([e for e in feeds.entries_of(cast.owner) if e.uid.startswith("community-")]) == 34
    assert not [e for e in feeds.entries_of(cast.editor) if e.uid.startswith("community-")]


HEADS = "社群,周,周末人数,消息数"


@pytest.mark.parametrize("form", ["csv", "gbk", "xlsx"])
def test_weeks_come_as_csv_or_workbook(cast, form):
    browser, group = cast.client(cast.editor), Group.objects.create(brand=cast.brand, kind="wecom", name="甲群")
    lines = [line.split(",") for line in (HEADS, "甲群,2026/1/5,320,900", ",,,")]
    text = "\n".join(",".join(line) for line in lines)
    body = {"csv": text.encode("utf-8-sig"), "gbk": text.encode("gb18030"), "xlsx": xlsx(lines[0], lines[1:], "周")}[
        form
    ]
    file = SimpleUploadedFile(f"weeks.{form}", body)
    address = f"{HOME}groups/"
    assert browser.post(address, {"act": "weeks", "file": file}).status_code == 302
    week = group.weeks.get()
    assert (week.week.isoformat(), week.members, week.messages, week.joins) == ("2026-01-05", 320, 900, None)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("a,b\n甲群,1\n".encode(), "社群、周、周末人数"),
        (f"{HEADS}\n".encode(), "1 到 2000 行"),
        (f"{HEADS}\n甲群,2099-01-01,3,4\n".encode(), "不能在将来"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "图片"),
        (b"PK\x03\x04 cut off", "请"),
    ],
)
def test_a_file_of_weeks_that_cannot_be_taken_says_what_to_mend(cast, body, said):
    browser, group = cast.client(cast.editor), Group.objects.create(brand=cast.brand, kind="wecom", name="甲群")
    address = f"{HOME}groups/"
    answer = browser.post(address, {"act": "weeks", "file": SimpleUploadedFile("weeks.csv", body)})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not group.weeks.exists()


def test_programs_list_activities_and_enter_once(cast):
    row = running(cast)
    _row, token = create_token(actor=cast.owner, name="接口", scopes=["users.view", "users.edit"])
    head = {"HTTP_AUTHORIZATION": f"Bearer {token}", "HTTP_IDEMPOTENCY_KEY": "k1"}
    url, body = f"/api/activities/{row.pk}/entries", json.dumps({"person": "甲", "words": "早晚各一次", "ref": "7"})
    browser = cast.client(None)
    first = browser.post(url, body, content_type="application/json", **head)
    again = browser.post(url, body, content_type="application/json", **head)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert row.entries.count() == 1
    listed = browser.get("/api/activities?state=running", **head).json()["items"]
    assert [(a["id"], a["entries"]) for a in listed] == [(str(row.pk), 1)]
    assert "早晚" not in json.dumps(listed, ensure_ascii=False)


def test_a_photo_is_shown_to_the_brand_alone(cast, house):
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    row = running(cast, "show")
    one = entries.add_entry(actor=cast.editor, activity_id=row.pk, name="小红", picture=out.getvalue())
    url = f"{HOME}{row.pk}/photo/{one.photo}/"
    assert cast.client(cast.owner).get(url).status_code == 200
    assert cast.client(cast.stranger).get(url).status_code == 404
    assert cast.client(cast.owner).get(f"{HOME}{row.pk}/photo/{'0' * 64}.png/").status_code == 404


def test_many_winners_of_a_platforms_tool_are_pasted_at_once(cast):
    row = opening.create_draw(actor=cast.owner, title="小红书官方抽奖", mode="platform")
    browser, page = cast.client(cast.owner), f"{HOME}draws/{row.pk}/"
    lines = [f"用户{n}\t精华正装\t398" for n in range(12)] + ["", "小海，面霜，268"]
    sent = {
        "act": "result",
        "seen": row.version,
        "text": "平台截图",
        "name": ["阿禾"],
        "prize": ["面霜"],
        "price": ["268"],
    }
    refused = browser.post(page, {**sent, "many": "\n".join([*lines, "只有名字"])})
    assert refused.status_code == 422
    assert "第 15 行" in refused.content.decode()
    assert not Win.objects.filter(draw=row).exists()
    assert browser.post(page, {**sent, "many": "\n".join(lines)}).status_code == 302
    assert Win.objects.filter(draw=row).count() == 14
