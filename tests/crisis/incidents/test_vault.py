"""The evidence: kept once, by a hash that anybody can compute again."""

import csv
import hashlib
import io
import zipfile

import pytest

from hongqiao.crisis.incidents import (
    vault,
)
from hongqiao.crisis.models import Evidence
from hongqiao.workspace import shots
from tests.crisis.room import mention_of, picture


def test_evidence_is_kept_once_with_a_hash_that_anybody_can_compute_again(cast, incident):
    of = {"actor": cast.owner, "incident_id": incident.pk}
    mention = mention_of(incident, url="https://example.com/a")
    row = vault.keep(**of, text="原帖", url="https://example.com/1", picture=picture())
    with pytest.raises(vault.KeptAlready):
        vault.keep(**of, text="原帖", url="https://example.com/1", picture=picture())
    assert vault.secure(**of) == 1
    assert vault.secure(**of) == 0
    mention.text = "改过的说法"
    mention.save()
    assert vault.secure(**of) == 1  # what it says now is another piece; the first stays
    assert all(vault.sound(e) for e in Evidence.objects.all())
    Evidence.objects.filter(pk=row.pk).update(text="动过手脚")
    assert not vault.sound(Evidence.objects.get(pk=row.pk))


def test_the_vault_has_every_piece_and_a_manifest_whose_hashes_hold(cast, incident):
    of = {"actor": cast.owner, "incident_id": incident.pk}
    vault.keep(**of, text="=1+1", url="https://example.com/1")
    vault.keep(**of, picture=picture())
    name, body = vault.archive(**of)
    assert name == f"evidence-{incident.number}.zip"
    file = zipfile.ZipFile(io.BytesIO(body))
    lines = list(csv.DictReader(io.StringIO(file.read("manifest.csv").decode("utf-8-sig"))))
    assert len(lines) == 2
    for line in lines:
        assert hashlib.sha256(file.read(line["file"])).hexdigest() == line["file_sha256"]


def test_a_damaged_picture_is_told(cast, incident, house):
    row = vault.keep(actor=cast.owner, incident_id=incident.pk, picture=picture())
    shots.path_of(cast.brand.pk, row.shot).write_bytes(b"other")
    assert not vault.sound(row)
