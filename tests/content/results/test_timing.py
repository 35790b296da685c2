"""The page of the best time to publish: what holds is named with its pieces, what does not is said not to."""

import pytest

from .conftest import bring

URL = "/b/anlan/content/results/timing/"


def row(n: int, views: int, at: str) -> str:
    month, day = 3 + n // 28, 1 + n % 28
    return f"油皮 {n},2026-{month:02d}-{day:02d} {at}:{n % 60:02d},视频,公开,{views},0.3,0.5,0.2,4.5,100,9,30,40,5,9"


@pytest.fixture
def evenings(cast, settings, tmp_path):
    settings.DATA = tmp_path
    rows = [row(n, 900 + 7 * n + 31 * (n % 11), "21:26" if n % 2 else "09:05") for n in range(50)]
    doubled = [r.replace("公开,", "公开,2", 1) if "21:26" in r else r for r in rows]  # 900 → 2900
    bring(cast.owner, cast.account, *doubled)
    return cast


def test_a_better_part_of_the_day_is_named_with_its_pieces(evenings, cast):
    web = cast.client(cast.owner)
    page = web.get(URL)
    assert page.status_code == 200
    first = page.context["better"][0]
    assert (first["name"], first["n"]) == ("每天 睡前", 24)  # the two newest are too young to count
    behind = web.get(URL + first["url"].partition("#")[0]).context["behind"]
    assert len(behind) == 24
    assert {one["at"].hour for one in behind} == {21}
    assert "2,9" in behind[-1]["value"] or int(behind[0]["value"].replace(",", "")) > 2000


def test_hours_that_are_all_alike_can_not_be_told_apart(shown, web):
    page = web.get(URL)
    assert page.context["better"] == []
    body = page.content.decode()
    assert "看不出差别" in body or "数据不足" in body


def test_without_pieces_the_page_says_what_to_bring(cast, settings, tmp_path):
    settings.DATA = tmp_path
    assert "导入作品列表" in cast.client(cast.owner).get(URL).content.decode()


@pytest.mark.parametrize("asked", ["?of=nobody:at-all", "?of=%00", "?day=99&band=-4", "?day=x&band=1e9"])
def test_an_odd_address_shows_the_page_all_the_same(shown, web, asked):
    assert web.get(URL + asked).status_code == 200


def test_a_stranger_finds_no_page(shown, cast):
    assert cast.client(cast.stranger).get(URL).status_code == 404
