"""The ledger's pages: every one opens, acts, refuses the stranger, and says the next step where it is empty."""

import csv
import html
import io
import re
from datetime import timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from hongqiao.ledger import queries, services
from hongqiao.ledger.models import Action, Attachment, Comment, Decision, Finding, Mute, Outcome, Told
from hongqiao.ledger.queries import today_of
from hongqiao.ledger.urls import urlpatterns
from hongqiao.workspace import feeds
from hongqiao.workspace.models import AuditEntry, Brand, Member
from tests.cast import Cast
from tests.ledger.house import CODE, found, judged, made

pytestmark = pytest.mark.usefixtures("fell", "house")
PLAIN = ("home", "actions", "my", "calendar", "outcomes", "decisions", "rules")


def at(name, cast, **more):
    return reverse(f"ledger_{name}", kwargs={"brand": cast.brand.slug, **more})


def words(page):
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode())))


def whole(cast):
    """One of everything."""
    row, other = found(cast.brand), found(cast.brand, "other")
    action = services.adopt_proposal(actor=cast.owner, finding_id=row.pk, seen=None)
    services.comment(actor=cast.owner, text="在看", finding_id=row.pk)
    file = services.attach(
        actor=cast.owner, stream=io.BytesIO(b"<script>x</script>"), name="x.html", action_id=action.pk
    )
    ask = services.create_decision(actor=cast.owner, title="追加预算", options=["批准", "不批准"], amount="30000")
    judged(cast.owner)
    services.mute(actor=cast.owner, rule=CODE, reason="known", finding_id=other.pk)
    return {"finding": row, "action": action, "file": file, "decision": ask}


@pytest.mark.parametrize("name", PLAIN)
def test_an_empty_page_says_the_next_step(cast, name):
    page = Cast.client(cast.owner).get(at(name, cast))
    assert page.status_code == 200
    if name not in ("rules", "decisions"):
        assert 'class="empty"' in page.content.decode()


def test_every_page_opens_with_everything_in_it(cast):
    there = whole(cast)
    web = Cast.client(cast.owner)
    addresses = [at(name, cast) for name in PLAIN]
    addresses += [at("actions", cast) + "?view=list&sort=owner", at("action_new", cast), at("reckon", cast)]
    addresses += [at("finding", cast, finding_id=there["finding"].pk), at("action", cast, action_id=there["action"].pk)]
    addresses += [at("action_new", cast) + f"?finding={there['finding'].pk}", at("calendar", cast) + "?month=2026-02"]
    addresses += [at("export", cast, kind=kind) for kind in ("csv", "xlsx")]
    for address in addresses:
        assert web.get(address).status_code == 200, address


def test_the_today_page_shows_findings_running_actions_and_the_hit_rate(cast):
    from hongqiao.ledger.today import context

    there = whole(cast)
    shown = context(cast.owner)["ledger"]
    assert [a["row"].pk for a in shown["actions"]] == [there["action"].pk]
    assert (shown["whole"].worked, shown["rate"][:4]) == (1, "100%")
    for n in range(5):
        found(cast.brand, f"more{n}", subject={"metric": "views"})
    assert len(context(cast.owner)["ledger"]["findings"]) == 3
    assert context(cast.viewer) == {"ledger": None}


def test_a_finding_shows_its_sentence_its_evidence_and_the_way_to_the_rows(cast):
    found(cast.brand)
    page = Cast.client(cast.owner).get(at("home", cast))
    text = words(page)
    assert "新增关注 下降 −38%，来自 抖音" in text
    assert "抖音消耗 −50%" in text
    assert "预期 新增关注 +15～+32" in text
    link = html.unescape(re.search(r'href="([^"]*explore[^"]*)"', page.content.decode()).group(1))
    assert "m=followers_new" in link
    assert "f.platform=douyin" in link
    assert "start=2026-04-01" in link
    assert len(re.findall(r'class="btn main" name="act" value="adopt"', page.content.decode())) == 1


def post(web, address, row, **fields):
    return web.post(address, {"id": str(row.pk), "seen": row.version, **fields})


def test_adopting_takes_one_press(cast):
    row = found(cast.brand)
    answer = post(Cast.client(cast.editor), at("home", cast), row, act="adopt", index="0")
    assert answer.status_code == 302
    assert Action.objects.get().owner == cast.editor
    row.refresh_from_db()
    assert row.state == "acting"


def test_not_doing_snoozing_marking_merging_and_muting_from_the_page(cast):
    a, b, c = (found(cast.brand, k) for k in "abc")
    web, home = Cast.client(cast.owner), at("home", cast)
    post(web, home, a, act="wont", reason="no_budget")
    post(web, home, b, act="snooze", days="3")
    post(web, home, c, act="mark", right="yes")
    states = dict(Finding.objects.values_list("key", "state"))
    assert states == {"a": "wont", "b": "snoozed", "c": "open"}
    assert Finding.objects.get(key="c").right is True
    one = at("finding", cast, finding_id=a.pk)
    a.refresh_from_db()
    post(web, one, a, act="reopen")
    a.refresh_from_db()
    post(web, one, a, act="merge", into=str(c.pk))
    a.refresh_from_db()
    assert a.merged_into_id == c.pk
    post(web, one, a, act="unmerge")
    c.refresh_from_db()
    post(web, at("finding", cast, finding_id=c.pk), c, act="mute", scope="subject", whom="all", reason="known")
    assert Mute.objects.get().subject
    post(web, at("finding", cast, finding_id=c.pk), c, act="comment", text="好")
    assert Comment.objects.count() == 1


def test_what_somebody_changed_meanwhile_is_a_conflict_said_on_the_page(cast):
    row = found(cast.brand)
    services.mark_finding(actor=cast.owner, finding_id=row.pk, seen=None, right=True)
    answer = post(Cast.client(cast.editor), at("home", cast), row, act="wont", reason="no_budget")
    assert answer.status_code == 409
    assert "刚刚被别人改过" in words(answer)


def test_bad_forms_are_refused_with_the_reason(cast):
    row, web = found(cast.brand), Cast.client(cast.owner)
    for fields in ({"act": "wont", "reason": "x"}, {"act": "snooze", "until": "soon"}, {"act": "mute", "reason": ""}):
        assert post(web, at("home", cast), row, **fields).status_code == 422
    assert post(web, at("home", cast), row, act="explode").status_code == 404
    assert web.post(at("home", cast), {"act": "wont", "id": "nonsense"}).status_code == 404
    assert web.get(at("home", cast) + "?state=x&page=-1&severity=%00&q=%00&day=abc&rule=no").status_code == 200
    assert web.get(at("calendar", cast) + "?month=99999-9").status_code == 200


def test_filters_sort_and_search_find_what_they_say(cast):
    found(cast.brand, "low", severity=1)
    found(cast.brand, "high", severity=3, kind="opportunity")
    web, home = Cast.client(cast.owner), at("home", cast)
    count = lambda query: web.get(f"{home}?{query}").content.decode().count("card finding")  # noqa: E731
    assert count("") == 2
    assert count("severity=3") == count("kind=opportunity") == 1
    assert count("room=content") == count("q=没有这句") == 0
    assert count("q=下降") == count(f"rule={CODE}") == 2


def test_opening_a_finding_says_that_it_was_seen(cast):
    row = found(cast.brand)
    Told.objects.create(brand=cast.brand, finding=row, member=cast.editor, way="now", day=row.day)
    assert "还没看的" in words(Cast.client(cast.editor).get(at("my", cast)))
    Cast.client(cast.editor).get(at("finding", cast, finding_id=row.pk))
    assert Told.objects.get().seen_at is not None


def test_an_action_walks_over_the_board_by_plain_buttons(cast):
    row, web, home = made(cast.editor), Cast.client(cast.editor), at("actions", cast)
    for act, state in (("start", "running"), ("finish", "done"), ("cancel", "cancelled")):
        assert f'value="{act}"' in web.get(home).content.decode()
        assert post(web, home, row, act=act).status_code == 302
        row.refresh_from_db()
        assert row.state == state
    assert "另有不做或取消的 1 个" in words(web.get(home))


def test_an_action_is_made_changed_assigned_linked_and_said_by_form(cast):
    web = Cast.client(cast.owner)
    form = {"title": "每周复盘会", "room": "data", "method": "by_hand", "owner": str(cast.owner.pk), "note": "周一"}
    answer = web.post(at("action_new", cast), form)
    row = Action.objects.get()
    one = at("action", cast, action_id=row.pk)
    assert answer["Location"] == one
    post(web, one, row, act="change", title="周会", note="", due="", cost="12.5")
    row.refresh_from_db()
    assert (row.title, str(row.cost)) == ("周会", "12.5000")
    for fields in ({"act": "assign", "owner": str(cast.editor.pk)}, {"act": "link", "kind": "piece", "code": "k1"}):
        post(web, one, row, **fields)
        row.refresh_from_db()
    assert (row.owner, row.links) == (cast.editor, [{"kind": "piece", "code": "k1"}])
    post(web, one, row, act="link", gone="piece:k1")
    row.refresh_from_db()
    post(web, one, row, act="start")
    row.refresh_from_db()
    post(web, one, row, act="say", text="例会固定下来了", effect="3")
    assert Outcome.objects.get().reason == "by_hand"
    assert "例会固定下来了" in words(web.get(one))


def test_a_form_that_is_wrong_keeps_what_was_typed(cast):
    answer = Cast.client(cast.owner).post(at("action_new", cast), {"title": "", "note": "别丢了", "room": "data"})
    assert answer.status_code == 422
    assert "别丢了" in answer.content.decode()


def test_the_outcome_page_shows_verdict_interval_and_pooled_kinds(cast):
    for n in range(3):
        judged(cast.owner, "worked" if n else "did_not")
    text = words(Cast.client(cast.owner).get(at("outcomes", cast)))
    assert "共复盘 3 个" in text
    assert "67%" in text
    assert "+20（+5～+35）" in text
    assert "n=3" in text
    one = words(Cast.client(cast.owner).get(at("action", cast, action_id=Action.objects.first().pk)))
    assert "90% 区间" in one


def test_a_title_that_looks_like_a_formula_is_a_text_in_the_files(cast):
    judged(cast.owner, title="=1+1|cmd")
    web = Cast.client(cast.owner)
    text = b"".join(web.get(at("export", cast, kind="csv")).streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[1][0] == "'=1+1|cmd"
    assert rows[1][10] == "20.0"
    book = openpyxl.load_workbook(io.BytesIO(web.get(at("export", cast, kind="xlsx")).content))
    cell = book.active["A2"]
    assert (cell.value, cell.data_type) == ("=1+1|cmd", "s")
    assert AuditEntry.objects.filter(code="ledger.exported").count() == 2
    assert web.get(at("export", cast, kind="exe")).status_code == 404


def test_a_decision_is_asked_and_taken(cast):
    web = Cast.client(cast.editor)
    web.post(at("decisions", cast), {"act": "ask", "title": "加预算", "options": "批准\n不批准", "amount": "30000"})
    row = Decision.objects.get()
    assert post(web, at("decisions", cast), row, act="decide", chosen="批准").status_code == 403
    assert post(Cast.client(cast.owner), at("decisions", cast), row, act="decide", chosen="批准").status_code == 302
    assert "批准" in words(web.get(at("decisions", cast)))


def test_a_rule_is_turned_off_its_threshold_changed_and_its_score_shown(cast):
    row = found(cast.brand)
    services.mark_finding(actor=cast.owner, finding_id=row.pk, seen=None, right=True)
    web, page = Cast.client(cast.owner), at("rules", cast)
    assert "有用 1 · 误报 0" in words(web.get(page))
    version = Brand.objects.get(pk=cast.brand.pk).version
    assert web.post(page, {"act": "change", "rule": CODE, "seen": version, "set.drop": "35"}).status_code == 302
    assert Brand.objects.get(pk=cast.brand.pk).settings["rules"][CODE] == {"drop": 0.35}
    assert web.post(page, {"act": "change", "rule": CODE, "seen": version + 1, "set.drop": "95"}).status_code == 422
    assert web.post(page, {"act": "turn", "rule": CODE, "seen": version + 1, "on": "0"}).status_code == 302
    assert web.post(page, {"act": "turn", "rule": "none", "on": "0"}).status_code == 404
    editor = Cast.client(cast.editor)
    assert editor.post(page, {"act": "turn", "rule": CODE, "on": "1"}).status_code == 403
    assert editor.post(page, {"act": "mute", "rule": CODE, "reason": "known"}).status_code == 302
    row = Mute.objects.get()
    assert post(editor, page, row, act="lift").status_code == 302


def test_files_come_back_as_downloads_whatever_they_claim_to_be(cast):
    row, web = made(cast.owner), Cast.client(cast.owner)
    file = SimpleUploadedFile("x.html", b"<script>alert(1)</script>", content_type="text/html")
    assert web.post(at("attach", cast), {"action": str(row.pk), "file": file}).status_code == 302
    kept = Attachment.objects.get()
    answer = web.get(at("attachment", cast, attachment_id=kept.pk))
    assert b"".join(answer.streaming_content) == b"<script>alert(1)</script>"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert web.post(at("attach", cast), {"action": str(row.pk)}).status_code == 422
    empty = SimpleUploadedFile("x.txt", b"")
    assert web.post(at("attach", cast), {"action": str(row.pk), "file": empty}).status_code in (302, 422)
    assert Attachment.objects.count() == 1
    assert web.post(at("drop", cast), {"id": str(kept.pk), "seen": kept.version}).status_code == 302
    assert not Attachment.objects.exists()


def addresses(cast):
    there = whole(cast)
    keys = {"finding_id": there["finding"].pk, "action_id": there["action"].pk, "attachment_id": there["file"].pk}
    for pattern in urlpatterns:
        args = {name: keys.get(name, "csv") for name in pattern.pattern.converters}
        yield reverse(pattern.name, kwargs={"brand": cast.brand.slug, **args})


def test_the_stranger_finds_none_of_the_pages_and_a_reviewer_may_not(cast):
    for address in list(addresses(cast)):
        for method in ("get", "post"):
            stranger = getattr(Cast.client(cast.stranger), method)(address)
            assert stranger.status_code in (404, 405), address
            assert getattr(Cast.client(cast.viewer), method)(address).status_code in (403, 405), address
        assert Cast.client(None).get(address).status_code in (302, 405)


def test_another_brands_rows_are_not_found_under_ones_own_address(cast):
    there = whole(cast)
    web, other = Cast.client(cast.stranger), cast.stranger.brand.slug
    for name, args in (
        ("finding", {"finding_id": there["finding"].pk}),
        ("action", {"action_id": there["action"].pk}),
        ("attachment", {"attachment_id": there["file"].pk}),
    ):
        assert web.get(reverse(f"ledger_{name}", kwargs={"brand": other, **args})).status_code == 404
    home = reverse("ledger_home", kwargs={"brand": other})
    assert post(web, home, there["finding"], act="wont", reason="known").status_code == 404


def test_a_member_of_some_rooms_is_not_shown_the_others(cast):
    there = whole(cast)
    content = found(cast.brand, "content", room="content")
    Member.objects.filter(pk=cast.editor.pk).update(rooms=["content"])
    web = Cast.client(cast.editor)
    assert web.get(at("finding", cast, finding_id=content.pk)).status_code == 200
    for name, args in (
        ("finding", {"finding_id": there["finding"].pk}),
        ("action", {"action_id": there["action"].pk}),
        ("attachment", {"attachment_id": there["file"].pk}),
    ):
        assert web.get(at(name, cast, **args)).status_code == 404
    assert web.get(at("home", cast)).content.decode().count("card finding") == 1


def test_the_calendar_shows_a_verdict_on_its_day_and_no_measuring_of_what_a_person_closes(cast):
    told = judged(cast.owner, "did_not", title="换封面")
    made(cast.owner, title="补文件", template="by_hand", measure={"method": "by_hand"}, due=today_of(cast.brand))
    assert told.outcomes.get().day == today_of(cast.brand)
    page = cast.client(cast.owner).get(at("calendar", cast)).content.decode()
    assert "无效 · 换封面" in page
    assert "复盘 补文件" not in " ".join(page.split())
    assert "换封面" not in cast.client(cast.stranger).get(at("calendar", cast)).content.decode()


def test_the_calendar_feed_has_due_and_measuring_days_of_ones_own(cast):
    row = made(cast.editor, due=today_of(cast.brand) + timedelta(days=2))
    made(cast.owner)
    mine = [e for e in feeds.entries_of(cast.editor) if e.uid.startswith("action-")]
    assert {e.uid for e in mine} == {f"action-due-{row.pk}", f"action-measure-{row.pk}"}
    assert {e.start for e in mine} == {row.due, row.measure_on}
    assert list(queries.mine(cast.owner)) != list(queries.mine(cast.editor))


def test_search_finds_actions_and_findings_by_their_words(cast):
    from hongqiao.ledger import finders

    found(cast.brand)
    made(cast.owner, title="换封面")
    assert [h.title for h in finders.actions(cast.owner, "封面", 5)] == ["换封面"]
    assert "下降" in finders.findings(cast.owner, "下降", 5)[0].title
    assert not finders.findings(cast.stranger, "下降", 5)


def test_an_expected_effect_keeps_the_words_of_the_rule_that_proposed_it(cast):
    from hongqiao.ledger.words import expected_reason, expected_words

    row = found(cast.brand)
    Finding.objects.filter(pk=row.pk).update(
        proposals=[
            {
                "action": "raise_spend",
                "expected": {
                    "metric": "followers_new",
                    "low": 15.83,
                    "high": 424.87,
                    "unit": "a_day",
                    "reason": "spend",
                    "params": {"change": {"value": -0.5, "unit": "percent", "signed": True}},
                },
                "measure": {"metric": "followers_new", "where": {"platform": "douyin"}},
            }
        ]
    )
    action = services.adopt_proposal(actor=cast.owner, finding_id=row.pk, seen=None)
    assert expected_words(action.expected) == "新增关注 +16～+425/日"
    assert expected_reason(action.expected) == "抖音消耗 −50%"


def test_the_finding_of_an_action_tells_what_was_done_about_it(cast):
    row = found(cast.brand)
    action = services.adopt_proposal(actor=cast.owner, finding_id=row.pk, seen=None)
    services.start_action(actor=cast.owner, action_id=action.pk, seen=None)
    text = words(Cast.client(cast.owner).get(at("finding", cast, finding_id=row.pk)))
    assert "开始优化动作「加大投放」" in text


def test_who_sees_no_figures_still_sees_their_actions_on_the_today_page(cast):
    from tests.cast import join

    designer = join(cast.brand, "designer", "designer")
    made(cast.owner, title="换封面", room="content", owner_id=designer.pk)
    assert "换封面" in words(Cast.client(designer).get(reverse("today", args=[cast.brand.slug])))
