"""What names or reaches a person in a free text is found by its form, veiled, and put back. U3."""

import pytest

from hongqiao.methods.personal import replaced, unveiled, veiled

SAID = [
    ("电话13812345678，或者 +86 138-1234-5678", "电话138****5678，或者 138****5678"),
    ("谢谢ann.lee@example.com谢谢", "谢谢an***@example.com谢谢"),
    ("a@b.cn", "a***@b.cn"),
    ("身份证110101199003074578", "身份证110****4578"),
    ("11010119900307457x", "110****457x"),
    ("卡号6222 0212 3456 7890", "卡号****7890"),
    ("座机021-12345678", "座机****5678"),
    ("微信abc123def很好用", "微信ab***很好用"),
    ("QQ123456789", "QQ12***"),
    ("１３８１２３４５６７８", "138****5678"),
]
PLAIN = ["", "买了 3 瓶，50ml，299 元", "2026-11-27 买的", "qq音乐", "满分 10，给 9", "编号 12345678"]


@pytest.mark.parametrize(("said", "shown"), SAID)
def test_numbers_and_addresses_are_veiled_once_and_for_all(said, shown):
    assert veiled(said) == shown
    assert veiled(shown) == shown


@pytest.mark.parametrize("said", PLAIN)
def test_what_reaches_nobody_stays_as_it_is(said):
    assert veiled(said) == said


@pytest.mark.parametrize(("said", "_shown"), SAID[:-1])
def test_what_was_left_veiled_is_as_it_was_kept(said, _shown):
    assert unveiled(f"加一句。{veiled(said)}", said) == f"加一句。{said}"


def test_two_that_look_alike_come_back_in_their_turn_and_a_short_one_hits_no_longer_one():
    kept = "13812345678 和 13899995678，卡 6222021234565678"
    assert unveiled(veiled(kept), kept) == kept
    assert unveiled("只剩138****5678", "13812345678") == "只剩13812345678"
    assert unveiled("138****5678", "没有号码") == "138****5678"


def test_a_kind_can_be_named_instead():
    assert replaced("打13812345678", lambda kind, _said: f"〔{kind}〕") == "打〔手机号〕"
