"""From a request to a member: fetching and permission in one call. Not a member of the brand is a 404."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url

from hongqiao.errors import NotFound
from hongqiao.workspace import dictionary, permissions
from hongqiao.workspace.models import Brand, Member, User


class BrandRequest(HttpRequest):
    """A request that `brand_view` has let in."""

    member: Member
    brand: Brand


View = Callable[..., HttpResponseBase]
LAST = "brand"  # session: the slug of the brand looked at last, for the pages outside any brand


def caller(request: HttpRequest, permission: str = "") -> Member:
    """Return as whom a token asks the interface. Raises Forbidden where a named permission is not theirs."""
    member: Member = request.auth  # type: ignore[attr-defined]
    if permission:
        permissions.require(member, permission)
    return member


def memberships(request: HttpRequest) -> list[Member]:
    """Return the signed-in person's active memberships, by brand name; asked once a request."""
    if not request.user.is_authenticated:
        return []
    kept = getattr(request, "_memberships", None)
    if kept is None:
        found = Member.objects.filter(user_id=request.user.pk, state=Member.State.ACTIVE)
        kept = list(found.select_related("brand", "user").order_by("brand__name", "brand__slug"))
        request._memberships = kept  # type: ignore[attr-defined]
    return kept


def member_for(request: HttpRequest, slug: str) -> Member:
    """Return the person's membership in the brand of this slug. Raises NotFound where there is none."""
    for member in memberships(request):
        if member.brand.slug == slug:
            return member
    raise NotFound()


def current(request: HttpRequest) -> Member | None:
    """Return the member of this page: of the brand in the address, else of the brand looked at last, else the first.

    "Last" is what this browser looked at; after a fresh sign-in, what the person looked at, wherever that was.
    """
    member = getattr(request, "member", None)
    if member is not None:
        return member
    found = memberships(request)
    last = request.session.get(LAST) if hasattr(request, "session") else None
    here = next((m for m in found if m.brand.slug == last), None)
    before = getattr(request.user, "last_brand_id", None)
    return here or next((m for m in found if m.brand_id == before), found[0] if found else None)


def sign_in_first(request: HttpRequest) -> HttpResponse:
    """Send an anonymous person to sign-in and back; an htmx fragment makes the whole page go."""
    address = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': request.get_full_path()})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": resolve_url(settings.LOGIN_URL)})
    return HttpResponseRedirect(address)


def person_view(view: View) -> View:
    """A page of the signed-in person, outside any brand."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return sign_in_first(request)
        return view(request, *args, **kwargs)

    return inner


def brand_view(permission: str) -> Callable[[View], View]:
    """A page under /b/<brand>/: gives `request.member` and `request.brand`.

    Anonymous: sent to sign-in. Not a member: NotFound. A member whose role lacks `permission`: NotAllowed.
    """
    if permission not in permissions.book()["permissions"]:
        raise LookupError(f"unknown permission {permission!r}")

    def decorate(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, brand: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return sign_in_first(request)
            member = member_for(request, brand)
            permissions.require(member, permission)
            _enter(request, member)
            return view(request, *args, **kwargs)

        inner.permission = permission  # type: ignore[attr-defined]
        return inner

    return decorate


def _enter(request: HttpRequest, member: Member) -> None:
    request.member = member  # type: ignore[attr-defined]
    request.brand = member.brand  # type: ignore[attr-defined]
    dictionary.enter(member.brand_id)
    if request.session.get(LAST) != member.brand.slug:
        request.session[LAST] = member.brand.slug
        User.objects.filter(pk=member.user_id).update(last_brand=member.brand_id)


def member_for_token(token: str) -> Member | None:
    """Return the member that an interface token acts as, narrowed to its scopes; None where the token is not good."""
    from hongqiao.workspace.services.doors import TokenDead, member_by_token

    try:
        return member_by_token(token)
    except TokenDead:
        return None


def client_ip(request: HttpRequest) -> str | None:
    """Return the caller's address: the nearest hop, or what the one trusted proxy says of it."""
    if getattr(settings, "BEHIND_PROXY", False):
        hops = [h.strip() for h in request.headers.get("X-Forwarded-For", "").split(",") if h.strip()]
        if hops:
            return hops[-1]
    return request.META.get("REMOTE_ADDR") or None
