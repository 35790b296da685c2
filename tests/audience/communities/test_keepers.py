"""What activities and draws keep of a person moves with a merge, goes out to them, and is erased. U1, U2."""

from django.utils import timezone

from hongqiao.audience.communities import keepers, kit
from hongqiao.audience.models import Activity, Draw, Entry, Slip, Win


def planted(cast, who, *, won=False):
    """A show of one's purchase with an entry and a slip of the person; won: with a prize."""
    brand = cast.brand
    activity = Activity.objects.create(brand=brand, kind="show", title="晒单")
    draw = Draw.objects.create(brand=brand, title="抽正装", activity=activity, by=cast.owner)
    entry = Entry.objects.create(
        brand=brand, activity=activity, who=who, known=True, name=kit.seal("小雨"), words=kit.seal("很喜欢"),
        said_at=timezone.now(),
    )  # fmt: skip
    slip = Slip.objects.create(
        brand=brand, draw=draw, code=who[:8], who=who, known=True, name=kit.seal("小雨"), entry=entry,
        taken_at=timezone.now(),
    )  # fmt: skip
    if won:
        Win.objects.create(brand=brand, draw=draw, ticket=slip, rank=1, prize="full")
    return entry, slip


def test_a_merge_moves_what_was_brought_and_its_undoing_moves_it_back(cast):
    entry, slip = planted(cast, "a" * 64)
    moved = keepers.move(cast.brand.pk, "a" * 64, "b" * 64)
    entry.refresh_from_db()
    assert entry.who == "b" * 64
    keepers.back(cast.brand.pk, moved, "a" * 64)
    slip.refresh_from_db()
    assert slip.who == "a" * 64


def test_two_parts_of_one_person_in_a_draw_stay_two(cast):
    _entry, slip = planted(cast, "a" * 64)
    other = Slip.objects.create(
        brand=cast.brand, draw=slip.draw, code="x", who="b" * 64, known=True, taken_at=timezone.now()
    )
    keepers.move(cast.brand.pk, "b" * 64, "a" * 64)
    other.refresh_from_db()
    assert other.who == "b" * 64


def test_a_person_is_told_what_they_brought_and_won(cast):
    planted(cast, "a" * 64, won=True)
    told = keepers.export(cast.brand.pk, ["a" * 64])
    assert told[0]["words"] == "很喜欢"
    assert told[1]["won"] == ["full"]
    assert keepers.export(cast.stranger.brand_id, ["a" * 64]) == []


def test_erasing_leaves_rows_without_a_name_and_the_winners_record_as_the_law_wants_it(cast):
    entry, slip = planted(cast, "a" * 64)
    _entry, winner = planted(cast, "c" * 64, won=True)
    assert keepers.erase(cast.brand.pk, ["a" * 64, "c" * 64]) == 3
    entry.refresh_from_db()
    slip.refresh_from_db()
    winner.refresh_from_db()
    assert (entry.name, entry.words, entry.state) == ("", "", "hidden")
    assert "a" * 64 not in (entry.who, slip.who)
    assert (slip.code, slip.name) == ("a" * 8, "")
    assert (winner.who, kit.unseal(winner.name)) == ("c" * 64, "小雨")
