"""What leaves the house: messages to colleagues, what is published on platforms, what is sent to users."""

from .outgoing import Connection, Group, Message, Preference, Publication, Thread
from .reaching import Channel, Consent, Contact, OptOut, Purpose, Reach
from .vendors import Coupon, CouponPool, SmsVendor

__all__ = [
    "Channel",
    "Connection",
    "Consent",
    "Contact",
    "Coupon",
    "CouponPool",
    "Group",
    "Message",
    "OptOut",
    "Preference",
    "Publication",
    "Purpose",
    "Reach",
    "SmsVendor",
    "Thread",
]
