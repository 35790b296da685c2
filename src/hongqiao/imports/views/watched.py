"""The watched folder: where it is, what came of its files, and whether the house may confirm by itself."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hongqiao.imports import queries, services
from hongqiao.imports.limits import limits_of
from hongqiao.workspace import permissions
from hongqiao.workspace.access import brand_view
from hongqiao.workspace.views import kit
from hongqiao.workspace.words import stored_words


@require_GET
@brand_view("imports.view")
def page(request: HttpRequest) -> HttpResponse:
    member = request.member  # type: ignore[attr-defined]
    folder = services.folder_of(member.brand)
    rows = [{"row": r, "error": stored_words(r.error)} for r in queries.watched(member)]
    shown = {
        "configured": bool(settings.WATCH),
        "folder": folder,
        "slug": member.brand.slug,
        "rows": rows,
        "on": limits_of(member.brand)["watch_confirm"],
        "may_set": permissions.allows(member, "settings.brand"),
        "brand": member.brand,
    }
    return render(request, "imports/watched.html", shown)


@require_POST
@brand_view("settings.brand")
def set_confirm(request: HttpRequest) -> HttpResponse:
    member = request.member  # type: ignore[attr-defined]
    on = request.POST.get("on") == "1"
    services.set_watch_confirm(actor=member, seen=kit.seen_of(request), on=on)
    messages.success(request, _("以后会自动确认") if on else _("以后都等人确认"))
    return redirect("imports_watched", member.brand.slug)
