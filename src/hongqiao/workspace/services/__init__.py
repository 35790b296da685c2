"""Writes of the workspace. Each takes who acts, what, and the version they saw; each leaves one audit row.

Raises NotFound (absent or not yours), NotAllowed, Conflict (somebody changed it since), Invalid.
"""

from .accounts import change_account_relation, close_account, create_account, rename_account, reopen_account
from .assistant import end_assistant, save_assistant, try_assistant
from .brands import change_brand, change_role_permissions, create_brand
from .desk import change_profile, mark_read, pause_scope, unpause_scope
from .doors import create_token, create_user, make_sign_in_link, member_by_token, revoke_token, use_sign_in_link
from .feeds import end_feed, make_feed, member_by_feed
from .members import (
    accept_invitation,
    change_role,
    change_rooms,
    deactivate_member,
    invitation_by_token,
    invite,
    reactivate_member,
    revoke_invitation,
)
from .webhooks import (
    change_webhook,
    check_webhook,
    create_webhook,
    remove_webhook,
    renew_webhook_secret,
    resend_delivery,
)

#: Every one of these writes one audit row; a test holds it.
WRITES = [
    accept_invitation,
    change_account_relation,
    change_brand,
    change_profile,
    change_role,
    change_role_permissions,
    change_rooms,
    change_webhook,
    check_webhook,
    close_account,
    create_account,
    create_brand,
    create_token,
    create_user,
    create_webhook,
    deactivate_member,
    end_assistant,
    end_feed,
    invite,
    make_feed,
    make_sign_in_link,
    mark_read,
    pause_scope,
    reactivate_member,
    remove_webhook,
    rename_account,
    renew_webhook_secret,
    reopen_account,
    resend_delivery,
    revoke_invitation,
    revoke_token,
    save_assistant,
    try_assistant,
    unpause_scope,
    use_sign_in_link,
]
READS = [invitation_by_token, member_by_feed, member_by_token]

__all__ = [f.__name__ for f in WRITES + READS]  # pyright: ignore[reportUnsupportedDunderAll]
