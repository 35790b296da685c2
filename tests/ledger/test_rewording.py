"""A finding in a model's words: marked, the original one click away, and never another figure."""

import pytest

from hongqiao.errors import NotAllowed, NotFound
from hongqiao.ledger import services, words
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import AuditEntry, Rewording
from tests.ledger.house import found, raised, rule

pytestmark = pytest.mark.usefixtures("fell")
SAID = "⟦1⟧这次下降了⟦2⟧，出在⟦3⟧。"


@pytest.fixture
def on(cast, speaker):
    workspace.save_assistant(
        actor=cast.owner, url=speaker.url, model="small-1", key="", uses=["reword"], monthly=9, active=True, seen=None
    )
    speaker.says = SAID
    return speaker


def page_of(cast, row, who=None):
    return cast.client(who or cast.owner).get(f"/b/anlan/ledger/findings/{row.pk}/").content.decode()


def test_the_text_sent_holds_no_figure_and_no_name(cast, on):
    row = found(cast.brand)
    assert words.sentence(row) == "新增关注 下降 −38%，来自 抖音"
    services.reword_finding(actor=cast.owner, finding_id=row.pk)
    assert on.got[-1][1]["messages"][1]["content"] == "⟦1⟧ 下降 ⟦2⟧，来自 ⟦3⟧"


def test_a_finding_is_shown_reworded_with_its_mark_and_the_original_beside(cast, on):
    row = found(cast.brand)
    web, url = cast.client(cast.owner), f"/b/anlan/ledger/findings/{row.pk}/"
    assert "换个说法" in page_of(cast, row)
    done = web.post(url, {"act": "reword", "id": row.pk, "seen": row.version}, follow=True).content.decode()
    assert "新增关注这次下降了−38%，出在抖音。" in done
    assert "由模型改写" in done
    assert "small-1" in done
    assert words.sentence(row) in done
    assert "由模型改写" not in web.get("/b/anlan/ledger/").content.decode()
    web.post(url, {"act": "unword", "id": row.pk, "seen": row.version})
    assert "由模型改写" not in page_of(cast, row)
    codes = AuditEntry.objects.order_by("id").values_list("code", flat=True)
    assert list(codes)[-2:] == ["finding.reworded", "finding.unworded"]


@pytest.mark.parametrize(
    "bad", [SAID.replace("下降", "上升"), SAID.replace("⟦2⟧", "38%"), SAID + "因为预算少了。", "好的"]
)
def test_what_is_not_faithful_leaves_the_template_text(cast, on, bad):
    row, on.says = found(cast.brand), bad
    answer = cast.client(cast.owner).post(
        f"/b/anlan/ledger/findings/{row.pk}/", {"act": "reword", "id": row.pk, "seen": row.version}
    )
    assert answer.status_code == 502
    assert "改写没有通过核对" in answer.content.decode()
    assert words.sentence(row) in answer.content.decode()
    assert not Rewording.objects.exists()


def test_a_finding_that_says_something_new_shows_its_own_words_again(cast, on):
    row = found(cast.brand)
    services.reword_finding(actor=cast.owner, finding_id=row.pk)
    params = raised().params | {"change": {"value": -0.4, "unit": "percent", "signed": True}}
    newer = raised(params=params)
    services.raise_all(cast.brand, rule(), [newer], newer.day, 2)
    shown = page_of(cast, row)
    assert "−40%" in shown
    assert "由模型改写" not in shown


def test_only_who_may_edit_asks_and_the_stranger_finds_nothing(cast, on):
    row = found(cast.brand)
    with pytest.raises(NotFound):
        services.reword_finding(actor=cast.stranger, finding_id=row.pk)
    with pytest.raises((NotAllowed, NotFound)):
        services.reword_finding(actor=cast.viewer, finding_id=row.pk)
    workspace.save_assistant(
        actor=cast.owner, url=on.url, model="small-1", key="", uses=[], monthly=9, active=True, seen=None
    )
    assert "换个说法" not in page_of(cast, row)
    assert on.got == []


def test_the_interface_gives_both_texts(cast, on):
    row = found(cast.brand)
    _row, token = workspace.create_token(actor=cast.owner, name="t", scopes=["ledger.view", "ledger.edit", "data.view"])
    head, web = {"Authorization": f"Bearer {token}"}, cast.client(None)
    assert web.get(f"/api/findings/{row.pk}", headers=head).json()["reworded"] is None
    made = web.post(f"/api/findings/{row.pk}/reword", headers=head).json()
    assert made["reworded"] == {
        "text": "新增关注这次下降了−38%，出在抖音。",
        "model": "small-1",
    }
    on.fault = 500
    assert web.post(f"/api/findings/{row.pk}/reword", headers=head).status_code == 502
    assert web.post(f"/api/findings/{row.pk}/unword", headers=head).json()["reworded"] is None
