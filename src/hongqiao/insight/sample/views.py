"""How far the sample's story is, for 今日: polled while it is told; once it is the page is asked to come anew."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hongqiao.insight.sample import jobs
from hongqiao.workspace.access import brand_view


@brand_view("today.view")
def under_way(request: HttpRequest) -> HttpResponse:
    """Return the card, or nothing where no story is being told."""
    percent = jobs.under_way(request.brand.pk)  # type: ignore[attr-defined]
    if percent is None and request.GET.get("was"):
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "insight/sample.html", {"percent": percent})
