"""An approved piece of 小红书 with its text and two pictures, and where it is published."""

import io

import pytest
from PIL import Image

from hongqiao.content import body as bodies
from hongqiao.content.models import Asset, Piece, Revision, Stage
from hongqiao.workspace import services
from tests.cast import cast  # noqa: F401
from tests.delivery.conftest import pages, platform  # noqa: F401

TEXT = "油皮夏天最怕闷，我连着用了三周：早上一泵，两小时后补涂一次，T 区没有搓泥。敏感肌先在耳后试一天再上脸。"

LABELS = {"ai": "assisted", "ai_shown": True, "ad": True}


def picture(colour: str) -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (60, 80), colour).save(held, "PNG")
    return held.getvalue()


def asset(cast, house, name: str, data: bytes) -> Asset:  # noqa: F811
    import hashlib

    digest = hashlib.sha256(data).hexdigest()
    folder = house / "assets" / str(cast.brand.pk)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / digest).write_bytes(data)
    fields = {"kind": "image", "name": name, "digest": digest, "bytes": len(data), "mime": "image/png"}
    return Asset.objects.create(brand=cast.brand, by=cast.owner, **fields)


def approve(cast, piece: Piece, **more) -> Piece:  # noqa: F811
    """Let a piece stand approved with a text."""
    before = Revision.objects.filter(piece=piece).order_by("-number").first()
    kept = {"images": before.body["images"]} if before and before.body.get("images") else {}
    said = {"title": piece.title, "text": TEXT, "tags": ["防晒", "油皮"], "labels": LABELS, **kept, **more}
    number = piece.revision + 1
    fields = {"number": number, "by": cast.owner, "body": said, "digest": bodies.digest(said)}
    row = Revision.objects.create(brand=cast.brand, piece=piece, text=bodies.words(piece.form, said), **fields)
    piece.revision, piece.approved, piece.stage = number, row.digest, Stage.APPROVED
    piece.save()
    return piece


@pytest.fixture
def shelf(cast):  # noqa: F811
    return services.create_account(actor=cast.owner, platform="xiaohongshu", name="安澜小红书")


@pytest.fixture
def piece(cast, shelf, house):  # noqa: F811
    fields = {"platform": "xiaohongshu", "form": "note", "owner": cast.editor, "by": cast.editor, "account": shelf}
    made = Piece.objects.create(brand=cast.brand, title="油皮防晒怎么补涂", commercial="own", buying=True, **fields)
    images = [str(asset(cast, house, f"{c}.png", picture(c)).pk) for c in ("red", "blue")]
    return approve(cast, made, images=images)
