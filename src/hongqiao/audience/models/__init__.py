"""What the room keeps of people beside the facts, of groups, activities and draws."""

from .communities import Activity, Entry, Group, GroupWeek, RoutineTick, RunStep, Spent, Trust
from .draws import Draw, Ticket, Win
from .people import Identity, Merge, Person, Tag, Tagged
from .tiers import TierRun

__all__ = [
    "Activity",
    "Draw",
    "Entry",
    "Group",
    "GroupWeek",
    "Identity",
    "Merge",
    "Person",
    "RoutineTick",
    "RunStep",
    "Spent",
    "Tag",
    "Tagged",
    "Ticket",
    "TierRun",
    "Trust",
    "Win",
]
