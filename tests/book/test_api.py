"""The brand book over HTTP and on the command line."""

import json

import pytest

from hongqiao.book import services as book
from hongqiao.workspace import services as workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(cast, client):
    """Call an operation with a token of the owner's."""
    scopes = ["content.view", "content.edit", "content.review"]
    token = workspace.create_token(actor=cast.owner, name="t", scopes=scopes)[1]

    def made(method, path, body=None, key=""):
        heads = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {})
        data = json.dumps(body) if body is not None else ""
        answer = client.generic(method, f"/api{path}", data, "application/json", headers=heads)
        return answer.status_code, json.loads(answer.content or b"null")

    return made


def test_the_book_is_read_and_written_with_the_version_seen(call):
    status, told = call("GET", "/book")
    assert (status, told["version"], len(told["pillars"])) == (200, 0, 5)
    status, told = call("PUT", "/book", {"version": 0, "promise": "简单", "avoid": [{"word": "黑科技"}]})
    assert (status, told["version"], told["promise"]) == (200, 1, "简单")
    assert call("PUT", "/book", {"version": 0, "promise": "又"})[0] == 409
    status, told = call("PUT", "/book", {"version": 1, "pillars": [{"label": "干货", "quota": 0.5}]})
    assert (status, told["code"]) == (422, "bad_pillars")


def test_personas_products_and_claims_are_added_changed_and_approved(call):
    status, person = call("POST", "/personas", {"name": "油皮", "age_from": 25, "words": ["早八"]})
    assert (status, person["words"]) == (201, ["早八"])
    status, person = call("PUT", f"/personas/{person['id']}", {"name": "油皮通勤", "version": 1})
    assert (status, person["version"]) == (200, 2)
    given = {"name": "清透防晒乳", "kind": "special_cosmetic", "filing": "国妆特字20250001"}
    status, row = call("POST", "/products", given, key="once")
    assert status == 201
    status, claim = call("POST", f"/products/{row['id']}/claims", {"text": "防晒"})
    assert (status, claim["state"]) == (201, "pending")
    status, error = call("POST", f"/claims/{claim['id']}/approve", {"version": 1})
    assert (status, error["code"]) == (422, "claim_without_proof")
    status, claim = call("POST", f"/products/{row['id']}/claims", {"text": "SPF50+", "proof": "检验报告"})
    assert claim["state"] == ""
    status, found = call("GET", "/products?q=SPF50")
    assert [c["text"] for c in found["items"][0]["claims"]] == ["防晒", "SPF50+"]
    assert call("DELETE", f"/claims/{claim['id']}")[0] == 204
    assert call("GET", "/products?kind=food")[1]["items"] == []
    assert call("PUT", f"/products/{row['id']}", {"name": "清透防晒乳", "kind": "x", "version": 1})[0] == 422


def test_a_table_comes_over_http_with_its_problems(call):
    status, told = call("POST", "/products/import", {"text": "产品名,类别\n眼霜,普通化妆品\n香水,香", "dry": True})
    assert (status, told["added"], told["problems"][0]["row"]) == (200, 1, 3)
    assert call("GET", "/products")[1]["items"] == []
    assert call("POST", "/products/import", {"text": "没有"})[1]["code"] == "book_no_table"


def test_another_brands_product_is_absent(cast, call):
    foreign = book.add_product(actor=cast.stranger, name="别家的")
    assert call("GET", f"/products/{foreign.pk}")[0] == 404
    assert call("PUT", f"/products/{foreign.pk}", {"name": "x", "version": 1})[0] == 404
    assert call("POST", f"/products/{foreign.pk}/claims", {"text": "x"})[0] == 404


@pytest.mark.parametrize("path", ["/book", "/personas", "/products"])
def test_nobody_reads_the_book_without_a_token(client, path):
    assert client.get(f"/api{path}").status_code == 401


def test_the_command_prints_the_book(cast, capsys):
    from hongqiao.site.cli import main

    row = book.add_product(actor=cast.owner, name="清透防晒乳", kind="special_cosmetic")
    book.add_claim(actor=cast.owner, product_id=row.pk, text="防晒", proof="注册批件")
    assert main(["book", "--brand", "anlan", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["products"][0]["claims"][0]["text"] == "防晒"
    assert main(["book", "--brand", "anlan"]) == 0
    assert "防晒" in capsys.readouterr().out
    assert main(["book", "--brand", "nobody"]) == 2
