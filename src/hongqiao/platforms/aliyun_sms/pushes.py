"""What Aliyun posts to an address of ours: reports (SmsReport) and answers (SmsUp), as lists of objects."""

from __future__ import annotations

from typing import Any

from hongqiao.platforms.client.sms import Reply, Report, texts_of

ANSWER = {"code": 0, "msg": "成功"}


def reports(found: Any) -> list[Report]:
    """Return the reports of a push; rows without a BizId are no reports."""
    said = []
    for row in texts_of(found):
        if row.get("biz_id") and "success" in row:
            good = row["success"] is True or str(row["success"]).lower() == "true"
            size = str(row.get("sms_size", ""))
            ids = {"mark": str(row.get("out_id", "")), "biz_id": str(row["biz_id"])}
            code = "" if good else str(row.get("err_code", ""))
            said.append(Report(ids, "delivered" if good else "failed", code, int(size) if size.isdecimal() else None))
    return said


def replies(found: Any) -> list[Reply]:
    """Return the answers of a push."""
    rows = [r for r in texts_of(found) if r.get("content") is not None and r.get("phone_number")]
    return [Reply(str(r["phone_number"]), str(r["content"])[:200], str(r.get("sign_name", ""))) for r in rows]
