"""What becomes of a publication after it was handed in: the platform's answers, and what was seen at its address."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from hongqiao.delivery.models import Publication
from hongqiao.delivery.publishing import states
from hongqiao.delivery.publishing.errors import NoVerdict, Refused
from hongqiao.delivery.publishing.proving import Seen
from hongqiao.delivery.publishing.rules import rules
from hongqiao.delivery.publishing.states import LIVE, UNDER_WAY, State
from hongqiao.platforms.client.publisher import Status
from hongqiao.workspace import jobs, notices, webhooks
from hongqiao.workspace.models import Account
from hongqiao.workspace.words import stored_error

_EVENTS: dict[str, str] = {
    State.DECLARED: "publication.live",
    State.VERIFIED: "publication.verified",
    State.FAILED: "publication.failed",
    State.STOPPED: "publication.stopped",
}
POLL, LOOK = "delivery.poll", "delivery.look"


def poll_next(row: Publication, n: int) -> None:
    """Ask the platform again after the n-th pause."""
    pauses = rules()["polls"]
    at = timezone.now() + timedelta(seconds=pauses[min(n, len(pauses) - 1)])
    _next(row, POLL, n, at, {})


def look_next(row: Publication, n: int) -> None:
    """Look at the address for the n-th time; past the last there is none."""
    pauses = rules()["looks"]
    if not row.address or n >= len(pauses):
        Publication.objects.filter(pk=row.pk).update(next_at=None)
        return
    at = timezone.now() + timedelta(seconds=pauses[n] - (pauses[n - 1] if n else 0))
    _next(row, LOOK, n, at, {"address": row.address})


def _next(row: Publication, kind: str, n: int, at: Any, more: dict[str, Any]) -> None:
    payload = {"publication": str(row.pk), "n": n, **more}
    key = f"{row.pk}:{n}:{int(at.timestamp())}"
    jobs.enqueue(kind, brand_id=row.brand_id, key=key, payload=payload, run_at=at)
    Publication.objects.filter(pk=row.pk).update(next_at=at)


@transaction.atomic
def heard(row: Publication, said: Status, n: int) -> Publication:
    """Keep what the platform says of it; ask again where it has not made up its mind."""
    fresh = states.locked(row)
    if fresh.state not in UNDER_WAY:
        return fresh
    if said.ids:
        fresh.ids = {**fresh.ids, **said.ids}
        fresh.save(update_fields=["ids"])
    if said.state == "live":
        return _live(fresh, said)
    if said.state == "failed":
        words = said.words or said.code or "—"
        return _failed(fresh, stored_error(Refused(words=words, answer=said.code)))
    patience = timedelta(days=rules()["poll_days"])
    if fresh.submitted_at and timezone.now() - fresh.submitted_at > patience:
        return _failed(fresh, stored_error(NoVerdict(days=rules()["poll_days"])))
    if said.state == "reviewing" and fresh.state != State.REVIEWING:
        states.move(fresh, State.REVIEWING)
    poll_next(fresh, n + 1)
    return fresh


def _live(row: Publication, said: Status) -> Publication:
    """The platform says it is live: that is its word. Proof is what is seen at the address."""
    row.address, row.live_at = said.address[:500], timezone.now()
    row.proof = {"kind": "platform", "at": row.live_at.isoformat(), "address": row.address}
    states.move(row, State.DECLARED, "address", "live_at", "proof")
    look_next(row, 0)
    return row


def _failed(row: Publication, error: dict[str, Any]) -> Publication:
    row.error, row.next_at = error, None
    states.move(row, State.FAILED, "error", "next_at")
    tell_failed(row)
    return row


@transaction.atomic
def looked(row: Publication, seen: Seen, n: int) -> Publication:
    """Keep what was seen at the address. The text is there: verified. Gone: said, to those who publish, once."""
    fresh = states.locked(row)
    if fresh.state not in LIVE or fresh.address != row.address:
        return fresh
    fresh.checks = [*fresh.checks, seen.json()][-rules()["kept_checks"] :]
    if seen.matched and fresh.state != State.VERIFIED:
        fresh.proof = {
            **(fresh.proof or {}),
            **seen.json(),
            "kind": "fetched",
            "before": (fresh.proof or {}).get("kind"),
        }
        fresh.gone_at = None
        states.move(fresh, State.VERIFIED, "proof", "checks", "gone_at")
    elif seen.gone and fresh.gone_at is None:
        fresh.gone_at = timezone.now()
        fresh.save_next("gone_at", "checks")
        states.tell(fresh, fresh.state)
        _tell(fresh, "publication.gone")
    elif seen.matched and fresh.gone_at is not None:
        fresh.gone_at = None
        fresh.save_next("gone_at", "checks")
        states.tell(fresh, fresh.state)
    else:
        fresh.save(update_fields=["checks"])
    if seen.readable:
        look_next(fresh, n + 1)
    else:
        Publication.objects.filter(pk=fresh.pk).update(next_at=None)
    return fresh


def hear(account: Account, name: str, value: str) -> int:
    """Ask at once after what the platform just called back about: `ids[name]` is `value`. Returns how many."""
    rows = Publication.objects.filter(account=account, state__in=UNDER_WAY, **{f"ids__{name}": value})
    for row in rows:
        payload = {"publication": str(row.pk), "n": 0}
        jobs.enqueue(POLL, brand_id=row.brand_id, key=f"{row.pk}:called", payload=payload, again=True)
    return len(rows)


def tell_failed(row: Publication) -> None:
    """Tell who asked, and who else may do something about it."""
    _tell(row, "publication.failed")


@states.on_change
def announce(row: Publication, before: str) -> None:
    """Tell the brand's own systems that a publication came to another state, or is gone from its address."""
    gone = row.state == before and row.state in LIVE and row.gone_at is not None
    event = "publication.gone" if gone else _EVENTS.get(row.state) if row.state != before else None
    if event is None:
        return
    told = {"publication": str(row.pk), "subject": row.subject, "subject_id": str(row.subject_id), "title": row.title}
    told |= {"platform": row.account.platform, "account": str(row.account_id), "way": row.way, "address": row.address}
    told |= {"proof": (row.proof or {}).get("kind", ""), "error": (row.error or {}).get("code", "")}
    webhooks.announce(row.brand, event, told)


def _tell(row: Publication, code: str) -> None:
    people = {m.pk: m for m in (row.by, *notices.holders(row.brand, "content.schedule"))}
    notices.tell(people.values(), code, url=page(row), title=row.title, account=row.account.name)


def page(row: Publication) -> str:
    """Return where a publication is shown, "" where no room shows it."""
    try:
        return reverse("content_publication", args=[row.brand.slug, row.pk])
    except NoReverseMatch:
        return ""
