"""The HTTP interface of the workspace, mounted under /api/: the brand, its accounts, jobs and webhooks. Serves D1."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from hongqiao.errors import NotFound
from hongqiao.workspace import jobs as work
from hongqiao.workspace import permissions, queries, services, words
from hongqiao.workspace.access import caller
from hongqiao.workspace.assistant import asking
from hongqiao.workspace.models import Account, Assistant, Delivery, Job, Webhook
from hongqiao.workspace.paging import Paged, page
from hongqiao.workspace.receipts import idempotent
from hongqiao.workspace.services.assistant import ASSISTANT
from hongqiao.workspace.services.webhooks import WEBHOOKS
from hongqiao.workspace.webhooks import events

router = Router(tags=["workspace"])


class BrandOut(Schema):
    slug: str
    name: str
    industry: str
    zone: str
    member: str
    role: str
    scopes: list[str]


class AccountIn(Schema):
    platform: str
    name: str
    zone: str = ""
    external_id: str = ""
    relation: str = "own"


class AccountOut(Schema):
    id: UUID
    version: int
    platform: str
    name: str
    zone: str
    external_id: str
    relation: str
    state: str


class AccountsOut(Schema):
    items: list[AccountOut]
    next: str | None


class AccountsAsked(Paged):
    platform: str = ""
    relation: str = ""
    state: str = ""


class JobOut(Schema):
    id: UUID
    kind: str
    label: str
    subject: str
    state: str
    progress: float
    attempts: int
    error: dict[str, str] | None
    created_at: datetime
    finished_at: datetime | None


class JobsOut(Schema):
    items: list[JobOut]
    next: str | None


class JobsAsked(Paged):
    state: str = ""
    kind: str = ""


class WebhookIn(Schema):
    name: str
    url: str
    events: list[str]


class WebhookOut(Schema):
    id: UUID
    version: int
    name: str
    url: str
    events: list[str]
    active: bool
    failures: int
    hint: str


class WebhookMade(WebhookOut):
    """`secret` is given once; null where the call was a repeated one."""

    secret: str | None


class WebhooksOut(Schema):
    items: list[WebhookOut]
    next: str | None
    events: dict[str, str]


class DeliveryOut(Schema):
    id: UUID
    event: str
    state: str
    attempts: int
    status: int | None
    took: int | None
    created_at: datetime
    tried_at: datetime | None
    error: dict[str, str] | None


class DeliveriesOut(Schema):
    items: list[DeliveryOut]
    next: str | None


class AssistantIn(Schema):
    """`key`: left out or empty keeps the one that is there. `version`: the one that was seen, null to set it anyway."""

    url: str
    model: str
    key: str = ""
    uses: list[str] = []
    monthly: int
    active: bool = True
    version: int | None = None


class AssistantOut(Schema):
    version: int
    url: str
    model: str
    hint: str
    uses: list[str]
    monthly: int
    active: bool
    used: int


class AssistantAnswer(Schema):
    model: str
    text: str


@router.get("/brand", response=BrandOut, summary="令牌所属的品牌")
def brand(request: HttpRequest) -> dict[str, Any]:
    """The brand of the token, whom it acts as, and what it may do."""
    member = caller(request)
    plain = {name: getattr(member.brand, name) for name in ("slug", "name", "industry", "zone")}
    return {**plain, "member": str(member), "role": member.role, "scopes": sorted(permissions.held_by(member))}


@router.get("/accounts", response=AccountsOut, summary="平台账号")
def list_accounts(request: HttpRequest, asked: Query[AccountsAsked]) -> dict[str, Any]:
    """The brand's accounts and those it watches (`relation` competitor), newest first."""
    member = caller(request, "settings.view")
    found = queries.accounts(member, platform=asked.platform, state=asked.state, relation=asked.relation)
    rows, following = page(found, asked)
    return {"items": rows, "next": following}


@router.post("/accounts", response={201: AccountOut}, summary="添加平台账号")
@idempotent()
def post_account(request: HttpRequest, body: AccountIn) -> Status[dict[str, Any]]:
    row = services.create_account(actor=caller(request), **body.dict())
    return Status(201, _account(row))


def _account(row: Account) -> dict[str, Any]:
    return {name: getattr(row, name) for name in AccountOut.model_fields}


@router.get("/jobs", response=JobsOut, summary="后台任务")
def list_jobs(request: HttpRequest, asked: Query[JobsAsked]) -> dict[str, Any]:
    """The brand's background jobs, newest first."""
    member = caller(request, "settings.jobs")
    rows, following = page(queries.jobs(member, state=asked.state, kind=asked.kind), asked)
    about = work.subjects(rows)
    return {"items": [job_json(row, about.get(row.pk)) for row in rows], "next": following}


def job_json(row: Job, subject: work.Subject | None) -> dict[str, Any]:
    """Return a job as programs and the command line see it."""
    entry = work.kinds().get(row.kind)
    plain = ("id", "kind", "state", "progress", "attempts", "created_at", "finished_at")
    return {
        **{name: getattr(row, name) for name in plain},
        "label": words.fill(entry.label, None) if entry else row.kind,
        "subject": subject.label if subject else "",
        "error": words.stored_words(row.error) or None,
    }


@router.get("/webhooks", response=WebhooksOut, summary="Webhook")
def list_webhooks(request: HttpRequest, asked: Query[Paged]) -> dict[str, Any]:
    """The brand's webhooks, and the events that one may ask for."""
    member = caller(request, WEBHOOKS)
    rows, following = page(queries.webhooks(member), asked)
    known = {code: words.fill(label, None) for code, label in events().items()}
    return {"items": [webhook_json(row) for row in rows], "next": following, "events": known}


@router.post("/webhooks", response={201: WebhookMade}, summary="新建 Webhook")
@idempotent(shown_once=["secret"])
def post_webhook(request: HttpRequest, body: WebhookIn) -> Status[dict[str, Any]]:
    row, secret = services.create_webhook(actor=caller(request), **body.dict())
    return Status(201, {**webhook_json(row), "secret": secret})


def webhook_json(row: Webhook) -> dict[str, Any]:
    return {name: getattr(row, name) for name in WebhookOut.model_fields}


@router.post("/webhooks/{webhook_id}/test", response={201: DeliveryOut}, summary="发送测试通知")
@idempotent()
def post_ping(request: HttpRequest, webhook_id: UUID) -> Status[dict[str, Any]]:
    """Queue a "ping"; ask for the deliveries to see what came of it."""
    return Status(201, delivery_json(services.check_webhook(actor=caller(request), webhook_id=webhook_id)))


@router.get("/webhooks/{webhook_id}/deliveries", response=DeliveriesOut, summary="送达记录")
def list_deliveries(request: HttpRequest, webhook_id: UUID, asked: Query[Paged]) -> dict[str, Any]:
    member = caller(request, WEBHOOKS)
    row = Webhook.objects.get_for(member, WEBHOOKS, webhook_id)
    rows, following = page(queries.deliveries(member, row), asked)
    return {"items": [delivery_json(d) for d in rows], "next": following}


def delivery_json(row: Delivery) -> dict[str, Any]:
    plain = ("id", "event", "state", "attempts", "status", "took", "created_at", "tried_at")
    return {**{name: getattr(row, name) for name in plain}, "error": words.stored_words(row.error) or None}


@router.get("/assistant", response=AssistantOut, summary="品牌的模型")
def get_assistant(request: HttpRequest) -> dict[str, Any]:
    """The brand's language model; its key is only hinted at. 404 where none is set."""
    row = queries.assistant(caller(request, ASSISTANT))
    if row is None:
        raise NotFound()
    return assistant_json(row)


@router.put("/assistant", response=AssistantOut, summary="设置品牌的模型")
def put_assistant(request: HttpRequest, body: AssistantIn) -> dict[str, Any]:
    given = body.dict()
    return assistant_json(services.save_assistant(actor=caller(request), seen=given.pop("version"), **given))


@router.delete("/assistant", response={204: None}, summary="移除品牌的模型")
def delete_assistant(request: HttpRequest) -> Status[None]:
    services.end_assistant(actor=caller(request), seen=None)
    return Status(204, None)


@router.post("/assistant/try", response=AssistantAnswer, summary="试一下品牌的模型")
def post_try(request: HttpRequest) -> dict[str, Any]:
    """Ask it for one word; the call counts towards the month."""
    answer = services.try_assistant(actor=caller(request))
    return {"model": answer.model, "text": answer.text}


def assistant_json(row: Assistant) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in AssistantOut.model_fields if name != "used"}
    return {**plain, "used": asking.used(row.brand)}
