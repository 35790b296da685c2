"""The desk for programs: a piece is scheduled and moved by the interface, and the brand's own systems hear of it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from hongqiao.content.desk import asking
from hongqiao.content.models import Piece, Stage
from hongqiao.delivery.models import Publication
from hongqiao.delivery.publishing import following, services
from hongqiao.delivery.publishing.proving import Seen
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import Delivery
from tests.content.production.test_api import Program

LINK = "http://xhslink.com/a/Xyz1"


def soon(hours=3):
    return (timezone.now() + timedelta(hours=hours)).isoformat()


def test_a_program_schedules_a_piece_once_and_moves_it(cast, piece):
    program, path = Program(cast.owner), f"/pieces/{piece.pk}/schedule"
    body = {"version": piece.version, "at": soon(), "way": "assisted"}
    made = program.send(path, body, key="k1")
    assert (made.status_code, made.json()["state"], made.json()["piece"]) == (201, "waiting", str(piece.pk))
    assert program.send(path, body, key="k1").json() == made.json()
    assert program.send(path, body).json()["code"] == "conflict"
    assert Publication.objects.count() == 1
    moving = f"/publications/{made.json()['id']}/move"
    moved = program.send(moving, {"version": Publication.objects.get().version, "at": soon(5)})
    assert moved.status_code == 200
    assert moved.json()["due_at"] > made.json()["due_at"]
    assert Piece.objects.get(pk=piece.pk).publish_at.isoformat() == moved.json()["due_at"]
    assert program.send(moving, {"version": 1, "at": soon(6)}).json()["code"] == "conflict"


def test_a_time_without_an_offset_is_the_brands(cast, piece):
    local = (timezone.localtime() + timedelta(days=1)).strftime("%Y-%m-%dT20:00:00")
    made = Program(cast.owner).send(f"/pieces/{piece.pk}/schedule", {"version": piece.version, "at": local})
    assert timezone.localtime(Publication.objects.get(pk=made.json()["id"]).due_at).strftime("%H:%M") == "20:00"


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"at": "2001-01-01T00:00:00Z"}, 422, "bad_moment"),
        ({"at": "0001-01-01T00:00:00Z"}, 422, "bad_day"),
        ({"at": "never"}, 422, "invalid"),
        ({"version": 99}, 409, "conflict"),
        ({"account": "0199a3a0-0000-7000-8000-000000000000"}, 422, "no_account"),
    ],
)
def test_what_cannot_be_is_refused_by_name(cast, piece, change, status, code):
    body = {"version": piece.version, "at": soon()} | change
    answer = Program(cast.owner).send(f"/pieces/{piece.pk}/schedule", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Publication.objects.exists()


def test_what_is_not_approved_is_refused_and_strangers_find_nothing(cast, piece):
    row = asking.schedule(actor=cast.owner, piece_id=piece.pk, seen=None, at=timezone.now() + timedelta(hours=2))
    at = {"version": row.version, "at": soon()}
    for path in (f"/pieces/{piece.pk}/schedule", f"/publications/{row.pk}/move"):
        assert Program(cast.stranger).send(path, at).status_code == 404
        assert Program(cast.owner, ["content.view"]).send(path, at).status_code == 403
    Piece.objects.filter(pk=piece.pk).update(stage=Stage.COPY)
    body = {"version": Piece.objects.get(pk=piece.pk).version, "at": soon()}
    assert Program(cast.owner).send(f"/pieces/{piece.pk}/schedule", body).json()["code"] == "not_approved"


def told():
    return [d.event for d in Delivery.objects.order_by("id")]


@pytest.fixture
def hook(cast, settings):
    settings.WEBHOOK_PRIVATE = True
    events = [f"publication.{e}" for e in ("live", "verified", "failed", "stopped", "gone")]
    workspace.create_webhook(actor=cast.owner, name="中台", url="http://127.0.0.1:9/", events=events)


def test_a_brands_systems_hear_of_live_seen_and_gone_once_each(cast, piece, hook):
    row = asking.schedule(actor=cast.owner, piece_id=piece.pk, seen=None, at=timezone.now(), way="assisted")
    assert told() == []
    for _twice in range(2):
        row = services.declare(actor=cast.editor, publication_id=row.pk, seen=None, pasted=LINK)
    seen = {"readable": True, "status": 200, "gone": False}
    following.looked(row, Seen(at=timezone.now().isoformat(), address=LINK, matched=True, share=0.97, of=40, **seen), 0)
    for _twice in range(2):
        following.looked(
            row,
            Seen(at=timezone.now().isoformat(), address=LINK, matched=False, share=0, of=0, **{**seen, "gone": True}),
            1,
        )
    assert told() == ["publication.live", "publication.verified", "publication.gone"]
    said = Delivery.objects.order_by("id").first().body
    for part in (f'"subject_id": "{piece.pk}"', LINK, '"proof": "link"'):
        assert part in said


def test_a_brands_systems_hear_of_what_failed_and_what_was_stopped(cast, piece, hook):
    row = asking.schedule(actor=cast.owner, piece_id=piece.pk, seen=None, at=timezone.now(), way="assisted")
    services.refused(actor=cast.editor, publication_id=row.pk, seen=None, words="图片含二维码")
    services.stop(actor=cast.owner, publication_id=row.pk, seen=None)
    assert told() == ["publication.failed", "publication.stopped"]
    assert '"error": "refused_by_hand"' in Delivery.objects.order_by("id").first().body
