"""C1: topics proposed, scored and explained, for the persona they are for and not for another."""

import pytest
from django.urls import reverse

from hongqiao.book import services as book
from hongqiao.content.models import Topic
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import Member
from tests.cast import cast  # noqa: F401

pytestmark = pytest.mark.django_db
JUNE = "2026-06-03"


def women(cast):  # noqa: F811
    return book.add_persona(
        actor=cast.owner,
        name="25–35 岁女性",
        gender="女",
        age_from=25,
        age_to=35,
        scenes=["早八出门", "夏天通勤"],
        needs=["防晒不搓泥", "妆前服帖"],
        words=["油皮", "混油皮", "早八", "通勤", "搓泥", "脱妆", "防晒"],
        platforms=["xiaohongshu", "douyin"],
    )


def men(cast, platforms):  # noqa: F811
    return book.add_persona(
        actor=cast.owner,
        name="职场男士",
        gender="男",
        age_from=28,
        age_to=45,
        scenes=["上班通勤", "见客户"],
        needs=["控油清爽", "剃须后舒缓"],
        words=["男士", "通勤", "剃须", "洁面", "控油", "见客户"],
        platforms=platforms,
    )


def sunscreen(cast):  # noqa: F811
    for name, claims in (
        ("清透防晒乳", ["SPF50+ PA++++", "清爽不搓泥"]),
        ("男士洁面", ["控油"]),
        ("海藻保湿霜", ["保湿"]),
    ):
        made = book.add_product(actor=cast.owner, name=name, kind="cosmetic")
        for claim in claims:
            book.add_claim(actor=cast.owner, product_id=made.pk, text=claim, proof="检验报告")


def proposals(cast, persona):  # noqa: F811
    """What the screen proposes for 小红书 in June, for one persona: the rows in their order, and the page."""
    browser = cast.client(cast.editor)
    asked = {"platform": "xiaohongshu", "persona": persona.pk, "day": JUNE}
    answer = browser.get(reverse("content_propose", args=["anlan"]), asked)
    assert answer.status_code == 200
    return answer.context["rows"], answer.content.decode()


@pytest.mark.parametrize("platforms", [["douyin", "zhihu"], ["xiaohongshu"]], ids=["elsewhere", "same platform"])
def test_c1a_a_summer_sunscreen_test_for_oily_skin_ranks_near_the_top_for_women_of_25_to_35_and_not_for_working_men(
    cast,  # noqa: F811
    platforms,
):
    hers, his = women(cast), men(cast, platforms)
    sunscreen(cast)
    rows, page = proposals(cast, hers)
    titles = [r["title"] for r in rows]
    wanted = next(t for t in titles if "夏天油皮防晒实测" in t)
    assert titles.index(wanted) < 3, titles
    assert rows[titles.index(wanted)]["verdict"]["code"] == "pass"
    for reason in ("夏季防晒季", "油皮", "清透防晒乳"):
        assert reason in page
    others, _page = proposals(cast, his)
    assert not [r["title"] for r in others if "油皮" in r["title"]]
    assert not [r["title"] for r in others if "防晒" in r["title"] and r["verdict"]["code"] == "pass"]
    # the same idea kept, and asked whom it is for
    browser = cast.client(cast.editor)
    chosen = {"act": "take", "take": rows[titles.index(wanted)]["key"]}
    address = f"{reverse('content_propose', args=['anlan'])}?platform=xiaohongshu&persona={hers.pk}&day={JUNE}"
    assert browser.post(address, chosen).status_code == 302
    kept = Topic.objects.get(title=wanted)
    assert (kept.persona, kept.platforms, kept.form, kept.node) == (hers, ["xiaohongshu"], "note", "sun:2026")
    answer = browser.get(reverse("content_topic", args=["anlan", kept.pk]), {"day": JUNE})
    whom = {w["name"]: w for w in answer.context["whom"]}
    assert whom["25–35 岁女性"]["score"] - whom["职场男士"]["score"] >= 8  # two levels of relevance
    assert not whom["25–35 岁女性"]["gates"]
    assert whom["职场男士"]["gates"]
    assert whom["职场男士"]["gates"][0] in answer.content.decode()


def test_c1b_a_consumer_electronics_brand_launching_a_product_gets_a_teardown_video_for_bilibili(cast):  # noqa: F811
    workspace.create_brand(user=cast.owner.user, name="点屿数码", slug="dianyu", industry="消费电子")
    boss = Member.objects.get(brand__slug="dianyu")
    book.add_persona(
        actor=boss,
        name="数码爱好者",
        gender="男",
        needs=["可维修", "真实性能", "参数对比"],
        words=["拆解", "评测", "做工", "参数", "可维修", "性能"],
        platforms=["bilibili", "zhihu"],
    )
    book.add_persona(
        actor=boss, name="通勤上班族", needs=["续航", "轻便"], words=["地铁", "降噪", "续航"], platforms=["douyin"]
    )
    made = book.add_product(actor=boss, name="降噪耳机 D2", kind="other")
    book.add_claim(actor=boss, product_id=made.pk, text="可维修", proof="第三方拆解报告")
    browser = cast.client(boss)
    asked = {"platform": "bilibili", "product": made.pk, "node": "launch:2026-09-10", "day": "2026-08-28"}
    answer = browser.get(reverse("content_propose", args=["dianyu"]), asked)
    first = answer.context["rows"][0]
    assert first["title"].startswith("降噪耳机 D2拆解")
    assert (first["form"], first["persona"], first["verdict"]["code"]) == ("长视频", "数码爱好者", "pass")
    page = answer.content.decode()
    assert "新品上市" in page
    assert "拆解" in page
    # a beauty brand that launches is not told to take screws out
    asked["node"], asked["platform"] = "launch:2026-06-16", "bilibili"
    women(cast)
    sunscreen(cast)
    beauty = cast.client(cast.owner).get(
        reverse("content_propose", args=["anlan"]), {k: v for k, v in asked.items() if k != "product"}
    )
    assert beauty.context["rows"]
    assert not any("螺丝" in r["title"] for r in beauty.context["rows"])
