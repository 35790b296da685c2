"""Mentions that other systems bring: by a call with a token, or by a signed push to a source's own address."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from hongqiao.crisis.intake import checking, mapping, sources
from hongqiao.crisis.intake.arriving import Arrived, arrive
from hongqiao.crisis.intake.errors import TooManyMentions
from hongqiao.crisis.intake.settings import limits
from hongqiao.crisis.models import Source
from hongqiao.errors import HongqiaoError, Invalid, NotFound
from hongqiao.workspace import audit, secrets, throttle
from hongqiao.workspace.models import Member
from hongqiao.workspace.webhooks import verify
from hongqiao.workspace.words import error_words

SIGNATURE, STAMP = "X-Hongqiao-Signature", "X-Hongqiao-Timestamp"


class BadJson(Invalid):
    code, status = "bad_json", 400


def take(*, actor: Member, source: str, mentions: Sequence[Any]) -> dict[str, Any]:
    """Take mentions of a call: {"new", "known", "changed", "refused", "problems": [{"index", …}]}.

    Each is checked by itself; a source is made on first use. Raises NotAllowed, TooManyMentions, BadSource, SourceOff.
    """
    row = sources.pushed(actor, source)
    with transaction.atomic():
        said = take_rows(row, mentions)
        audit.record(actor, "mentions.taken", row, name=row.name, **{k: said[k] for k in ("new", "known", "refused")})
    return said


def take_rows(source: Source, mentions: Sequence[Any]) -> dict[str, Any]:
    """Check mentions one by one and let the good ones arrive. Raises TooManyMentions."""
    most = limits(source.brand)["batch"]
    if len(mentions) > most:
        raise TooManyMentions(most=most)
    checked = [checking.check(one, source.brand.zone) for one in mentions]
    good = [n for n, c in enumerate(checked) if c.heard is not None]
    done: Arrived = arrive(source, [h for c in checked if (h := c.heard) is not None])
    problems = [{"index": n, "refused": c.heard is None, **p} for n, c in enumerate(checked) for p in c.problems]
    problems += [{**p, "index": good[p["index"]], "refused": True} for p in done.problems]
    refused = len({p["index"] for p in problems if p["refused"]})
    told = sorted(({**checking.said(p)} for p in problems), key=lambda p: p["index"])
    return {"new": done.new, "known": done.known, "changed": done.changed, "refused": refused, "problems": told}


@csrf_exempt
@require_POST
def hook(request: HttpRequest, source_id: UUID, token: str) -> HttpResponseBase:
    """Take a push. No sign-in: the address and a signature instead; what is forged, old or for nobody is a 404."""
    source = Source.objects.select_related("brand").filter(pk=source_id).first()
    if source is None or not source.on or not _known(source, token):
        raise NotFound()
    throttle.check("mentions", str(source.pk), amount=limits(source.brand)["hook_calls"], seconds=60)
    if not _signed(source, request):
        raise NotFound()
    try:
        payload = _read(request, limits(source.brand)["body_bytes"])
        said = take_rows(source, mapping.rows_of(payload, source.options.get("map") or {}))
    except HongqiaoError as error:
        told = error_words(error)
        return JsonResponse(
            {"code": error.code, "title": told["message"], "detail": told["next_step"]}, status=error.status
        )
    return JsonResponse(said, json_dumps_params={"ensure_ascii": False})


def _known(source: Source, token: str) -> bool:
    kept = str(source.options.get("hook") or "")
    return bool(kept) and secrets.same(kept, hashlib.sha256(token.encode()).hexdigest())


def _signed(source: Source, request: HttpRequest) -> bool:
    if source.options.get("unsigned"):
        return True
    key = sources.secrets_of(source).get("key", "")
    stamp, signature = request.headers.get(STAMP, ""), request.headers.get(SIGNATURE, "")
    return bool(key) and verify(key, stamp, request.body, signature, now=time.time())


def _read(request: HttpRequest, most: int) -> Any:
    if len(request.body) > most:
        raise TooManyMentions(most=limits()["batch"])
    try:
        return json.loads(request.body)
    except (ValueError, RecursionError):
        raise BadJson() from None
