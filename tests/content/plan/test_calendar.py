"""The calendar on its screen: pieces on their days, moved by those who may, conflicts said, a month filled. C1."""

import io
import json
import re
from datetime import date, timedelta
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from hongqiao.content.models import Piece, Plan, Stage, Topic
from hongqiao.content.plan import drawing, feeds, queries, services
from hongqiao.content.production import services as production
from hongqiao.errors import Conflict, NotFound
from hongqiao.site.cli import main
from hongqiao.ui.fonts import NoTypeface
from hongqiao.workspace import feeds as calendars
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import AuditEntry
from tests.cast import cast  # noqa: F401

pytestmark = pytest.mark.django_db
HOME = "/b/anlan/content/calendar/"


def soon(days=10):
    return timezone.localdate() + timedelta(days=days)


def piece(cast, day=None, clock="20:00", **more):  # noqa: F811
    told = {"title": "油皮夏天怎么补涂", "platform": "douyin", "account_id": cast.account.pk, "form": "video", **more}
    at = f"{day}T{clock}" if day else None
    return production.create_piece(actor=cast.owner, publish_at=at, **told)


def topic(cast, title="防晒怎么选", score=80, **more):  # noqa: F811
    fields = {"platforms": ["douyin"], "pillar": "knowledge", "state": Topic.State.PASSED, **more}
    return Topic.objects.create(brand=cast.brand, title=title, key=title, score=score, by=cast.owner, **fields)


def move(client, row, day, **more):
    told = {"act": "move", "id": str(row.pk), "seen": row.version, "day": str(day), **more}
    return client.post(HOME, told, headers={"HX-Request": "true"})


def test_a_piece_stands_on_its_day_with_its_hour(cast):  # noqa: F811
    row = piece(cast, soon())
    page = cast.client(cast.owner).get(f"{HOME}?on={soon():%Y-%m}")
    (day,) = [d for d in page.context["days"] if d["day"] == soon()]
    assert [(c["key"], c["clock"]) for c in day["cards"]] == [(str(row.pk), "20:00")]


def test_a_piece_dropped_on_another_day_keeps_its_hour_and_can_be_taken_back(cast):  # noqa: F811
    row, client = piece(cast, soon()), cast.client(cast.owner)
    answer = move(client, row, soon(12), was=f"{soon()} 20:00")
    row.refresh_from_db()
    assert f"{queries.local(row):%Y-%m-%d %H:%M}" == f"{soon(12)} 20:00"
    back = answer.context["back"]
    assert (back["day"], back["clock"], back["seen"]) == (str(soon()), "20:00", str(row.version))
    move(client, row, back["day"], clock=back["clock"])
    row.refresh_from_db()
    assert queries.local(row).date() == soon()


def test_who_saw_an_older_piece_is_told_and_nothing_moves(cast):  # noqa: F811
    row = piece(cast, soon())
    production.change_piece(actor=cast.owner, piece_id=row.pk, seen=row.version, title="改过了")
    answer = move(cast.client(cast.editor), row, soon(12))
    assert answer.context["failed"]["next_step"]
    row.refresh_from_db()
    assert queries.local(row).date() == soon()
    with pytest.raises(Conflict):
        services.move_piece(actor=cast.owner, piece_id=row.pk, seen=1, day=str(soon(12)))


@pytest.mark.parametrize("day", ["", "2026-02-30", "x", "0001-01-01", "9999-12-31", "２０２６-06-01", "2026-06-01\x00"])
def test_a_day_that_is_none_is_refused_with_what_to_write(cast, day):  # noqa: F811
    row = piece(cast, soon())
    answer = move(cast.client(cast.owner), row, day)
    assert answer.context["failed"]["next_step"] == "日期写成 2026-06-18，时间写成 20:00"


def test_an_hour_is_read_in_the_accounts_zone_also_where_summer_time_skips_it(cast):  # noqa: F811
    york = workspace.create_account(actor=cast.owner, platform="douyin", name="NY", zone="America/New_York")
    row = piece(cast, date(2027, 3, 10), "02:30", account_id=york.pk)
    moved = services.move_piece(actor=cast.owner, piece_id=row.pk, seen=row.version, day="2027-03-14")
    assert queries.local(moved).date() == date(2027, 3, 14)
    assert queries.local(moved).hour in (1, 3)


def test_a_stranger_and_who_may_only_look_move_nothing(cast):  # noqa: F811
    row = piece(cast, soon())
    assert move(cast.client(cast.stranger), row, soon(12)).status_code == 404
    assert cast.client(cast.viewer).get(HOME).status_code == 200
    with pytest.raises(NotFound):
        services.move_piece(actor=cast.viewer, piece_id=row.pk, seen=row.version, day=str(soon(12)))
    looked = cast.client(cast.viewer).get(f"{HOME}?on={soon():%Y-%m}").content.decode()
    assert "油皮夏天怎么补涂" in looked
    assert "data-piece" not in looked


def test_two_close_together_and_one_on_a_solemn_day_are_said_with_the_reason(cast):  # noqa: F811
    a, b = piece(cast, soon(), "20:00"), piece(cast, soon(), "20:30", title="第二条")
    found = {(c.code, c.keys) for c in queries.stands(cast.owner, [a, b])}
    assert ("close", (str(a.pk), str(b.pk))) in found
    year = timezone.localdate().year + 1
    sold = piece(cast, date(year, 12, 13), commercial="own")
    (grave,) = [c for c in queries.stands(cast.owner, [sold]) if c.code == "solemn"]
    assert grave.level == "block"
    page = cast.client(cast.owner).get(f"{HOME}?on={year}-12")
    assert f"这天是{grave.params['name']}" in page.content.decode()


def test_filters_narrow_and_a_calendar_without_pieces_is_still_drawn(cast):  # noqa: F811
    piece(cast, soon())
    client = cast.client(cast.owner)
    assert client.get(f"{HOME}?on={soon():%Y-%m}&platform=douyin").context["count"] == 1
    assert client.get(f"{HOME}?on={soon():%Y-%m}&platform=bilibili").context["count"] == 0
    for odd in ("?on=x", "?on=9999-99", "?on=0000-01", "?view=week&on=2026-02-30", "?owner=' OR 1=1", "?on=%00"):
        assert client.get(HOME + odd).status_code == 200


def test_what_has_no_slot_waits_beside_the_calendar(cast):  # noqa: F811
    row = piece(cast)
    page = cast.client(cast.owner).get(HOME)
    assert [c["key"] for c in page.context["waiting"]] == [str(row.pk)]
    moved = services.move_piece(actor=cast.owner, piece_id=row.pk, seen=row.version, day=str(soon()))
    assert f"{queries.local(moved):%H:%M}" == "20:30"
    off = services.take_off(actor=cast.owner, piece_id=row.pk, seen=moved.version)
    assert off.publish_at is None


def test_a_topic_becomes_a_piece_on_the_day_chosen(cast):  # noqa: F811
    chosen = topic(cast)
    told = {"act": "topic", "id": str(chosen.pk), "platform": "douyin", "form": "video", "day": str(soon())}
    cast.client(cast.owner).post(HOME, told)
    row = Piece.objects.get(topic=chosen)
    assert (row.account, queries.local(row).date()) == (cast.account, soon())


def month():
    return (timezone.localdate().replace(day=28) + timedelta(days=10)).replace(day=1)


def test_a_month_is_filled_with_passed_topics_and_nothing_is_saved_until_accepted(cast):  # noqa: F811
    low, high = topic(cast, "分低", 60), topic(cast, "分高", 90)
    services.save_plan(actor=cast.owner, month=month(), platform="douyin", seen=None, pieces=1, slots=["18:30"])
    (one,) = services.propose(cast.owner, month(), "douyin")
    assert (one.topic, one.clock) == (high, "18:30")
    assert not Piece.objects.exists()
    page = cast.client(cast.owner).get(f"{HOME}plan/?on={month():%Y-%m}&fill=douyin")
    assert "分高" in page.content.decode()
    made = services.accept(actor=cast.owner, month=month(), platform="douyin", topics=[str(high.pk)])
    assert [p.topic for p in made] == [high]
    assert services.propose(cast.owner, month(), "douyin") == []
    low.refresh_from_db()
    assert low.state == Topic.State.PASSED


def test_pillars_that_lack_pieces_come_before_a_better_score(cast):  # noqa: F811
    topic(cast, "干货一", 95), topic(cast, "故事一", 60, pillar="story")
    quotas = {"knowledge": 0, "story": 100}
    services.save_plan(actor=cast.owner, month=month(), platform="douyin", seen=None, pieces=1, quotas=quotas)
    (one,) = services.propose(cast.owner, month(), "douyin")
    assert (one.topic.title, one.why) == ("故事一", "story")


def test_a_plan_is_written_once_and_whoever_saw_another_is_told(cast):  # noqa: F811
    row = services.save_plan(actor=cast.owner, month=month(), platform="douyin", seen=None, pieces=9)
    with pytest.raises(Conflict):
        services.save_plan(actor=cast.editor, month=month(), platform="douyin", seen=None, pieces=3)
    services.save_plan(actor=cast.editor, month=month(), platform="douyin", seen=row.version, pieces=3)
    assert Plan.objects.get().pieces == 3
    assert AuditEntry.objects.filter(code="plan.saved").count() == 2


@pytest.mark.parametrize(
    "given", [{"pieces": "-1"}, {"pieces": "201"}, {"pieces": "²"}, {"pieces": "9" * 5000}, {"slots": ["25:00"]}]
)
def test_a_plan_of_nonsense_is_refused(cast, given):  # noqa: F811
    with pytest.raises(services.BadPlan):
        services.save_plan(actor=cast.owner, month=month(), platform="douyin", seen=None, **given)


def test_last_months_plan_is_copied_where_none_is_written(cast):  # noqa: F811
    services.save_plan(actor=cast.owner, month=month(), platform="douyin", seen=None, pieces=9)
    after = (month() + timedelta(days=35)).replace(day=1)
    assert services.copy_plans(actor=cast.owner, month=after) == 1
    assert services.copy_plans(actor=cast.owner, month=after) == 0


def test_slots_stand_in_ones_own_calendar_and_the_brands_for_who_schedules(cast):  # noqa: F811
    mine = piece(cast, soon(), owner_id=cast.editor.pk)
    piece(cast, soon(11), title="别人的", owner_id=cast.owner.pk)
    assert [e.uid for e in feeds.entries(cast.editor)] == [f"piece-{mine.pk}"]
    assert len(list(feeds.entries(cast.owner))) == 2
    assert list(feeds.entries(cast.stranger)) == []
    uids = [e.uid for e in calendars.entries_of(cast.editor)]
    assert uids.count(f"piece-{mine.pk}") == 1  # production tells it too


def test_the_schedule_leaves_as_a_workbook(cast):  # noqa: F811
    piece(cast, soon(), title="=1+1")
    answer = cast.client(cast.owner).get(f"{HOME}schedule.xlsx?on={soon():%Y-%m}")
    assert answer.status_code == 200
    assert answer.content[:2] == b"PK"
    assert unquote(answer["Content-Disposition"]).endswith(f"排期日历-{soon():%Y-%m}.xlsx")


def test_what_is_published_is_not_dragged(cast):  # noqa: F811
    row = piece(cast, soon())
    Piece.objects.filter(pk=row.pk).update(stage=Stage.PUBLISHED)
    body = cast.client(cast.owner).get(f"{HOME}?on={soon():%Y-%m}").content.decode()
    assert not re.search(rf'data-piece="{row.pk}"', body)
    assert reverse("content_piece", args=["anlan", row.pk]) in body


@pytest.mark.parametrize(("shape", "begins"), [("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_the_month_leaves_as_a_picture_and_on_paper_as_it_is_filtered(cast, shape, begins):  # noqa: F811
    for n in range(15):  # more than a day's cell shows
        piece(cast, soon(), f"{8 + n % 12:02d}:{n:02d}", title=f"#第 {n} 条 *不是* $标记$ [也不是]")
    client = cast.client(cast.viewer)
    answer = client.get(f"{HOME}schedule.{shape}?on={soon():%Y-%m}")
    if answer.status_code == NoTypeface.status:
        pytest.skip("no Chinese typeface on this machine")
    assert answer.content.startswith(begins)
    assert f"{soon():%Y-%m}.{shape}" in answer["Content-Disposition"]
    other = client.get(f"{HOME}schedule.{shape}?on={soon():%Y-%m}&platform=bilibili")
    if shape == "png":
        assert Image.open(io.BytesIO(answer.content)).height > Image.open(io.BytesIO(other.content)).height
    assert client.get(f"{HOME}schedule.{shape}?view=week&on={soon()}").status_code == 200
    assert client.get(f"{HOME}schedule.exe").status_code == 404
    assert cast.client(cast.stranger).get(f"{HOME}schedule.{shape}").status_code == 404


def test_what_a_drawn_day_does_not_hold_is_told():
    cards = [
        {"row": Piece(title="题", platform="douyin", stage="copy"), "found": (), "worst": "", "clock": "08:00"}
    ] * 14
    told = drawing._day({"day": soon(), "iso": str(soon()), "nodes": [], "cards": cards}, "")
    assert (len(told["pieces"]), told["more"]) == (12, "还有 2 条")


def test_a_drawing_says_what_its_colours_and_short_names_mean_and_a_crowded_one_turns_the_page(cast):  # noqa: F811
    row = {"row": Piece(title="题" * 30, platform="douyin", stage="copy"), "found": (), "worst": "", "clock": "08:00"}
    held = {**row, "row": Piece(title="题", platform="weibo", stage="approved"), "worst": "block"}
    assert drawing._places([{"cards": [held, row]}]) == [c for c in drawing.PLATFORMS if c in ("douyin", "weibo")]
    assert [drawing._piece(c)["ink"] for c in (row, held)] == ["plain", "block"]
    assert set(drawing.present.STAGE_TONES.values()) < set(drawing.INKS)
    days = [{"day": soon(n), "iso": str(soon(n)), "nodes": [], "cards": []} for n in range(35)]
    quiet = drawing.draw("pdf", "月", "", "", days)
    full = drawing.draw("pdf", "月", "", "", [d | {"cards": [row] * 12} for d in days])
    pages = [int(found) for made in (quiet, full) for found in re.findall(rb"/Type ?/Pages[^>]*?/Count (\d+)", made)]
    assert pages[0] == 1
    assert pages[1] > 1


@pytest.fixture
def programs(cast):  # noqa: F811
    """Call the interface as a member: `programs(member, "?from=…")`."""

    def call(member, query=""):
        _row, token = workspace.create_token(actor=member, name="日历", scopes=["content.view"])
        return Client().get(f"/api/content/calendar{query}", headers={"Authorization": f"Bearer {token}"})

    return call


def test_programs_read_days_nodes_conflicts_and_capacity(cast, programs):  # noqa: F811
    year = timezone.localdate().year + 1
    grave = piece(cast, date(year, 12, 13), commercial="own", owner_id=cast.editor.pk)
    piece(cast, date(year, 12, 13), "20:10", title="第二条")
    told = programs(cast.owner, f"?from={year}-12-01&to={year}-12-31").json()
    assert (told["from"], told["to"], len(told["days"])) == (f"{year}-12-01", f"{year}-12-31", 31)
    day = next(d for d in told["days"] if d["day"] == f"{year}-12-13")
    assert [p["clock"] for p in day["pieces"]] == ["20:00", "20:10"]
    assert {"solemn", "close"} <= set(day["pieces"][0]["conflicts"])
    solemn = next(c for c in told["conflicts"] if c["code"] == "solemn" and str(grave.pk) in c["pieces"])
    assert (solemn["level"], solemn["day"]) == ("block", f"{year}-12-13")
    assert any(n["solemn"] for n in told["nodes"])
    assert {c["name"] for c in told["capacity"]} == {"editor"}
    assert all(c["hours"] > 0 for c in told["capacity"])


@pytest.mark.parametrize(
    "query", ["?from=2026-12-31&to=2026-12-01", "?from=2026-01-01&to=2026-12-31", "?from=x", "?to=0001-01-01"]
)
def test_a_span_that_is_none_is_refused_as_a_problem(cast, programs, query):  # noqa: F811
    answer = programs(cast.owner, query)
    assert answer.status_code == 422
    assert answer["Content-Type"].startswith("application/problem+json")


def test_a_stranger_reads_their_own_calendar_and_nobody_elses(cast, programs):  # noqa: F811
    piece(cast, soon())
    told = programs(cast.stranger, f"?from={soon()}&to={soon()}").json()
    assert told["days"] == [{"day": str(soon()), "pieces": []}]


def test_the_command_line_shows_the_calendar_as_programs_read_it(cast, capsys):  # noqa: F811
    row = piece(cast, soon())
    span = ["--brand", "anlan", "--from", str(soon()), "--to", str(soon())]
    assert main(["calendar", *span, "--json"]) == 0
    (day,) = json.loads(capsys.readouterr().out)["days"]
    assert [p["id"] for p in day["pieces"]] == [str(row.pk)]
    main(["calendar", *span])
    assert capsys.readouterr().out.startswith(f"{soon()}\t20:00\tdouyin")


def signed_in(tab, member, cast, live_server):  # noqa: F811
    value = cast.client(member).cookies["sessionid"].value
    tab.context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])


def slot_of(row):
    row.refresh_from_db()
    return f"{queries.local(row):%Y-%m-%d %H:%M}"


def test_a_piece_is_dragged_to_another_day_and_taken_back_in_a_browser(cast, live_server, page, shot):  # noqa: F811
    first = month()
    row, to = piece(cast, first + timedelta(days=9)), first + timedelta(days=17)
    signed_in(page, cast.owner, cast, live_server)
    page.goto(f"{live_server.url}{HOME}?on={first:%Y-%m}")
    with page.expect_response(lambda r: r.request.method == "POST") as answered:
        page.locator(f'[data-piece="{row.pk}"]').drag_to(page.locator(f'[data-date="{to}"]'))
    assert answered.value.status == 200
    page.locator(f'[data-date="{to}"] [data-piece="{row.pk}"]').wait_for()
    assert slot_of(row) == f"{to} 20:00"
    shot(page, "calendar-dragged")
    page.get_by_role("button", name="撤销").click()
    page.locator(f'[data-date="{first + timedelta(days=9)}"] [data-piece="{row.pk}"]').wait_for()
    assert slot_of(row) == f"{first + timedelta(days=9)} 20:00"


def test_a_piece_is_moved_by_keys_and_refused_where_another_moved_it_first(cast, live_server, page):  # noqa: F811
    first = month()
    row = piece(cast, first + timedelta(days=9))
    signed_in(page, cast.owner, cast, live_server)
    page.goto(f"{live_server.url}{HOME}?on={first:%Y-%m}")
    for key, day in (("Alt+ArrowRight", 10), ("Alt+ArrowDown", 17), ("Alt+ArrowLeft", 16)):
        page.locator(f'[data-piece="{row.pk}"]').focus()
        page.keyboard.press(key)
        page.locator(f'[data-date="{first + timedelta(days=day)}"] [data-piece="{row.pk}"]').wait_for()
        assert slot_of(row) == f"{first + timedelta(days=day)} 20:00"
    services.move_piece(actor=cast.owner, piece_id=row.pk, seen=row.version, day=str(first + timedelta(days=2)))
    page.locator(f'[data-piece="{row.pk}"]').focus()
    page.keyboard.press("Alt+ArrowUp")
    page.locator(f'[data-date="{first + timedelta(days=2)}"] [data-piece="{row.pk}"]').wait_for()
    assert page.locator("#calendar .alert").is_visible()  # said, and the grid shows where it is
    assert slot_of(row) == f"{first + timedelta(days=2)} 20:00"


def test_a_title_that_looks_like_html_is_shown_as_it_was_written(cast):  # noqa: F811
    piece(cast, soon(), title="\"><script>alert(1)</script>'&")
    shown = cast.client(cast.owner).get(f"{HOME}?on={soon():%Y-%m}").content.decode()
    assert "<script>alert" not in shown
    assert shown.count("&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&#x27;&amp;") >= 2  # its label, and its words
