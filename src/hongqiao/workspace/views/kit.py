"""What the workspace's pages share: a page that takes acts, and its answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar
from urllib.parse import quote
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from hongqiao.errors import HongqiaoError, Invalid, NotFound
from hongqiao.workspace import spreadsheets
from hongqiao.workspace.words import error_words

Act = Callable[[Any], Any]
Page = Callable[[Any, dict[str, Any]], HttpResponse]


def act(request: HttpRequest, acts: Mapping[str, Act], page: Page) -> HttpResponse:
    """Carry out the act that the form names, then show the page.

    An act returns the words of what was done (the page is asked for anew), or a dict for the page, shown at once and
    never cached: secrets that are shown once. What goes wrong is said on the page, what the person typed still in it.
    """
    chosen = acts.get(request.POST.get("act", ""))
    if chosen is None:
        raise NotFound()
    try:
        done = chosen(request)
    except NotFound:
        raise
    except HongqiaoError as error:
        failed = {"failed": error_words(error), "typed": request.POST, "typed_act": request.POST["act"]}
        response = page(request, failed)
        response.status_code = error.status
        return response
    if isinstance(done, dict):
        response = page(request, done)
        response["Cache-Control"] = "no-store"
        return response
    messages.success(request, done)
    return HttpResponseRedirect(request.get_full_path())


def show(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    """Render one of the workspace's templates."""
    return render(request, f"workspace/{template}.html", dict(context))


def whole(text: str) -> int | None:
    """Return a whole number that was typed or sent, None for what is none, or is longer than any we count to."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def seen_of(request: HttpRequest) -> int | None:
    """Return the version the person looked at, None where the form does not say."""
    return whole(request.POST.get("seen", ""))


def seen(request: HttpRequest, missing: type[HongqiaoError] = Invalid) -> int:
    """Return the version the person looked at. Raises `missing` where the form does not say."""
    version = seen_of(request)
    if version is None:
        raise missing()
    return version


def row_id(request: HttpRequest) -> UUID:
    """Return the key of the row the form is about. Raises NotFound for what is no key."""
    try:
        return UUID(request.POST.get("id", ""))
    except ValueError:
        raise NotFound() from None


def words_of(request: HttpRequest, name: str = "q") -> str:
    """Return what was typed into a search box or chosen in a filter, without what no row can hold."""
    text = request.GET.get(name, "").replace("\x00", "").strip()[:80]
    return text.encode("utf-8", "ignore").decode()


def day(text: str) -> date | None:
    """Return a day of the address, None where there is none or it is no day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def moment(text: str, zone: str, wrong: type[HongqiaoError] = Invalid) -> datetime | None:
    """Return the moment that was typed, local in `zone` where it names none; None for nothing. Raises `wrong`."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
        return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))
    except (ValueError, OverflowError):
        raise wrong() from None


def after(request: HttpRequest) -> UUID | None:
    """Return the cursor of the address: the last key of the page before."""
    try:
        return UUID(request.GET["after"])
    except (KeyError, ValueError):
        return None


def page_of(rows: Any, cursor: UUID | None, size: int) -> tuple[list[Any], str]:
    """Return one page of rows ordered by "-id", and the cursor of the next one ("" at the end)."""
    if cursor:
        rows = rows.filter(id__lt=cursor)
    found = list(rows[: size + 1])
    return found[:size], str(found[size - 1].pk) if len(found) > size else ""


A = TypeVar("A", bound=HttpResponseBase)


def named(answer: A, name: str) -> A:
    """Have a browser keep the answer as a file of this name, whatever its characters (RFC 6266)."""
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer


def table_file(kind: str, name: str, heads: Sequence[str], rows: spreadsheets.Rows) -> HttpResponseBase:
    """Return the download of a table, of a kind of spreadsheets.KINDS; csv goes out as it is written.

    Raises TooManyRows.
    """
    if kind == "csv":
        lines = spreadsheets.csv_lines(heads, rows)
        return named(StreamingHttpResponse(lines, content_type=spreadsheets.CSV), name)
    return named(HttpResponse(spreadsheets.xlsx(heads, rows), content_type=spreadsheets.XLSX), name)
