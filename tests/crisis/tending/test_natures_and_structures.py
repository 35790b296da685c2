"""A brand's own grave natures, structures of statements and rules of hearing. X1, X2."""

import pytest
from django.utils import timezone

from hongqiao.crisis.incidents import facts
from hongqiao.crisis.intake.settings import limits
from hongqiao.crisis.models import Alarm, Incident
from hongqiao.crisis.statements import services as statements
from hongqiao.crisis.statements import writing
from hongqiao.crisis.tending import services
from hongqiao.crisis.tending.errors import BadRow, NatureNeeded, RowNeeded
from hongqiao.crisis.watching import words
from tests.crisis.kit import heard, source
from tests.crisis.tending.kit import at, code_of, own

pytestmark = pytest.mark.django_db
NATURE = {"label": "代言人风波", "kinds": [], "flags": [], "words": ["塌房", "代言人"], "floor": "II", "always": False}


def grave(**values):
    return {"part": "grave", "key": "natures", "code": "", "values": NATURE | values}


def test_an_own_nature_alarms_by_its_words_and_opens_at_its_level(cast, tend):
    tend(services.keep_row, **grave())
    code = code_of(cast.brand, "grave", "natures")
    assert own(cast.brand)["grave"]["rows"]["natures"]["added"][0]["words"] == ["塌房", "代言人"]
    bad, fine = heard(source(cast.brand), "安澜的代言人太差劲了，后悔买了，垃圾", "安澜的代言人真好看，回购第三瓶了")
    assert (bad.nature, fine.nature) == (code, "")
    row = Incident.objects.get()
    assert (row.nature, row.level, row.floor) == (code, "II", "II")
    assert "代言人风波" in words.sentence(Alarm.objects.get())
    page = cast.client(cast.owner).get(f"/b/anlan/crisis/incidents/{row.pk}/").content.decode()
    assert "代言人风波" in page


def test_a_shipped_nature_is_made_graver_for_one_brand_and_an_emptied_one_alarms_nobody(cast, tend):
    tend(services.keep_row, part="grave", key="natures", code="reaction", values={"floor": "II"})
    tend(services.keep_row, part="grave", key="natures", code="press", values={"kinds": [], "flags": []})
    told = heard(source(cast.brand), "安澜面霜用了三天脸颊泛红刺痛，过敏了", "新京报记者就安澜的检测报告向品牌求证")
    assert [m.nature for m in told] == ["reaction", ""]
    assert Incident.objects.get().level == "II"


def test_a_nature_stays_while_it_ships_or_an_incident_not_over_has_it(cast, tend, incident):
    with pytest.raises(RowNeeded):
        tend(services.remove_row, part="grave", key="natures", code="press")
    tend(services.keep_row, **grave())
    code = code_of(cast.brand, "grave", "natures")
    Incident.objects.filter(pk=incident.pk).update(nature=code)
    with pytest.raises(NatureNeeded):
        tend(services.remove_row, part="grave", key="natures", code=code)
    Incident.objects.filter(pk=incident.pk).update(state="closed", closed_at=timezone.now())
    tend(services.remove_row, part="grave", key="natures", code=code)
    assert words.nature(cast.brand, code) == "自定义性质"


def test_a_word_of_one_letter_or_too_many_are_refused(cast, tend):
    for given in (["脸"], [f"词{n}号" for n in range(41)], "塌房"):
        with pytest.raises(BadRow):
            tend(services.keep_row, **grave(words=given))


def test_a_statement_is_drafted_by_the_brands_own_structure_and_an_own_word_keeps_it_from_being_signed(
    cast, tend, incident
):
    row = {"part": "structures", "key": "concern", "code": "doing"}
    tend(services.keep_row, **row, values={"say": "我们第一时间成立专项小组，\n由品控负责人牵头核实。"})
    own_word = {"word": "高度重视", "list": "evasions"}
    tend(services.keep_row, part="structures", key="words", code="", values=own_word)
    fact = facts.add_fact(
        actor=cast.owner, incident_id=incident.pk, text="三人红疹", state="verified", basis="客服记录"
    )
    made = statements.draft(actor=cast.owner, incident_id=incident.pk, kind="concern", facts=[str(fact.pk)])
    assert "由品控负责人牵头核实。" in made.text
    assert "高度重视" in writing.book(cast.brand)["evasions"]
    changed = statements.edit(
        actor=cast.owner, statement_id=made.pk, seen=made.version, title=made.title, text=made.text + "我们高度重视。",
        facts=[str(fact.pk)],
    )  # fmt: skip
    assert any(f["rule"] == "evasion" and f["word"] == "高度重视" for f in changed.found)


@pytest.mark.parametrize("say", ["{nobody} 说", "少一个 {facts", "{facts!r}", "{0}", "{}"])
def test_what_a_structure_cannot_be_filled_with_is_refused(cast, tend, say):
    with pytest.raises(BadRow):
        tend(services.keep_row, part="structures", key="concern", code="doing", values={"say": say})


def test_the_place_of_the_verified_facts_stays(cast, tend):
    with pytest.raises(RowNeeded):
        tend(services.remove_row, part="structures", key="apology", code="facts")


def test_figures_three_names_deep_and_of_hearing_are_kept_and_go_back(cast, tend):
    tend(services.keep_numbers, part="structures", values={"kinds.concern.most": "200"})
    tend(services.keep_numbers, part="hearing", values={"fresh_hours": "24"})
    assert own(cast.brand) == {"statements": {"kinds": {"concern": {"most": 200}}}, "intake": {"fresh_hours": 24}}
    assert (writing.book(cast.brand)["kinds"]["concern"]["most"], limits(cast.brand)["fresh_hours"]) == (200, 24)
    tend(services.keep_numbers, part="structures", values={"kinds.concern.most": ""})
    tend(services.reset, part="hearing")
    assert own(cast.brand) == {}


def test_a_form_of_a_nature_keeps_words_line_by_line(cast, boss):
    given = {"act": "keep", "seen": cast.brand.version, "key": "natures", "code": "", "label": "门店纠纷"}
    given |= {"words": "门店\r\n柜姐\r\n", "floor": "III", "kinds": ["service"]}
    assert boss.post(at("grave"), given).status_code == 302
    row = own(cast.brand)["grave"]["rows"]["natures"]["added"][0]
    assert (row["words"], row["kinds"], row["floor"]) == (["门店", "柜姐"], ["service"], "III")
    assert "门店、柜姐" in boss.get(at("grave")).content.decode()
