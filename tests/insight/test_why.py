"""波动归因: parts that add up on real rows, refusals that say why, the page, the file, the interface, strangers."""

import io
import json
from dataclasses import replace
from datetime import date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from hongqiao.errors import NotAllowed
from hongqiao.imports import services as imports
from hongqiao.insight.rules import windows
from hongqiao.insight.why import asking
from hongqiao.insight.why.asking import Asked, NotSplit
from hongqiao.insight.why.present import Page
from hongqiao.methods.rootcause import Explained, Slice
from hongqiao.site.cli import main
from hongqiao.ui.period import Period
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import Member, User
from tests.imports.conftest import SHANGHAI
from tests.imports.conftest import member as join
from tests.platforms.test_own import HEADER

from .conftest import lines, signed_in

CAPTURED = datetime(2026, 4, 20, 9, 30, tzinfo=SHANGHAI)
WEEKS = (date(2026, 4, 8), date(2026, 4, 14))


def visits_file(counts):
    """Two weeks of visits: {(week, channel): visits a day}."""
    rows = [HEADER]
    for (week, channel), a_day in counts.items():
        for day in range(7):
            moment = f"2026-04-{1 + 7 * week + day:02d}T0{day}:00:00+08:00"
            rows += [f"visit,p{n},{moment},,,{channel},,,{channel}{week}{day}{n}" for n in range(a_day)]
    return io.BytesIO(lines(*rows))


@pytest.fixture
def visits(empty):
    """小程序 falls from 20 to 5 a day, 落地页 stays at 10."""
    account = workspace.create_account(actor=empty, platform="own", name="会员")
    counts = {(0, "小程序"): 20, (1, "小程序"): 5, (0, "落地页"): 10, (1, "落地页"): 10}
    file = imports.receive(actor=empty, name="events.csv", stream=visits_file(counts))
    imports.confirm(actor=empty, file_id=file.id, seen=None, account_id=account.id, captured_at=CAPTURED, queue=False)
    assert imports.run(file.id).state == "done"
    return empty


@pytest.fixture
def web(visits):
    return signed_in(visits)


def test_the_parts_are_the_rows_and_add_up(visits):
    found = asking.ask(visits, Asked("visits", *WEEKS, {})).found
    assert (found.before, found.after, found.change) == (210, 105, -105)
    assert found.verdict == "single_cause"
    assert dict(found.parts[0].where) == {"channel": "小程序"}
    assert sum(p.change for p in found.parts) == -105
    assert [s.change for s in found.by_dim["channel"]] == [-105, 0]


def test_persons_cannot_be_added_and_the_page_says_so(visits, web):
    with pytest.raises(NotSplit):
        asking.ask(visits, Asked("visitors", *WEEKS, {}))
    page = web.get(reverse("data_why", args=["empty", "visitors"]), {"start": WEEKS[0], "end": WEEKS[1]})
    assert page.status_code == 200
    assert "不能拆成" in page.content.decode()


def test_without_a_period_before_it_is_refused(visits):
    with pytest.raises(NotSplit):
        asking.ask(visits, Asked("visits", date(2026, 4, 1), date(2026, 4, 7), {}))


def test_the_page_shows_the_verdict_the_sum_and_links_to_rows(visits, web):
    page = web.get(reverse("data_why", args=["empty", "visits"]), {"start": WEEKS[0], "end": WEEKS[1]}).content.decode()
    assert "主要来自一处：小程序" in page
    assert 'data-change="-105.0"' in page
    assert "channel=%E5%B0%8F%E7%A8%8B%E5%BA%8F" in page


def test_a_change_without_a_named_part_is_drawn_by_its_first_dimension(empty):
    account = workspace.create_account(actor=empty, platform="own", name="会员")
    counts = {(week, name): 10 * (2 - week) for week in (0, 1) for name in ("小程序", "落地页", "H5")}
    file = imports.receive(actor=empty, name="events.csv", stream=visits_file(counts))
    imports.confirm(actor=empty, file_id=file.id, seen=None, account_id=account.id, captured_at=CAPTURED, queue=False)
    imports.run(file.id)
    asked = Asked("visits", *WEEKS, {})
    answer = asking.ask(empty, asked)
    assert (answer.found.verdict, [p.where for p in answer.found.parts]) == ("broad", [()])
    shown = Page(empty, answer, Period(*WEEKS, "custom", date(2026, 4, 20))).chart()
    assert sorted(shown["x"]) == sorted(["小程序", "落地页", "H5"])
    assert sum(shown["series"][0]["values"]) == answer.found.change == -210
    assert all(shown["links"])


def test_nothing_is_said_of_causes_where_nothing_could_be_cut():
    window = windows.Window(date(2026, 4, 8), date(2026, 4, 14))
    whole = Slice((), 100.0, 60.0, -40.0, 0.0, -40.0, 1.0, 1.0)
    uncut = Explained("additive", 100.0, 60.0, -40.0, "broad", (whole,), {}, 0.0, -40.0)
    assert list(windows.parts(None, "net_paid", {}, window, uncut)) == []
    cut = replace(uncut, by_dim={"platform": (whole,)})
    assert [one.code for one in windows.parts(None, "net_paid", {}, window, cut)] == ["broad"]


def test_the_metric_page_leads_there_in_one_click(visits, web):
    page = web.get(
        reverse("data_metric", args=["empty", "visits"]), {"start": WEEKS[0], "end": WEEKS[1]}
    ).content.decode()
    assert reverse("data_why", args=["empty", "visits"]) in page


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_file_holds_parts_and_slices(visits, web, kind):
    where = {"start": WEEKS[0], "end": WEEKS[1]}
    answer = web.get(reverse("data_why_export", args=["empty", "visits", kind]), where)
    assert answer.status_code == 200
    if kind == "csv":
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        assert "小程序,140.0,35.0,-105.0" in text.replace("'-", "-")


def test_the_interface_answers_the_same(visits):
    _row, token = workspace.create_token(actor=visits, name="t", scopes=["data.view"])
    body = {"metric": "visits", "start": str(WEEKS[0]), "end": str(WEEKS[1])}
    head = {"Authorization": f"Bearer {token}"}
    call = Client().post("/api/metrics/why", body, content_type="application/json", headers=head)
    said = json.loads(call.content)
    assert (said["change"], said["verdict"], said["dims"]) == (-105, "single_cause", ["channel"])
    bad = Client().post(
        "/api/metrics/why", {**body, "metric": "visitors"}, content_type="application/json", headers=head
    )
    assert (bad.status_code, bad.json()["code"]) == (422, "not_split")
    assert Client().post("/api/metrics/why", body, content_type="application/json").status_code == 401


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"start": "2026-13-01", "end": "x"}, 422),
        ({"start": "2026-04-14", "end": "2026-04-08"}, 422),
        ({"by": "nothing"}, 200),
        ({"channel": "'; DROP TABLE events; --", "start": "2026-04-08", "end": "2026-04-14"}, 200),
        ({"campaign": "x"}, 200),
    ],
)
def test_bad_questions_are_answered_without_breaking(visits, web, query, status):
    assert web.get(reverse("data_why", args=["empty", "visits"]), query).status_code == status


def test_strangers_find_nothing_and_those_without_figures_may_not(visits):
    viewer = join(visits.brand, "reviewer")
    other = User.objects.create_superuser("other@example.com", name="外人")
    stranger = Member.objects.get(brand=workspace.create_brand(user=other, name="别家", slug="other"))
    page = reverse("data_why", args=["empty", "visits"])
    file = reverse("data_why_export", args=["empty", "visits", "csv"])
    for who, status in ((stranger, 404), (viewer, 403)):
        browser = signed_in(who)
        assert browser.get(page).status_code == status
        assert browser.get(file).status_code == status
    with pytest.raises(NotAllowed):
        asking.ask(viewer, Asked("visits", *WEEKS, {}))
    assert Client().get(page).status_code == 302
    assert signed_in(visits).get(reverse("data_why", args=["empty", "no_such"])).status_code == 404


def test_the_explorer_leads_there_in_one_click_with_its_days_and_filters(visits, web):
    asked = {"m": "visits", "by": "day", "start": str(WEEKS[0]), "end": str(WEEKS[1]), "f.channel": "小程序"}
    page = web.get(reverse("data_explore", args=["empty"]), asked).content.decode()
    address = reverse("data_why", args=["empty", "visits"])
    assert f"{address}?start=2026-04-08&amp;end=2026-04-14&amp;channel=" in page
    two = web.get(
        reverse("data_explore", args=["empty"]), {**asked, "f.channel": ["小程序", "落地页"]}
    ).content.decode()
    assert address not in two  # that page asks for one value a dimension


def test_the_metric_page_leads_to_a_line_with_what_it_shows(visits, web):
    shown = {"start": WEEKS[0], "end": WEEKS[1], "channel": "小程序"}
    page = web.get(reverse("data_metric", args=["empty", "visits"]), shown).content.decode()
    assert reverse("data_alert_new", args=["empty"]) + "?metric=visits&amp;channel=" in page
    none = web.get(reverse("data_metric", args=["empty", "repurchase_30d"]), {"start": WEEKS[0], "end": WEEKS[1]})
    assert reverse("data_alert_new", args=["empty"]) not in none.content.decode()


def test_the_command_says_the_same(visits, capsys, monkeypatch):
    monkeypatch.setattr("hongqiao.site.first.migrate", lambda: None)
    monkeypatch.setattr("hongqiao.site.first.local_member", lambda slug: visits)
    asked = ["why", "--brand", "empty", "--metric", "visits", "--start", str(WEEKS[0]), "--end", str(WEEKS[1])]
    assert main([*asked, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["change"], told["verdict"]) == (-105, "single_cause")
    assert main(asked) == 0
    assert "channel=小程序\t140.0\t35.0\t-105.0" in capsys.readouterr().out
    assert main([*asked[:4], "nonsense", *asked[5:], "--json"]) == 2
    assert "unknown_metric" in capsys.readouterr().err
