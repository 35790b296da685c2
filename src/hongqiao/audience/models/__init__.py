"""What the room keeps of people beside the facts."""

from .communities import Activity, Entry, Group, GroupWeek, RoutineTick, RunStep, Spent, Trust
from .draws import Draw, Ticket, Win
from .feedback import Asked, Canned, Cursor, Hold, Need, PartnerLink, Thread, ThreadMessage, Ticket, TicketNote
from .journeys import Enrolment, Journey, Participation
from .people import Identity, Merge, Person, Tag, Tagged
from .tiers import TierRun

__all__ = [
    "Activity",
    "Asked",
    "Canned",
    "Cursor",
    "Draw",
    "Enrolment",
    "Entry",
    "Group",
    "GroupWeek",
    "Hold",
    "Identity",
    "Journey",
    "Merge",
    "Need",
    "Participation",
    "PartnerLink",
    "Person",
    "RoutineTick",
    "RunStep",
    "Spent",
    "Tag",
    "Tagged",
    "Thread",
    "ThreadMessage",
    "Ticket",
    "TicketNote",
    "TierRun",
    "Trust",
    "Win",
]
