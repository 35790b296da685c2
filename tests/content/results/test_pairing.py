"""A piece that went out through the desk is found among the facts that an import of the sample brand brings. C3."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from hongqiao import warehouse
from hongqiao.content.desk import asking
from hongqiao.content.models import Piece, Stage
from hongqiao.content.results import matching, pairing
from hongqiao.delivery.models import Publication
from hongqiao.delivery.publishing import services as publishing
from hongqiao.errors import Conflict, NotAllowed, NotFound
from hongqiao.imports import services as imports
from hongqiao.platforms.wechat_oa.api import statistics
from hongqiao.warehouse import identity
from hongqiao.workspace import jobs as work
from hongqiao.workspace import keys
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import AuditEntry, Brand, Job
from tests.cast import cast  # noqa: F401
from tests.content.desk.conftest import approve, piece, shelf  # noqa: F401
from tests.imports.conftest import SHANGHAI, xlsx
from tests.scenarios import sample

pytestmark = pytest.mark.django_db
LINK = "http://xhslink.com/a/Xyz1"
COMMUTER = "通勤党早八护肤,3步出门不卡粉"  # as the sample's 笔记列表明细表 has it
OUT = datetime(2026, 11, 20, 19, 30, 12, tzinfo=SHANGHAI)
HEADS = ["笔记标题", "首次发布时间", "体裁", "曝光", "观看量", "点赞", "评论", "收藏", "涨粉", "分享"]


def out(cast, piece, *, title=COMMUTER, at=OUT, link=LINK):  # noqa: F811
    """Publish a piece through the desk as a person does, at a moment of the sample's year."""
    piece.title = title
    approve(cast, piece)
    row = asking.schedule(actor=cast.owner, piece_id=piece.pk, seen=None, at=timezone.now())
    publishing.declare(actor=cast.editor, publication_id=row.pk, seen=None, pasted=link)
    Piece.objects.filter(pk=piece.pk).update(publish_at=at)
    Publication.objects.filter(pk=row.pk).update(live_at=at)
    return fresh(piece)


def fresh(piece):  # noqa: F811
    return Piece.objects.get(pk=piece.pk)


def bring_sample(cast, account):  # noqa: F811
    """Import the sample brand's newest 笔记列表明细表 as anybody would, and look for what it brought."""
    (entry,) = [e for e in sample.everything() if e["path"] == "2026-11-23/xiaohongshu/笔记列表明细表.xlsx"]
    with sample.path(entry).open("rb") as stream:
        file = imports.receive(actor=cast.owner, name="笔记列表明细表.xlsx", stream=stream)
    told = {"account_id": account.id, "captured_at": sample.captured(entry), "queue": False}
    imports.confirm(actor=cast.owner, file_id=file.id, seen=None, **told)
    assert imports.run(file.id).state == "done"
    run()
    return file


def bring(cast, account, *rows):  # noqa: F811
    """Import a 笔记列表明细表 with these (title, moment) rows."""
    cells = [[t, f"{at:%Y年%m月%d日%H时%M分%S秒}", "图文", 1000, 200, 5, 1, 4, 2, 1] for t, at in rows]
    data = xlsx([["最多导出排序后前1000条笔记"] * len(HEADS), HEADS, *cells])
    file = imports.receive(actor=cast.owner, name="笔记列表明细表.xlsx", stream=io.BytesIO(data))
    told = {"account_id": account.id, "captured_at": OUT + timedelta(days=2), "queue": False}
    imports.confirm(actor=cast.owner, file_id=file.id, seen=None, **told)
    assert imports.run(file.id).state == "done"
    return file


def run():
    for brand in Brand.objects.all():
        pairing.pair(brand)


def titled(cast, key):  # noqa: F811
    accounts = {str(a) for a in type(cast.account).objects.values_list("pk", flat=True)}
    return next(f.title for f in pairing.facts_of(cast.brand, accounts, keys=[key]))


def test_what_went_out_through_the_desk_is_found_after_the_import_of_the_sample_file(cast, shelf, piece):  # noqa: F811
    row = out(cast, piece, title="通勤党早八护肤，3步出门不卡粉！")
    bring_sample(cast, shelf)
    row = fresh(row)
    assert titled(cast, row.content_key) == COMMUTER
    assert row.matching["how"] == "title"
    entry = AuditEntry.objects.get(code="piece.matched")
    assert (entry.object_id, entry.user) == (str(row.pk), None)


def test_the_job_that_looks_every_few_minutes_pairs_them(cast, shelf, piece):  # noqa: F811
    row = out(cast, piece)
    bring(cast, shelf, (COMMUTER, OUT))
    Job.objects.all().delete()
    work.enqueue("content.pair", brand_id=None, key="")
    work.work_off()
    assert Job.objects.get(kind="content.pair").state == Job.State.DONE
    assert fresh(row).content_key


def test_a_second_run_changes_nothing(cast, shelf, piece):  # noqa: F811
    row = out(cast, piece)
    bring_sample(cast, shelf)
    before = fresh(row)
    assert pairing.pair(cast.brand) == {"lost": 0}
    run()
    assert (fresh(row).version, AuditEntry.objects.filter(code="piece.matched").count()) == (before.version, 1)


def test_facts_that_were_there_before_the_piece_was_declared_are_found_too(cast, shelf, piece):  # noqa: F811
    bring_sample(cast, shelf)
    row = out(cast, piece)
    run()
    assert fresh(row).content_key


def test_two_alike_are_asked_about_and_a_person_picks_one(cast, shelf, piece):  # noqa: F811
    row = out(cast, piece)
    bring(cast, shelf, (COMMUTER, OUT), (COMMUTER, OUT + timedelta(hours=3)), ("别的", OUT))
    run()
    row = fresh(row)
    assert (row.content_key, len(row.matching["near"])) == ("", 2 + 1)
    chosen = row.matching["near"][0]
    pairing.choose(actor=cast.editor, piece_id=row.pk, seen=row.version, key=chosen)
    assert (fresh(row).content_key, fresh(row).matching["how"]) == (chosen, "person")
    assert AuditEntry.objects.get(code="piece.matched").user == cast.editor.user


def test_a_no_is_remembered_and_the_same_facts_are_never_taken_again(cast, shelf, piece):  # noqa: F811
    row = out(cast, piece)
    bring_sample(cast, shelf)
    key = fresh(row).content_key
    pairing.part(actor=cast.editor, piece_id=row.pk, seen=None)
    run()
    assert (fresh(row).content_key, fresh(row).matching["not"]) == ("", [key])
    assert AuditEntry.objects.filter(code="piece.parted").count() == 1
    pairing.choose(actor=cast.editor, piece_id=row.pk, seen=None, key=key)  # and may be taken back
    assert (fresh(row).content_key, fresh(row).matching["not"]) == (key, [])


def test_none_of_these_is_remembered(cast, shelf, piece):  # noqa: F811
    row = out(cast, piece)
    bring(cast, shelf, (COMMUTER, OUT), (COMMUTER, OUT + timedelta(hours=3)))
    run()
    pairing.refuse(actor=cast.editor, piece_id=row.pk, seen=None)
    run()
    assert fresh(row).matching.get("near", []) == []
    assert AuditEntry.objects.filter(code="piece.none_of_them").count() == 1


def test_one_fact_is_never_two_pieces(cast, shelf, piece):  # noqa: F811
    first = out(cast, piece)
    twin = Piece.objects.create(
        brand=cast.brand, title=COMMUTER, account=shelf, platform="xiaohongshu", form="note", stage=Stage.PUBLISHED
    )
    Piece.objects.filter(pk=twin.pk).update(publish_at=OUT)
    bring_sample(cast, shelf)
    assert [fresh(p).content_key for p in (first, twin)] == ["", ""]
    assert fresh(first).matching["near"] == fresh(twin).matching["near"] != []
    pairing.choose(actor=cast.editor, piece_id=first.pk, seen=None, key=fresh(first).matching["near"][0])
    with pytest.raises(pairing.Taken):
        pairing.choose(actor=cast.editor, piece_id=twin.pk, seen=None, key=fresh(first).content_key)
    run()
    assert (fresh(twin).content_key, fresh(twin).matching.get("near")) == ("", None)


def test_an_import_taken_back_lets_go_and_brought_again_pairs_again(cast, shelf, piece):  # noqa: F811
    row = out(cast, piece)
    file = bring(cast, shelf, (COMMUTER, OUT))
    run()
    key = fresh(row).content_key
    imports.undo(actor=cast.owner, file_id=file.id, seen=None)
    run()
    assert fresh(row).content_key == ""
    assert AuditEntry.objects.filter(code="piece.facts_gone").count() == 1
    bring(cast, shelf, (COMMUTER, OUT), ("新的一篇", OUT))
    run()
    assert fresh(row).content_key == key


def test_a_merge_of_two_contents_is_followed(cast, shelf, piece):  # noqa: F811
    row = out(cast, piece)
    bring(cast, shelf, (COMMUTER, OUT), ("标题后来改成这样", OUT + timedelta(hours=9)))
    run()
    key = fresh(row).content_key
    facts = pairing.facts_of(cast.brand, [str(shelf.pk)])
    other = next(f.key for f in facts if f.key != key)
    identity.merge(cast.brand.pk, other, key, "owner")
    run()
    assert fresh(row).content_key == other


def test_the_statistics_of_an_interface_pair_by_the_articles_own_number(cast, house, piece):  # noqa: F811
    place = workspace.create_account(actor=cast.owner, platform="wechat_oa", name="安澜护肤")
    Piece.objects.filter(pk=piece.pk).update(platform="wechat_oa", account=place, form="article")
    Piece.objects.filter(pk=piece.pk).update(
        stage=Stage.PUBLISHED, publish_at=OUT, address="http://mp.weixin.qq.com/s?__biz=M&mid=2247483649&idx=1&sn=a"
    )
    said = {"msgid": "2247483649_1", "title": "发出后改过的标题", "ref_date": "2026-11-20", "detail_list": []}
    said["content_url"] = "http://mp.weixin.qq.com/s?__biz=M&mid=2247483649&idx=1&sn=b"
    said["detail_list"] = [{"stat_date": "2026-11-20", "read_user": 50, "share_user": 2}]
    rows = statistics.articles(statistics.Answers(articles=[said]), lambda *_: None, OUT.date())
    (layout, *_rest) = statistics.layouts()
    origin = warehouse.Origin(
        brand_id=cast.brand.pk,
        platform="wechat_oa",
        account_id=place.pk,
        zone=place.zone,
        captured_at=OUT.astimezone(UTC).replace(tzinfo=None),
        file_hash="",
        file_name="api.weixin.qq.com/datacube",
        sheet="",
        layout=layout,
        kind="api",
    )
    warehouse.take_many([(origin, rows)], keys=keys.person_keys(cast.brand.pk))
    run()
    assert titled(cast, fresh(piece).content_key) == "发出后改过的标题"
    assert fresh(piece).matching["how"] == matching.ID


def test_who_may_not_edit_and_strangers_choose_nothing(cast, shelf, piece):  # noqa: F811
    row = out(cast, piece)
    bring_sample(cast, shelf)
    for act in (pairing.part, pairing.refuse):
        with pytest.raises(NotAllowed):
            act(actor=cast.viewer, piece_id=row.pk, seen=None)
        with pytest.raises(NotFound):
            act(actor=cast.stranger, piece_id=row.pk, seen=None)
    with pytest.raises(NotFound):
        pairing.choose(actor=cast.stranger, piece_id=row.pk, seen=None, key="x")
    with pytest.raises(Conflict):
        pairing.part(actor=cast.editor, piece_id=row.pk, seen=0)


@pytest.mark.parametrize("key", ["", "nobody", "\x00", "x" * 5000])
def test_what_is_no_piece_of_its_account_is_not_chosen(cast, shelf, piece, key):  # noqa: F811
    row = out(cast, piece)
    with pytest.raises(NotFound):
        pairing.choose(actor=cast.editor, piece_id=row.pk, seen=None, key=key)


def test_what_is_not_out_is_neither_looked_for_nor_chosen(cast, shelf, piece):  # noqa: F811
    Piece.objects.filter(pk=piece.pk).update(publish_at=OUT)
    bring(cast, shelf, (piece.title, OUT))
    run()
    assert fresh(piece).content_key == ""
    (one,) = pairing.facts_of(cast.brand, [str(shelf.pk)])
    with pytest.raises(Conflict):
        pairing.choose(actor=cast.editor, piece_id=piece.pk, seen=None, key=one.key)


# -- the screens


def tab(cast, row, who=None):  # noqa: F811
    return cast.client(who or cast.editor), reverse("content_piece_tab", args=["anlan", row.pk, "results"])


def test_the_pieces_page_shows_its_funnel_and_leads_to_its_results_and_back(cast, shelf, piece):  # noqa: F811
    row = out(cast, piece)
    bring_sample(cast, shelf)
    web, url = tab(cast, row)
    page = web.get(url)
    assert [s["label"] for s in page.context["result"]["steps"]][:3] == ["曝光", "打开", "阅读/播放"]
    result = web.get(page.context["result"]["url"])
    assert result.context["row"]["piece_url"] == reverse("content_piece", args=["anlan", row.pk])
    web.post(page.context["result"]["url"], {"act": "part", "id": str(row.pk), "seen": row.version + 1})
    assert fresh(row).content_key == ""
    assert web.get(url).context["near"][0]["refused"] is True


def test_one_click_on_the_pieces_page_or_the_list_says_which_it_is(cast, shelf, piece):  # noqa: F811
    row = out(cast, piece)
    bring(cast, shelf, (COMMUTER, OUT), (COMMUTER, OUT + timedelta(hours=3)))
    run()
    web, url = tab(cast, row)
    assert [c["title"] for c in web.get(url).context["near"]] == [COMMUTER, COMMUTER]
    home = reverse("content_results", args=["anlan"])
    (asked,) = web.get(home).context["asked"]["rows"]
    told = {"act": "choose", "id": str(row.pk), "seen": fresh(row).version, "key": asked["near"][1]["key"]}
    assert cast.client(cast.viewer).post(home, told).status_code == 403
    assert cast.client(cast.stranger).post(home, told).status_code == 404
    assert web.post(home, {**told, "seen": 0}).status_code == 409
    assert web.post(home, told).status_code == 302
    assert fresh(row).content_key == told["key"]
    assert web.get(home).context["asked"]["rows"] == []
    assert web.post(url, {"act": "part", "seen": fresh(row).version}).status_code == 302
    assert fresh(row).content_key == ""


def test_none_of_these_is_said_in_one_click(cast, shelf, piece):  # noqa: F811
    row = out(cast, piece)
    bring(cast, shelf, (COMMUTER, OUT), (COMMUTER, OUT + timedelta(hours=3)))
    run()
    web, url = tab(cast, row)
    web.post(url, {"act": "refuse", "seen": row.version})
    assert len(fresh(row).matching["not"]) == 2
    body = web.get(url).content.decode()
    assert "请认一下" not in body
    assert "选错了可以选回来" in body


def test_without_facts_nothing_is_said_until_the_grace_is_over_then_which_export(cast, shelf, piece):  # noqa: F811
    row = out(cast, piece, at=timezone.now())
    web, url = tab(cast, row)
    assert "还没有数据" not in web.get(url).content.decode()
    Piece.objects.filter(pk=row.pk).update(publish_at=timezone.now() - timedelta(days=9))
    assert "还没有数据：请从小红书导入「笔记列表明细表」" in web.get(url).content.decode()


def test_before_it_is_out_there_is_no_such_tab_and_its_address_says_so(cast, shelf, piece):  # noqa: F811
    web, url = tab(cast, piece)
    assert "发布之后" in web.get(url).content.decode()
    assert url not in web.get(reverse("content_piece", args=["anlan", piece.pk])).content.decode()
    assert tab(cast, piece, cast.stranger)[0].get(url).status_code == 404


def test_what_an_import_taken_back_left_behind_does_not_break_the_page(cast, shelf, piece):  # noqa: F811
    row = out(cast, piece)
    file = bring(cast, shelf, (COMMUTER, OUT))
    run()
    imports.undo(actor=cast.owner, file_id=file.id, seen=None)
    web, url = tab(cast, row)
    assert web.get(url).status_code == 200
