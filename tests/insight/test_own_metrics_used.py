"""A brand's own metrics wherever a metric is: pages, interface, command line, goals, reports, jobs. Serves D1."""

import json
import re
from datetime import date

import pytest
from django.test import Client
from django.utils import translation

from hongqiao.insight import queries as figures
from hongqiao.insight.explorer import services as explorer
from hongqiao.insight.goals import services as goals
from hongqiao.insight.models import MetricVersion
from hongqiao.insight.own import drafts, loading, services
from hongqiao.insight.reports import figures_of
from hongqiao.insight.reports import services as reports
from hongqiao.insight.reports.desk import Desk
from hongqiao.insight.words import unit_words
from hongqiao.metrics import METRICS
from hongqiao.site import cli
from hongqiao.workspace import dictionary, jobs
from hongqiao.workspace import services as workspace
from hongqiao.workspace.jobs import queue, worker

from .conftest import SPAN, export, table, text
from .own_house import DAYS, NEW, URL, VIEWS, ask, change, define, written


@pytest.fixture
def api(owner):
    token = workspace.create_token(actor=owner, name="t", scopes=["data.view", "data.edit"])[1]
    client, head = Client(), {"Authorization": f"Bearer {token}"}

    def call(method, path="", body=None, whole="/api/own-metrics"):
        more = {"content_type": "application/json"} if body is not None else {}
        data = json.dumps(body) if body is not None else None
        return getattr(client, method)(f"{whole}{path}", data, headers=head, **more)

    return call


def test_a_retired_metric_is_no_longer_offered_and_says_so_where_it_is_used(owner, web):
    row = define(owner)
    question = {"metrics": ["gain"], "by": ["day"], "where": {}, "start": "2026-04-01", "end": "2026-04-09"}
    explorer.save_view(actor=owner, name="带粉", question=_checked(owner, question))
    services.retire(actor=owner, code="gain", seen=row.version)
    r = ask(owner, "gain")
    assert r.totals["gain"] == pytest.approx(NEW / VIEWS * 1000)
    assert "retired" in [n["code"] for n in r.notes]
    assert "千次阅读涨粉 已停用" in text(web.get(f"{URL}views/"))
    assert "仍按它的定义计算" in text(web.get(f"{URL}explore/?m=gain&by=day&{SPAN}"))
    assert 'value="gain"' not in text(web.get(f"{URL}explore/"))
    with pytest.raises(drafts.RetiredPart):
        define(owner, "gain * 2", "双倍", "double")
    services.retire(actor=owner, code="gain", seen=2, retired=False)
    assert 'value="gain"' in text(web.get(f"{URL}explore/"))
    assert written() == ["metric.defined", "metric.retired", "metric.revived"]


def _checked(owner, question):
    from hongqiao.insight.explorer.question import from_json

    with dictionary.fresh(owner.brand_id):
        return from_json(question, date(2026, 4, 10))


def test_every_page_of_a_metric_takes_it_and_its_rows_lead_to_their_files(owner, web):
    define(owner)
    page = web.get(f"{URL}metric/gain/?{SPAN}")
    assert page.status_code == 200
    value = re.search(r'data-metric="gain" data-value="([^"]*)"', text(page))[1]
    assert float(value) == pytest.approx((NEW + 13) / (VIEWS + 110) * 1000)  # with the 10th, which was not over
    assert [name for _part, name in page.context["parts"]] == ["新增关注", "阅读/播放次数"]
    assert "净增.xlsx" in text(page)
    assert "播放量.xlsx" in text(web.get(f"{URL}metric/gain/?{SPAN}&part=views"))
    assert web.get(f"{URL}metric/gain@1/?{SPAN}").status_code == 200
    assert web.get(f"{URL}metric/gain@9/?{SPAN}").status_code == 404
    days = table(export(web, f"{URL}metric/gain/?{SPAN}", "day"))
    assert days[0]["千次阅读涨粉"] == str(13 / 101 * 1000)[: len(days[0]["千次阅读涨粉"])]
    rows = table(export(web, f"{URL}metric/gain/?{SPAN}&part=views"))  # a download that is written after its page
    assert len(rows) == 9
    assert "不能拆成加得起来的部分" in text(web.get(f"{URL}why/gain/?{SPAN}"))
    assert "千次阅读涨粉" in text(web.get(f"{URL}dictionary/?family=own"))
    said = web.get(f"{URL}explore/?q=千次阅读涨粉 按平台", follow=True)
    assert (said.context["question"].metrics, said.context["question"].by) == (("gain",), ("platform",))


def test_a_sum_by_formula_may_be_split_and_a_ratio_says_why_not(owner, web):
    define(owner, "净增关注 + 取消关注", "毛增", "gross_gain")
    assert METRICS.get("gross_gain") is None
    page = web.get(f"{URL}why/gross_gain/?start=2026-04-06&end=2026-04-09")
    assert "只有这一处" in text(page)  # one account: it may be split, there is nothing to split it by
    define(owner)
    assert "它由公式算出" in text(web.get(f"{URL}why/gain/?start=2026-04-06&end=2026-04-09"))


def test_the_form_checks_while_typing_and_saves(web, owner):
    check = web.post(f"{URL}dictionary/own/check/", {"formula": "（新增关注）÷阅读量×1000"})
    assert "人/千次" in text(check)
    assert "新增关注 ÷ 阅读/播放次数 × 1000" in text(check)
    wrong = web.post(f"{URL}dictionary/own/check/", {"formula": "gmv + <script>alert(1)</script>"})
    assert wrong.status_code == 200
    assert "第 7 个字" in text(wrong)
    assert "<script>alert" not in text(wrong)
    assert "第 5 个字" in text(web.post(f"{URL}dictionary/own/check/", {"formula": "gmv + 新增关注"}))
    form = {"label": "千次阅读涨粉", "formula": "新增关注 ÷ 阅读量 × 1000", "better": "up", "code": "gain"}
    assert web.post(f"{URL}dictionary/own/new/", form).headers["Location"] == f"{URL}dictionary/own/gain/"
    refused = web.post(f"{URL}dictionary/own/new/", form)
    assert refused.status_code == 409
    assert 'value="gain"' in text(refused)
    edit = web.get(f"{URL}dictionary/own/gain/edit/")
    assert edit.context["typed"]["formula"] == "新增关注 ÷ 阅读/播放次数 × 1000"
    assert edit.context["check"]["value"] != "—"
    stale = {**form, "formula": "likes / views", "why": "换", "seen": "9"}
    assert web.post(f"{URL}dictionary/own/gain/edit/", stale).status_code == 409
    assert web.post(f"{URL}dictionary/own/gain/edit/", {**stale, "seen": "1"}).status_code == 302
    assert web.post(f"{URL}dictionary/own/gain/act/", {"do": "retire", "seen": "2"}).status_code == 302
    assert "已停用" in text(web.get(f"{URL}dictionary/own/gain/"))
    assert web.post(f"{URL}dictionary/own/gain/act/", {"do": "explode", "seen": "3"}).status_code == 404


def test_the_interface_defines_checks_changes_and_retires(api, owner):
    made = api("post", "", {"label": "千次阅读涨粉", "formula": "followers_new / views * 1000", "code": "gain"})
    assert made.status_code == 201
    assert (made.json()["number"], made.json()["version"]) == (1, 1)
    check = api("post", "/check", {"formula": "gmv / orders"}).json()
    assert (check["unit"], check["parts"]) == ("元/单", ["gmv", "orders"])
    bad = api("post", "/check", {"formula": "gmv + 新增关注"})
    assert (bad.status_code, bad.json()["code"]) == (422, "formula_unlike_units")
    body = {"label": "千次阅读涨粉", "formula": "净增关注 / views", "why": "扣掉取关", "version": 1}
    assert api("put", "/gain", body).json()["number"] == 2
    assert api("put", "/gain", {**body, "formula": "likes"}).status_code == 409
    steps = api("get", "/gain/history").json()["items"]
    assert [s["number"] for s in steps] == [2, 1]
    assert steps[0]["changes"][0]["field"] == "formula"
    assert api("post", "/gain/retire", {"version": 2}).json()["retired"] is True
    assert [m["code"] for m in api("get").json()["items"]] == ["gain"]
    assert api("get", "/nothing").status_code == 404
    asked = {"metrics": ["gain", "gain@1"], "start": "2026-04-01", "end": "2026-04-09"}
    totals = api("post", "/query", asked, "/api/metrics").json()["totals"]
    assert totals["gain@1"] == pytest.approx(NEW / VIEWS * 1000)
    wanted = {"metric": "gain@1", "part": "views", "start": "2026-04-01", "end": "2026-04-09"}
    rows = api("post", "/rows", wanted, "/api/metrics")
    assert rows.json()["count"] == 8
    entry = api("get", "/gain@1", whole="/api/metrics").json()
    assert (entry["formula"], entry["version"]) == ("followers_new / views * 1000", 1)


def test_the_command_line_does_the_same_and_leaves_nothing_in_force(owner, capsys):
    def run(*words: str) -> str:
        assert cli.main(["metrics", *words, "--brand", "anlan", "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    assert run("add", "--name", "千次阅读涨粉", "--formula", "新增关注/阅读量*1000", "--code", "gain")["number"] == 1
    assert run("check", "--formula", "gmv/orders")["unit"] == "元/单"
    assert run("change", "gain", "--formula", "净增关注/阅读量", "--why", "扣掉取关", "--seen", "1")["number"] == 2
    assert [v["number"] for v in run("history", "gain")] == [2, 1]
    assert run("retire", "gain")["retired"] is True
    assert run("list")[0]["label"] == "千次阅读涨粉"
    assert cli.main(["metric", "gain@1", "--brand", "anlan", "--start", "2026-04-01", "--end", "2026-04-09"]) == 0
    assert capsys.readouterr().out.splitlines()[1].startswith(str(NEW / VIEWS * 1000)[:8])
    assert cli.main(["metrics", "check", "--formula", "gmv+新增关注", "--brand", "anlan"]) == 2
    assert "不能相加减" in capsys.readouterr().err
    assert "gain" not in METRICS


@pytest.mark.parametrize(
    ("formula", "kept"),
    [
        ("净增粉丝 + 取关粉丝", "followers_net + followers_lost"),  # 抖音's name of new follows is read as a sum of two
        ("阅读/播放次数 − 点赞增量", "views - likes_gain"),
        ("gain@1 + 0.5 × 涨粉率", "gain@1 + 0.5 * gain@1"),
        ("New followers / Impressions", "followers_new / impressions"),
    ],
)
def test_names_are_read_as_a_person_means_them(owner, formula, kept):
    define(owner, label="涨粉率", formula="新增关注/曝光")
    assert drafts.drafted(owner, formula).formula == kept


def test_units_are_said_in_the_readers_language():
    assert [unit_words(u) for u in ("人/千次", "元", "%", "人/2000次", "1/次")] == [
        "人/千次",
        "元",
        "%",
        "人/2000次",
        "1/次",
    ]
    with translation.override("en"):
        assert [unit_words(u) for u in ("元/人", "人/2000次", "%")] == ["CNY/people", "people/2000times", "%"]


def test_it_may_be_pinned_be_a_goal_and_have_a_line(owner, web):
    define(owner, better="up")
    query = f"?m=gain&by=day&{SPAN}&vs=previous"
    web.post(f"{URL}views/save/", {"name": "带粉", "query": query, "pin": "on"})
    today = text(web.get("/b/anlan/"))
    assert "带粉" in today
    assert "千次阅读涨粉" in today
    goal = {"metric": "gain", "target": "120", "scope": "brand", "span": "month", "day": "2026-04-15"}
    answer = web.post(f"{URL}goals/new/", goal | {"owner": str(owner.pk)})
    assert answer.status_code == 302, answer.context["problem"]
    assert "千次阅读涨粉" in text(web.get(f"{URL}goals/"))
    line = {"metric": "gain", "condition": "below", "line": "100", "grain": "day", "severity": "2", "do": "save"}
    assert web.post(f"{URL}alerts/new/", line).status_code == 302
    assert "千次阅读涨粉" in text(web.get(f"{URL}alerts/"))
    services.retire(actor=owner, code="gain", seen=None)
    assert "千次阅读涨粉（已停用）" in text(web.get("/b/anlan/"))
    for page in ("goals/", "alerts/"):
        assert web.get(f"{URL}{page}").status_code == 200


def test_a_report_names_the_version_that_its_figure_was_worked_out_by(owner):
    define(owner)
    with dictionary.using(owner.brand_id):
        desk = Desk(owner.brand, None, *DAYS.values())
        assert desk.cite("gain", "views")["metrics"] == ["gain@1", "views"]
        before = figures_of.answered(figures.opened(owner), desk.cite("gain"))
    change(owner)
    with dictionary.using(owner.brand_id):
        after = figures_of.answered(figures.opened(owner), {**DAYS, "metrics": ["gain@1"]})
    assert after["gain@1"].totals == before["gain@1"].totals


def test_a_reports_note_opens_the_parts_of_its_figure(owner, web):
    define(owner, better="up")
    with dictionary.fresh(owner.brand_id):
        goals.add_goal(actor=owner, wanted=goals.Wanted("gain", "120", "month", date(2026, 4, 5)))
        row = reports.build(actor=owner, kind="weekly", day=date(2026, 4, 9))
    page = web.get(f"{URL}reports/{row.pk}/")
    note = next(n for n in page.context["said"].notes if n.cite.get("metrics") == ["gain@1"])
    address = f"{URL}reports/{row.pk}/notes/{note.number}/"
    assert [name for _part, name in web.get(address).context["parts"]] == ["新增关注", "阅读/播放次数"]
    assert "播放量.xlsx" in text(web.get(f"{address}?part=views"))
    before = web.get(address).context["cards"]
    change(owner)
    assert [c["value"] for c in web.get(address).context["cards"]] == [c["value"] for c in before]


def test_a_job_of_a_brand_works_with_the_brands_own_metrics(owner, monkeypatch):
    define(owner)
    seen = []
    entry = jobs.handlers.Handler("t", lambda ctx: seen.append("gain" in METRICS), False, "t", 1)
    for module in (worker, queue):
        monkeypatch.setattr(module, "kinds", lambda: {"t": entry})
    for brand in (owner.brand_id, None):
        jobs.enqueue("t", brand_id=brand, key=f"t{brand}")
    jobs.work_off()
    assert sorted(seen) == [False, True]


def test_definitions_are_made_once_and_anew_only_when_they_change(owner):
    define(owner)
    first = loading.fetch(owner.brand_id)
    assert loading.fetch(owner.brand_id) is first
    change(owner)
    assert loading.fetch(owner.brand_id) is not first


def test_a_formula_whose_parts_the_dictionary_no_longer_knows_is_left_out_and_said(owner, web):
    define(owner)
    MetricVersion.objects.update(formula="gone_metric / views")
    with dictionary.fresh(owner.brand_id):
        assert "gain" not in METRICS
    page = web.get(f"{URL}dictionary/own/gain/")
    assert page.status_code == 200
    assert "暂时算不出来" in text(page)
