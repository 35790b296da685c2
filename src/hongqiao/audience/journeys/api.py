"""The HTTP interface of journeys and of how users may be reached. U1."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from hongqiao.audience.journeys import preview, queries, samples, services
from hongqiao.audience.models import Enrolment, Journey
from hongqiao.delivery.models import Consent, Contact, Reach
from hongqiao.delivery.reaching import consents, contacts
from hongqiao.delivery.reaching.words import why
from hongqiao.errors import NotFound
from hongqiao.workspace.access import caller
from hongqiao.workspace.models import Account
from hongqiao.workspace.paging import Paged, Rows, page
from hongqiao.workspace.receipts import idempotent

journeys = Router(tags=["journeys"])
consent = Router(tags=["consents"])
contact = Router(tags=["contacts"])

STARTS = {"start": services.start, "pause": services.pause, "end": services.end}


class JourneyIn(Schema):
    """A template's code, or all the rest; steps as docs/journeys.md says."""

    template: str = ""
    name: str = ""
    goal: str = ""
    trigger: dict[str, Any] | None = None
    steps: list[Any] | None = None
    holdout: float | None = None
    days: int | None = None
    places: int | None = None


class ChangeIn(JourneyIn):
    version: int


class ActIn(Schema):
    version: int


class ConsentIn(Schema):
    """`given` false: withdrawn. `at`: when it was said, with its offset; now where it is missing."""

    subject: str
    purpose: str
    channel: str = ""
    given: bool
    source: str
    wording: str = ""
    proof: dict[str, Any] | None = None
    at: datetime | None = None


class ContactIn(Schema):
    """`account`: of a follower's openid, the 公众号 it belongs to."""

    subject: str
    channel: str
    address: str
    account: UUID | None = None


def journey_json(row: Journey, counts: dict[str, int]) -> dict[str, Any]:
    """Return a journey with how many persons are in it by state."""
    said: dict[str, Any] = {"id": str(row.pk), "version": row.version}
    said |= {k: getattr(row, k) for k in ("name", "template", "goal", "state", "trigger", "steps", "holdout", "days")}
    said |= {"places": samples.places(row), "action": str(row.action_id) if row.action_id else None}
    said |= {"started_at": row.started_at.isoformat() if row.started_at else None}
    return said | {"people": {s: counts.get(s, 0) for s in (*Enrolment.State.values, "goal")}}


@journeys.get("", response=Rows, summary="Journeys")
def list_journeys(request: HttpRequest, asked: Query[Paged]) -> dict[str, Any]:
    """Newest first."""
    rows, following = page(queries.journeys(caller(request, queries.SEE)), asked)
    counts = queries.counted(rows)
    return {"items": [journey_json(r, counts[r.pk]) for r in rows], "next": following}


@journeys.post("", response={201: dict[str, Any]}, summary="Make a draft of a journey")
@idempotent()
def make_journey(request: HttpRequest, given: JourneyIn) -> Status[dict[str, Any]]:
    """Of a template that ships, or of goal, trigger and steps."""
    row = services.create(actor=caller(request, services.EDIT), **given.dict(exclude_none=True))
    return Status(201, journey_json(row, {}))


@journeys.get("/{journey_id}", response=dict[str, Any], summary="One journey: messages, reasons, cost, lift")
def read_journey(request: HttpRequest, journey_id: UUID) -> dict[str, Any]:
    """`lift`: the outcome of its action, or as it stands by now; `reason` says why there is none yet."""
    row: Journey = queries.journeys(caller(request, queries.SEE)).one(journey_id)
    said = journey_json(row, queries.counted([row])[row.pk]) | {"waiting": queries.by_step(row)}
    sent = preview.sent(row)
    said["messages"] = {s: n for s, _, n in sent["states"]}
    said["reasons"] = [{"code": c, "words": w, "count": n} for c, w, n in sent["reasons"]]
    return said | {"cost": str(sent["cost"]), "lift": _lift(row)}


def _lift(row: Journey) -> dict[str, Any] | None:
    found = queries.lift(row)
    names = ("verdict", "reason", "effect", "lo", "hi", "relative", "n", "judged")
    return {k: found.get(k) for k in names} if found else None


@journeys.get("/{journey_id}/preview", response=dict[str, Any], summary="Whom it would take and reach today")
def preview_journey(request: HttpRequest, journey_id: UUID) -> dict[str, Any]:
    """Nothing is kept or sent."""
    row: Journey = queries.journeys(caller(request, queries.SEE)).one(journey_id)
    return preview.of(row).to_json()


@journeys.put("/{journey_id}", response=dict[str, Any], summary="Change a journey that does not run")
def change_journey(request: HttpRequest, journey_id: UUID, given: ChangeIn) -> dict[str, Any]:
    """What is given is changed; goal, trigger, hold-out and days stand once it was started."""
    said = {k: v for k, v in given.dict(exclude={"version", "template"}, exclude_none=True).items() if v != ""}
    actor = caller(request, services.EDIT)
    row = services.change(actor=actor, journey_id=journey_id, seen=given.version, **said)
    return journey_json(row, queries.counted([row])[row.pk])


@journeys.post("/{journey_id}/{act}", response=dict[str, Any], summary="Start, pause or end")
def act_journey(request: HttpRequest, journey_id: UUID, act: str, given: ActIn) -> dict[str, Any]:
    """`start`, also after a pause; `pause`; `end`, for good."""
    if act not in STARTS:
        raise NotFound()
    row = STARTS[act](actor=caller(request, services.SEND), journey_id=journey_id, seen=given.version)
    return journey_json(row, queries.counted([row])[row.pk])


@consent.post("", response={201: dict[str, Any]}, summary="Write a line of consent")
@idempotent()
def post_consent(request: HttpRequest, given: ConsentIn) -> Status[dict[str, Any]]:
    """Giving wants `wording` or `proof`; withdrawing wants neither. `subject`: the person key."""
    actor = caller(request, services.EDIT)
    write = consents.give if given.given else consents.withdraw
    row = write(actor.brand, actor=actor, **given.dict(exclude={"given"}))
    return Status(201, consent_json(row))


def consent_json(row: Consent) -> dict[str, Any]:
    """Return a line of consent."""
    said = {k: getattr(row, k) for k in ("subject", "purpose", "channel", "given", "source", "wording")}
    return {"id": str(row.pk), "at": row.at.isoformat(), **said}


@consent.get("/{subject}", response=dict[str, Any], summary="A user's consents and messages")
def read_consents(request: HttpRequest, subject: str) -> dict[str, Any]:
    """Newest first; messages without their words."""
    actor = caller(request, services.SEE)
    sent = Reach.objects.for_member(actor, services.SEE).filter(subject=subject).order_by("-id")[:100]
    return {
        "consents": [consent_json(r) for r in consents.lines(actor, subject)],
        "messages": [
            {"channel": r.channel, "purpose": r.purpose, "state": r.state, "why": r.why, "words": why(r.why)}
            | {"origin": r.origin, "sent_at": r.sent_at.isoformat() if r.sent_at else None}
            for r in sent
        ],
    }


@contact.post("", response={201: dict[str, Any]}, summary="Keep an address of a user")
@idempotent()
def post_contact(request: HttpRequest, given: ContactIn) -> Status[dict[str, Any]]:
    """The address is encrypted; what is answered is its hint."""
    actor = caller(request, services.EDIT)
    account = Account.objects.get_for(actor, services.EDIT, given.account) if given.account else None
    said = {"subject": given.subject, "channel": given.channel, "address": given.address}
    row: Contact = contacts.add(actor.brand, account=account, actor=actor, **said)
    return Status(201, {"id": str(row.pk), "subject": row.subject, "channel": row.channel, "hint": row.hint})
