"""Points are earned once, levels follow, benefits are claimed once a period, trials end with a report. U1."""

from datetime import timedelta

import pytest
from django.utils import timezone

from hongqiao.audience.growth import changing, earning, ledger, settings, trials
from hongqiao.audience.growth.card import whole
from hongqiao.audience.models import Applicant, Claim, Person, Points, Trial
from hongqiao.audience.people import identifying, merging
from hongqiao.audience.tiers import jobs as tiers
from hongqiao.errors import Conflict, NotAllowed, NotFound
from hongqiao.workspace import keys
from hongqiao.workspace.jobs.worker import work_off
from hongqiao.workspace.models import AuditEntry, Brand

TODAY = timezone.localdate()


def at(days: int, hour: int = 10) -> str:
    return f"{TODAY - timedelta(days=days)}T{hour:02d}:00:00"


@pytest.fixture
def earned(cast, said):
    said(
        ("甲", "sign_up", at(100)),
        ("甲", "purchase", at(90), {"amount": "260.80", "order_key": "A1"}),
        ("甲", "refund", at(80), {"amount": "60"}),
        *(("甲", "review", at(70, 8 + n)) for n in range(5)),
        ("乙", "invite", at(20)),
        ("乙", "purchase", at(500), {"amount": "9000"}),
    )
    earning.run(cast.brand)
    return said


def test_facts_earn_once_and_refunds_take_off(cast, earned):
    one = ledger.standing(cast.brand, earned.key("甲"))
    assert one["points"] == 50 + 260 - 60 + 3 * 20, "three reviews a day earn"
    assert one["level"].code == "silver"
    assert one["missing"] == 1000 - one["points"]
    assert ledger.standing(cast.brand, earned.key("乙"))["points"] == 100, "older than the window earns nothing"
    before = Points.objects.count()
    assert earning.run(cast.brand) == 0
    earned(("甲", "purchase", at(1), {"amount": "10"}))
    assert earning.run(cast.brand) == 1
    assert Points.objects.count() == before + 1


def test_points_come_as_soon_as_the_facts_were_judged(cast, house, said):
    said(("甲", "purchase", at(5), {"amount": "300"}))
    tiers.ask(cast.brand)
    work_off()
    assert Points.objects.filter(subject=said.key("甲"), kind="purchase").count() == 1


def test_a_balance_expires_and_what_was_spent_is_the_oldest(cast, earned):
    key = earned.key("甲")
    old = timezone.now() - timedelta(days=900)
    Points.objects.create(brand=cast.brand, subject=key, key="old", kind="opening", amount=500, at=old)
    Points.objects.create(brand=cast.brand, subject=key, key="use", kind="spent", amount=-200, at=timezone.now())
    was = ledger.standing(cast.brand, key)["balance"]
    assert earning.expire(cast.brand, 24, TODAY) == 1
    gone = Points.objects.get(kind="expired")
    fresh = 50 + 260 + 3 * 20
    assert gone.amount == -(was - fresh)
    assert earning.expire(cast.brand, 24, TODAY) == 0


def test_a_benefit_needs_its_level_and_points_and_is_taken_once(cast, earned):
    key, other = earned.key("甲"), earned.key("乙")
    ledger.claim(actor=cast.owner, key=key, benefit="birthday")
    with pytest.raises(ledger.ClaimedAlready):
        ledger.claim(actor=cast.owner, key=key, benefit="birthday")
    with pytest.raises(ledger.LevelTooLow):
        ledger.claim(actor=cast.owner, key=other, benefit="birthday")
    with pytest.raises(ledger.TooFew):
        ledger.claim(actor=cast.owner, key=key, benefit="exchange")
    ledger.write(actor=cast.owner, key=key, amount=1000, reason="活动补发")
    level = ledger.standing(cast.brand, key)["level"]
    ledger.claim(actor=cast.owner, key=key, benefit="exchange")
    assert Points.objects.get(kind="spent").amount == -800
    assert ledger.standing(cast.brand, key)["level"] == level, "by hand no level is made"
    with pytest.raises(NotFound):
        ledger.claim(actor=cast.owner, key=key, benefit="yacht")
    assert Claim.objects.count() == 2
    for amount, reason in ((0, "x"), (None, "x"), (5, " "), (10**6, "x")):
        with pytest.raises(ledger.BadPoints):
            ledger.write(actor=cast.owner, key=key, amount=amount, reason=reason)
    with pytest.raises(NotAllowed):
        ledger.write(actor=cast.viewer, key=key, amount=5, reason="x")


def test_by_hand_no_more_is_taken_than_there_is(cast, earned):
    key = Points.objects.order_by("-amount").first().subject
    have = ledger.standing(cast.brand, key)["balance"]
    with pytest.raises(ledger.BelowZero):
        ledger.write(actor=cast.owner, key=key, amount=-have - 1, reason="手滑")
    ledger.write(actor=cast.owner, key=key, amount=-have, reason="清零")
    assert ledger.standing(cast.brand, key)["balance"] == 0


def test_a_claim_by_mistake_is_taken_back_with_its_points(cast, earned):
    key = Points.objects.order_by("-amount").first().subject
    ledger.write(actor=cast.owner, key=key, amount=1000, reason="活动补发")
    before = ledger.standing(cast.brand, key)["balance"]
    for _time in range(2):
        ledger.claim(actor=cast.owner, key=key, benefit="exchange")
        with pytest.raises(NotAllowed):
            ledger.unclaim(actor=cast.viewer, key=key, benefit="exchange")
        ledger.unclaim(actor=cast.owner, key=key, benefit="exchange")
        assert ledger.standing(cast.brand, key)["balance"] == before
    assert Points.objects.filter(subject=key, kind="spent").count() == 4, "the ledger only grows"
    for benefit in ("exchange", "yacht"):
        with pytest.raises(NotFound):
            ledger.unclaim(actor=cast.owner, key=key, benefit=benefit)


@pytest.mark.parametrize(("typed", "number"), [("＋20", 20), ("−5", -5), ("-5", -5), ("+-5", None), ("1.5", None)])
def test_a_number_is_understood_as_a_phone_types_it(typed, number):
    assert whole(typed) == number


def test_what_was_typed_stays_in_the_form_that_was_refused(cast, earned):
    key = Points.objects.order_by("-amount").first().subject
    refused = cast.client(cast.owner).post(
        f"/b/anlan/users/people/{key}/", {"act": "points", "amount": "很多", "reason": "老客"}
    )
    assert refused.status_code == 422
    for kept in ('value="很多"', 'value="老客"'):
        assert kept in refused.content.decode()


def test_a_brand_sets_its_own_numbers_after_seeing_what_they_do(cast, earned):
    browser, brand = cast.client(cast.owner), Brand.objects.get(pk=cast.brand.pk)
    tried = browser.post("/b/anlan/users/growth/", {"act": "preview", "seen": brand.version, "least.silver": "50"})
    assert "改了会怎样" in tried.content.decode()
    wanted = changing.taken({"least.silver": "50"})
    rows = {r["code"]: (r["was"], r["will"]) for r in changing.preview(cast.owner, wanted)}
    assert rows == {"new": (1, 0), "silver": (1, 2), "gold": (0, 0), "black": (0, 0)}
    kept = browser.post("/b/anlan/users/growth/", {"act": "save", "seen": brand.version, "least.silver": "50"})
    assert kept.status_code == 302
    brand.refresh_from_db()
    assert brand.settings["audience"]["growth"] == {"least": {"silver": 50}}
    assert settings.levels(brand)[1].least == 50
    assert browser.post("/b/anlan/users/growth/", {"act": "save", "seen": 1}).status_code == 409
    for wrong in (
        {"least.silver": "2000"},
        {"sign_up": "-1"},
        {"least.new": "5"},
        {"window_days": "0"},
        {"review": "x"},
    ):
        with pytest.raises(changing.BadGrowth):
            changing.taken(wrong)


def test_points_move_with_a_merge_and_an_opening_balance_is_taken_once(cast, house):
    identifying.take(actor=cast.owner, rows=[{"member": "M1", "points": "320"}, {"member": "M2", "points": 10}])
    identifying.take(actor=cast.owner, rows=[{"member": "M1", "points": "999"}])
    a, b = Person.objects.order_by("pk")
    assert ledger.standing(cast.brand, a.key)["balance"] == 320
    row = merging.merge_by_hand(actor=cast.owner, keep_id=a.pk, other_id=b.pk)
    assert ledger.standing(cast.brand, a.key)["balance"] == 330
    merging.undo_merge(actor=cast.owner, merge_id=row.pk, seen=row.version)
    assert ledger.standing(cast.brand, b.key)["balance"] == 10


@pytest.fixture
def trial(cast, house):
    soon = timezone.now() + timedelta(days=3)
    row = trials.open_trial(actor=cast.owner, name="修护精华试用", quota=3, closes_at=soon, report_days=14)
    for n in range(6):
        trials.apply(actor=cast.owner, trial_id=row.pk, key=f"{n:064x}", address="上海市某路 1 号")
    return row


def test_a_trial_goes_from_applying_to_the_report(cast, trial):
    first = trial.applicants.order_by("pk").first()
    assert "上海" not in first.address
    with pytest.raises(trials.Applied):
        trials.apply(actor=cast.owner, trial_id=trial.pk, key=first.subject)
    with pytest.raises(trials.NeedsReason):
        trials.choose(actor=cast.owner, applicant_id=first.pk, seen=None, reason=" ")
    trials.choose(actor=cast.owner, applicant_id=first.pk, seen=first.version, reason="老用户，写过长评")
    assert trials.draw(actor=cast.owner, trial_id=trial.pk, seen=trial.version) == 2
    trial.refresh_from_db()
    left = [a for a in trial.applicants.all() if a.pk != first.pk]
    lucky = sorted(left, key=lambda a: trials.lot(trial.seed, a.pk))[:2]
    assert {a.pk for a in lucky} == set(trial.applicants.filter(drawn=True).values_list("pk", flat=True))
    with pytest.raises(trials.Closed):
        trials.draw(actor=cast.owner, trial_id=trial.pk, seen=None)
    passed = trial.applicants.filter(state="passed").first()
    with pytest.raises(trials.NoPlaces):
        trials.choose(actor=cast.owner, applicant_id=passed.pk, seen=None, reason="也想给")
    with pytest.raises(trials.WrongStep):
        trials.report(actor=cast.owner, applicant_id=first.pk, seen=None, text="好用", score=5)
    for one in (first, lucky[0]):
        trials.send(actor=cast.owner, applicant_id=one.pk, seen=None)
    with pytest.raises(trials.BadReport):
        trials.report(actor=cast.owner, applicant_id=first.pk, seen=None, text="好用", score=6)
    done = trials.report(actor=cast.owner, applicant_id=first.pk, seen=None, text="好用，不油", score=5)
    assert "好用" not in done.report
    assert keys.decrypt(done.report).decode() == "好用，不油"
    assert done.due_at - done.sent_at == timedelta(days=14)
    Applicant.objects.filter(pk=lucky[0].pk).update(due_at=timezone.now() - timedelta(days=1))
    (told,) = trials.listed(cast.owner)
    assert (told.n_applied, told.n_chosen, told.n_sent, told.n_reported, told.n_late) == (6, 3, 2, 1, 1)
    assert trials.rate(told) == 0.5


def test_the_draw_favours_nobody(cast, trial):
    won = dict.fromkeys(trial.applicants.values_list("pk", flat=True), 0)
    for n in range(3000):
        seed = f"{n:064x}"
        for pk in sorted(won, key=lambda pk: trials.lot(seed, pk))[:3]:
            won[pk] += 1
    expected = 1500
    assert sum((n - expected) ** 2 / expected for n in won.values()) < 20.5, "chi square, 5 degrees, p above 0.001"


def test_trials_on_the_page_and_over_http_are_nobody_elses(cast, trial):
    browser = cast.client(cast.owner)
    shown = browser.get(f"/b/anlan/users/trials/{trial.pk}/").content.decode()
    assert "上海市某路" not in shown
    opened = browser.post(f"/b/anlan/users/trials/{trial.pk}/", {"act": "show"})
    assert "上海市某路" in opened.content.decode()
    assert AuditEntry.objects.filter(code="trial.addresses_shown").count() == 1
    assert "修护精华试用" in browser.get("/b/anlan/users/trials/").content.decode()
    wrong = browser.post("/b/anlan/users/trials/", {"act": "open", "name": "x", "quota": "0", "closes_at": ""})
    assert wrong.status_code == 422
    lost = browser.post(f"/b/anlan/users/trials/{trial.pk}/", {"act": "apply", "who": "nobody"})
    assert lost.status_code == 422
    assert "没有找到这位用户" in lost.content.decode()
    assert ">nobody</textarea>" in lost.content.decode(), "the page stays, what was typed still in it"
    for page in ("growth/", "trials/", f"trials/{trial.pk}/"):
        assert cast.client(cast.stranger).get(f"/b/anlan/users/{page}").status_code == 404
        assert cast.client(None).get(f"/b/anlan/users/{page}").status_code == 302
    with pytest.raises(NotFound):
        trials.draw(actor=cast.stranger, trial_id=trial.pk, seen=None)
    with pytest.raises(Conflict):
        trials.draw(actor=cast.owner, trial_id=trial.pk, seen=99)
    with pytest.raises(NotAllowed):
        trials.draw(actor=cast.editor, trial_id=trial.pk, seen=None)
    assert Trial.objects.count() == 1


def test_many_are_put_down_at_once_all_or_none(cast, trial):
    page, browser = f"/b/anlan/users/trials/{trial.pk}/", cast.client(cast.owner)
    identifying.take(actor=cast.owner, rows=[{"member": f"T{n}"} for n in range(3)])
    first, second, _third = (p.key for p in Person.objects.order_by("pk"))
    before = trial.applicants.count()
    refused = browser.post(page, {"act": "apply", "who": "T0\nT1\nnobody"})
    assert refused.status_code == 422
    assert "nobody" in refused.content.decode()
    assert trial.applicants.count() == before
    assert browser.post(page, {"act": "apply", "who": f"T0\n{second[:8]}\n\nT0\n"}).status_code == 302
    assert trial.applicants.count() == before + 2
    assert trial.applicants.filter(subject__in=[first, second]).count() == 2
    assert browser.post(page, {"act": "apply", "who": "T1\nT2"}).status_code == 302
    assert trial.applicants.count() == before + 3
    assert browser.post(page, {"act": "apply", "who": "T1"}).status_code == 409
    assert browser.post(page, {"act": "apply", "who": "T1\nT2", "address": "某路 1 号"}).status_code == 422


def test_a_report_that_was_refused_is_not_lost(cast, trial):
    row = trial.applicants.first()
    trials.choose(actor=cast.owner, applicant_id=row.pk, seen=None, reason="种子用户")
    trials.send(actor=cast.owner, applicant_id=row.pk, seen=None)
    sent = {"act": "report", "id": str(row.pk), "text": "写了很久的报告", "score": "9"}
    refused = cast.client(cast.owner).post(f"/b/anlan/users/trials/{trial.pk}/", sent)
    assert refused.status_code == 422
    assert "写了很久的报告" in refused.content.decode()
