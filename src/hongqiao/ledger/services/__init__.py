"""Writes of the ledger. Each takes who acts, what, and the version they saw; each leaves one audit row.

Raises NotFound (absent, another brand's or another room's), NotAllowed, Conflict (somebody changed it since), Invalid.
`raise_all` and `keep_outcome` are the house's own: what rules said, and what the measuring job computed.
"""

from .actions import (
    adopt_proposal,
    assign_action,
    cancel_action,
    change_action,
    create_action,
    finish_action,
    link_action,
    reopen_action,
    start_action,
    wont_action,
)
from .book import change_template
from .decisions import create_decision, decide, withdraw_decision
from .findings import (
    mark_finding,
    merge_finding,
    raise_all,
    reopen_finding,
    snooze_finding,
    unmerge_finding,
    wont_finding,
)
from .outcomes import conclude_action, keep_outcome, measure_again, say_outcome
from .rewording import reword_finding, subject, unword_finding
from .ruling import change_rule, lift_mute, mute
from .talk import attach, comment, delete_attachment, delete_comment

#: Every one of these writes one audit row; a test holds it.
WRITES = [
    adopt_proposal,
    assign_action,
    attach,
    cancel_action,
    change_action,
    change_rule,
    change_template,
    comment,
    create_action,
    create_decision,
    decide,
    delete_attachment,
    delete_comment,
    finish_action,
    keep_outcome,
    lift_mute,
    link_action,
    mark_finding,
    conclude_action,
    measure_again,
    merge_finding,
    mute,
    raise_all,
    reopen_action,
    reopen_finding,
    reword_finding,
    say_outcome,
    snooze_finding,
    start_action,
    unmerge_finding,
    unword_finding,
    withdraw_decision,
    wont_action,
    wont_finding,
]

__all__ = [f.__name__ for f in [*WRITES, subject]]  # pyright: ignore[reportUnsupportedDunderAll]
