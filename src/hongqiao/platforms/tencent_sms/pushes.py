"""What Tencent Cloud posts to an address of ours: a list of reports, or one answer."""

from __future__ import annotations

from typing import Any

from hongqiao.platforms.client.sms import Reply, Report, texts_of

ANSWER = {"result": 0, "errmsg": "OK"}


def reports(found: Any) -> list[Report]:
    """Return the reports of a push."""
    rows = [r for r in texts_of(found) if r.get("sid") and r.get("report_status")]
    return [
        Report({"sid": str(r["sid"])}, "delivered" if r["report_status"] == "SUCCESS" else "failed", _code(r))
        for r in rows
    ]


def _code(row: Any) -> str:
    return "" if row["report_status"] == "SUCCESS" else str(row.get("errmsg", ""))[:80]


def replies(found: Any) -> list[Reply]:
    """Return the answers of a push."""
    rows = [r for r in texts_of(found) if r.get("text") is not None and r.get("mobile")]
    return [Reply(str(r["mobile"]), str(r["text"])[:200], str(r.get("sign", "")).strip("【】")) for r in rows]
