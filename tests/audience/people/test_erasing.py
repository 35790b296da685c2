"""One person goes out whole and is erased everywhere: nothing of them is left in the folder or the database. U1."""

import io
import json
import zipfile
from datetime import date

import pytest
from django.db import connection

from hongqiao import warehouse
from hongqiao.audience.models import Erasure, Identity, Person, Right
from hongqiao.audience.people import erasing, exporting, identifying, merging, rights
from hongqiao.audience.tiers import judging
from hongqiao.delivery.models.reaching import Consent, Contact
from hongqiao.errors import NotAllowed, NotFound
from hongqiao.warehouse import inbox
from hongqiao.warehouse.errors import VersionGone
from hongqiao.warehouse.models import InboxRow, Part
from hongqiao.workspace.models import AuditEntry

ROW = {"member": "M1001", "phone": "13800001234", "openid": "oAbC123456", "name": "陈小雨", "email": "rain@example.com",
       "tags": ["油皮"], "consent_sms": True}  # fmt: skip
SECRETS = ("13800001234", "oAbC123456", "陈小雨", "rain@example.com", "M1001")


@pytest.fixture
def somebody(cast, said):
    """A person with facts in parts and waiting, a tier, consents, a tag, a merge and a request; and somebody else."""
    said(
        ("M1001", "follow", "2026-05-01T10:00:00"),
        ("M1001", "purchase", "2026-05-02T10:00:00", {"amount": "199", "order_key": "A1"}),
        ("M2", "purchase", "2026-05-02T11:00:00", {"amount": "50"}),
    )
    inbox.flush(cast.brand.pk)
    said(("oAbC123456", "visit", "2026-05-03T10:00:00"), ("M2", "visit", "2026-05-03T10:00:00"))
    judging.judge(cast.brand)
    identifying.take(actor=cast.owner, rows=[ROW, {"member": "M2", "phone": "13900002222"}, {"unionid": "u-9"}])
    rows = {p.key: p for p in Person.objects.all()}
    me = rows[said.key("M1001")]
    merging.merge_by_hand(actor=cast.owner, keep_id=me.pk, other_id=rows[said.key("u-9")].pk)
    rights.ask(actor=cast.owner, key=me.key, kind="erase", note="请删除 13800001234")
    return me


def facts_of(cast, key):
    handle = warehouse.open(cast.brand.pk)
    return {
        t: handle.fetch(r.filter(r.person_key == key)).num_rows
        for t in ("events", "tiers")
        if (r := handle.current(t)) is not None
    }


def dump() -> str:
    if connection.vendor == "sqlite":
        return "\n".join(connection.connection.iterdump())
    with connection.cursor() as cursor:
        out = []
        for name in connection.introspection.table_names():
            cursor.execute(f'SELECT t::text FROM "{name}" t')
            out += [row[0] for row in cursor.fetchall()]
        return "\n".join(out)


def left(house, words) -> list[str]:
    """Where any of these words still is: files (Parquet read, others as bytes) and the database's dump."""
    import duckdb

    found, con = [], duckdb.connect()
    for file in (f for f in house.rglob("*") if f.is_file()):
        body = file.read_bytes()
        if file.suffix == ".parquet" and body:
            body += str(con.execute(f"SELECT * FROM read_parquet('{file}')").fetchall()).encode()
        found += [f"{file}: {w}" for w in words if w.encode() in body]
    text = dump()
    return found + [f"database: {w}" for w in words if w in text]


def test_one_person_goes_out_whole(cast, house, somebody):
    name, body = exporting.archive(actor=cast.owner, key=somebody.key)
    file = zipfile.ZipFile(io.BytesIO(body))
    told = json.loads(file.read("person.json"))
    assert name.endswith(".zip")
    for secret in SECRETS:
        assert secret in file.read("person.json").decode()
    assert len(told["events"]) == 3
    assert told["tiers"]
    assert told["consents"][0]["given"] is True
    assert {r["tag"] for r in told["tags"]} == {"油皮"}
    assert "13900002222" not in file.read("person.json").decode()
    assert {"person.json", "identities.csv", "events.csv", "contacts.csv"} <= set(file.namelist())
    entry = AuditEntry.objects.get(code="person.exported")
    assert somebody.key not in str(entry.params)


def test_nothing_of_an_erased_person_is_left_anywhere(cast, house, somebody, said, django_capture_on_commit_callbacks):
    theirs = [*merging.keys_of(somebody), *SECRETS]
    assert left(house, theirs), "the search finds what is there"
    version = warehouse.open(cast.brand.pk).version
    with django_capture_on_commit_callbacks():
        row = erasing.erase(actor=cast.owner, key=somebody.key, known=lambda k: False)
    assert row.counts["facts.events"] == 3
    assert row.counts["facts.tiers"] >= 1
    assert left(house, theirs) == []
    assert not Identity.objects.filter(source="x").exists()
    assert Contact.objects.count() == 1
    assert Consent.objects.count() == 0
    asked = Right.objects.get()
    assert (asked.state, asked.note, asked.person) == ("done", "", None)
    assert facts_of(cast, said.key("M2"))["events"] == 2
    with pytest.raises(VersionGone):
        warehouse.open(cast.brand.pk, version)
    with pytest.raises(NotFound):
        erasing.erase(actor=cast.owner, key=somebody.key, known=lambda k: False)


def test_a_restored_backup_is_erased_again(cast, house, said, django_capture_on_commit_callbacks):
    identifying.take(actor=cast.owner, rows=[ROW])
    (me,) = Person.objects.all()
    erasing.erase(actor=cast.owner, key=me.key, known=lambda k: False)
    assert erasing.replay() == 0
    Erasure.objects.all().delete()  # the database is from before
    said(("M1001", "follow", "2026-05-01T10:00:00"))
    identifying.take(actor=cast.owner, rows=[ROW])
    assert erasing.replay() == 1
    assert left(house, [me.key, *SECRETS]) == []
    assert Erasure.objects.count() == 1
    assert erasing.replay() == 0
    assert me.key not in erasing.path().read_text()


def test_a_key_that_only_facts_know_is_erased_and_a_stranger_erases_nobody(cast, house, said):
    said(("X1", "follow", "2026-05-01T10:00:00"))
    key = said.key("X1")
    with pytest.raises(NotAllowed):
        erasing.erase(actor=cast.editor, key=key, known=lambda k: True)
    with pytest.raises(NotFound):
        erasing.erase(actor=cast.stranger, key=key, known=lambda k: False)
    erasing.erase(actor=cast.owner, key=key, known=lambda k: True)
    assert not InboxRow.objects.exists()
    assert not Part.objects.exists()


def test_a_request_is_due_in_fifteen_working_days():
    assert rights.due(date(2026, 11, 27), 15) == date(2026, 12, 18)
    assert rights.due(date(2026, 9, 30), 1) == date(2026, 10, 8)


def test_a_request_is_closed_once_and_refused_with_a_reason(cast, house):
    identifying.take(actor=cast.owner, rows=[{"member": "M1"}])
    me = Person.objects.get()
    row = rights.ask(actor=cast.owner, key=me.key, kind="access")
    for state, text in (("refused", ""), ("lost", "x")):
        with pytest.raises(rights.BadRight):
            rights.answer(actor=cast.owner, right_id=row.pk, seen=row.version, state=state, text=text)
    rights.answer(actor=cast.owner, right_id=row.pk, seen=row.version, state="done", text="已导出")
    with pytest.raises(rights.RightDone):
        rights.answer(actor=cast.owner, right_id=row.pk, seen=None, state="done")
    with pytest.raises(rights.BadRight):
        rights.ask(actor=cast.owner, key=me.key, kind="everything")
    with pytest.raises(NotFound):
        rights.answer(actor=cast.stranger, right_id=row.pk, seen=None, state="done")
