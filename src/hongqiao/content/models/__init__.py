"""What the room keeps."""

from hongqiao.content.models.assets import Asset
from hongqiao.content.models.planning import (
    DeclinedIdea,
    Plan,
    Signal,
    Topic,
    TopicCalibration,
    TopicFeed,
    TopicWeights,
)
from hongqiao.content.models.production import MOVES, Piece, Stage
from hongqiao.content.models.results import Boost, Feeling
from hongqiao.content.models.reviewing import Approval, Remark, ReviewLink
from hongqiao.content.models.working import HalfWritten, Proposal, Revision, Task

__all__ = [
    "MOVES",
    "Approval",
    "Asset",
    "Boost",
    "DeclinedIdea",
    "Feeling",
    "HalfWritten",
    "Piece",
    "Plan",
    "Proposal",
    "Remark",
    "ReviewLink",
    "Revision",
    "Signal",
    "Stage",
    "Task",
    "Topic",
    "TopicCalibration",
    "TopicFeed",
    "TopicWeights",
]
