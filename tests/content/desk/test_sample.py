"""The sample's desk."""

import json

from hongqiao.content.sample import desk
from hongqiao.delivery.models import Publication


def test_approved_pieces_are_put_on_the_desk_once_and_others_are_left(cast, piece, tmp_path):
    due = [{"title": piece.title, "hours": 2}, {"title": "没有这一条", "hours": 3}]
    (tmp_path / "desk.json").write_text(json.dumps({"due": due}), "utf-8")
    for _ in range(2):
        desk.plant(cast.owner, tmp_path)
    assert Publication.objects.get().title == piece.title


def test_without_a_file_nothing_is_planted(cast, piece, tmp_path):
    desk.plant(cast.owner, tmp_path)
    assert not Publication.objects.exists()
