"""What the room keeps of people beside the facts."""

from .communities import Activity, Entry, Group, GroupWeek, RoutineTick, RunStep, Spent, Trust
from .draws import Draw, Slip, Win
from .feedback import Asked, Canned, Cursor, Hold, Need, PartnerLink, Thread, ThreadMessage, Ticket, TicketNote
from .growth import Applicant, Claim, GrowthRun, Points, Trial
from .journeys import Enrolment, Journey
from .people import Erasure, Identity, Merge, MergeAsk, Person, Right, Tag, Tagged
from .surveys import Evidence, Insight, Interview, Survey, SurveyAnswer, SurveyForm
from .tiers import TierRun

__all__ = [
    "Activity",
    "Applicant",
    "Asked",
    "Canned",
    "Claim",
    "Cursor",
    "Draw",
    "Enrolment",
    "Entry",
    "Erasure",
    "Evidence",
    "Group",
    "GroupWeek",
    "GrowthRun",
    "Hold",
    "Identity",
    "Insight",
    "Interview",
    "Journey",
    "Merge",
    "MergeAsk",
    "Need",
    "PartnerLink",
    "Person",
    "Points",
    "Right",
    "RoutineTick",
    "RunStep",
    "Slip",
    "Spent",
    "Survey",
    "SurveyAnswer",
    "SurveyForm",
    "Tag",
    "Tagged",
    "Thread",
    "ThreadMessage",
    "Ticket",
    "TicketNote",
    "TierRun",
    "Trial",
    "Trust",
    "Win",
]
