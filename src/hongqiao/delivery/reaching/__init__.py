"""Sending to a user: the one place for consent, refusal, hours, caps, pause, words, once and cost. U1.

send(brand, key=…, subject=…, channel=…, purpose=…, content=…)   one message; send_many(brand, asks) for sets
on_outcome(prefix, call)    who asked hears what became of it
people_guard, words_guard   what other parts of the house know of a person or a text
"""

from hongqiao.delivery.reaching.guards import hold_origins, on_outcome, pause_parts, people_guard, words_guard
from hongqiao.delivery.reaching.sending import Ask, send, send_many

__all__ = [
    "Ask",
    "hold_origins",
    "on_outcome",
    "pause_parts",
    "people_guard",
    "send",
    "send_many",
    "words_guard",
]
