"""What the room keeps of people beside the facts."""

from .feedback import Asked, Canned, Cursor, Hold, Need, PartnerLink, Thread, ThreadMessage, Ticket, TicketNote
from .journeys import Enrolment, Journey, Participation
from .people import Identity, Merge, Person, Tag, Tagged
from .tiers import TierRun

__all__ = [
    "Asked",
    "Canned",
    "Cursor",
    "Enrolment",
    "Hold",
    "Identity",
    "Journey",
    "Merge",
    "Need",
    "Participation",
    "PartnerLink",
    "Person",
    "Tag",
    "Tagged",
    "Thread",
    "ThreadMessage",
    "Ticket",
    "TicketNote",
    "TierRun",
]
