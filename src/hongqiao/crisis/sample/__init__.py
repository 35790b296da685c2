"""The sample brand's room of crisis: what its people would have typed and what was said, through the services.

`plant` is quick and stands before the first page; what has to be read and judged is the job's (`crisis.sample`). No
level, kind, clock, recovery or score is written down: all of them are worked out by the room.
"""

from importlib import import_module
from pathlib import Path

from hongqiao.workspace.jobs import enqueue
from hongqiao.workspace.models import Member

#: before the first page, in the caller's transaction; each has `plant(member, folder)`, nothing a second time
PARTS: tuple[str, ...] = ("listening",)
#: in the job, in the order in which they stand on each other; each is safe to take again
LATER: tuple[str, ...] = ("talk", "past", "drill", "live")
TELL = "crisis.sample"


def plant(member: Member, folder: Path) -> None:
    """Plant what the brand listens for and where, and ask for the rest. Before other jobs: it is over in seconds."""
    for name in PARTS:
        import_module(f"{__name__}.{name}").plant(member, folder)
    payload = {"member": str(member.pk), "folder": str(folder)}
    enqueue(TELL, brand_id=member.brand_id, key="", payload=payload, priority=9)


def told(member: Member, folder: Path) -> None:
    """Tell all of the rest now, as the job does."""
    for name in LATER:
        import_module(f"{__name__}.{name}").plant(member, folder)
