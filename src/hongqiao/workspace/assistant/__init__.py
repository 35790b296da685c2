"""A language model of the brand's own choice, off until an administrator sets one: `ask` it, under a use's name.

A room registers what it wants to ask for; the administrator turns each use on. Whatever comes back is text of unknown
worth: the caller checks it, and has an answer without it.
"""

from .asking import Answer, allowed, ask, ask_json
from .errors import AssistantError
from .uses import register, uses

__all__ = ["Answer", "AssistantError", "allowed", "ask", "ask_json", "register", "uses"]
