"""Search over everything: a page, and what the dialog asks for at every letter."""

from __future__ import annotations

from django.http import HttpResponse

from hongqiao.workspace import search
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.views import kit


@brand_view("today.view")
def find(request: BrandRequest) -> HttpResponse:
    """What is found for `?q=`; the bare list for htmx."""
    text = search.clean(request.GET.get("q", ""))
    context = {"q": text, "found": search.look(request.member, text)}
    return kit.show(request, "found" if request.headers.get("HX-Request") else "search", context)
