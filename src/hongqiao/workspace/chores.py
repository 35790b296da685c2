"""The workspace's own periodic work."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone

from hongqiao.errors import N_
from hongqiao.workspace import jobs
from hongqiao.workspace.limits import limits
from hongqiao.workspace.models import ApiReceipt, AssistantCall, Delivery, Job, SignInLink
from hongqiao.workspace.webhooks import delivering  # noqa: F401 — registers the job that sends


@jobs.handler("workspace.tidy", label=N_("清理过期记录"))
def tidy(ctx: jobs.Context) -> dict[str, int]:
    """Delete finished jobs past their time, sessions that ended, links that nobody can use, old deliveries."""
    now = timezone.now()
    old = Job.objects.filter(finished_at__lt=now - timedelta(days=limits()["job_kept_days"]))
    gone, _ = old.delete()
    sessions, _ = Session.objects.filter(expire_date__lt=now).delete()
    links, _ = SignInLink.objects.filter(expires_at__lt=now - timedelta(days=1)).delete()
    told, _ = Delivery.objects.filter(created_at__lt=now - timedelta(days=limits()["delivery_kept_days"])).delete()
    receipts, _ = ApiReceipt.objects.filter(created_at__lt=now - timedelta(days=limits()["api_receipt_days"])).delete()
    kept = now - timedelta(days=limits()["assistant_kept_days"])
    calls, _ = AssistantCall.objects.filter(created_at__lt=kept).delete()
    return {
        "calls": calls,
        "jobs": gone,
        "sessions": sessions,
        "links": links,
        "deliveries": told,
        "receipts": receipts,
    }


jobs.every("workspace.tidy", minutes=24 * 60)
