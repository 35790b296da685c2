"""The pages of the account: each that can be reached is ours, in Chinese, styled, and works in a real Chromium."""

import re

import pytest
from django.template.loader import get_template
from django.urls import reverse

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.ui.urls")]
PASSWORD = "a-long-passphrase"
REACHABLE = [
    "account_login",
    "account_logout",
    "account_signup",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_change_password",
    "account_email",
    "account_email_verification_sent",
    "account_reauthenticate",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_generate_recovery_codes",
    "mfa_reauthenticate",
]
OURS = [
    *("login", "logout", "signup", "signup_closed", "account_inactive", "email", "email_confirm", "password_change"),
    *("password_set", "password_reset", "password_reset_done", "password_reset_from_key", "reauthenticate"),
    *("password_reset_from_key_done", "verification_sent", "verified_email_required", "base_reauthenticate"),
]


@pytest.fixture
def person(django_user_model):
    return django_user_model.objects.create_user(email="lin@example.test", password=PASSWORD)


@pytest.mark.parametrize("name", OURS)
def test_the_house_template_stands_before_the_librarys(name):
    assert "hongqiao" in get_template(f"account/{name}.html").origin.name


@pytest.mark.parametrize("signed_in", [True, False])
@pytest.mark.parametrize("name", REACHABLE)
def test_every_reachable_page_has_the_houses_page_around_it(client, person, name, signed_in):
    if signed_in:
        client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    answer = client.get(reverse(name), follow=True)
    if answer.redirect_chain and not answer.redirect_chain[-1][0].startswith("/accounts/"):
        return  # sent home: nothing of the account's to show
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "ui/components.css" in page
    assert re.search(r"<h1[^>]*>[^<]*[\u4e00-\u9fff]", page)


def test_a_person_signs_in_turns_on_two_steps_and_signs_in_with_a_code(live_server, person, page, new_page, shot):
    page.allow("404")
    page.goto(live_server.url + "/accounts/login/?next=/gallery/thanks")
    shot(page, "login", full=False)
    page.get_by_label("邮箱").fill(person.email)
    page.get_by_label("密码").fill("wrong-passphrase")
    page.get_by_role("button", name="登录").click()
    page.get_by_role("alert").first.wait_for()
    shot(page, "login-refused", full=False)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.locator("#thanks").wait_for()

    page.goto(live_server.url + "/accounts/2fa/")
    page.get_by_role("link", name="开启").click()
    page.get_by_role("heading", name="确认是你本人").wait_for()
    shot(page, "confirm-it-is-you", full=False)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="确认").click()
    page.locator("img.qr").wait_for()
    assert page.locator("img.qr").evaluate("i => i.complete && i.naturalWidth > 0")
    shot(page, "totp", full=False)
    page.get_by_label("验证码").fill(code(page.locator(".copyline textarea").input_value()))
    secret = page.locator(".copyline textarea").input_value()
    page.get_by_role("button", name="开启").click()
    page.locator(".codes li").first.wait_for()
    assert page.locator(".codes li").count() == 10
    shot(page, "recovery-codes", full=False)
    spare = page.locator(".codes li").first.text_content()
    page.goto(live_server.url + "/accounts/2fa/")
    shot(page, "two-steps", full=False)

    tab = new_page(viewport={"width": 390, "height": 844}, color_scheme="dark")
    tab.goto(live_server.url + "/accounts/login/?next=/gallery/thanks")
    shot(tab, "login-phone-dark", full=False)
    tab.get_by_label("邮箱").fill(person.email)
    tab.get_by_label("密码").fill(PASSWORD)
    tab.get_by_role("button", name="登录").click()
    tab.get_by_label("验证码或恢复码").wait_for()
    shot(tab, "second-step", full=False)
    tab.get_by_label("验证码或恢复码").fill(spare)
    tab.get_by_role("button", name="登录", exact=True).click()
    tab.locator("#thanks").wait_for()
    assert secret


@pytest.mark.parametrize(("steps", "taken"), [(-1, True), (0, True), (-3, False)])
def test_a_code_typed_as_its_half_minute_ends_still_counts(client, person, steps, taken):
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": code(secret, steps)})
    assert person.authenticator_set.filter(type="totp").exists() is taken


def test_changing_the_password_asks_for_the_old_one_and_says_what_is_wrong(live_server, person, page, shot):
    page.goto(live_server.url + "/accounts/login/?next=/accounts/password/change/")
    page.get_by_label("邮箱").fill(person.email)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_label("现在的密码").fill("not-this-one")
    page.get_by_label("新密码", exact=True).fill("123")
    page.get_by_label("再输一次新密码").fill("124")
    page.get_by_role("button", name="修改密码").click()
    page.locator("[aria-invalid=true]").first.wait_for()
    shot(page, "password-change", full=False)
    field = page.get_by_label("现在的密码")
    described = field.get_attribute("aria-describedby")
    assert page.locator(f"#{described}").is_visible()


def code(secret: str, steps: int = 0) -> str:
    """The six digits an authenticator shows `steps` half minutes from now (RFC 6238, SHA-1, 30 s)."""
    import base64
    import hmac
    import struct
    import time

    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(time.time()) // 30 + steps), "sha1")
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"
