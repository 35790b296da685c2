"""What the room keeps of people beside the facts."""

from .growth import Applicant, Claim, GrowthRun, Points, Trial
from .people import Erasure, Identity, Merge, MergeAsk, Person, Right, Tag, Tagged
from .tiers import TierRun

__all__ = [
    "Applicant",
    "Claim",
    "Erasure",
    "GrowthRun",
    "Identity",
    "Merge",
    "MergeAsk",
    "Person",
    "Points",
    "Right",
    "Tag",
    "Tagged",
    "TierRun",
    "Trial",
]
