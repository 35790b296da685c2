"""Pages of a person, outside any brand: home, profile, notices, and the ways in."""

from __future__ import annotations

from typing import Any

from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hongqiao.workspace import access, queries, services, throttle, zones
from hongqiao.workspace.context import address, front
from hongqiao.workspace.limits import limits
from hongqiao.workspace.models import User
from hongqiao.workspace.services.brands import may_create_brand
from hongqiao.workspace.views import kit
from hongqiao.workspace.words import role_label, say

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@access.person_view
def home(request: HttpRequest) -> HttpResponse:
    """The brand looked at last; a person without any is told the one next step."""
    member = access.current(request)
    if member:
        return HttpResponseRedirect(front(member))
    return kit.show(request, "no_brand", {"may_create": may_create_brand(_user(request))})


@access.person_view
@require_http_methods(["GET", "POST"])
def new_brand(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return kit.act(request, {"create": _create}, _new_brand)
    return _new_brand(request, {})


def _new_brand(request: HttpRequest, extra: dict[str, Any]) -> HttpResponse:
    if made := extra.get("made"):
        return HttpResponseRedirect(address("settings_accounts", made) or "/")
    context = {"may_create": may_create_brand(_user(request)), "zones": zones.choices()}
    return kit.show(request, "new_brand", context | extra)


def _create(request: HttpRequest) -> dict[str, Any]:
    post = request.POST
    fields = {k: post.get(k, "") for k in ("name", "slug", "industry")}
    brand = services.create_brand(user=_user(request), zone=post.get("zone", settings.TIME_ZONE), **fields)
    messages.success(request, _("品牌已建立，下一步：添加平台账号"))
    return {"made": brand}


@access.person_view
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        response = kit.act(request, {"save": _save_profile}, _profile)
        if response.status_code == 302:  # this browser follows the choice at once
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, request.POST["language"], samesite="Lax", httponly=True)
        return response
    return _profile(request, {})


def _profile(request: HttpRequest, extra: dict[str, Any]) -> HttpResponse:
    context = {
        "person": User.objects.get(pk=_user(request).pk),
        "zones": zones.choices(),
        "languages": settings.LANGUAGES,
        "installation_zone": settings.TIME_ZONE,
        "places": [(m.brand, role_label(m.role), front(m)) for m in access.memberships(request)],
        "may_create": may_create_brand(_user(request)),
    }
    return kit.show(request, "profile", context | extra)


def _save_profile(request: HttpRequest) -> str:
    fields = {k: request.POST.get(k, "") for k in ("name", "language", "time_zone")}
    services.change_profile(actor=_user(request), **fields)
    return _("已保存")


@access.person_view
def password_done(request: HttpRequest) -> HttpResponse:
    """After a password was set or changed."""
    return kit.show(request, "password_done", {"person": _user(request)})


@access.person_view
@require_http_methods(["GET", "POST"])
def notices(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return kit.act(request, {"read_all": _read_all, "read": _read_one}, _notices)
    return _notices(request, {})


def _notices(request: HttpRequest, extra: dict[str, Any]) -> HttpResponse:
    found = queries.notices_of(_user(request))
    rows, following = kit.page_of(found, kit.after(request), limits()["notices_shown"])
    lines = [{"row": row, "text": say("notice", row.code, row.params)} for row in rows]
    context = {"lines": lines, "next": following, "waiting": found.filter(read_at=None).exists()}
    return kit.show(request, "notices", context | extra)


def _read_all(request: HttpRequest) -> str:
    for member in access.memberships(request):
        services.mark_read(actor=member)
    return _("全部标为已读")


def _read_one(request: HttpRequest) -> str:
    chosen = kit.row_id(request)
    for member in access.memberships(request):
        services.mark_read(actor=member, notice_ids=[chosen])
    return _("已标为已读")


@require_http_methods(["GET", "POST"])
def sign_in_link(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button, so that a link preview uses nothing up; POST signs in, then asks for a second factor."""
    if request.method == "GET":
        return _private(kit.show(request, "sign_in_link", {}))
    user = services.use_sign_in_link(token=token, ip=access.client_ip(request))
    user.backend = BACKEND
    return perform_login(request, user, redirect_url=reverse("home"), email=user.email)


@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The page of an invitation: who invites whom to what, and joining."""
    throttle.check(
        "invitation.tried",
        access.client_ip(request) or "-",
        amount=limits()["link_tries_per_minute"],
        seconds=60,
    )
    if request.method == "POST":
        return _private(kit.act(request, {"join": lambda r: _join(r, token)}, lambda r, x: _invitation(r, x, token)))
    return _private(_invitation(request, {}, token))


def _invitation(request: HttpRequest, extra: dict[str, Any], token: str) -> HttpResponse:
    if joined := extra.get("joined"):
        return _arrive(request, joined)
    row = services.invitation_by_token(token)
    known = User.objects.filter(email=row.email).exists()
    signed_in = request.user.is_authenticated
    context = {
        "row": row,
        "role": role_label(row.role),
        "known": known,
        "mine": signed_in and _user(request).email == row.email,
        "others": signed_in and _user(request).email != row.email,
    }
    return kit.show(request, "invitation", context | extra)


def _join(request: HttpRequest, token: str) -> dict[str, Any]:
    user = _user(request) if request.user.is_authenticated else None
    name, password = request.POST.get("name", ""), request.POST.get("password", "")
    return {"joined": services.accept_invitation(token=token, user=user, name=name, password=password)}


def _arrive(request: HttpRequest, member: Any) -> HttpResponse:
    messages.success(request, _("欢迎加入 %(brand)s") % {"brand": member.brand.name})
    if request.user.is_authenticated:
        return HttpResponseRedirect(front(member))
    member.user.backend = BACKEND
    return perform_login(request, member.user, redirect_url=front(member), email=member.user.email)


def _user(request: HttpRequest) -> User:
    """Return the signed-in person; the pages above have made sure of them."""
    assert isinstance(request.user, User)
    return request.user


def _private(response: HttpResponse) -> HttpResponse:
    """A page whose address is a secret: not kept, not passed on."""
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "same-origin" if response.status_code == 200 else "same-origin"
    return response
