"""Pictures of an article that lie elsewhere: those in the text itself and on the web become assets."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID

from django.conf import settings as house
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from hongqiao.content.assets import present, queries, services
from hongqiao.content.editors import markup, paste
from hongqiao.content.models import Asset
from hongqiao.errors import HongqiaoError, NotFound
from hongqiao.workspace import jobs, permissions
from hongqiao.workspace.models import Brand, Job, Member
from hongqiao.workspace.webhooks import getting
from hongqiao.workspace.words import error_words, stored_error, stored_words

FETCH = "editors.fetch"


def address(brand: Brand, key: UUID | str) -> str:
    """Return where an asset is shown from."""
    return reverse("content_asset_file", args=[brand.slug, key])


def warned(brand: Brand, found: Sequence[paste.Picture]) -> list[str]:
    """Return the names of the assets among the pictures whose licence wants a look, with what it wants."""
    steps = {step for p in found if p.kind == "ours" for step in urlsplit(p.src).path.split("/")}
    keys = [s for s in steps if re.fullmatch(r"[0-9a-f-]{36}", s)]
    cards = present.cards(brand, list(Asset.objects.filter(brand=brand, pk__in=keys).order_by("id")))
    return [_("%(name)s：%(right)s") % {"name": c["row"].name, "right": c["right"]} for c in cards if c["right"]]


def take_in(actor: Member, html: str) -> tuple[str, list[str]]:
    """Return clean HTML whose pictures in the text itself are assets now, and what could not be taken, in words."""
    said: list[str] = []
    made: dict[str, str] = {}
    kept: list[markup.Tag | str] = []
    for one in markup.tokens(html):
        src = one.attributes.get("src", "") if isinstance(one, markup.Tag) and one.name == "img" else ""
        if src.lower().startswith("data:"):
            if src not in made:
                made[src] = _inline(actor, src, said)
            if not made[src]:
                continue
            one.attributes["src"] = made[src]  # type: ignore[union-attr]
        kept.append(one)
    return markup.written(kept), said


def _inline(actor: Member, src: str, said: list[str]) -> str:
    try:
        raw = base64.b64decode(re.sub(r"\s", "", src.partition(",")[2]), validate=True)
        row = services.keep(actor=actor, file=raw, name=_("粘贴的图片"))
    except (binascii.Error, HongqiaoError) as error:
        why = error_words(error)["message"] if isinstance(error, HongqiaoError) else _("不是图片")
        said.append(_("有一张粘贴的图片没有留下：%(why)s") % {"why": why})
        return ""
    return address(actor.brand, row.pk)


@transaction.atomic
def ask(actor: Member, addresses: Sequence[str]) -> Job:
    """Ask for pictures on the web to be fetched into the library. The same ones again are the same job, done anew."""
    permissions.require(actor, queries.EDIT)
    wanted = [a for a in dict.fromkeys(addresses) if paste.kind_of(a) == "take"][: markup.rules()["fetched"]["most"]]
    key = hashlib.sha256("\n".join([str(actor.pk), *sorted(wanted)]).encode()).hexdigest()
    payload = {"member": str(actor.pk), "addresses": wanted}
    return jobs.enqueue(FETCH, brand_id=actor.brand_id, key=key, payload=payload, again=True)


def fetch(actor: Member, src: str) -> dict[str, Any]:
    """Return {"asset": key} of a picture on the web, kept in the library, or {"error": …} as a row keeps it."""
    secure = src if house.WEBHOOK_PRIVATE else re.sub(r"^http://", "https://", src, flags=re.I)
    name = unquote(PurePosixPath(urlsplit(src).path).name)
    try:
        raw = getting.get(secure, accept="image/*", most=markup.rules()["fetched"]["bytes"])
        return {"asset": str(services.keep(actor=actor, file=raw, name=name).pk)}
    except HongqiaoError as error:
        return {"error": stored_error(error)}


def state(actor: Member, job_id: UUID) -> dict[str, Any]:
    """Return how far a job of one's own is: `done`, `share` 0–1, `taken` {address: address here}, `failed` [words].

    Raises NotFound for a job of others.
    """
    job = Job.objects.filter(pk=job_id, brand_id=actor.brand_id, kind=FETCH).first()
    if job is None or job.payload.get("member") != str(actor.pk):
        raise NotFound()
    ended = job.state not in (Job.State.QUEUED, Job.State.RUNNING)
    found = (job.result or {}).items() if ended else ()
    failed = [f"{src[:60]}：{stored_words(one['error'])['message']}" for src, one in found if "error" in one]
    if ended and job.state != Job.State.DONE:
        failed.append(stored_words(job.error).get("message") or _("没有取完，请重试"))
    taken = {src: address(actor.brand, one["asset"]) for src, one in found if "asset" in one}
    return {"done": ended, "share": job.progress, "taken": taken, "failed": failed}
