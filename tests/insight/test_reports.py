"""Reports as documents: identical twice, every cite leads to rows, too little is said, others' figures stay apart."""

import json
from datetime import UTC, date, datetime

import pytest
from django.utils import timezone, translation

from hongqiao import warehouse
from hongqiao.errors import NotFound
from hongqiao.insight.goals import services as goals
from hongqiao.insight.reports import figures_of, queries, services
from hongqiao.insight.reports.building import document
from hongqiao.insight.reports.document import Sentence, canonical, fig, plain
from hongqiao.insight.reports.kinds import KINDS, BadReportDays, NoSuchKind, kind_of
from hongqiao.insight.reports.params import Params
from hongqiao.insight.reports.parts import ledgers
from hongqiao.insight.reports.parts.notable import Point, one_each, rank, runs
from hongqiao.insight.reports.words import HEADS, SAYS
from hongqiao.insight.reports.written import written
from hongqiao.ledger.models import Action, Decision, Finding, Outcome
from hongqiao.metrics import METRICS
from hongqiao.warehouse.models import Source
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import Account, AuditEntry, Member
from tests.imports.conftest import daily

from .conftest import VIEWS, bring

DAY, START, END = date(2026, 4, 9), date(2026, 4, 6), date(2026, 4, 9)
HOSTILE = '<script>alert(1)</script> #set page(width: 1pt) $x$ \\ "]] =cmd|calc %(x)s \x07'
ALL = {"ledger.view"}


def made(owner, kind="weekly", start=START, end=END, version=None):
    handle = warehouse.open(owner.brand_id, version)
    return document(owner.brand, KINDS[kind], handle, start, end).to_json()


def fill_ledger(owner, member=None):
    """A finding with its evidence, an action that ended, its outcome, one that is late, a decision."""
    brand = owner.brand
    cite = {"metrics": ["views"], "where": {"platform": "douyin"}, "start": "2026-04-06", "end": "2026-04-09"}
    finding = Finding.objects.create(
        brand=brand, rule="none.such", key="k", variant="views_fell", room="data", kind="problem", severity=3,
        day=date(2026, 4, 8), last_said=timezone.now(), evidence=[{"code": "fell", "params": {}, "cite": cite}],
    )  # fmt: skip
    common = {"brand": brand, "author": owner, "room": "content", "finding": finding}
    ended = Action.objects.create(
        **common, title=HOSTILE, state="judged", owner=owner, due=date(2026, 4, 9), started_on=date(2026, 4, 6),
        ended_on=date(2026, 4, 9), measure={"method": "controls"},
    )  # fmt: skip
    late = Action.objects.create(**common, title="改结尾", state="running", owner=member or owner, due=date(2026, 4, 7))
    outcome = Outcome.objects.create(
        brand=brand, action=ended, method="controls", verdict="worked", effect=12.0, lo=2.0, hi=22.0, unit="count"
    )
    Outcome.objects.filter(pk=outcome.pk).update(created_at=datetime(2026, 4, 9, 2, tzinfo=UTC))
    decision = Decision.objects.create(
        brand=brand, title="=追投", amount="8000", options=["追", HOSTILE], deadline=date(2026, 4, 12), author=owner
    )
    return finding, ended, late, outcome, decision


def said(body, allowed=ALL):
    return written(body, allowed)


def texts(report, code):
    """The texts of one section."""
    found = []
    for section in report.sections:
        for block in section["blocks"] if section["code"] == code else ():
            found += [block["text"]] if "text" in block else []
            found += [c["text"] for row in block.get("rows", ()) for c in row]
    return found


@pytest.mark.parametrize("kind", list(KINDS))
def test_two_builds_on_the_same_facts_and_ledger_are_the_same_bytes(owner, kind):
    fill_ledger(owner)
    first, second = canonical(made(owner, kind)), canonical(made(owner, kind))
    assert first == second
    assert json.loads(first)["version"] == warehouse.open(owner.brand_id).version


def test_a_pinned_version_gives_the_former_report_after_more_facts(owner):
    before = warehouse.open(owner.brand_id).version
    first = canonical(made(owner))
    newest = Source.objects.filter(brand_id=owner.brand_id, undone_at=None, layout__contains="works").first()
    version = warehouse.undo(owner.brand_id, newest.pk) and warehouse.open(owner.brand_id).version
    assert version > before
    assert canonical(made(owner, version=before)) == first


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_cite_leads_to_a_figure_or_a_row_of_the_ledger(owner, kind):
    fill_ledger(owner)
    goals.add_goal(actor=owner, wanted=goals.Wanted("views", 3000, "month", DAY))
    report = said(made(owner, kind))
    assert report.notes
    behind = figures_of.rows_of(owner, report)
    models = {"finding": Finding, "action": Action, "outcome": Outcome, "decision": Decision}
    for note in report.notes:
        if "metrics" in note.cite:
            assert set(note.cite["metrics"]) <= set(METRICS)
            found = behind(note)
            assert found.figure
            assert found.version == report.version
        else:
            kinds = [k for k in models if k in note.cite]
            assert kinds or note.cite.get("page") == "checklist"
            for one in kinds:
                assert models[one].objects.filter(brand=owner.brand, pk=note.cite[one]).exists()
        assert note.words


def test_statements_of_fact_have_cites_and_those_that_say_nothing_need_none(owner):
    fill_ledger(owner)
    without = {"compared", "compared.day", "lacking", "steady", "not_comparable", "no_figure"}
    for kind in KINDS:
        for section in made(owner, kind)["sections"]:
            for block in section["blocks"]:
                code = block.get("code") or block.get("sentence", {}).get("code", "")
                if block["block"] in ("sentence", "callout") and not block.get("rule"):
                    cites = block.get("cites") or block.get("sentence", {}).get("cites")
                    assert (
                        cites
                        or code in without
                        or ".none" in code
                        or "nothing" in code
                        or code.startswith(("competitors", "market"))
                    ), (kind, code)


def test_the_figures_of_a_report_equal_the_dictionary(owner):
    report = said(made(owner))
    behind = figures_of.rows_of(owner, report)
    (note,) = [n for n in report.notes if n.cite.get("metrics") == ["views"] and not n.cite.get("where")][:1]
    handle = warehouse.open(owner.brand_id)
    result = figures_of.answered(handle, note.cite)["views"]
    assert result.totals["views"] == sum(v for d, v in VIEWS.items() if START.day <= d <= END.day)
    assert behind(note).count == len([d for d in VIEWS if START.day <= d <= END.day])


def test_a_missing_day_and_too_few_days_are_said(owner):
    report = said(made(owner, "weekly", date(2026, 4, 1), date(2026, 4, 7)))
    assert any("抖音 · 安澜官方（1 天）" in t for t in texts(report, "head.figures"))
    assert texts(report, "head.points") == ["没有高于或低于自己近 56 天常态的"]
    late = said(made(owner, "morning", date(2026, 6, 1), date(2026, 6, 1)))
    assert texts(late, "head.notable") == ["昨日的数据还没有导入，暂时说不了变化"]
    assert "昨日数据还没有导入" in late.line


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_brand_without_facts_gets_a_report_that_says_so(empty, kind):
    report = said(made(empty, kind))
    flat = json.dumps(report.sections, ensure_ascii=False)
    assert "还没有" in flat
    assert "None" not in flat


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_brand_with_one_platform_and_one_file_gets_every_kind(empty, kind):
    account = workspace.create_account(actor=empty, platform="douyin", name="只此一个")
    bring(empty, daily(*[(f"2026-04-{d:02d}", 100 + d) for d in range(1, 10)]), "播放量.xlsx", account)
    report = said(made(empty, kind))
    assert report.sections
    assert report.notes


def test_competitors_stand_apart_and_count_nowhere_else(owner):
    before = said(made(owner, "onepage"))
    theirs = workspace.create_account(actor=owner, platform="douyin", name="海屿", relation="competitor")
    bring(owner, daily(*[(f"2026-04-{d:02d}", 70) for d in range(1, 10)], metric="净增粉丝"), "净增.xlsx", theirs)
    bring(owner, daily(*[(f"2026-04-{d:02d}", 7) for d in range(1, 10)], metric="取关粉丝"), "取关.xlsx", theirs)
    after = said(made(owner, "onepage"))

    def cards(report):
        return [k["value"] for s in report.sections if s["code"] == "head.figures" for k in s["blocks"][0]["items"]]

    assert cards(before) == cards(after)
    shown = texts(after, "head.competitors")
    assert "抖音 · 海屿" in shown
    assert "308" in shown  # (70 + 7) × 4 days
    assert not Account.objects.filter(brand=owner.brand, relation="own", name="海屿").exists()


def test_the_one_page_has_the_parts_a_director_asks_for(owner, specialist):
    fill_ledger(owner, specialist)
    goals.add_goal(actor=owner, wanted=goals.Wanted("views", 3000, "month", DAY))
    report = said(made(owner, "onepage"))
    assert [s["code"].removeprefix("head.") for s in report.sections] == [
        "figures", "goals", "moved", "money", "market", "hits", "competitors", "people", "promised", "decisions",
    ]  # fmt: skip
    assert texts(report, "head.people") == ["specialist", "卡住了", "1", "1"]
    assert texts(report, "head.promised") == [
        "应完成 2 个，做了 1 个；逾期 1 个，进行中 1 个",
        "累计有效率：1 个里有效 1 个；另有 0 个数据不足",
    ]
    assert texts(report, "head.decisions")[0] == "=追投"
    (goal,) = [g for s in report.sections if s["code"] == "head.goals" for g in s["blocks"][0]["items"]]
    assert (goal["place"], goal["target"], goal["time_words"]) == ("全品牌", "3,000", "时间进度 30%")


def test_who_left_and_what_nobody_took_is_nobodys(owner, specialist):
    fill_ledger(owner, specialist)
    workspace.deactivate_member(actor=owner, member_id=specialist.pk, seen=specialist.version)
    assert texts(said(made(owner, "onepage")), "head.people")[:2] == ["无人负责", "要有人接手"]


def test_a_section_is_not_shown_to_whom_its_permission_lacks(owner):
    fill_ledger(owner)
    body = made(owner, "review")
    codes = [s["code"] for s in said(body, set()).sections]
    assert "head.acted" not in codes
    assert "head.figures" in codes
    assert HOSTILE.split()[0] not in json.dumps(said(body, set()).sections, ensure_ascii=False)


def test_a_review_says_what_moved_why_done_brought_and_next(owner):
    fill_ledger(owner)
    report = said(made(owner, "review"))
    assert texts(report, "head.why") == ["views_fell", "fell"]
    assert "有效" in texts(report, "head.brought")
    assert "改结尾" in texts(report, "head.next")
    (note,) = [n for n in report.notes if n.cite.get("where") == {"platform": "douyin"} and len(n.cite) >= 4][:1]
    assert note.cite["metrics"] == ["views"]


def test_what_is_built_again_is_the_report_that_is_there(owner):
    first = services.build(actor=owner, kind="morning", day=DAY)
    again = services.build(actor=owner, kind="morning", day=DAY)
    assert first.pk == again.pk
    fill_ledger(owner)
    assert services.build(actor=owner, kind="onepage", day=DAY, start=START).pk != first.pk
    assert [e.code for e in AuditEntry.objects.filter(code="report.built")] == ["report.built"] * 2


def test_periods_are_whole_and_wrong_ones_are_refused(owner):
    assert KINDS["weekly"].days(date(2026, 4, 9)) == (date(2026, 4, 6), date(2026, 4, 12))
    assert KINDS["monthly"].days(date(2026, 2, 9)) == (date(2026, 2, 1), date(2026, 2, 28))
    assert KINDS["weekly"].latest(date(2026, 4, 13)) == (date(2026, 4, 6), date(2026, 4, 12))
    assert KINDS["weekly"].latest(date(2026, 4, 12)) == (date(2026, 3, 30), date(2026, 4, 5))
    assert KINDS["monthly"].latest(date(2026, 4, 12)) == (date(2026, 3, 1), date(2026, 3, 31))
    assert KINDS["review"].days(END, START) == (START, END)
    with pytest.raises(BadReportDays):
        services.build(actor=owner, kind="review", day=START, start=END)
    with pytest.raises(BadReportDays):
        services.build(actor=owner, kind="review", day=date(2026, 4, 1), start=date(2020, 4, 1))
    with pytest.raises(NoSuchKind):
        kind_of("horoscope")


def test_every_head_and_statement_has_words_and_every_parameter_is_written(owner):
    for kind in KINDS:
        body = made(owner, kind)
        for section in body["sections"]:
            assert section["code"] in HEADS
        report = said(body)
        assert "%(" not in json.dumps(report.sections, ensure_ascii=False)
    assert all(code == code.strip() for code in SAYS)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (None, "—"),
        (fig("285000.5000", "money"), "¥28.5 万"),
        (fig(-0.18, "percent", signed=True), "−18%"),
        ({"percentile": 0.999}, "P99"),
        ({"percentile": 0.0}, "P1"),
        ({"day": "2026-04-09"}, "04-09"),
        ({"day": "2025-04-09"}, "2025-04-09"),
        ({"title": ""}, "（无标题）"),
        ({"title": "两行\n标题"}, "两行 标题"),
        ({"title": "长" * 90}, "长" * 35 + "…"),
        ({"text": "100%(x)s"}, "100%(x)s"),
        ([{"platform": "douyin"}, {"metric": "views"}], "抖音、阅读/播放次数"),
        ({"account": "号", "platform": "douyin"}, "抖音 · 号"),
    ],
)
def test_parameters_are_written_for_people(given, words):
    assert Params(date(2026, 4, 9)).said(given) == words


def test_figures_are_kept_without_noise_and_zero_stays_zero():
    assert plain({"a": 0.1 + 0.2, "b": float("nan"), "c": 0, "d": 0.0}) == {"a": 0.3, "b": None, "c": 0, "d": 0.0}


@pytest.mark.parametrize(("value", "share"), [(0, 0.0), (1, 0.125), (4, 1.0), (2.5, 0.5)])
def test_a_percentile_is_the_share_below_with_ties_halved(value, share):
    assert rank([1, 2, 3, 3.5], value) == share


def test_a_stranger_has_no_report_of_another_brand(owner, stranger: Member):
    row = services.build(actor=owner, kind="morning", day=DAY)
    with pytest.raises(NotFound):
        queries.report_of(stranger, row.pk)
    assert not queries.reports(stranger)


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_report_is_read_in_english_from_the_same_document(owner, kind):
    fill_ledger(owner)
    body = made(owner, kind)
    with translation.override("en"):
        english = said(body)
    assert english.version == said(body).version
    assert [s["code"] for s in english.sections] == [s["code"] for s in said(body).sections]
    assert "430" in json.dumps(english.sections) or kind == "morning"
    words = json.dumps(english.sections, ensure_ascii=False).replace("%(x)s", "")  # a person's own
    assert "%(" not in words


def test_a_finding_about_a_figure_that_is_told_is_cited_by_it_and_not_told_twice(owner):
    told = [
        Sentence("day.high", {}, [{"metrics": ["views"], "where": {"platform": "douyin"}, "start": DAY, "end": DAY}])
    ]
    kept = {"brand": owner.brand, "variant": "x", "room": "data", "kind": "problem", "day": DAY}
    kept |= {"last_said": timezone.now(), "rule": "none.such"}
    same = Finding.objects.create(**kept, key="1", subject={"metric": "views", "where": {"platform": "douyin"}})
    other = Finding.objects.create(**kept, key="2", subject={"metric": "views", "where": {"platform": "xiaohongshu"}})
    bare = Finding.objects.create(**kept, key="3")
    shown, left = ledgers.joined([same, other, bare], told)
    assert shown[0].cites[1:] == [{"finding": same.pk}]
    assert left == [other, bare]


def test_days_of_one_figure_that_follow_each_other_are_told_as_a_run():
    def point(day, platform="douyin", code="day.high"):
        cites = [{"metrics": ["views"], "start": day, "end": day}, {"metrics": ["views"]}]
        good = code == "day.high"
        return Point(day, Sentence(code, {"value": 1}, cites), day.day / 10, good, (platform, "views"))

    first = date(2026, 4, 1)
    days = [date(2026, 4, d) for d in (1, 2, 3, 5)]
    told = runs([*map(point, days), point(first, "xiaohongshu"), point(first, code="day.low")])
    assert sorted(p.sentence.code for p in told) == [
        "day.high.dated",
        "day.high.dated",
        "day.high.run",
        "day.low.dated",
    ]
    (run,) = [p for p in told if p.sentence.code == "day.high.run"]
    assert (run.sentence.params["n"], run.sentence.cites[0]["start"], run.sentence.cites[0]["end"]) == (
        3, date(2026, 4, 1), date(2026, 4, 3)
    )  # fmt: skip
    assert len(one_each([point(first), point(first), point(first, code="day.low")])) == 2


@pytest.mark.parametrize("kind", ["weekly", "review", "onepage"])
def test_metrics_of_one_cut_are_asked_together(owner, kind, monkeypatch):
    """Cards, what moved and the ratios that moved: totals of the period are two questions, never one a metric."""
    from hongqiao.insight.reports import desk

    asked, real = set(), desk.answer

    def noted(handle, query):
        if query.compare and not query.by and not query.where:
            asked.add(query.metrics)
        return real(handle, query)

    monkeypatch.setattr(desk, "answer", noted)
    made(owner, kind)
    common = next(codes for codes in asked if "views" in codes)
    assert {"views", "followers_lost", "follow_purchase"} <= set(common)
    others = [c for codes in asked if codes != common for c in codes]
    assert len(others) == len(set(others))
