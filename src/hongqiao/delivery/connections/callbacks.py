"""Where 公众号 calls back: no sign-in, a signature instead. Answered at once; what there is to do is a job.

What a person writes goes to the rooms that want it (`heard`), before the platform is answered; where no room wants it,
it is dropped unread. Nothing of it is kept here, nor in a job.
"""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from hongqiao.delivery.connections import clients, heard
from hongqiao.delivery.models import Connection
from hongqiao.errors import NotFound
from hongqiao.platforms.client.talk import MESSAGE
from hongqiao.platforms.wechat_oa.api import comments, events
from hongqiao.platforms.wechat_oa.api.security import BadCallback
from hongqiao.workspace import jobs

log = logging.getLogger(__name__)
HEARD = "delivery.wechat_heard"


@csrf_exempt
@require_http_methods(["GET", "POST"])
def wechat(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """Answer the platform. What is forged, old, or for nobody is a 404 like any address that does not exist."""
    row = Connection.objects.select_related("account").filter(pk=connection_id).first()
    if row is None or row.account.platform != clients.WECHAT or row.state == Connection.State.OFF:
        raise NotFound()
    try:
        query = request.GET.dict()
        if request.method == "GET":
            return _plain(clients.guard(row).check_address(query))
        message = clients.guard(row).open(query, request.body)
    except BadCallback as error:
        log.warning("callback of %s refused: %s", row.pk, error.params.get("why"))
        raise NotFound() from None
    _take(row, message)
    return _plain("success")


def _plain(text: str) -> HttpResponse:
    answer = HttpResponse(text, content_type="text/plain; charset=utf-8")
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@transaction.atomic
def _take(row: Connection, message: dict[str, Any]) -> None:
    """Ask for the job; the same telling a second time gives the job there is. What a person wrote is told at once."""
    told = events.outcome(message)
    if told is None:
        written = comments.message(message) if heard.wanted(row.account, MESSAGE) else None
        if written:
            heard.tell(row.account, [written])
        return
    ids, status = told
    said = {"state": status.state, "address": status.address, "code": status.code, "words": status.words}
    payload = {"connection": str(row.pk), "ids": ids, "said": {**said, "ids": dict(status.ids)}}
    jobs.enqueue(HEARD, brand_id=row.brand_id, key=f"{row.pk}|{events.identity(message)}", payload=payload)
