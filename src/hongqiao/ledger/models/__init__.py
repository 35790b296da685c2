"""What the ledger keeps: findings, the actions taken on them, what those brought, and what was said about it."""

from .actions import Action, ActionState, Decision, Outcome, Verdict
from .findings import Finding, FindingState, Kind, Mute, Severity, Told
from .talk import Attachment, Comment

__all__ = [
    "Action",
    "ActionState",
    "Attachment",
    "Comment",
    "Decision",
    "Finding",
    "FindingState",
    "Kind",
    "Mute",
    "Outcome",
    "Severity",
    "Told",
    "Verdict",
]
