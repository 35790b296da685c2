"""What leaves the house: messages to colleagues, what is published on platforms, what is sent to users."""

from .outgoing import Connection, Group, Message, Preference, Publication, Thread
from .reaching import Consent, Contact, OptOut, Reach

__all__ = [
    "Connection",
    "Consent",
    "Contact",
    "Group",
    "Message",
    "OptOut",
    "Preference",
    "Publication",
    "Reach",
    "Thread",
]
