"""The audit can only grow."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from hongqiao.workspace import audit, queries
from hongqiao.workspace.models import AuditEntry
from hongqiao.workspace.models.records import AppendOnly


def test_the_model_refuses_change_and_deletion(cast):
    entry = AuditEntry.objects.first()
    for change in (
        entry.save,
        entry.delete,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(code="x"),
    ):
        with pytest.raises(AppendOnly):
            change()


@pytest.mark.parametrize("sql", ["UPDATE workspace_auditentry SET code = 'x'", "DELETE FROM workspace_auditentry"])
def test_the_database_refuses_change_and_deletion(cast, sql):
    before = list(AuditEntry.objects.values_list("id", "code"))
    with pytest.raises(DatabaseError, match="append only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert list(AuditEntry.objects.values_list("id", "code")) == before


@pytest.mark.django_db(transaction=True)
def test_emptying_the_whole_database_empties_the_audit_and_leaves_it_guarded():
    audit.record(None, "keys.rotated", count=0)
    call_command("flush", interactive=False, verbosity=0)
    assert not AuditEntry.objects.exists()
    audit.record(None, "keys.rotated", count=0)
    with pytest.raises(DatabaseError, match="append only"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM workspace_auditentry")


def test_an_entry_says_who_what_where_from(cast):
    with audit.coming_from("203.0.113.7"):
        entry = audit.record(cast.owner, "account.closed", cast.account, name="号")
    assert (entry.brand, entry.member, entry.user) == (cast.brand, cast.owner, cast.owner.user)
    assert (entry.object_type, entry.object_id) == ("workspace.account", str(cast.account.pk))
    assert entry.ip == "203.0.113.7"
    assert audit.record(cast.owner, "account.closed").ip is None


def test_chinese_words_are_found_in_parameters_and_in_the_act(cast):
    audit.record(cast.owner, "account.closed", cast.account, name="旧品旗舰号")
    assert queries.audit(cast.owner, q="旗舰").count() == 1
    assert queries.audit(cast.owner, q="关闭平台账号").count() == 1
    assert not queries.audit(cast.stranger, q="旗舰").exists()
