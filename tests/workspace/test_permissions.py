"""Roles are data; a brand keeps only its differences; nobody gives what they do not hold."""

import pytest

from hongqiao.errors import NotAllowed
from hongqiao.workspace import permissions, services
from hongqiao.workspace.models import Member

LADDER = ["specialist", "lead", "manager", "director", "brand_director"]


def test_the_role_file_has_the_ladder_and_the_colleagues():
    assert [c for c, r in permissions.roles().items() if r["kind"] == "ladder"] == LADDER
    assert {c for c, r in permissions.roles().items() if r["kind"] == "collaborator"} == {
        "copywriter",
        "designer",
        "video_editor",
        "product",
        "customer_service",
        "legal",
        "reviewer",
    }
    assert permissions.book()["source"]
    assert permissions.book()["date"]


def test_each_step_of_the_ladder_can_do_all_of_the_one_below_and_more():
    for below, above in zip(LADDER, LADDER[1:], strict=False):
        assert permissions.default_permissions(below) < permissions.default_permissions(above)


@pytest.mark.parametrize(
    ("permission", "first"),
    [
        ("imports.run", "specialist"),
        ("settings.accounts", "lead"),
        ("settings.members", "manager"),
        ("settings.audit", "manager"),
        ("settings.brand", "director"),
        ("settings.brands", "brand_director"),
    ],
)
def test_a_permission_begins_at_its_step(permission, first):
    holders = [r for r in LADDER if permission in permissions.default_permissions(r)]
    assert holders == LADDER[LADDER.index(first) :]


def test_every_permission_named_in_a_role_is_in_the_list():
    known = set(permissions.book()["permissions"])
    rooms = {r["code"] for r in permissions.rooms()}
    assert {p.partition(".")[0] for p in known} == rooms
    for role in permissions.roles():
        assert permissions.default_permissions(role) <= known


def test_a_permission_nobody_knows_is_an_error_and_not_a_no(cast):
    with pytest.raises(LookupError):
        permissions.allows(cast.owner, "imports.rum")


def test_a_brand_changes_a_role_and_only_the_difference_is_kept(cast):
    change = {"add": ["imports.undo", "imports.run"], "remove": ["data.export"]}
    brand = services.change_role_permissions(actor=cast.owner, role="specialist", seen=cast.brand.version, **change)
    assert brand.settings["roles"] == {"specialist": {"add": ["imports.undo"], "remove": ["data.export"]}}
    editor = Member.objects.get(pk=cast.editor.pk)
    assert permissions.allows(editor, "imports.undo")
    assert not permissions.allows(editor, "data.export")
    back = services.change_role_permissions(actor=cast.owner, role="specialist", seen=brand.version)
    assert back.settings["roles"] == {}


def test_nobody_changes_the_role_they_are_in(cast):
    with pytest.raises(NotAllowed):
        services.change_role_permissions(actor=cast.owner, role=cast.owner.role, add=["data.view"], seen=None)


def test_rooms_narrow_a_role_and_never_widen_it(cast):
    cast.editor.rooms = ["data", "team"]
    assert permissions.allows(cast.editor, "data.view")
    assert not permissions.allows(cast.editor, "imports.run")
    assert not permissions.allows(cast.editor, "team.view")
    assert permissions.allows(cast.editor, "today.view")


def test_a_member_who_left_may_do_nothing(cast):
    cast.owner.state = "inactive"
    assert permissions.held_by(cast.owner) == frozenset()


def test_a_user_who_was_shut_out_may_do_nothing(cast):
    cast.owner.user.is_active = False
    assert permissions.held_by(cast.owner) == frozenset()


def test_a_manager_cannot_raise_anybody_above_themselves(cast):
    manager = services.change_role(actor=cast.owner, member_id=cast.editor.pk, role="manager", seen=None)
    with pytest.raises(NotAllowed):
        services.change_role(actor=manager, member_id=cast.viewer.pk, role="director", seen=None)
    with pytest.raises(NotAllowed):
        services.deactivate_member(actor=manager, member_id=cast.owner.pk, seen=None)
    with pytest.raises(NotAllowed):
        services.invite(actor=manager, email="new@example.com", role="brand_director")
