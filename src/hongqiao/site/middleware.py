"""What every answer carries, and how every error leaves the house."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone, translation

from hongqiao.errors import HongqiaoError
from hongqiao.workspace import access, audit, dictionary
from hongqiao.workspace.words import error_words

Handler = Callable[[HttpRequest], HttpResponse]

# ECharts writes style attributes into its tooltips; scripts and style sheets come from this server only.
POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "style-src-attr 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)


class ContentSecurityPolicy:
    def __init__(self, get_response: Handler):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        return response


class Dictionary:
    """No brand's own metrics are in force before its page or call puts them there, nor after."""

    def __init__(self, get_response: Handler):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with dictionary.using(None):
            response = self.get_response(request)
        brand = getattr(request, "brand", None)
        if isinstance(response, StreamingHttpResponse) and brand is not None:
            response.streaming_content = dictionary.streamed(response.streaming_content, brand.pk)
        return response


class Person:
    """The reader's own language (unless this browser chose one) and time zone; the address, for the audit."""

    def __init__(self, get_response: Handler):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            timezone.activate(ZoneInfo(request.user.zone()))
            if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
                translation.activate(request.user.language)
                request.LANGUAGE_CODE = translation.get_language()
        try:
            with audit.coming_from(access.client_ip(request)):
                return self.get_response(request)
        finally:
            timezone.deactivate()


class Errors:
    """Turn the one family of errors into a page, an htmx fragment, or problem+json (RFC 9457)."""

    def __init__(self, get_response: Handler):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, HongqiaoError):
            return None
        words = error_words(error)
        if request.path.startswith("/api/") or "application/json" in request.headers.get("Accept", ""):
            return problem_json(error)
        template = "ui/error_fragment.html" if request.headers.get("HX-Request") else "ui/error.html"
        return render(request, template, {"error": error, **words}, status=error.status)


def problem_json(error: HongqiaoError) -> JsonResponse:
    """Return the RFC 9457 body of an error."""
    words = error_words(error)
    body = {"type": f"urn:hongqiao:{error.code}", "title": words["message"], "status": error.status}
    body |= {"detail": words["next_step"], "code": error.code}
    if "confirm" in words:
        body["confirm"] = words["confirm"]
    return JsonResponse(body, status=error.status, content_type="application/problem+json")
