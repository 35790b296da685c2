"""The sample brand's room of content: what its people would have typed, planted through the services. No figures."""

from importlib import import_module
from pathlib import Path

from hongqiao.workspace.models import Member

#: in the order in which they stand on each other; each has `plant(member, folder)`, which does nothing a second time
PARTS: tuple[str, ...] = ("book", "topics", "pictures", "pieces", "craft", "drafting", "desk", "making", "results")


def plant(member: Member, folder: Path) -> None:
    """Plant every part from its file in `folder`, in the caller's transaction."""
    for name in PARTS:
        import_module(f"{__name__}.{name}").plant(member, folder)
