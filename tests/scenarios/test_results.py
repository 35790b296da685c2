"""C3: what a piece's numbers say next becomes an action, and the next pieces' numbers judge it."""

from datetime import date

import pytest
from django.urls import reverse

from hongqiao import warehouse
from hongqiao.content.results import queries
from hongqiao.ledger import jobs, services
from hongqiao.ledger.models import Action, Outcome
from hongqiao.metrics import Query
from hongqiao.workspace import figures
from tests.cast import cast  # noqa: F401
from tests.content.results.conftest import bring, works_of

pytestmark = pytest.mark.django_db
WEAK = "油皮夏天怎么补涂"
START = date(2026, 5, 1)


def piece_page(cast, title):  # noqa: F811
    facts = queries.Facts(cast.owner, date(2026, 4, 1), date(2026, 4, 30))
    key = next(p.key for p in facts.shown if p.title == title)
    return cast.client(cast.owner).get(reverse("content_result", args=["anlan"]), {"piece": key})


def acted_on(cast, page) -> Action:  # noqa: F811
    """Press the button of the proposal, keep the form as it is filled in, and begin on START."""
    client = cast.client(cast.owner)
    form = client.get(page.context["proposals"][0]["url"])
    client.post(reverse("ledger_action_new", args=["anlan"]), {k: v or "" for k, v in form.context["values"].items()})
    row = Action.objects.get()
    return services.start_action(actor=cast.owner, action_id=row.pk, seen=None, on=START)


def judged(cast, row) -> Outcome:  # noqa: F811
    """Say on the action's page which pieces went the new way, finish, and let the measuring job's function judge."""
    asked = Query(
        ("posts",), ("content", "day"), {}, START, date(2026, 5, 28), limit=None, totals=False, coverage=False
    )
    rows = figures.answer(warehouse.open(cast.brand.pk), asked).rows
    ways = {str(r["content"]): "a" if r["day"].day % 2 else "b" for r in rows if r["content"]}
    client = cast.client(cast.owner)
    row.refresh_from_db()
    told = {"act": "arms", "id": str(row.pk), "seen": row.version, "version": row.version}
    client.post(reverse("ledger_action", args=["anlan", row.pk]), told | {f"arm.{k}": v for k, v in ways.items()})
    row.refresh_from_db()
    assert len(row.measure["arms"]["a"]) == len(row.measure["arms"]["b"]) == 12
    services.finish_action(actor=cast.owner, action_id=row.pk, seen=None, on=date(2026, 5, 28))
    row.refresh_from_db()
    jobs.judge(row)
    return Outcome.objects.get()


@pytest.fixture
def house(cast, settings, tmp_path):  # noqa: F811
    settings.DATA = tmp_path
    return cast


def test_c3a_many_reads_but_few_shares_lead_to_a_reason_to_pass_it_on_that_the_next_pieces_prove(house):
    usual = [works_of(4, n, shares=25 + n) for n in range(1, 27)]
    bring(house.owner, house.account, *usual, works_of(4, 27, title=WEAK, shares=2), works_of(4, 30))
    page = piece_page(house, WEAK)
    assert page.context["row"]["weak"] == "分享"
    (proposal,) = page.context["proposals"]
    assert proposal["label"] == "改写结尾的分享理由"
    assert any("诱导分享" in w for w in proposal["words"])  # a reason, never a reward
    row = acted_on(house, page)
    after = [works_of(5, n, shares=(62 if n % 2 else 30) + n % 5) for n in range(1, 25)]
    bring(house.owner, house.account, *after, name="五月.csv", month=5)
    outcome = judged(house, row)
    assert (outcome.verdict, outcome.metric) == ("worked", "piece_share_rate")
    assert outcome.lo <= 0.032 <= outcome.hi
    assert (
        "改写结尾的分享理由"
        in house.client(house.owner).get(reverse("ledger_outcomes", args=["anlan"])).content.decode()
    )


def test_c3b_a_low_completion_leads_to_a_shorter_lead_in_that_the_next_pieces_judge(house):
    usual = [works_of(4, n, finish=f"0.{34 + n % 5}") for n in range(1, 27)]
    bring(house.owner, house.account, *usual, works_of(4, 27, title=WEAK, finish="0.10"), works_of(4, 30))
    page = piece_page(house, WEAK)
    assert page.context["row"]["weak"] == "看完"
    (proposal,) = page.context["proposals"]
    assert proposal["label"] == "剪掉前 10 秒铺垫"
    row = acted_on(house, page)
    after = [works_of(5, n, finish=f"0.{34 + n % 5}") for n in range(1, 25)]  # cut or not, all the same
    bring(house.owner, house.account, *after, name="五月.csv", month=5)
    assert judged(house, row).verdict in ("did_not", "cannot_tell")


def test_a_better_title_is_planned_from_a_piece_proved_on_a_split_and_learnt(house):
    bring(house.owner, house.account, *[works_of(4, n, title=WEAK if n == 20 else "", shares=30) for n in range(1, 25)])
    page = piece_page(house, WEAK)
    client, key = house.client(house.owner), page.context["piece"].key
    form = client.get(reverse("content_title_plan", args=["anlan"]), {"piece": key}).context["typed"]
    told = {
        **form,
        "way": "ads_split",
        "compare": "share",
        "lift": "2",
        "b_title": "涂了三年才知道的补涂法",
        "act": "plan",
    }
    address = f"{reverse('content_title_plan', args=['anlan'])}?piece={key}"
    n = client.post(address, {**told, "act": "size"}).context["n"]
    url = client.post(address, told)["Location"]

    def press(act, **more):
        row = Action.objects.get()
        answer = client.post(url, {"act": act, "id": str(row.pk), "seen": row.version, **more})
        assert answer.status_code == 302, act

    press("start")
    for arm, rate in (("a", 0.03), ("b", 0.06)):
        press("count", arm=arm, hits=str(round(n * rate)), base=str(n), source="聚光截图.png")
    press("judge")
    assert Outcome.objects.get().verdict == "worked"
    assert "B 更好" in client.get(url).content.decode()
    learnt = client.get(reverse("content_results_learnt", args=["anlan"])).content.decode()
    assert "换封面和标题" in learnt
    assert url in learnt
    done = piece_page(house, WEAK).content.decode().split("做过什么")[1]
    assert WEAK in done
