"""Views under a name, pins on 今日, notes of days: who may, what is written down, what others see."""

from datetime import date, timedelta

import pytest

from hongqiao.errors import Conflict, NotAllowed, NotFound
from hongqiao.insight.explorer import pins, services
from hongqiao.insight.explorer.question import BadView
from hongqiao.insight.models import Annotation, SavedView
from hongqiao.metrics import UnknownMetric
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import Account, AuditEntry
from hongqiao.workspace.words import say
from tests.imports.conftest import member

from .conftest import SPAN, charts, signed_in, text

URL = "/b/anlan/data/"
QUESTION = {
    "metrics": ["views"],
    "by": ["day"],
    "where": {"platform": ["douyin"]},
    "start": "2026-04-01",
    "end": "2026-04-10",
}


def keep(owner, name="抖音播放", **more):
    return services.save_view(actor=owner, name=name, question=QUESTION, **more)


def codes() -> list[str]:
    return [e.code for e in AuditEntry.objects.order_by("id") if e.code.startswith("data.")]


def test_a_view_is_saved_from_the_page_and_opens_as_it_was(filled, web, owner):
    query = f"?m=views&by=day&f.platform=douyin&{SPAN}&vs=previous"
    web.post(f"{URL}views/save/", {"name": " 抖音  播放 ", "query": query, "shared": "on", "pin": "on"})
    row = SavedView.objects.get()
    assert (row.name, row.shared) == ("抖音 播放", True)
    opened = web.get(f"{URL}views/{row.id}/")
    assert opened.status_code == 302
    page = web.get(opened.headers["Location"])
    assert [c["text"] for c in page.context["chips"]] == ["阅读/播放次数", "日期", "抖音"]
    assert page.context["question"].vs == "previous"
    assert codes() == ["data.view_saved", "data.view_pinned"]
    assert say("audit", "data.view_saved", {"name": "甲"}) == "保存视图 甲"


def test_a_private_view_is_its_owners_alone_and_a_shared_one_is_the_brands(
    filled, owner, specialist, stranger, reviewer
):
    own, shared = keep(owner), keep(owner, "大家的", shared=True)
    assert [v.name for v in services.views(specialist)] == ["大家的"]
    seen = signed_in(specialist)
    assert seen.get(f"{URL}views/{own.id}/").status_code == 404
    assert seen.get(f"{URL}views/{shared.id}/").status_code == 302
    assert signed_in(stranger).get(f"/b/other/data/views/{shared.id}/").status_code == 404
    assert signed_in(reviewer).get(f"{URL}views/{shared.id}/").status_code == 403
    with pytest.raises(NotFound):
        services.delete_view(actor=specialist, view_id=own.id, seen=None)
    with pytest.raises(NotAllowed):
        services.change_view(actor=specialist, view_id=shared.id, seen=None, name="我的", shared=True)
    lead = member(filled, "lead")
    services.change_view(actor=lead, view_id=shared.id, seen=shared.version, name="改名", shared=True)
    assert SavedView.objects.get(id=shared.id).name == "改名"


def test_a_view_changed_by_another_meanwhile_is_a_conflict(owner):
    row = keep(owner)
    services.change_view(actor=owner, view_id=row.id, seen=1, name="二", shared=False)
    with pytest.raises(Conflict):
        services.change_view(actor=owner, view_id=row.id, seen=1, name="三", shared=False)
    with pytest.raises(Conflict):
        services.delete_view(actor=owner, view_id=row.id, seen=1)
    with pytest.raises(services.NameTaken):
        keep(owner, "二")
    services.delete_view(actor=owner, view_id=row.id, seen=2)
    assert codes() == ["data.view_saved", "data.view_changed", "data.view_deleted"]


@pytest.mark.parametrize("name", ["", "   ", "长" * 61, "\x00"])
def test_a_view_needs_a_name_of_a_sensible_length(owner, name):
    with pytest.raises(services.BadText):
        keep(owner, name)


def test_a_view_without_a_whole_question_is_refused(owner):
    for wrong, error in (
        ({}, BadView),
        ({"metrics": ["nonsense"]}, UnknownMetric),
        ("views", BadView),
        ({"metrics": [1]}, BadView),
    ):
        with pytest.raises(error):
            services.save_view(actor=owner, name="甲", question=wrong)
    assert not SavedView.objects.exists()


def test_pinned_views_stand_on_today_with_figure_change_and_line(filled, web, owner, specialist):
    row = keep(owner)
    web.post(f"{URL}views/{row.id}/change/", {"do": "pin"})
    web.post(f"{URL}views/{row.id}/change/", {"do": "pin"})
    (card,) = pins.cards(owner)
    assert card["value"] == sum(100 + n for n in range(1, 11) if n != 5)
    assert card["spark"][4] is None
    today = text(web.get("/b/anlan/"))
    assert "我的视图" in today
    assert f'href="{URL}views/{row.id}/"' in today
    assert "我的视图" not in text(signed_in(specialist).get("/b/anlan/"))
    web.post(f"{URL}views/{row.id}/change/", {"do": "unpin"})
    assert pins.cards(owner) == []
    assert codes() == ["data.view_saved", "data.view_pinned", "data.view_unpinned"]


def test_a_pin_of_a_view_that_is_no_longer_shared_is_gone_and_a_broken_one_says_why(owner, specialist):
    row = keep(owner, shared=True)
    services.pin_view(actor=specialist, view_id=row.id, on=True)
    assert len(pins.cards(specialist)) == 1
    SavedView.objects.filter(id=row.id).update(question={"metrics": ["gone"]})
    assert "没有这个指标" in pins.cards(specialist)[0]["failed"]
    services.change_view(actor=owner, view_id=row.id, seen=None, name=row.name, shared=False)
    assert pins.cards(specialist) == []


def test_a_note_is_drawn_on_the_chart_of_its_day_and_only_where_it_belongs(filled, web, owner):
    shop, douyin = Account.objects.get(platform="doudian"), Account.objects.get(platform="douyin")
    web.post(f"{URL}notes/", {"day": "2026-04-03", "text": "会员日 <b>开始</b>"})
    web.post(f"{URL}notes/", {"day": "2026-04-03", "text": "改封面", "place": str(douyin.id)})
    web.post(f"{URL}notes/", {"day": "2026-04-07", "text": "店铺上新", "place": "platform:doudian"})
    assert web.post(f"{URL}notes/", {"day": "2026-04-07", "text": "x", "place": "platform:nowhere"}).status_code == 422

    def drawn(query: str, code: str = "views"):
        return charts(web.get(f"{URL}explore/?{SPAN}&m={code}&by=day{query}"))["chart_0"]["annotations"]

    assert drawn("") == [{"x": 2, "label": "会员日 <b>开始</b>；改封面"}, {"x": 6, "label": "店铺上新"}]
    assert drawn("&f.platform=douyin") == [{"x": 2, "label": "会员日 <b>开始</b>；改封面"}]
    assert drawn(f"&f.account={shop.id}", "gmv") == [
        {"x": 2, "label": "会员日 <b>开始</b>"},
        {"x": 6, "label": "店铺上新"},
    ]
    board = charts(web.get(f"{URL}content/?{SPAN}"))["views"]
    assert [a["x"] for a in board["annotations"]] == [2, 6]
    metric = charts(web.get(f"{URL}metric/views/?{SPAN}&platform=douyin"))["days"]
    assert [a["x"] for a in metric["annotations"]] == [2]
    page = text(web.get(f"{URL}views/"))
    assert "店铺上新" in page
    assert "<b>开始" not in page


def test_a_note_is_changed_and_deleted_by_who_wrote_it_or_who_keeps_the_boards(filled, owner, specialist, stranger):
    row = services.annotate(actor=specialist, day=date(2026, 4, 3), text="活动")
    other = member(filled, "copywriter")
    with pytest.raises(NotAllowed):
        services.delete_annotation(actor=other, note_id=row.id, seen=None)
    with pytest.raises(NotFound):
        services.delete_annotation(actor=stranger, note_id=row.id, seen=None)
    services.change_annotation(actor=owner, note_id=row.id, seen=1, day=date(2026, 4, 4), text="大促")
    with pytest.raises(Conflict):
        services.delete_annotation(actor=specialist, note_id=row.id, seen=1)
    services.delete_annotation(actor=specialist, note_id=row.id, seen=2)
    assert not Annotation.objects.exists()
    assert codes() == ["data.note_added", "data.note_changed", "data.note_deleted"]


def test_a_note_of_a_place_that_is_not_the_brands_is_refused(filled, owner, stranger):
    theirs = workspace.create_account(actor=stranger, platform="douyin", name="别家")
    day = date(2026, 4, 3)
    with pytest.raises(NotFound):
        services.annotate(actor=owner, day=day, text="x", account_id=theirs.id)
    with pytest.raises(services.BadPlace):
        services.annotate(actor=owner, day=day, text="x", platform="nowhere")
    douyin = Account.objects.get(platform="douyin", brand=filled)
    with pytest.raises(services.BadPlace):
        services.annotate(actor=owner, day=day, text="x", platform="doudian", account_id=douyin.id)
    with pytest.raises(services.BadText):
        services.annotate(actor=owner, day=day, text=" " * 9)


def test_wrong_days_in_the_form_are_a_clear_page(filled, web):
    for day in ("", "2026-02-30", "0001-01-01"):
        assert web.post(f"{URL}notes/", {"day": day, "text": "x"}).status_code == 422, day


class Api:
    def __init__(self, person, *scopes: str):
        _row, token = workspace.create_token(actor=person, name=f"t{len(scopes)}{person.id}", scopes=list(scopes))
        self.browser, self.heads = signed_in(person), {"Authorization": f"Bearer {token}"}

    def __call__(self, method: str, path: str, body=None):
        call = getattr(self.browser, method)
        more = {"data": body, "content_type": "application/json"} if body is not None else {}
        return call(f"/api/{path}", headers=self.heads, **more)


def test_views_and_notes_over_http(filled, owner):
    api = Api(owner, "data.view")
    made = api("post", "views", {"name": "接口", "question": {"metrics": ["views"], "period": "d7"}, "shared": True})
    assert made.status_code == 201, made.content
    view = made.json()
    assert api("get", f"views/{view['id']}").json()["question"]["period"] == "d7"
    assert [v["name"] for v in api("get", "views").json()["items"]] == ["接口"]
    assert api("delete", f"views/{view['id']}?version=9").status_code == 409
    assert api("delete", f"views/{view['id']}?version=1").status_code == 204
    for n in range(5):
        assert (
            api("post", "annotations", {"day": str(date(2026, 4, 1) + timedelta(n)), "text": f"第{n}天"}).status_code
            == 201
        )
    got, after = [], ""
    while True:
        page = api("get", f"annotations?limit=2&after={after}").json()
        got += [n["text"] for n in page["items"]]
        after = page["next"]
        if not after:
            break
    assert got == [f"第{n}天" for n in reversed(range(5))]
    assert len(api("get", "annotations?start=2026-04-02&end=2026-04-03").json()["items"]) == 2
    note = api("get", "annotations").json()["items"][0]
    changed = api("put", f"annotations/{note['id']}", {"day": "2026-04-09", "text": "改", "version": 1})
    assert (changed.json()["text"], changed.json()["version"]) == ("改", 2)
    assert api("delete", f"annotations/{note['id']}").status_code == 204
    assert api("get", f"annotations/{note['id']}").status_code == 404


def test_a_token_without_the_scope_and_bad_calls_answer_as_problems(filled, owner):
    closed = Api(owner, "imports.view")
    for method, path, body in (
        ("get", "views", None),
        ("get", "annotations", None),
        ("post", "annotations", {"day": "2026-04-01", "text": "x"}),
    ):
        answer = closed(method, path, body)
        assert answer.status_code == 403, path
        assert answer.headers["Content-Type"].startswith("application/problem+json")
    api = Api(owner, "data.view")
    assert api("get", "views?after=nonsense").status_code == 422
    assert api("post", "views", {"name": "x", "question": {"metrics": ["nonsense"]}}).status_code == 422
    assert api("post", "annotations", {"day": "2026-02-30", "text": "x"}).status_code == 422
