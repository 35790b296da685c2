"""A draw is frozen when it opens, nobody chooses the result, two type the value, prizes are followed to the end. U2."""

import json
import subprocess
import sys
from datetime import timedelta

import pytest

from hongqiao.audience.communities.draws import delivering, drawing, entering, evidence, forms, opening, queries
from hongqiao.audience.communities.draws import errors as wrong
from hongqiao.audience.communities.kit import NeedsProof, WrongState
from hongqiao.audience.models import Draw, Win
from hongqiao.errors import Conflict, NotAllowed, NotFound, Paused
from hongqiao.methods import draw as method
from hongqiao.workspace import keys
from hongqiao.workspace.models import AuditEntry, Pause
from tests.audience.communities.cast import NOON, closed, drafted, drawn, opened, second, typed

pytestmark = pytest.mark.django_db


def test_an_empty_form_names_every_field_the_law_wants(cast):
    row = opening.create_draw(actor=cast.owner, title="空")
    missing = {p.field for p in forms.problems(row)}
    assert {"who", "how", "claim_time", "claim_terms", "claim_way", "delivery", "forfeiture", "organiser"} <= missing
    assert {"prizes", "opens", "closes", "due", "draw_time", "beacon"} <= missing
    with pytest.raises(wrong.NotReady) as said:
        opening.open_draw(actor=cast.owner, draw_id=row.pk, seen=row.version)
    assert said.value.params["n"] == len(forms.problems(row))


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        (
            {"prizes": [{"level": "一", "name": "车", "sort": "实物", "price": "50000.01", "quantity": "1"}]},
            "prizes.0.price",
            "over_cap",
        ),
        (
            {"wins": "2", "prizes": [{"level": "一", "name": "包", "sort": "实物", "price": "30000", "quantity": "2"}]},
            "wins",
            "over_cap_together",
        ),
        ({"beacon": "3d"}, "beacon", "few_values"),
        ({"due": NOON - timedelta(hours=1)}, "due", "out_of_order"),
        ({"closes": NOON - timedelta(days=9)}, "closes", "out_of_order"),
        ({"tickets": "99"}, "tickets", "too_many_tickets"),
        (
            {"prizes": [{"level": "一", "name": "瓶", "sort": "实物", "price": "九块", "quantity": "一"}]},
            "prizes.0.price",
            "not_money",
        ),
        ({"opens": "改天"}, "opens", "missing"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(cast, changed, field, code):
    found = {(p.field, p.code) for p in forms.problems(drafted(cast.owner, **changed))}
    assert (field, code) in found


def test_opening_freezes_the_form_and_publishes_the_commitment(cast):
    row = opened(cast.owner)
    assert row.state == Draw.State.OPEN
    assert len(row.commitment) == len(row.plan_hash) == len(row.form_hash) == 64
    assert keys.decrypt(row.secret).hex() not in (row.secret, json.dumps(evidence.public(row)))
    assert evidence.public(row)["plan_hash"] == row.plan_hash
    assert "secret" not in evidence.public(row)
    with pytest.raises(WrongState):
        opening.save_form(actor=cast.owner, draw_id=row.pk, seen=row.version, title="改", form={})
    with pytest.raises(WrongState):
        opening.open_draw(actor=cast.owner, draw_id=row.pk, seen=row.version)


def test_opening_needs_the_right_to_send_and_obeys_the_red_button(cast):
    row = drafted(cast.editor)
    with pytest.raises(NotAllowed):
        opening.open_draw(actor=cast.editor, draw_id=row.pk, seen=row.version)
    with pytest.raises(NotFound):
        opening.open_draw(actor=cast.stranger, draw_id=row.pk, seen=row.version)
    with pytest.raises(Conflict):
        opening.open_draw(actor=cast.owner, draw_id=row.pk, seen=row.version - 1)
    Pause.objects.create(brand=cast.brand, scope="draws", on=True)
    with pytest.raises(Paused):
        opening.open_draw(actor=cast.owner, draw_id=row.pk, seen=row.version, at=NOON - timedelta(days=7))


def test_praise_for_prizes_is_not_opened(cast):
    row = drafted(cast.owner, how="五星好评返现后报名")
    with pytest.raises(wrong.BadWords):
        opening.open_draw(actor=cast.owner, draw_id=row.pk, seen=row.version, at=NOON - timedelta(days=7))
    assert Draw.objects.get(pk=row.pk).state == Draw.State.DRAFT


def test_one_person_enters_once_and_only_in_time(cast):
    row, day = opened(cast.owner), NOON - timedelta(days=1)
    first = entering.enter(actor=cast.owner, draw_id=row.pk, person="甲", ref="a-1", at=day)
    assert entering.enter(actor=cast.owner, draw_id=row.pk, person="甲", ref="a-1", at=day) == first
    with pytest.raises(wrong.Entered):
        entering.enter(actor=cast.owner, draw_id=row.pk, person="甲", at=day)
    with pytest.raises(wrong.EntryClosed):
        entering.enter(actor=cast.owner, draw_id=row.pk, person="乙", at=NOON)
    by_name = entering.enter(actor=cast.owner, draw_id=row.pk, name="小红", at=day)
    assert "小红" not in by_name.name
    assert not by_name.known
    told = json.dumps(list(AuditEntry.objects.filter(brand=cast.brand).values_list("params", flat=True)))
    assert "小红" not in told
    assert "甲" not in told


def test_the_list_is_published_between_close_and_the_beacon_only(cast):
    row = opened(cast.owner)
    with pytest.raises(wrong.NotYet):
        opening.close_draw(actor=cast.owner, draw_id=row.pk, seen=row.version, at=NOON - timedelta(hours=1))
    with pytest.raises(wrong.TooLate):
        opening.close_draw(actor=cast.owner, draw_id=row.pk, seen=row.version, at=NOON + timedelta(hours=4))
    with pytest.raises(wrong.NoEntries):
        opening.close_draw(actor=cast.owner, draw_id=row.pk, seen=row.version, at=NOON + timedelta(hours=1))


def test_who_is_excluded_stands_in_no_list(cast):
    row = opened(cast.owner)
    for name in ("p1", "p2"):
        ticket = entering.enter(actor=cast.owner, draw_id=row.pk, person=name, at=NOON - timedelta(days=1))
    entering.exclude(actor=cast.owner, ticket_id=ticket.pk, seen=ticket.version, reason="staff")
    row = opening.close_draw(actor=cast.owner, draw_id=row.pk, seen=None, at=NOON + timedelta(hours=1))
    told = evidence.public(row)
    assert row.list_count == 1
    assert told["excluded"]["count"] == 1
    assert ticket.code not in json.dumps(told)


def test_two_members_have_to_agree_before_anything_is_drawn(cast):
    row = closed(cast.owner)
    with pytest.raises(wrong.NotYet):
        typed(cast.owner, row, hours=3)
    assert typed(cast.owner, row).state == Draw.State.CLOSED
    assert typed(cast.owner, row).state == Draw.State.CLOSED
    with pytest.raises(wrong.BeaconDiffers):
        typed(second(cast), row, value="3876.38 12345.67 25431.10")
    assert not Win.objects.exists()
    assert typed(second(cast), row, value="３876.37  12345.67 25431.10").state == Draw.State.DRAWN
    assert Win.objects.filter(draw=row).exclude(prize="").count() == 3
    assert Win.objects.filter(draw=row, prize="").count() == 2


def test_nothing_is_drawn_before_the_time_that_was_told(cast):
    row = closed(cast.owner, draw_time=NOON + timedelta(hours=8))
    assert queries.draws_at(row) == NOON + timedelta(hours=8)
    for member in (cast.owner, second(cast)):
        with pytest.raises(wrong.NotYet):
            typed(member, row, hours=7)
    typed(cast.owner, row, hours=8)
    assert typed(second(cast), row, hours=8).drawn_at == NOON + timedelta(hours=8)


def test_the_red_button_stops_the_drawing(cast):
    row = closed(cast.owner)
    Pause.objects.create(brand=cast.brand, scope="all", on=True)
    with pytest.raises(Paused):
        typed(cast.owner, row)


def test_anybody_can_verify_the_pack_and_a_changed_one_fails(cast, tmp_path):
    row = drawn(cast)
    (tmp_path / "verify_draw.py").write_text(method.verifier(), "utf-8")
    pack, script = tmp_path / "pack.json", [sys.executable, str(tmp_path / "verify_draw.py")]
    pack.write_text(method.dumps(evidence.public(row)), "utf-8")
    hashes = ["--plan", row.plan_hash, "--list", row.list_hash]
    done = subprocess.run([*script, str(pack), *hashes], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    told = json.loads(pack.read_text("utf-8"))
    told["winners"][0]["entry"], told["winners"][1]["entry"] = told["winners"][1]["entry"], told["winners"][0]["entry"]
    pack.write_text(json.dumps(told), "utf-8")
    assert subprocess.run([*script, str(pack)], capture_output=True, check=False).returncode == 1


def test_who_gives_up_is_followed_by_the_first_alternate(cast):
    row = drawn(cast)
    wins = list(queries.wins(row))
    heir = delivering.forfeit(actor=cast.owner, win_id=wins[0].pk, seen=wins[0].version, reason="不要了")
    assert heir == wins[3]
    assert (heir.prize, heir.instead) == (wins[0].prize, wins[0].ticket.code)
    awards = {a["entry"] for a in evidence.public(row)["awards"]}
    assert awards == {w.ticket.code for w in queries.wins(row) if w.prize and w.state != Win.State.FORFEITED}


def test_prizes_are_followed_until_they_arrive(cast):
    row = drawn(cast, n=2)
    for win in queries.wins(row):
        win = delivering.move_win(
            actor=cast.owner, win_id=win.pk, seen=win.version, state="claimed", contact="张三 13800000000 上海"
        )
        assert "张三" not in win.contact
        with pytest.raises(NotAllowed):
            delivering.move_win(actor=cast.editor, win_id=win.pk, seen=win.version, state="sent", contact="李四")
        win = delivering.move_win(actor=cast.editor, win_id=win.pk, seen=win.version, state="sent", carrier="顺丰 SF1")
        with pytest.raises(NeedsProof):
            delivering.move_win(actor=cast.owner, win_id=win.pk, seen=win.version, state="received")
        assert Draw.objects.get(pk=row.pk).state == Draw.State.DRAWN
        delivering.move_win(actor=cast.owner, win_id=win.pk, seen=win.version, state="received", text="快递显示签收")
    row.refresh_from_db()
    assert row.state == Draw.State.DONE
    assert row.keep_until.year == 2029
    assert evidence.public(row)["void"] == [{"prize": "p2", "count": 1}]


def test_a_platforms_own_result_is_kept_with_its_proof_and_held_to_the_cap(cast):
    row = opening.create_draw(actor=cast.owner, title="小红书官方抽奖", mode="platform")
    one = [{"name": "小红", "prize": "包", "price": "30000"}]
    with pytest.raises(NeedsProof):
        drawing.record_result(actor=cast.owner, draw_id=row.pk, seen=row.version, winners=one)
    with pytest.raises(wrong.OverCap):
        drawing.record_result(actor=cast.owner, draw_id=row.pk, seen=row.version, winners=one * 2, text="截图")
    assert not Win.objects.exists()
    row = drawing.record_result(actor=cast.owner, draw_id=row.pk, seen=row.version, winners=one, text="官方页面")
    assert row.state == Draw.State.DRAWN
    assert row.token == ""


def test_a_void_draw_says_why_and_stays(cast):
    row = opened(cast.owner)
    row = opening.void_draw(actor=cast.owner, draw_id=row.pk, seen=row.version, reason="名单公布晚了")
    assert evidence.public(row)["plan_hash"] == row.plan_hash
    with pytest.raises(wrong.EntryClosed):
        entering.enter(actor=cast.owner, draw_id=row.pk, person="甲", at=NOON - timedelta(days=1))
