"""From a file to figures: what is proposed, confirmed, taken, undone."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from hongqiao.errors import Conflict, NotAllowed, NotFound
from hongqiao.imports import queries, services
from hongqiao.imports.errors import BadMoment, NeedsAccount, NothingToTake, OtherPlatform
from hongqiao.imports.models import FileState, ImportFile
from hongqiao.workspace import services as workspace
from hongqiao.workspace.jobs import work_off
from hongqiao.workspace.models import AuditEntry, Job, Notice

from .conftest import CAPTURED, SHANGHAI, current, daily, statements, sums, work, works, xlsx


def test_a_file_is_recognised_by_its_content_and_an_account_is_proposed(give, douyin):
    file = give(works(work(1), work(2)), "随便起的名字.csv")
    table = file.tables.get()
    assert (file.state, table.layout, table.platform) == ("waiting", "douyin.works", "douyin")
    assert file.account == douyin
    assert file.captured_from == "upload_time"
    assert table.preview[0][0] == "防晒测评 1"


def test_the_account_of_last_time_is_proposed_where_there_are_several(take, give, owner, douyin):
    second = workspace.create_account(actor=owner, platform="douyin", name="安澜种草号")
    assert give(works(work(1))).account is None
    take(works(work(1)), account=second)
    assert give(works(work(2))).account == second


def test_confirming_runs_in_the_background_and_ends_as_done_with_its_bytes_gone(
    give, owner, douyin, brand, django_capture_on_commit_callbacks
):
    file = give(works(work(1), work(2), work(3)))
    with django_capture_on_commit_callbacks(execute=True):
        services.confirm(actor=owner, file_id=file.id, seen=file.version, account_id=douyin.id, captured_at=CAPTURED)
        assert Job.objects.get(kind=services.RUN).payload == {"file": str(file.id)}
        work_off()
    file.refresh_from_db()
    assert (file.state, sums(file), file.kept, file.progress) == ("done", (3, 0, 0), False, 1)
    assert not file.path.exists()
    assert file.tables.get().preview == []
    assert len(current(brand, "contents")) == 3


def test_the_same_file_again_changes_nothing_and_says_unchanged(take, brand):
    take(works(work(1), work(2)))
    before = statements(brand, "content_snapshots")
    again = take(works(work(1), work(2)), "另一个名字.csv")
    assert sums(again) == (0, 2, 0)
    assert statements(brand, "content_snapshots") == before


def test_the_page_can_tell_that_the_same_bytes_were_imported_before(take, give):
    done = take(works(work(1)))
    again = give(works(work(1)))
    assert queries.twins([again]) == {again.id: done}


def test_undo_takes_back_one_file_and_a_second_undo_is_a_conflict(take, owner, brand):
    take(daily(("2026-04-01", 10), ("2026-04-02", 20)))
    second = take(daily(("2026-04-02", 25), ("2026-04-03", 30)), captured=CAPTURED + timedelta(hours=1))
    assert {r["day"].day: r["views"] for r in current(brand, "account_daily")} == {1: 10, 2: 25, 3: 30}
    services.undo(actor=owner, file_id=second.id, seen=second.version)
    assert {r["day"].day: r["views"] for r in current(brand, "account_daily")} == {1: 10, 2: 20}
    with pytest.raises(Conflict):
        services.undo(actor=owner, file_id=second.id, seen=None)
    assert AuditEntry.objects.filter(code="import.undone").count() == 1


def test_an_undone_file_can_be_uploaded_again_and_counts_again(take, owner, brand):
    file = take(works(work(1)))
    services.undo(actor=owner, file_id=file.id, seen=None)
    assert current(brand, "contents") == []
    assert sums(take(works(work(1)))) == (1, 0, 0)
    assert len(current(brand, "contents")) == 1


def test_refused_rows_are_named_by_row_and_column_and_the_confirmer_is_told(take, owner):
    file = take(works(work(1), work(2).replace("2026-04-03 21:26:02", "某天"), work(3).replace(",10,2,3", ",很多,2,3")))
    table = file.tables.get()
    assert file.state == "done"
    assert {(p["row"], p["column"], p["code"]) for p in table.problems} == {
        (3, "发布时间", "not_a_date"),
        (4, "点赞量", "not_a_number"),
    }
    assert sums(file) == (2, 0, 1), "an unreadable figure loses its cell, an unreadable key its row"
    assert Notice.objects.filter(member=owner, code="import.rows_refused").count() == 1


def test_a_half_made_choice_is_kept_and_wins_over_the_proposal(give, owner, douyin):
    other = workspace.create_account(actor=owner, platform="douyin", name="安澜种草号")
    file = give(works(work(1)))
    services.choose(actor=owner, file_id=file.id, account_id=other.id, captured_at=CAPTURED)
    services.look_again(actor=owner, file_id=file.id, seen=None)
    file.refresh_from_db()
    assert (file.account, file.captured_at, file.captured_from) == (other, CAPTURED, "person")
    services.confirm(actor=owner, file_id=file.id, seen=file.version, queue=False)


def test_confirm_all_takes_the_complete_ones_and_leaves_the_others(give, owner, douyin, brand):
    give(works(work(1)))
    give(works(work(2)))
    unknown = give("店,员,数\nA,B,1\n".encode())
    assert services.confirm_all(actor=owner) == {"confirmed": 2, "left": 1}
    assert ImportFile.objects.filter(state="queued").count() == 2
    assert ImportFile.objects.get(id=unknown.id).state == "waiting"


def test_a_file_of_one_platform_is_not_put_on_anothers_account(give, owner, douyin):
    shop = workspace.create_account(actor=owner, platform="xiaohongshu", name="安澜小红书")
    file = give(works(work(1)))
    with pytest.raises(OtherPlatform) as said:
        services.confirm(actor=owner, file_id=file.id, seen=None, account_id=shop.id, captured_at=CAPTURED)
    assert said.value.params == {"account": "安澜小红书", "file": "抖音", "platform": "小红书"}


def test_confirming_needs_an_account_a_believable_moment_and_something_to_take(give, owner):
    file = give(works(work(1)))
    with pytest.raises(NeedsAccount):
        services.confirm(actor=owner, file_id=file.id, seen=None, captured_at=CAPTURED)
    account = workspace.create_account(actor=owner, platform="douyin", name="一号")
    for moment in (timezone.now() + timedelta(days=3), datetime(1900, 1, 1, tzinfo=UTC)):
        with pytest.raises(BadMoment):
            services.confirm(actor=owner, file_id=file.id, seen=None, account_id=account.id, captured_at=moment)
    table = file.tables.get()
    services.skip_table(actor=owner, file_id=file.id, table_id=table.id, skip=True)
    with pytest.raises(NothingToTake):
        services.confirm(actor=owner, file_id=file.id, seen=None, account_id=account.id, captured_at=CAPTURED)


def test_the_second_of_two_people_who_confirm_one_file_gets_a_conflict(give, owner, specialist, douyin):
    file = give(works(work(1)))
    seen = file.version
    services.confirm(actor=owner, file_id=file.id, seen=seen, account_id=douyin.id, captured_at=CAPTURED)
    with pytest.raises(Conflict):
        services.confirm(actor=specialist, file_id=file.id, seen=seen, account_id=douyin.id, captured_at=CAPTURED)
    assert Job.objects.filter(kind=services.RUN).count() == 1


def test_who_may_do_what(give, take, owner, specialist, designer, stranger, douyin):
    file = give(works(work(1)), actor=specialist)
    with pytest.raises(NotAllowed):
        services.receive(actor=designer, name="a.csv", stream=io.BytesIO(works(work(1))))
    for actor in (designer, stranger):
        with pytest.raises(NotFound):
            services.confirm(actor=actor, file_id=file.id, seen=None, account_id=douyin.id, captured_at=CAPTURED)
        with pytest.raises(NotFound):
            services.discard(actor=actor, file_id=file.id, seen=None)
    done = take(works(work(2)))
    with pytest.raises(NotFound):  # a specialist imports; undoing is for those above
        services.undo(actor=specialist, file_id=done.id, seen=None)
    with pytest.raises(NotFound):
        services.undo(actor=stranger, file_id=done.id, seen=None)


def test_discarding_takes_the_file_and_its_bytes_away(give, owner, django_capture_on_commit_callbacks):
    file = give(works(work(1)))
    path = file.path
    with django_capture_on_commit_callbacks(execute=True):
        services.discard(actor=owner, file_id=file.id, seen=file.version)
    assert not path.exists()
    assert not ImportFile.objects.exists()
    assert AuditEntry.objects.filter(code="import.discarded").count() == 1


def test_one_table_can_be_left_out(owner, douyin, give, brand):
    file = give(daily(("2026-04-01", 10)), "a.xlsx")
    assert file.state == FileState.WAITING
    table = file.tables.get()
    services.skip_table(actor=owner, file_id=file.id, table_id=table.id, skip=True)
    services.look_again(actor=owner, file_id=file.id, seen=None)
    assert file.tables.get().skip, "a choice survives looking again"


def test_local_moments_are_read_in_the_accounts_zone_and_a_bare_day_means_its_end():
    from hongqiao.imports.services.files import moment_of

    assert moment_of("2026-04-15T09:30", "Asia/Shanghai") == CAPTURED
    assert moment_of("2026-04-15T09:30", "America/New_York") == datetime(2026, 4, 15, 13, 30, tzinfo=UTC)
    assert moment_of("2026-04-15", "Asia/Shanghai") == datetime(2026, 4, 15, 23, 59, 59, tzinfo=SHANGHAI)
    assert moment_of("2026-04-15T09:30:00+00:00", "Asia/Shanghai") == datetime(2026, 4, 15, 9, 30, tzinfo=UTC)
    for wrong in ("昨天", "2026-13-01", "", "9999-99-99T00:00"):
        with pytest.raises(BadMoment):
            moment_of(wrong, "Asia/Shanghai")


def test_every_write_leaves_one_audit_row(give, owner, douyin):
    file = give(works(work(1)))
    services.choose(actor=owner, file_id=file.id, account_id=douyin.id)
    services.confirm(actor=owner, file_id=file.id, seen=None, account_id=douyin.id, captured_at=CAPTURED, queue=False)
    services.run(file.id)
    services.undo(actor=owner, file_id=file.id, seen=None)
    codes = list(AuditEntry.objects.filter(object_id=str(file.id)).order_by("id").values_list("code", flat=True))
    assert codes == ["import.received", "import.chosen", "import.confirmed", "import.done", "import.undone"]


def test_columns_nobody_knows_are_kept_beside_the_rows(take, brand):
    head, row = works(work(1)).decode().strip().split("\n")
    file = take(f"{head},神秘指标\n{row},42\n".encode())
    table = file.tables.get()
    assert table.unknown == ["神秘指标"]
    assert file.state == "done"
    assert '"神秘指标"' in str(current(brand, "content_snapshots")) + str(current(brand, "contents"))


def test_a_missing_required_column_is_refused_by_name(give, owner, douyin):
    head, row = works(work(1)).decode().lstrip("\ufeff").strip().split("\n")
    cut = lambda line: ",".join(c for n, c in enumerate(line.split(",")) if n != 1)  # noqa: E731 - without 发布时间
    file = give((cut(head) + "\n" + cut(row) + "\n").encode())
    table = file.tables.get()
    assert (table.layout, table.missing) == ("douyin.works", ["发布时间"])
    with pytest.raises(NothingToTake):
        services.confirm(actor=owner, file_id=file.id, seen=None, account_id=douyin.id, captured_at=CAPTURED)


def test_a_workbook_with_an_unknown_sheet_is_undecided_until_that_sheet_is_left_out(give, owner, douyin):
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(xlsx([["日期", "播放量"], ["2026-04-01", 3]])))
    other = book.create_sheet("备注")
    other.append(["店", "员", "数"])
    other.append(["A", "B", 1])
    out = io.BytesIO()
    book.save(out)
    file = give(out.getvalue(), "两页.xlsx")
    assert services.confirm_all(actor=owner) == {"confirmed": 0, "left": 1}
    stranger = next(t for t in file.tables.all() if not t.layout)
    services.skip_table(actor=owner, file_id=file.id, table_id=stranger.id, skip=True)
    assert services.confirm_all(actor=owner) == {"confirmed": 1, "left": 0}
