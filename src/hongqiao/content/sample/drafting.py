"""The sample brand's drafts: a structure filled for what is still a brief, as anybody would who presses the button."""

from pathlib import Path

from hongqiao.content.drafting import services
from hongqiao.content.models import Proposal, Stage
from hongqiao.content.production import queries
from hongqiao.workspace.models import Member

MOST = 3


def plant(member: Member, folder: Path) -> None:
    """Have pieces drafted by template; nothing where the brand has drafts."""
    if Proposal.objects.filter(brand=member.brand).exists():
        return
    for piece in queries.pieces(member).filter(stage=Stage.BRIEF, revision=0)[:MOST]:
        services.by_template(actor=member, piece_id=piece.pk)
