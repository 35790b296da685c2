"""What services write, and the one audit row of each."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from hongqiao.errors import Conflict, Invalid, NotAllowed, NotFound
from hongqiao.workspace import pause, permissions, secrets, services
from hongqiao.workspace.assistant import speaking
from hongqiao.workspace.models import ApiToken, AuditEntry, Invitation, Member, Notice, SignInLink, User
from hongqiao.workspace.notices import tell
from hongqiao.workspace.services.accounts import AccountTaken, BadPlatform
from hongqiao.workspace.services.brands import BadSlug, SlugTaken
from hongqiao.workspace.services.doors import LinkDead, TokenDead
from hongqiao.workspace.services.members import (
    AlreadyMember,
    BadPassword,
    InvitationDead,
    LastKeeper,
    OthersInvitation,
    SignInFirst,
)
from hongqiao.workspace.throttle import TooOften
from hongqiao.workspace.webhooks.announcing import put
from tests.cast import PASSWORD


def calls(cast):
    """Each public write of the workspace, called once with arguments that let it through."""
    o, s = cast.owner, services
    invited, token = s.invite(actor=o, email="a@example.com", role="designer")
    revocable, _ = s.invite(actor=o, email="b@example.com", role="designer")
    gone = s.deactivate_member(actor=o, member_id=cast.viewer.pk, seen=None)
    closed = s.close_account(
        actor=o, account_id=s.create_account(actor=o, platform="douyin", name="旧号").pk, seen=None
    )
    row, _ = s.create_token(actor=o, name="旧", scopes=["data.view"])
    link = s.make_sign_in_link(user=cast.editor.user)
    tell([o], "pause.on", name="x", scope="y")
    hook, _ = s.create_webhook(actor=o, name="中台", url="https://example.com/in", events=["import.done"])
    about = {"actor": o, "webhook_id": hook.pk}
    s.make_feed(actor=cast.editor)
    lost = put(hook, "import.done", {})
    lost.state = "failed"
    lost.save()
    about_model = {"actor": o, "url": "https://api.example.com/v1", "model": "m", "key": "sk-0123456789abcdef"}
    about_model |= {"uses": [], "monthly": 5, "active": True, "seen": None}
    s.save_assistant(**about_model)
    return {
        s.end_assistant: lambda: s.end_assistant(actor=o, seen=1),
        s.save_assistant: lambda: s.save_assistant(**about_model),
        s.try_assistant: lambda: s.try_assistant(actor=o),
        s.accept_invitation: lambda: s.accept_invitation(token=token, user=None, name="甲", password=PASSWORD),
        s.change_account_relation: lambda: s.change_account_relation(
            actor=o, account_id=cast.account.pk, relation="competitor", seen=None
        ),
        s.change_brand: lambda: s.change_brand(actor=o, seen=None, name="新名"),
        s.change_profile: lambda: s.change_profile(actor=o.user, name="乙", language="en", time_zone="Asia/Tokyo"),
        s.change_role: lambda: s.change_role(actor=o, member_id=cast.editor.pk, role="lead", seen=None),
        s.change_role_permissions: lambda: s.change_role_permissions(actor=o, role="lead", seen=None),
        s.change_rooms: lambda: s.change_rooms(actor=o, member_id=cast.editor.pk, rooms=["data"], seen=None),
        s.change_webhook: lambda: s.change_webhook(
            **about, name="新中台", url="https://example.com/", events=["import.undone"], active=False, seen=1
        ),
        s.check_webhook: lambda: s.check_webhook(**about),
        s.close_account: lambda: s.close_account(actor=o, account_id=cast.account.pk, seen=None),
        s.create_account: lambda: s.create_account(actor=o, platform="wechat_oa", name="公众号"),
        s.create_brand: lambda: s.create_brand(user=o.user, name="二牌", slug="second"),
        s.create_token: lambda: s.create_token(actor=o, name="报表", scopes=["data.view"]),
        s.create_user: lambda: s.create_user(email="c@example.com", name="丙"),
        s.create_webhook: lambda: s.create_webhook(
            actor=o, name="二", url="https://example.com/", events=["import.done"]
        ),
        s.deactivate_member: lambda: s.deactivate_member(actor=o, member_id=cast.editor.pk, seen=None),
        s.end_feed: lambda: s.end_feed(actor=cast.editor),
        s.invite: lambda: s.invite(actor=o, email="d@example.com", role="specialist"),
        s.make_feed: lambda: s.make_feed(actor=o),
        s.make_sign_in_link: lambda: s.make_sign_in_link(user=cast.editor.user, actor=o),
        s.mark_read: lambda: s.mark_read(actor=o),
        s.pause_scope: lambda: s.pause_scope(actor=o, scope="all", reason="演练"),
        s.reactivate_member: lambda: s.reactivate_member(actor=o, member_id=gone.pk, seen=None),
        s.remove_webhook: lambda: s.remove_webhook(**about, seen=1),
        s.rename_account: lambda: s.rename_account(actor=o, account_id=cast.account.pk, name="新号", seen=None),
        s.renew_webhook_secret: lambda: s.renew_webhook_secret(**about, seen=1),
        s.reopen_account: lambda: s.reopen_account(actor=o, account_id=closed.pk, seen=None),
        s.resend_delivery: lambda: s.resend_delivery(actor=o, delivery_id=lost.pk),
        s.revoke_invitation: lambda: s.revoke_invitation(actor=o, invitation_id=revocable.pk, seen=None),
        s.revoke_token: lambda: s.revoke_token(actor=o, token_id=row.pk, seen=None),
        s.unpause_scope: lambda: (
            s.pause_scope(actor=o, scope="all", reason="x"),
            s.unpause_scope(actor=o, scope="all"),
        ),
        s.use_sign_in_link: lambda: s.use_sign_in_link(token=link, ip="10.0.0.1"),
    }


@pytest.mark.parametrize("service", services.WRITES, ids=lambda f: f.__name__)
def test_every_service_writes_its_audit_row(cast, service, monkeypatch):
    monkeypatch.setattr(speaking, "speak", lambda *_a, **_k: speaking.Reply("你好", 3))
    call = calls(cast)[service]
    before = AuditEntry.objects.count()
    call()
    rows = AuditEntry.objects.count() - before
    assert rows == (2 if service is services.unpause_scope else 1)
    from hongqiao.workspace import words

    assert AuditEntry.objects.order_by("id").last().code in words.known("audit")


def test_the_list_of_services_is_whole():
    import importlib
    import inspect
    import pkgutil

    found = set()
    for module in pkgutil.iter_modules(services.__path__):
        if module.name == "checks":
            continue
        loaded = importlib.import_module(f"hongqiao.workspace.services.{module.name}")
        found |= {
            f
            for n, f in inspect.getmembers(loaded, inspect.isfunction)
            if f.__module__ == loaded.__name__ and n[0] != "_"
        }
    names = {f.__name__ for f in found} - {"may_create_brand"}
    assert names == {f.__name__ for f in services.WRITES + services.READS}


def test_a_service_refuses_a_version_that_is_not_the_one_seen(cast):
    services.rename_account(actor=cast.owner, account_id=cast.account.pk, name="甲", seen=1)
    with pytest.raises(Conflict):
        services.rename_account(actor=cast.owner, account_id=cast.account.pk, name="乙", seen=1)


def test_a_specialist_cannot_manage_and_a_stranger_finds_nothing(cast):
    with pytest.raises(NotAllowed):
        services.create_account(actor=cast.editor, platform="douyin", name="x")
    with pytest.raises(NotFound):
        services.rename_account(actor=cast.stranger, account_id=cast.account.pk, name="x", seen=None)
    with pytest.raises(NotFound):
        services.deactivate_member(actor=cast.stranger, member_id=cast.editor.pk, seen=None)


def test_an_account_is_once_a_platform_and_its_platform_is_known(cast):
    with pytest.raises(AccountTaken):
        services.create_account(actor=cast.owner, platform="douyin", name=cast.account.name)
    with pytest.raises(BadPlatform):
        services.create_account(actor=cast.owner, platform="nowhere", name="x")
    with pytest.raises(Invalid):
        services.create_account(actor=cast.owner, platform="douyin", name="  ")


def test_a_brand_has_an_address_of_its_own(cast):
    with pytest.raises(SlugTaken):
        services.create_brand(user=cast.owner.user, name="x", slug="anlan")
    for bad in ("A", "安澜", "-x", "a b"):
        with pytest.raises(BadSlug):
            services.create_brand(user=cast.owner.user, name="x", slug=bad)
    with pytest.raises(NotAllowed):
        services.create_brand(user=cast.editor.user, name="x", slug="xx")


def test_a_brand_without_an_address_is_given_one_from_its_name(cast):
    assert services.create_brand(user=cast.owner.user, name="Sea Glow 海光", slug="").slug == "sea-glow"
    assert services.create_brand(user=cast.owner.user, name="海光", slug="").slug.startswith("b-")


def test_the_maker_of_a_brand_directs_it(cast):
    brand = services.create_brand(user=cast.owner.user, name="二牌", slug="second")
    assert Member.objects.get(brand=brand, user=cast.owner.user).role == permissions.TOP


def test_an_invitation_is_kept_hashed_works_once_and_for_its_address_only(cast):
    row, token = services.invite(actor=cast.owner, email="New@Example.com ", role="lead")
    assert row.email == "new@example.com"
    assert token not in str(Invitation.objects.values())
    with pytest.raises(OthersInvitation):
        services.accept_invitation(token=token, user=cast.editor.user)
    with pytest.raises(BadPassword):
        services.accept_invitation(token=token, user=None, name="新", password="12345")
    member = services.accept_invitation(token=token, user=None, name="新", password=PASSWORD)
    assert (member.role, member.user.email) == ("lead", "new@example.com")
    assert member.user.check_password(PASSWORD)
    with pytest.raises(InvitationDead):
        services.accept_invitation(token=token, user=member.user)
    with pytest.raises(AlreadyMember):
        services.invite(actor=cast.owner, email="new@example.com", role="lead")
    assert Notice.objects.filter(member=cast.owner, code="member.joined").count() == 1


def test_an_invitation_ends_with_its_time_its_withdrawal_and_its_inviter(cast):
    row, token = services.invite(actor=cast.owner, email="n@example.com", role="lead")
    Invitation.objects.filter(pk=row.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(InvitationDead):
        services.invitation_by_token(token)
    row, token = services.invite(actor=cast.owner, email="n@example.com", role="lead")
    services.revoke_invitation(actor=cast.owner, invitation_id=row.pk, seen=row.version)
    with pytest.raises(InvitationDead):
        services.invitation_by_token(token)
    row, token = services.invite(actor=cast.owner, email="n@example.com", role="lead")
    Member.objects.filter(pk=cast.owner.pk).update(role="specialist")
    with pytest.raises(InvitationDead):
        services.invitation_by_token(token)


def test_an_invitation_never_takes_over_an_existing_user(cast):
    _, token = services.invite(actor=cast.owner, email=cast.stranger.user.email, role="lead")
    with pytest.raises(SignInFirst):
        services.accept_invitation(token=token, user=None, name="x", password=PASSWORD)
    assert services.accept_invitation(token=token, user=cast.stranger.user).brand == cast.brand


def test_the_last_keeper_of_a_brand_cannot_go(cast):
    with pytest.raises(LastKeeper):
        services.deactivate_member(actor=cast.owner, member_id=cast.owner.pk, seen=None)
    with pytest.raises(LastKeeper):
        services.change_role(actor=cast.owner, member_id=cast.owner.pk, role="specialist", seen=None)
    with pytest.raises(LastKeeper):
        services.change_rooms(actor=cast.owner, member_id=cast.owner.pk, rooms=["data"], seen=None)
    services.change_role(actor=cast.owner, member_id=cast.editor.pk, role="manager", seen=None)
    assert services.deactivate_member(actor=cast.owner, member_id=cast.owner.pk, seen=None).state == "inactive"


def test_a_sign_in_link_is_kept_hashed_and_works_once_in_its_time(cast):
    token = services.make_sign_in_link(user=cast.editor.user)
    assert SignInLink.objects.get().token_hash == secrets.digest(token)
    assert services.use_sign_in_link(token=token, ip=None) == cast.editor.user
    with pytest.raises(LinkDead):
        services.use_sign_in_link(token=token, ip=None)
    late = services.make_sign_in_link(user=cast.editor.user)
    SignInLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    for bad in (late, "", "x" * 43):
        with pytest.raises(LinkDead):
            services.use_sign_in_link(token=bad, ip=None)


def test_trying_links_is_limited_by_address(cast, one_window):
    for _ in range(20):
        with pytest.raises(LinkDead):
            services.use_sign_in_link(token="guess", ip="203.0.113.9")
    with pytest.raises(TooOften):
        services.use_sign_in_link(token="guess", ip="203.0.113.9")
    with pytest.raises(LinkDead):
        services.use_sign_in_link(token="guess", ip="203.0.113.10")


def test_a_link_for_a_colleague_opens_no_door_that_one_does_not_hold(cast):
    manager = services.change_role(actor=cast.owner, member_id=cast.editor.pk, role="manager", seen=None)
    assert services.make_sign_in_link(user=cast.viewer.user, actor=manager)
    with pytest.raises(NotAllowed):  # owns the installation
        services.make_sign_in_link(user=cast.owner.user, actor=manager)
    Member.objects.create(brand=cast.stranger.brand, user=cast.viewer.user, role="reviewer")
    with pytest.raises(NotAllowed):  # is also in a brand that the manager does not run
        services.make_sign_in_link(user=cast.viewer.user, actor=manager)
    with pytest.raises(NotAllowed):  # is no colleague
        services.make_sign_in_link(user=cast.stranger.user, actor=cast.owner)


def test_a_token_acts_as_its_member_within_its_scopes_until_revoked(cast):
    row, token = services.create_token(actor=cast.owner, name="报表", scopes=["data.view"])
    assert token not in str(ApiToken.objects.values())
    member = services.member_by_token(token)
    assert permissions.allows(member, "data.view")
    assert not permissions.allows(member, "imports.run")
    with pytest.raises(Invalid):
        services.create_token(actor=cast.owner, name="x", scopes=["no.such"])
    services.revoke_token(actor=cast.owner, token_id=row.pk, seen=row.version)
    for bad in (token, "hq_nothing", ""):
        with pytest.raises(TokenDead):
            services.member_by_token(bad)


def test_a_token_ends_with_its_time_and_its_member(cast):
    row, token = services.create_token(actor=cast.owner, name="x", scopes=["data.view"])
    ApiToken.objects.filter(pk=row.pk).update(expires_at=timezone.now())
    with pytest.raises(TokenDead):
        services.member_by_token(token)
    ApiToken.objects.filter(pk=row.pk).update(expires_at=None)
    Member.objects.filter(pk=cast.owner.pk).update(state="inactive")
    with pytest.raises(TokenDead):
        services.member_by_token(token)


def test_the_red_button_stops_what_registered_itself_and_tells_the_others(cast):
    pause.register("test.posts", "测试发布")
    lead = services.change_role(actor=cast.owner, member_id=cast.editor.pk, role="lead", seen=None)
    with pytest.raises(Invalid):
        services.pause_scope(actor=cast.owner, scope="test.posts", reason=" ")
    services.pause_scope(actor=cast.owner, scope="all", reason="演练")
    assert pause.is_paused(cast.brand, "test.posts")
    assert not pause.is_paused(cast.stranger.brand, "test.posts")
    assert Notice.objects.filter(member=lead, code="pause.on").exists()
    with pytest.raises(Conflict):
        services.pause_scope(actor=lead, scope="all", reason="再按")
    services.unpause_scope(actor=lead, scope="all")
    assert not pause.is_paused(cast.brand, "test.posts")
    with pytest.raises(NotAllowed):
        services.pause_scope(actor=cast.viewer, scope="all", reason="x")


def test_nobody_reads_the_notices_of_another(cast):
    (mine,) = tell([cast.owner], "member.joined", name="x")
    assert services.mark_read(actor=cast.editor, notice_ids=[mine.pk]) == 0
    assert services.mark_read(actor=cast.owner, notice_ids=[mine.pk, uuid.uuid4()]) == 1


def test_an_address_is_one_person_whatever_its_capitals(cast):
    with pytest.raises(Conflict):
        services.create_user(email="OWNER@example.com")
    assert User.objects.get_by_natural_key("Owner@Example.com") == cast.owner.user
