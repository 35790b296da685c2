"""The card for a group: a title, a few lines, a link. Plain data; delivery writes it for Feishu, DingTalk and WeCom."""

from __future__ import annotations

from typing import Any

from hongqiao.insight.reports.written import Written

LINES = 6


def card(report: Written, url: str) -> dict[str, Any]:
    """Return {"title", "lines": [text], "url", "foot"}: the line for the group where there is one, else what leads."""
    title = f"{report.brand} {report.title} {report.period}"
    if report.line:
        return {"title": title, "lines": [report.line], "url": url, "foot": report.stamp}
    lines = []
    for section in report.sections:
        for block in section["blocks"]:
            if block["block"] == "kpis":
                lines.append("；".join(f"{k['label']} {k['value']} {k['change']}".strip() for k in block["items"][:4]))
            elif block["block"] == "sentence" and not block["sub"] and block["notes"]:
                lines.append(block["text"])
    return {"title": title, "lines": lines[:LINES], "url": url, "foot": report.stamp}
