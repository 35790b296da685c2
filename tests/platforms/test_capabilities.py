"""What each kind of account may do. Serves publish truth."""

import pytest

from hongqiao.platforms import capabilities


def test_every_content_platform_says_every_ability_for_every_kind_with_source_and_date():
    cells = capabilities.table()
    assert {c.platform for c in cells} == set(capabilities.CONTENT)
    assert len(cells) == sum(len(capabilities.kinds(p)) for p in capabilities.CONTENT) * len(capabilities.ABILITIES)
    assert all(c.source and c.checked and c.words and c.mark in ("confirmed", "unconfirmed") for c in cells)


def test_only_the_official_account_is_published_to_by_an_interface():
    assert {c.platform for c in capabilities.table() if c.way == "api"} == {"wechat_oa"}
    assert {capabilities.of(p, "", "publish").way for p in capabilities.CONTENT} == {"assisted"}


@pytest.mark.parametrize("kind", ["service", "subscription"])
def test_an_unverified_account_may_draft_by_the_interface_but_a_person_publishes(kind):
    assert capabilities.of("wechat_oa", kind, "draft").way == "api"
    cell = capabilities.of("wechat_oa", kind, "publish")
    assert (cell.way, "公众平台" in cell.words) == ("assisted", True)
    assert capabilities.of("wechat_oa", f"{kind}_verified", "publish").way == "api"


def test_a_service_account_sends_to_all_four_times_a_month():
    quota = capabilities.mass_quota("wechat_oa", "service_verified")
    assert quota
    assert (quota.count, quota.per) == (4, "month")
    assert capabilities.mass_quota("douyin", "personal") is None


@pytest.mark.parametrize(("platform", "kind"), [("doudian", ""), ("wechat_oa", "millionaire"), ("nowhere", "")])
def test_what_is_not_known_is_not_guessed(platform, kind):
    with pytest.raises(LookupError):
        capabilities.of(platform, kind, "publish")
