"""Settings: the audit and the background jobs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from hongqiao.workspace import jobs as work
from hongqiao.workspace import queries, words
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.limits import limits
from hongqiao.workspace.models import AuditEntry, Job
from hongqiao.workspace.views import kit


def _asked(request: BrandRequest) -> dict[str, Any]:
    """What the filter bar asks for."""
    get = request.GET
    who = get.get("who", "")
    return {
        "code": kit.words_of(request, "code"),
        "who": who if who in {key for key, _name in queries.people(request.member)} else "",
        "q": kit.words_of(request),
        "about": kit.words_of(request, "object")[:64],
        "start": kit.day(get.get("start", "")),
        "end": kit.day(get.get("end", "")),
    }


@brand_view("settings.audit")
@require_GET
def audit(request: BrandRequest) -> HttpResponse:
    found = queries.audit(request.member, **_asked(request))
    rows, following = kit.page_of(found, kit.after(request), limits()["page_size"])
    context = {
        "lines": [{"row": row, "text": words.say("audit", row.code, row.params), "who": _who(row)} for row in rows],
        "next": following,
        "people": queries.people(request.member),
        "acts": _acts(),
    }
    return kit.show(request, "audit", context)


def _who(row: AuditEntry) -> str:
    return str(row.user) if row.user else _("系统")


def _acts() -> list[tuple[str, str]]:
    """Return (code, words without their parameters) for the filter."""
    blank = {code: words.say("audit", code, words.Blank()) for code in words.known("audit")}
    return sorted(blank.items())


@brand_view("settings.audit")
@require_GET
def audit_csv(request: BrandRequest) -> Any:
    found = queries.audit(request.member, **_asked(request))[: limits()["export_rows"]]

    def rows() -> Iterator[list[Any]]:
        for row in found.iterator(chunk_size=1000):
            at = timezone.localtime(row.at).isoformat(timespec="seconds")
            said = words.say("audit", row.code, row.params)
            yield [at, _who(row), said, row.code, row.object_type, row.object_id, row.ip]

    head = [_("时间"), _("操作人"), _("操作"), _("代码"), _("对象类型"), _("对象编号"), "IP"]
    return kit.table_file("csv", f"audit-{request.brand.slug}.csv", head, rows())


@brand_view("settings.jobs")
@require_http_methods(["GET", "POST"])
def jobs(request: BrandRequest) -> HttpResponse:
    """The list; `?part=table` is the fragment that the page asks for every few seconds, 304 where nothing moved."""
    if request.method == "POST":
        return kit.act(request, {"retry": _retry, "cancel": _cancel}, _jobs)
    return _jobs(request, {})


def _jobs(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    house = "house" in request.GET and request.user.is_superuser
    asked = {name: kit.words_of(request, name) for name in ("state", "kind")}
    found = queries.jobs(request.member, house=house, **asked)
    rows, following = kit.page_of(found, kit.after(request), limits()["page_size"])
    part = request.GET.get("part") == "table"
    etag = _etag(rows)
    if part and (unchanged := get_conditional_response(request, etag=etag)):
        return unchanged
    context = {
        "lines": _job_lines(rows),
        "scopes": _scopes(request, house),
        "next": following,
        "states": [(value, _(label)) for value, label in Job.State.choices],
        "kinds": [(code, _(entry.label)) for code, entry in work.kinds().items()],
    }
    response = kit.show(request, "jobs_table" if part else "jobs", context | extra)
    if part:
        response["ETag"], response["Cache-Control"] = etag, "private, no-cache"
    return response


def _etag(rows: list[Job]) -> str:
    text = "|".join(f"{row.pk}:{row.version}" for row in rows)
    return '"' + hashlib.sha256(f"{get_language()}|{text}".encode()).hexdigest()[:24] + '"'


COLOURS = {"done": "good", "failed": "danger", "running": "info", "queued": "", "cancelled": ""}


def _scopes(request: BrandRequest, house: bool) -> list[dict[str, Any]]:
    """Whose jobs: the brand's, or, for the owner of the installation, those of no brand."""
    if not request.user.is_superuser:
        return []
    return [
        {"label": request.brand.name, "url": request.path, "on": not house},
        {"label": _("整个系统"), "url": f"{request.path}?house=1", "on": house},
    ]


def _job_lines(rows: list[Job]) -> list[dict[str, Any]]:
    about = work.subjects(rows)
    return [_job_line(row, about.get(row.pk)) for row in rows]


def _job_line(row: Job, subject: work.Subject | None) -> dict[str, Any]:
    entry = work.kinds().get(row.kind)
    return {
        "row": row,
        "subject": subject,
        "label": _(entry.label) if entry else row.kind,
        "state": _(Job.State(row.state).label),
        "colour": COLOURS[row.state],
        "percent": round(row.progress * 100),
        "message": words.say("job", row.message, row.params) if row.message else "",
        "error": words.stored_words(row.error),
        "may_cancel": row.state in (Job.State.QUEUED, Job.State.RUNNING) and not row.cancelling,
        "may_retry": row.state in (Job.State.FAILED, Job.State.CANCELLED),
    }


def _retry(request: BrandRequest) -> str:
    work.retry(actor=request.member, job_id=kit.row_id(request))
    return _("已重新排队")


def _cancel(request: BrandRequest) -> str:
    job = work.cancel(actor=request.member, job_id=kit.row_id(request))
    return _("已取消") if job.state == Job.State.CANCELLED else _("已通知任务停止，将在下一步停下")
