"""What the room keeps of people beside the facts."""

from .journeys import Enrolment, Journey, Participation
from .people import Identity, Merge, Person, Tag, Tagged

__all__ = ["Enrolment", "Identity", "Journey", "Merge", "Participation", "Person", "Tag", "Tagged"]
