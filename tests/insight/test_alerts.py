"""自设提醒: lines that people draw, how often they would have spoken, and what is raised when one is crossed."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from hongqiao.errors import Conflict, NotAllowed, NotFound
from hongqiao.insight.alerts import crossing, queries, series, services, words
from hongqiao.insight.alerts.crossing import Point
from hongqiao.insight.alerts.model import AlertRule
from hongqiao.insight.alerts.services import BadAlert, Wanted
from hongqiao.insight.rules import threshold
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import AuditEntry

from .alert_house import DAY, Program, drawn_line, look_at, raised  # noqa: F401  (a fixture)
from .conftest import signed_in, text


def points(*values: float | None, before: float | None = None) -> list[Point]:
    return [Point(DAY + timedelta(i), DAY + timedelta(i), v, before) for i, v in enumerate(values)]


def test_a_crossing_that_lasts_is_one_and_keeps_its_first_day():
    found = crossing.runs(points(1, 5, 6, 7, 1, 1, 1, 1, 9), "above", 4, rest=2)
    assert [(r.first.day, r.last.day, r.n, r.worst.value) for r in found] == [(2, 4, 3, 7), (9, 9, 1, 9)]


def test_a_figure_that_wavers_about_its_line_is_one_news():
    wavering = points(5, 3, 5, 3, 5, 3, 5)
    assert len(crossing.runs(wavering, "above", 4, rest=2)) == 1
    assert len(crossing.runs(wavering, "above", 4, rest=0)) == 4


def test_missing_days_neither_end_nor_make_a_crossing():
    assert crossing.runs(points(None, None, None), "below", 4, rest=1) == []
    assert len(crossing.runs(points(1, None, None, None, 1), "below", 4, rest=1)) == 1


@pytest.mark.parametrize("before", [None, 0.0, -3.0])
def test_a_change_from_nothing_or_from_below_zero_is_not_judged(before):
    for condition in ("rises", "falls"):
        assert crossing.beyond(Point(DAY, DAY, 10.0, before), condition, 0.2) is None


def test_negative_figures_can_fall_below_a_line():
    assert crossing.beyond(Point(DAY, DAY, -5.0), "below", 0.0) is True
    assert crossing.beyond(Point(DAY, DAY, -5.0, 10.0), "falls", 0.5) is True


def test_the_usual_line_is_the_brands_own_percentile_or_unknown():
    seen = points(*range(1, 101))
    assert crossing.usual(seen, "above", 0.95, 14) == pytest.approx(95.05)
    assert crossing.usual(seen, "below", 0.95, 14) == pytest.approx(5.95)
    assert crossing.usual(points(1, 2, 3), "above", 0.95, 14) is None
    assert crossing.usual(points(*[10] * 20, before=10.0), "falls", 0.95, 14) is None


def test_a_day_without_a_file_and_one_that_was_not_over_are_not_judged(owner):
    found = series.points(look_at(owner, date(2026, 4, 12)).ask, "views", {}, "day", DAY, date(2026, 4, 11))
    told = {p.first.day: p.value for p in found}
    assert told[4] == 104
    assert told[6] == 106
    assert told.get(5) is None
    assert told.get(10) is None
    assert told.get(11) is None


def test_a_week_that_lacks_a_day_is_not_judged(owner):
    found = series.points(look_at(owner, date(2026, 4, 12)).ask, "views", {}, "week", DAY, date(2026, 4, 11))
    assert found
    assert all(p.value is None for p in found)


def test_a_crossed_line_is_raised_with_its_rows(owner, line):
    row = line(severity=3, platform="douyin", roles=["specialist"])
    (found,) = raised(owner)
    assert found.key == f"alert|{row.pk}|2026-04-06"
    assert (found.variant, found.severity, found.kind, found.cares) == ("above_day", 3, "opportunity", ("specialist",))
    assert found.params["value"]["value"] == 109
    assert found.day == date(2026, 4, 9)
    assert set(threshold.RULE.evidence) >= {e.code for e in found.evidence}
    for said in found.evidence:
        asked = look_at(owner, date(2026, 4, 10)).ask(
            said.cite["metrics"], said.cite["by"], said.cite["where"],
            date.fromisoformat(said.cite["start"]), date.fromisoformat(said.cite["end"]),
        )  # fmt: skip
        assert asked.rows
        assert asked.rows[-1]["views"] == 109


def test_the_same_crossing_has_the_same_key_the_next_day(owner, line):
    line()
    assert [f.key for f in raised(owner, date(2026, 4, 9))] == [f.key for f in raised(owner, date(2026, 4, 10))]


def test_a_line_that_was_not_crossed_or_is_paused_or_old_news_is_silent(owner, line):
    line(at="500")
    assert raised(owner) == []
    row = line()
    assert len(raised(owner)) == 1
    assert raised(owner, date(2026, 4, 18)) == []
    services.pause_alert(actor=owner, alert_id=row.pk, seen=row.version, paused=True)
    assert raised(owner) == []


def test_a_fall_below_the_line_is_a_problem_with_something_to_do(owner, line):
    line("below", "105")
    (found,) = raised(owner, date(2026, 4, 6))
    assert (found.variant, found.kind, [p.action for p in found.proposals]) == ("below_day", "problem", ["by_hand"])


def test_a_line_on_a_metric_that_the_dictionary_dropped_is_silent_and_still_listed(owner, line, web):
    row = line()
    AlertRule.objects.filter(pk=row.pk).update(metric="gone")
    assert raised(owner) == []
    page = text(web.get("/b/anlan/data/alerts/"))
    assert "gone" in page
    assert "不会再说话" in page


def test_the_preview_counts_what_would_have_been_said(owner, monkeypatch):
    monkeypatch.setattr(queries, "today_of", lambda brand: date(2026, 4, 10))
    draft = services.drafted(actor=owner, wanted=Wanted("views", "above", "105"))
    found = queries.preview(owner, draft)
    assert (found.judged, len(found.runs), found.runs[0].n) == (8, 1, 4)
    assert found.usual is None
    assert not found.often


@pytest.mark.parametrize(
    ("metric", "condition", "typed", "kept"),
    [
        ("views", "above", "1.2万", "12000"),
        ("views", "above", "1,200", "1200"),
        ("share_rate", "below", "2.5", "0.025"),
        ("share_rate", "below", "2.5%", "0.025"),
        ("views", "falls", "30", "0.3"),
        ("paid", "below", "¥ 0.5万", "5000"),
    ],
)
def test_what_is_typed_is_read_as_it_is_shown(metric, condition, typed, kept):
    assert Decimal(str(words.typed_line(metric, condition, typed))) == Decimal(kept)


WRONG = [
    {"metric": "nonsense"},
    {"metric": "repurchase_30d"},  # not final when its day is over
    {"metric": "piece_views"},
    {"condition": "near"},
    {"grain": "hour"},
    {"severity": 9},
    {"line": "viele"},
    {"line": "NaN"},
    {"line": "1e30"},
    {"condition": "falls", "line": "1.5"},
    {"condition": "rises", "line": "-0.2"},
    {"platform": "myspace"},
    {"dimension": "product", "value": "x"},
    {"metric": "visits", "dimension": "channel", "value": " "},
    {"roles": ["king"]},
]


@pytest.mark.parametrize("wrong", WRONG, ids=[json.dumps(w, ensure_ascii=False) for w in WRONG])
def test_a_line_that_makes_no_sense_is_refused_with_the_next_step(owner, wrong):
    with pytest.raises(BadAlert):
        services.add_alert(
            actor=owner, wanted=Wanted(**{"metric": "views", "condition": "above", "line": "5", **wrong})
        )
    assert not AlertRule.objects.exists()


def test_an_account_of_another_brand_is_not_found(owner, stranger):
    foreign = workspace.create_account(actor=stranger, platform="douyin", name="别家号")
    with pytest.raises(NotFound):
        services.add_alert(actor=owner, wanted=Wanted("views", "above", "5", account_id=foreign.pk))


def test_writes_leave_one_audit_row_each_and_heed_the_version(owner, line):
    row = line()
    with pytest.raises(Conflict):
        services.change_alert(actor=owner, alert_id=row.pk, seen=7, wanted=Wanted("views", "above", "9"))
    row = services.change_alert(actor=owner, alert_id=row.pk, seen=1, wanted=Wanted("views", "above", "9"))
    services.pause_alert(actor=owner, alert_id=row.pk, seen=2, paused=True)
    services.pause_alert(actor=owner, alert_id=row.pk, seen=3, paused=True)  # nothing changed
    services.pause_alert(actor=owner, alert_id=row.pk, seen=3, paused=False)
    services.delete_alert(actor=owner, alert_id=row.pk, seen=4)
    told = list(AuditEntry.objects.filter(code__startswith="alert.").order_by("id").values_list("code", flat=True))
    assert told == ["alert.added", "alert.changed", "alert.paused", "alert.resumed", "alert.deleted"]


def test_a_specialist_draws_and_changes_their_own_lines_only(owner, specialist, line):
    theirs = services.add_alert(actor=specialist, wanted=Wanted("views", "above", "5"))
    services.pause_alert(actor=specialist, alert_id=theirs.pk, seen=1, paused=True)
    with pytest.raises(NotAllowed):
        services.delete_alert(actor=specialist, alert_id=line().pk, seen=1)


FORM = {"metric": "views", "condition": "above", "line": "105", "grain": "day", "severity": "2"}
FORM |= {"platform": "douyin", "account": "", "dimension": "", "value": ""}


def test_the_page_previews_saves_pauses_and_deletes(web: Client):
    shown = web.post("/b/anlan/data/alerts/new/", {**FORM, "do": "preview"})
    assert shown.status_code == 200
    assert "如果早就设了" in text(shown)
    assert not AlertRule.objects.exists()
    assert web.post("/b/anlan/data/alerts/new/", {**FORM, "do": "save"}).status_code == 302
    row = AlertRule.objects.get()
    page = text(web.get("/b/anlan/data/alerts/"))
    assert "任一天高于 105" in page
    assert "抖音" in page
    kept = text(web.get(f"/b/anlan/data/alerts/{row.pk}/"))
    assert 'value="105"' in kept
    act = f"/b/anlan/data/alerts/{row.pk}/act/"
    assert web.post(act, {"do": "pause", "seen": "1"}).status_code == 302
    assert "已暂停" in text(web.get("/b/anlan/data/alerts/"))
    assert web.post(act, {"do": "delete", "seen": "1"}).status_code == 409
    assert web.post(act, {"do": "delete", "seen": "2"}).status_code == 302
    assert not AlertRule.objects.exists()


def test_a_form_that_is_wrong_says_so_and_keeps_what_was_typed(web: Client):
    page = web.post("/b/anlan/data/alerts/new/", {**FORM, "line": "viel", "do": "save"})
    assert page.status_code == 422
    assert 'value="viel"' in text(page)
    assert "提醒线要是一个数" in text(page)


def test_a_metric_page_can_hand_over_what_it_shows(web: Client):
    page = text(web.get("/b/anlan/data/alerts/new/?metric=visits&platform=own&channel=小程序"))
    assert '<option value="visits" selected>' in page
    assert 'value="小程序"' in page
    assert web.get("/b/anlan/data/alerts/new/?metric=nonsense").status_code == 200


def test_strangers_and_those_who_may_not_see_figures_find_nothing(web, line, stranger, reviewer):
    row = line()
    for person in (stranger, reviewer):
        browser = signed_in(person)
        for url in ("alerts/", "alerts/new/", f"alerts/{row.pk}/"):
            assert browser.get(f"/b/anlan/data/{url}").status_code in (403, 404), (person, url)
        assert browser.post(f"/b/anlan/data/alerts/{row.pk}/act/", {"do": "delete", "seen": "1"}).status_code in (
            403,
            404,
        )
    assert signed_in(stranger).get(f"/b/other/data/alerts/{row.pk}/").status_code == 404
    assert AlertRule.objects.filter(pk=row.pk).exists()
    assert Client().get("/b/anlan/data/alerts/").status_code == 302


def test_the_interface_draws_previews_changes_pauses_and_deletes(owner):
    ask = Program(owner, "data.view", "ledger.edit", "ledger.judge")
    wanted = {"metric": "views", "condition": "above", "line": "105", "platform": "douyin"}
    assert ask("post", "/preview", wanted).json()["days"] == series.limits()["preview_days"]
    made = ask("post", "", wanted)
    assert made.status_code == 201, made.content
    one = made.json()
    assert one["line"] == "105.0000"
    assert ask("get", "").json()["items"] == [one]
    assert ask("get", f"/{one['id']}").json() == one
    changed = ask("put", f"/{one['id']}", {**wanted, "line": "200", "version": 1}).json()
    assert (changed["line"], changed["version"]) == ("200.0000", 2)
    assert ask("post", f"/{one['id']}/pause", {"paused": True, "version": 2}).json()["paused"] is True
    assert ask("put", f"/{one['id']}", {**wanted, "version": 1}).status_code == 409
    assert ask("post", "", {**wanted, "metric": "nonsense"}).status_code == 422
    assert ask("delete", f"/{one['id']}").status_code == 204
    assert ask("get", f"/{one['id']}").status_code == 404


def test_the_interface_shows_strangers_nothing(owner, stranger, line):
    row = line()
    theirs = Program(stranger, "data.view", "ledger.edit", "ledger.judge")
    assert theirs("get", "").json()["items"] == []
    for answer in (theirs("get", f"/{row.pk}"), theirs("delete", f"/{row.pk}")):
        assert answer.status_code == 404
    narrow = Program(owner, "imports.view")
    assert narrow("get", "").status_code == 403


# Who hears of it
