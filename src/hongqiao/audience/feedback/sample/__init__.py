"""The sample brand's feedback: what its users said and its team did, through the services.

`plant` asks for the job; it takes messages in at their own moments, has them read, and tells what was done. Moments
of what was done are put back to when the story says it was, and terms are worked out from them as ever.
"""

from pathlib import Path

from hongqiao.workspace.jobs import enqueue
from hongqiao.workspace.models import Member

TELL = "audience.feedback_sample"


def plant(member: Member, folder: Path) -> None:
    """Ask for the story, in the caller's transaction."""
    payload = {"member": str(member.pk), "folder": str(folder)}
    enqueue(TELL, brand_id=member.brand_id, key="", payload=payload, priority=8)
