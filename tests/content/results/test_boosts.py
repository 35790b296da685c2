"""What was put behind a piece: reports that name it, by id or by title, and what a person wrote down. C3."""

import io
from datetime import date
from urllib.parse import quote

import pytest

from hongqiao import warehouse
from hongqiao.content.models import Boost, Piece
from hongqiao.content.results import boosts, queries
from hongqiao.errors import Conflict, HongqiaoError, NotAllowed, NotFound
from hongqiao.imports import services as imports
from hongqiao.insight.rules.pieces import SHARE_LOW
from hongqiao.ledger.rules import Look, settings_of
from hongqiao.warehouse import identity
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import AuditEntry
from tests.cast import cast  # noqa: F401
from tests.content.desk.conftest import shelf  # noqa: F401
from tests.content.results.conftest import NEW
from tests.content.results.test_pairing import COMMUTER, OUT
from tests.content.results.test_pairing import bring as bring_notes
from tests.imports.conftest import xlsx

HOME = "/b/anlan/content/results/"
NOTE = "66f0a1b2000000001e03aa01"
HEADS = ["时间", "计划名称", "笔记ID", "笔记标题", "消费", "展现量", "点击量", "互动量"]
OTHER = ["2026-11-21", "信息流", "66f0a1b2000000001e03aa99", "别家的笔记", "900", "5000", "30", "5"]


def report(cast, platform, heads, *rows, name="投放.xlsx"):  # noqa: F811
    account = workspace.create_account(actor=cast.owner, platform=platform, name=f"{platform} 投放")
    file = imports.receive(actor=cast.owner, name=name, stream=io.BytesIO(xlsx([heads, *map(list, rows)])))
    moment = OUT.replace(day=24)
    imports.confirm(
        actor=cast.owner, file_id=file.id, seen=None, account_id=account.id, captured_at=moment, queue=False
    )
    done = imports.run(file.id)
    assert done.state == "done", done.error


def notes(cast):  # noqa: F811
    return queries.Facts(cast.owner, date(2026, 11, 1), date(2026, 11, 30))


def newest(cast):  # noqa: F811
    found = queries.Facts(cast.owner, date(2026, 4, 1), date(2026, 4, 30))
    return found, next(p for p in found.shown if p.title == NEW)


def test_a_juguang_report_that_names_the_note_is_shown_with_its_days(cast, shelf, house):  # noqa: F811
    bring_notes(cast, shelf, (COMMUTER, OUT), ("别的一篇笔记", OUT))
    facts = notes(cast)
    key = next(p.key for p in facts.shown if p.title == COMMUTER)
    told = {"title": COMMUTER, "platform": "xiaohongshu", "form": "note", "stage": "published", "account": shelf}
    address = f"https://www.xiaohongshu.com/explore/{NOTE}"
    Piece.objects.create(brand=cast.brand, content_key=key, address=address, **told)
    rows = [[f"2026-11-2{n}", "信息流", NOTE, "改过的标题", "100.5", "200", "9", "3"] for n in (1, 2)]
    report(cast, "juguang", HEADS, *rows, OTHER)
    facts = notes(cast)
    (spent,) = facts.spent[key]
    assert (spent.tool, spent.spend, spent.shows, spent.how) == ("juguang", 201.0, 400, "id")
    assert (spent.first, spent.last) == (date(2026, 11, 21), date(2026, 11, 22))
    assert set(facts.spent) == {key}
    one = next(p for p in facts.shown if p.key == key)
    assert (boosts.share(facts.spent[key], 1000), facts.natural(one)) == (0.4, False)
    body = cast.client(cast.owner).get(f"{HOME}piece/?piece={quote(key)}").content.decode()
    assert "聚光" in body
    assert "40" in body.split("买来的展示约占")[1][:40]
    listed = cast.client(cast.owner).get(f"{HOME}?start=2026-11-01&end=2026-11-30")
    assert {r["title"]: r["boosted"] for r in listed.context["rows"]} == {COMMUTER: True, "别的一篇笔记": False}


def test_a_title_that_is_one_notes_alone_names_it_and_one_of_two_names_none(cast, shelf, house):  # noqa: F811
    bring_notes(cast, shelf, (COMMUTER, OUT), ("同名的两篇笔记", OUT), ("同名的两篇笔记", OUT.replace(day=21)))
    named = ["2026-11-21", "信息流", "", COMMUTER, "50", "20", "1", "1"]
    report(cast, "juguang", HEADS, named, ["2026-11-21", "信息流", "", "同名的两篇笔记", "70", "20", "1", "1"])
    facts = notes(cast)
    assert [(s.spend, s.how) for told in facts.spent.values() for s in told] == [(50.0, "title")]
    one = next(p for p in facts.shown if p.title == COMMUTER)
    assert facts.natural(one)  # 20 of 1,000: hardly any of it was bought


def test_a_report_of_campaigns_alone_names_no_piece(cast, shelf, house):  # noqa: F811
    bring_notes(cast, shelf, (COMMUTER, OUT))
    heads = ["时间", "计划名称", "消费", "展现量", "点击量", "互动量"]
    report(cast, "juguang", heads, ["2026-11-21", COMMUTER, "50", "20", "1", "1"])
    assert notes(cast).spent == {}


def test_the_days_report_and_the_totals_of_one_account_are_not_added_up(cast, shelf, house):  # noqa: F811
    bring_notes(cast, shelf, (COMMUTER, OUT))
    row = ["2026-11-21", "信息流", "", COMMUTER, "50", "20", "1", "1"]
    report(cast, "juguang", HEADS, row)
    account = type(cast.account).objects.get(platform="juguang")
    data = xlsx([HEADS[1:], row[1:]])
    file = imports.receive(actor=cast.owner, name="合计.xlsx", stream=io.BytesIO(data))
    imports.confirm(
        actor=cast.owner,
        file_id=file.id,
        seen=None,
        account_id=account.id,
        captured_at=OUT.replace(day=24),
        queue=False,
    )
    assert imports.run(file.id).state == "done"
    (told,) = notes(cast).spent.values()
    assert [s.spend for s in told] == [50.0]


def test_what_a_person_writes_down_marks_the_piece_and_is_taken_back(shown, web):
    _facts, one = newest(shown)
    url = f"{HOME}piece/?piece={quote(one.key)}"
    assert web.get(url).context["row"]["weak"] == "分享"
    told = {"act": "boost", "tool": "dou_plus", "spend": "1,200", "first": "2026-04-21", "last": "2026-04-22"}
    assert web.post(url, told).status_code == 302
    page = web.get(url)
    assert (page.context["row"]["weak"], page.context["proposals"]) == ("", [])
    assert "1,200" in page.context["spend"]["total"]
    assert "不判最弱一环" in page.content.decode()
    row = Boost.objects.get()
    assert shown.client(shown.viewer).post(url, {"act": "unboost", "id": str(row.pk), "seen": 1}).status_code == 403
    assert web.post(url, {"act": "unboost", "id": str(row.pk), "seen": 0}).status_code == 409
    assert web.post(url, {"act": "unboost", "id": str(row.pk), "seen": 1}).status_code == 302
    assert web.get(url).context["row"]["weak"] == "分享"
    codes = AuditEntry.objects.filter(code__startswith="boost.").values_list("code", flat=True)
    assert sorted(codes) == ["boost.added", "boost.removed"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"tool": "shutiao"},
        {"tool": ""},
        {"spend": "0"},
        {"spend": "-5"},
        {"spend": "many"},
        {"spend": "NaN"},
        {"spend": "1e400"},
        {"spend": "9" * 40},
        {"shows": "x"},
        {"shows": "-1"},
        {"first": ""},
        {"first": "yesterday"},
        {"last": "2026-04-01"},
        {"first": "2026-04-01", "last": "2026-04-02"},
        {"first": "0001-01-01"},
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_kept(shown, web, wrong):
    _facts, one = newest(shown)
    told = {"tool": "dou_plus", "spend": "100", "first": "2026-04-21", "last": "", "shows": ""} | wrong
    answer = web.post(f"{HOME}piece/?piece={quote(one.key)}", {"act": "boost", **told})
    assert answer.status_code == 422
    assert not Boost.objects.exists()


def test_strangers_and_viewers_write_nothing_down(shown):
    facts, one = newest(shown)
    told = {"piece": one, "tool": "dou_plus", "spend": "100", "first": "2026-04-21"}
    with pytest.raises(NotAllowed):
        boosts.add(actor=shown.viewer, **told)
    row = boosts.add(actor=shown.editor, **told)
    with pytest.raises(NotFound):
        boosts.remove(actor=shown.stranger, boost_id=row.pk, seen=None)
    with pytest.raises(Conflict):
        boosts.remove(actor=shown.editor, boost_id=row.pk, seen=9)
    assert issubclass(boosts.NotABoost, HongqiaoError)
    assert facts.spent == {}


def test_boosted_pieces_are_no_peers_where_enough_others_are(shown):
    facts, one = newest(shown)
    assert (len(facts.peers(one)), facts.boosted_peers(one)) == (19, (0, 0))
    for peer in facts.peers(one)[:3]:
        boosts.add(actor=shown.owner, piece=peer, tool="dou_plus", spend="100", first="2026-04-21")
    facts, one = newest(shown)
    assert (len(facts.peers(one)), facts.boosted_peers(one)) == (16, (3, 0))
    for peer in facts.peers(one)[:8]:
        boosts.add(actor=shown.owner, piece=peer, tool="dou_plus", spend="100", first="2026-04-21")
    facts, one = newest(shown)
    assert (len(facts.peers(one)), facts.boosted_peers(one)) == (19, (0, 11))  # too few natural ones: all, and said


def test_what_was_written_down_and_then_came_by_file_counts_once(cast, shelf, house):  # noqa: F811
    bring_notes(cast, shelf, (COMMUTER, OUT))
    (one,) = notes(cast).shown
    boosts.add(actor=cast.owner, piece=one, tool="juguang", spend="60", first="2026-11-21")
    report(cast, "juguang", HEADS, ["2026-11-21", "信息流", "", COMMUTER, "50", "500", "1", "1"])
    told = notes(cast).spent[one.key]
    assert [(s.spend, s.counted) for s in told] == [(50.0, True), (60.0, False)]


def test_what_was_written_down_follows_a_merge(cast, shelf, house):  # noqa: F811
    bring_notes(cast, shelf, (COMMUTER, OUT), ("标题后来改成这样", OUT.replace(hour=22)))
    one, other = notes(cast).shown
    boosts.add(actor=cast.owner, piece=one, tool="juguang", spend="60", first="2026-11-21")
    identity.merge(cast.brand.pk, other.key, one.key, "owner")
    assert list(notes(cast).spent) == [other.key]


def test_the_rule_of_many_reads_and_few_shares_leaves_out_what_was_boosted_by_a_persons_word(shown):
    _facts, one = newest(shown)

    def raised():
        known = {**settings_of(shown.brand, SHARE_LOW), "peers": 5}
        look = Look(shown.brand, warehouse.open(shown.brand.pk), date(2026, 4, 28), known, {})
        return [r.params["title"] for r in SHARE_LOW.detect(look)]

    assert raised() == [NEW]
    boosts.add(actor=shown.owner, piece=one, tool="dou_plus", spend="100", first="2026-04-21")
    assert raised() == []
