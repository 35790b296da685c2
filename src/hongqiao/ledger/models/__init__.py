"""What the ledger keeps: findings, the actions taken on them, what those brought, and what was said about it."""

from .actions import Action, ActionState, Assignment, Decision, Outcome, Verdict
from .findings import Finding, FindingState, Kind, Mute, Severity, Told
from .talk import Attachment, Comment

__all__ = [
    "Action",
    "ActionState",
    "Assignment",
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
