"""Who comes in, by which door, and to what: sign-in, links, invitations, addresses of other brands, forged forms."""

import re
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse
from django.urls.exceptions import NoReverseMatch

from hongqiao.workspace import services
from tests.cast import PASSWORD

SAMPLE = {
    "uuid": "01890000-0000-7000-8000-000000000000",
    "int": "1",
    "str": "x",
    "slug": "x",
    "path": "x",
    "metric": "x",
}


def brand_addresses(slug):
    """Every address under /b/<brand>/ with a value for each other parameter."""

    def walk(resolver, prefix, converters):
        for entry in resolver.url_patterns:
            route = prefix + str(entry.pattern)
            found = {**converters, **entry.pattern.converters}
            if isinstance(entry, URLResolver):
                yield from walk(entry, route, found)
            elif "brand" in found and route.startswith("b/"):
                yield "/" + re.sub(
                    r"<(?:(\w+):)?(\w+)>", lambda m: slug if m[2] == "brand" else SAMPLE[m[1] or "str"], route
                )

    return sorted(set(walk(get_resolver(), "", {})))


def test_the_addresses_of_a_brand_are_found():
    found = brand_addresses("anlan")
    assert "/b/anlan/settings/members/" in found
    assert len(found) >= 9
    assert not any("<" in address for address in found)


def test_a_stranger_gets_404_on_every_address_of_the_brand(cast):
    browser = cast.client(cast.stranger)
    for address in brand_addresses("anlan"):
        for call in (browser.get, browser.post):
            status = call(address).status_code
            assert status in (404, 405), (address, call.__name__, status)


FILTERS = (
    *("q", "page", "after", "from", "start", "end", "by", "vs", "sort", "top", "m", "platform", "account", "kind"),
    *("room", "rule", "state", "owner", "code", "who", "object", "relation"),
)


@pytest.mark.parametrize("value", ["a\x00b", "²", "9" * 400, "2026-13-45"])
def test_what_no_row_can_hold_is_answered_in_every_filter(cast, value):
    browser = cast.client(cast.owner)
    for address in brand_addresses("anlan"):
        status = browser.get(address, dict.fromkeys(FILTERS, value)).status_code
        assert status < 500, (address, status)
        cache.clear()


def test_a_brand_that_does_not_exist_answers_like_one_that_is_not_yours(cast):
    browser = cast.client(cast.owner)
    absent, foreign = (browser.get(f"/b/{slug}/settings/members/") for slug in ("nobody", "other"))
    assert absent.status_code == foreign.status_code == 404

    def plain(answer):
        return re.sub(r"nobody|other|csrf\S+ \S+|X-CSRFToken\S+", "", answer.content.decode())

    assert plain(absent) == plain(foreign)


def test_nobody_is_sent_to_sign_in_from_every_address_and_back_afterwards(cast):
    browser = Client()
    for address in [*brand_addresses("anlan"), "/", "/me/", "/me/notices/", "/me/brands/new/"]:
        answer = browser.get(address)
        if answer.status_code == 405:
            answer = browser.post(address)
        assert answer.status_code == 302, address
        assert answer["Location"].startswith(reverse("account_login") + "?next="), address


def test_a_fragment_asked_for_by_nobody_moves_the_whole_page(cast):
    answer = Client().get(reverse("settings_jobs", args=["anlan"]), headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (401, reverse("account_login"))


def test_a_member_whose_role_may_not_is_told_so_and_who_left_finds_nothing(cast):
    address = reverse("settings_members", args=["anlan"])
    assert cast.client(cast.viewer).get(address).status_code == 403
    assert cast.client(cast.editor).get(address).status_code == 200
    services.deactivate_member(actor=cast.owner, member_id=cast.editor.pk, seen=None)
    assert cast.client(cast.editor).get(address).status_code == 404


def test_a_form_without_its_token_is_refused(cast):
    browser = cast.client(cast.owner, enforce_csrf_checks=True)
    answer = browser.post(
        reverse("settings_accounts", args=["anlan"]), {"act": "create", "platform": "douyin", "name": "x"}
    )
    assert answer.status_code == 403
    assert browser.post(reverse("sign_in_link", args=["x"])).status_code == 403


def test_sign_in_by_e_mail_and_password_and_never_to_a_foreign_address(cast):
    user = cast.editor.user
    user.set_password(PASSWORD)
    user.save()
    login, form = reverse("account_login"), {"login": "Editor@example.com", "password": PASSWORD}
    assert Client().post(login, {**form, "next": "/me/"})["Location"] == "/me/"
    for evil in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
        assert "evil" not in Client().post(login, {**form, "next": evil})["Location"]
    assert (
        "evil"
        not in Client().post(reverse("set_language"), {"language": "en", "next": "https://evil.example/"})["Location"]
    )
    assert Client().post(login, {**form, "password": "wrong"}).status_code == 200


def test_wrong_passwords_are_limited(cast):
    cast.editor.user.set_password(PASSWORD)
    cast.editor.user.save()
    cache.clear()
    login, browser = reverse("account_login"), Client()
    for _ in range(6):
        browser.post(login, {"login": "editor@example.com", "password": "wrong"})
    browser.post(login, {"login": "editor@example.com", "password": PASSWORD})
    assert settings.SESSION_COOKIE_NAME not in browser.cookies or browser.get("/me/").status_code != 200


def test_nobody_signs_up_by_themselves(cast):
    form = {"email": "new@example.com", "password1": PASSWORD, "password2": PASSWORD}
    Client().post(reverse("account_signup"), form)
    from hongqiao.workspace.models import User

    assert not User.objects.filter(email="new@example.com").exists()


def test_looking_at_a_one_time_link_uses_nothing_up_and_pressing_it_signs_in_once(cast):
    address = reverse("sign_in_link", args=[services.make_sign_in_link(user=cast.editor.user)])
    for _ in range(3):
        seen = Client().get(address)
        assert seen.status_code == 200
        assert seen["Cache-Control"] == "no-store"
        assert seen["Referrer-Policy"] == "same-origin"  # "no-referrer" would make browsers send Origin: null
    browser = Client()
    assert browser.post(address).status_code == 302
    assert browser.get("/me/").status_code == 200
    assert Client().post(address).status_code == 410


def test_a_link_does_not_go_past_the_second_factor(cast):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(cast.editor.user, generate_totp_secret())
    browser = Client()
    answer = browser.post(reverse("sign_in_link", args=[services.make_sign_in_link(user=cast.editor.user)]))
    assert answer["Location"].startswith(reverse("mfa_authenticate"))
    assert browser.get("/me/").status_code == 302


def test_the_second_factor_is_set_up_asked_for_and_recovered(cast, monkeypatch):
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal import auth

    monkeypatch.setattr(auth, "time", SimpleNamespace(time=lambda: 1_800_000_000))  # no code runs out in between
    user = cast.editor.user
    user.set_password(PASSWORD)
    user.save()
    browser, login = Client(), {"login": user.email, "password": PASSWORD}
    assert browser.post(reverse("account_login"), login).status_code == 302
    assert browser.get(reverse("mfa_activate_totp"))["Location"].startswith(reverse("account_reauthenticate"))
    assert browser.post(reverse("account_reauthenticate"), {"password": PASSWORD}).status_code == 302
    page = browser.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    code = auth.format_hotp_value(auth.hotp_value(secret, next(auth.yield_hotp_counters_from_time())))
    assert browser.post(reverse("mfa_activate_totp"), {"code": code}).status_code == 302
    second = Client()
    assert second.post(reverse("account_login"), login)["Location"].startswith(reverse("mfa_authenticate"))
    assert second.get("/me/").status_code == 302
    spare = RecoveryCodes(user.authenticator_set.get(type="recovery_codes")).get_unused_codes()[0]
    assert second.post(reverse("mfa_authenticate"), {"code": spare}).status_code == 302
    assert second.get("/me/").status_code == 200


def test_an_invited_person_makes_their_password_and_is_in(cast):
    _, token = services.invite(actor=cast.owner, email="new@example.com", role="lead")
    address, browser = reverse("invitation", args=[token]), Client()
    assert "安澜护肤" in browser.get(address).content.decode()
    weak = browser.post(address, {"act": "join", "name": "新人", "password": "1234567890"})
    assert weak.status_code == 422
    assert 'value="新人"' in weak.content.decode()
    assert browser.post(address, {"act": "join", "name": "新人", "password": PASSWORD}).status_code == 302
    assert browser.get(reverse("settings_members", args=["anlan"])).status_code == 200
    assert Client().get(address).status_code == 410


def test_an_invitation_opened_by_somebody_else_says_so(cast):
    _, token = services.invite(actor=cast.owner, email="new@example.com", role="lead")
    address, browser = reverse("invitation", args=[token]), cast.client(cast.stranger)
    assert 'value="join"' not in browser.get(address).content.decode()
    assert browser.post(address, {"act": "join"}).status_code == 403


def test_every_name_of_the_workspace_reverses():
    for name in ("home", "profile", "notices", "new_brand"):
        assert reverse(name)
    with pytest.raises(NoReverseMatch):
        reverse("no_such_page")
