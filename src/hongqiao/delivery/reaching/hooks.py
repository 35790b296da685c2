"""Addresses without sign-in: where vendors of text messages call back, and where a user asks for nothing more.

A vendor signs nothing, so the last part of its address is a secret. Opening the user's page changes nothing: mail
programs look at links by themselves; the button does, or the program's own one-click post (RFC 8058).
"""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from hongqiao.delivery.connections.keeping import opened
from hongqiao.delivery.models import Contact, SmsVendor
from hongqiao.delivery.reaching import contacts, opting, reporting, vendors
from hongqiao.errors import NotFound

MOST_BYTES = 1 << 20


@csrf_exempt
@require_POST
def sms(request: HttpRequest, vendor_id: UUID, token: str) -> HttpResponseBase:
    """Take a vendor's reports and answers; what is for nobody is a 404 like any address that does not exist."""
    row = SmsVendor.objects.select_related("brand").filter(pk=vendor_id).first()
    if row is None or not constant_time_compare(opened(row.secrets).get("hook", ""), token):
        raise NotFound()
    if len(request.body) > MOST_BYTES:
        raise NotFound()
    try:
        reports, replies, answer = vendors.pushed(row, request.body)
    except ValueError:
        raise NotFound() from None
    opting.replied(row, replies)
    reporting.taken(row.brand, reports)
    return JsonResponse(answer)


@csrf_exempt
@require_http_methods(["GET", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Show the way out; a post takes it."""
    brand, channel, digest = opting.of_token(token)
    if request.method == "POST":
        same = contacts.same_address(brand, channel, digest)
        opting.opt_out(brand, channel=channel, digests=same, source="unsubscribe_link")
    row = Contact.objects.filter(brand=brand, channel=contacts.base(channel), digest=digest).first()
    said = {"brand": brand, "hint": row.hint if row else "", "done": request.method == "POST"}
    answer = render(request, "delivery/reaching/unsubscribe.html", said)
    answer["Referrer-Policy"] = "no-referrer"
    answer["Cache-Control"] = "no-store"
    return answer
