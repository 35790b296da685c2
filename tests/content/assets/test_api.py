"""The library over HTTP: uploaded, described, listed, with scopes and keys."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hongqiao.content.assets import services as assets
from hongqiao.content.models import Asset
from hongqiao.workspace import services
from tests.content.assets import files


@pytest.fixture
def program(cast):
    def call(member, *scopes):
        _row, token = services.create_token(actor=member, name="t", scopes=scopes)

        def ask(method, path="", data=None, key="", **more):
            head = {"authorization": f"Bearer {token}"} | ({"idempotency-key": key} if key else {})
            return getattr(Client(), method)(f"/api/assets{path}", data, headers=head, **more)

        return ask

    return call


def sent(data=None):
    return {
        "file": SimpleUploadedFile("主图.png", data or files.picture()),
        "tags": ["防晒", "通勤"],
        "licence_kind": "bought",
        "licence_until": "2020-01-01",
    }


def test_a_file_is_uploaded_with_its_licence_once_and_found_by_it(cast, program):
    ask = program(cast.owner, "content.view", "content.edit")
    data = files.picture()
    made = ask("post", data=sent(data), key="k1")
    again = ask("post", data=sent(data), key="k1")
    assert (made.status_code, again.status_code) == (201, 201)
    body = made.json()
    assert body == again.json()
    assert (body["name"], body["mime"], body["tags"], body["licence_wants"]) == (
        "主图.png",
        "image/png",
        ["防晒", "通勤"],
        "ended",
    )
    assert Asset.objects.count() == 1
    assert [r["id"] for r in ask("get", data={"rights": "ended"}).json()["items"]] == [body["id"]]
    assert ask("get", data={"rights": "missing"}).json() == {"items": [], "next": None}


def test_a_licence_is_changed_by_the_one_who_saw_the_newest(cast, program):
    ask = program(cast.owner, "content.view", "content.edit")
    row = assets.keep(actor=cast.editor, file=files.picture(), name="a.png")
    given = {"version": row.version, "licence": {"kind": "own"}, "alt": "一支防晒"}
    put = {"content_type": "application/json"}
    answer = ask("put", f"/{row.pk}", json.dumps(given), **put)
    assert (answer.status_code, answer.json()["licence"], answer.json()["licence_wants"]) == (200, {"kind": "own"}, "")
    assert ask("put", f"/{row.pk}", json.dumps(given), **put).status_code == 409
    bad = {"version": row.version + 1, "licence": {"kind": "stolen"}}
    assert ask("put", f"/{row.pk}", json.dumps(bad), **put).json()["code"] == "asset_licence"


def test_who_may_only_look_uploads_nothing_and_what_is_no_picture_is_refused(cast, program):
    look = program(cast.owner, "content.view")
    assert look("post", data=sent()).status_code == 403
    assert look("get").status_code == 200
    ask = program(cast.owner, "content.view", "content.edit")
    refused = ask("post", data={"file": SimpleUploadedFile("a.png", b"MZ a program")})
    assert (refused.status_code, refused.json()["code"]) == (422, "asset_type")
    assert not Asset.objects.exists()


def test_an_asset_of_another_brand_is_not_there(cast, program):
    row = assets.keep(actor=cast.editor, file=files.picture(), name="a.png")
    ask = program(cast.stranger, "content.view", "content.edit")
    assert ask("get", f"/{row.pk}").status_code == 404
    assert ask("get").json()["items"] == []
