"""What the room keeps: what was heard and from where, incidents with all that is done about them."""

from .acting import Affected, Duty, Seat, SeatContact, Statement, Step
from .drilling import Drill
from .hearing import Look, Mention, Source, WatchWord
from .incidents import Answer, Entry, Evidence, Fact, Incident
from .mending import Goodwill
from .series import Alarm, Series

__all__ = [
    "Affected", "Alarm", "Answer", "Drill", "Duty", "Entry", "Evidence", "Fact", "Goodwill", "Incident", "Look",
    "Mention", "Seat", "SeatContact", "Series", "Source", "Statement", "Step", "WatchWord",
]  # fmt: skip
