"""What the room keeps of people beside the facts."""

from .people import Identity, Merge, Person, Tag, Tagged
from .tiers import TierRun

__all__ = ["Identity", "Merge", "Person", "Tag", "Tagged", "TierRun"]
