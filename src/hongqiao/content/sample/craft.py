"""Drafts of the sample brand that its people had checked, mended and unmended; what was found is never planted."""

import json
from pathlib import Path

from hongqiao.compliance import queries, services
from hongqiao.compliance.craft import parts
from hongqiao.workspace.models import Member


def plant(member: Member, folder: Path) -> None:
    """Have every draft of `craft.json` checked; nothing where a draft was checked before."""
    if queries.checks(member).exclude(draft={}).exists():
        return
    for told in json.loads((folder / "craft.json").read_text("utf-8"))["drafts"]:
        industry = queries.industry_of(member.brand)
        services.check_draft(actor=member, draft=parts.draft_of(told), industry=industry, origin="sample")
