"""The sample's contest is told through the services from who is in the files. U2."""

from pathlib import Path

import pytest

from hongqiao.audience.communities.draws import queries
from hongqiao.audience.models import Activity, Draw, Group, Win
from hongqiao.audience.sample import contest
from hongqiao.site import draw_commands
from hongqiao.site.arguments import parser

pytestmark = pytest.mark.django_db
FOLDER = Path(__file__).resolve().parents[3] / "examples" / "anlan" / "audience"


def test_the_contest_waits_for_its_takers_and_is_then_told_once(cast, said, tmp_path):
    contest.groups(cast.owner, FOLDER)
    assert Group.objects.count() == 3
    assert not contest.plant(cast.owner, FOLDER)
    rows = [(f"p{n}", "contest_join", f"2026-08-{16 + n % 9}T10:00:00", {"content": "晒单抽正装"}) for n in range(15)]
    said(*rows)
    assert contest.plant(cast.owner, FOLDER)
    assert contest.plant(cast.owner, FOLDER)
    row = Activity.objects.get()
    assert row.state == Activity.State.REVIEWED
    assert row.measured["few"] == "few"
    draw = Draw.objects.get()
    assert draw.state == Draw.State.DONE
    assert draw.drawn_at >= queries.draws_at(draw)
    assert Win.objects.filter(draw=draw, state=Win.State.RECEIVED).count() == 10
    pack = tmp_path / "evidence.json"
    pack.write_bytes(cast.client(None).get(f"/d/{draw.token}/evidence.json").content)
    given = parser().parse_args(["draws", "verify", str(pack), "--list", draw.list_hash])
    assert draw_commands.draws(given) == 0
