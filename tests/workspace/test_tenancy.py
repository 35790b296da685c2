"""Every row has its brand and one way to be asked for."""

import uuid

import pytest
from django.apps import apps
from django.db import transaction

from hongqiao.errors import Conflict, NotFound
from hongqiao.workspace.models import Account, BrandedQuerySet

#: Models without brand and for_member, each with its reason. Adding one here is a decision.
EXEMPT = {
    "workspace.user": "a person may be in several brands; reached by sign-in only",
    "workspace.signinlink": "a way in for a person, found by the hash of its token only",
    "workspace.effect": "part of a job, reached through it",
    "warehouse.*": "the warehouse knows no room: plain brand_id, a handle that needs a brand",
}


def house_models():
    return [m for m in apps.get_models() if m.__module__.startswith("hongqiao.")]


@pytest.mark.parametrize("model", house_models(), ids=lambda m: m._meta.label_lower)
def test_every_model_has_a_brand_and_is_asked_for_by_a_member(model):
    label = model._meta.label_lower
    if label in EXEMPT:
        return
    names = {f.name for f in model._meta.get_fields()} | {f.attname for f in model._meta.concrete_fields}
    if label.startswith("warehouse."):
        assert "brand_id" in names
        return
    assert label == "workspace.brand" or "brand" in names
    assert isinstance(model.objects.all(), BrandedQuerySet)


def test_exemptions_are_of_models_that_exist():
    labels = {m._meta.label_lower for m in house_models()}
    assert {e for e in EXEMPT if not e.endswith("*")} <= labels


def test_a_row_of_another_brand_and_an_absent_one_look_the_same(cast):
    for key in (cast.account.pk, uuid.uuid4(), "no key"):
        with pytest.raises(NotFound):
            Account.objects.get_for(cast.stranger, "settings.view", key)
    assert Account.objects.get_for(cast.owner, "settings.view", cast.account.pk) == cast.account


def test_a_role_without_the_permission_sees_no_rows(cast):
    assert Account.objects.for_member(cast.editor, "settings.view").count() == 1
    assert not Account.objects.for_member(cast.viewer, "settings.view").exists()


def test_a_row_changed_since_it_was_seen_is_a_conflict(cast):
    rows = Account.objects.for_member(cast.owner, "settings.accounts")
    with transaction.atomic():
        assert rows.locked(cast.account.pk, 1).pk == cast.account.pk
        with pytest.raises(Conflict):
            rows.locked(cast.account.pk, 2)


def test_keys_made_later_sort_later():
    from hongqiao.ids import uuid7

    made = [uuid7() for _ in range(200)]
    assert len(set(made)) == 200
    assert all(key.version == 7 and key.variant == uuid.RFC_4122 for key in made)
    coarse = [key.int >> 64 for key in made]
    assert coarse == sorted(coarse)
