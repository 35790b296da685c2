"""Answers already given: one question of one version is answered once, also when many ask at the same moment."""

import threading
from datetime import date
from types import SimpleNamespace
from uuid import uuid4

import pytest

from hongqiao.metrics import cache
from hongqiao.metrics.result import Query, Result

ASKED = Query(("views",), start=date(2026, 4, 1), end=date(2026, 4, 9))


@pytest.fixture
def handle():
    cache.forget()
    return SimpleNamespace(brand_id=uuid4(), version=1)


def together(count: int, work) -> list:
    found: list = [None] * count

    def run(n: int) -> None:
        try:
            found[n] = work()
        except ValueError as error:
            found[n] = error

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return found


def result() -> Result:
    return Result(columns=[], rows=[{"views": 7}], totals={"views": 7}, version=1, start=None, end=None, row_count=1)


def test_twenty_who_ask_the_same_at_once_read_the_facts_once(handle):
    asked, go = [], threading.Event()

    def answer() -> Result:
        asked.append(threading.get_ident())
        go.wait(5)
        return result()

    threading.Timer(0.3, go.set).start()
    found = together(20, lambda: cache.kept(handle, ASKED, answer))
    assert len(asked) == 1
    assert {r.totals["views"] for r in found} == {7}
    assert len({id(r) for r in found}) == 20, "nobody gets another's object"


def test_where_the_one_who_asks_fails_the_next_asks_and_nobody_waits_for_ever(handle):
    asked = []

    def answer() -> Result:
        asked.append(1)
        if len(asked) == 1:
            raise ValueError
        return result()

    found = together(5, lambda: cache.kept(handle, ASKED, answer))
    assert sum(isinstance(r, ValueError) for r in found) == 1
    assert [r.totals["views"] for r in found if isinstance(r, Result)] == [7] * 4
    assert not cache._asking


def test_another_version_and_another_question_wait_for_nobody(handle):
    inside = []

    def answer() -> Result:
        later = SimpleNamespace(brand_id=handle.brand_id, version=2)
        if not inside:
            inside.append(1)
            cache.kept(later, ASKED, answer)
        return result()

    assert cache.kept(handle, ASKED, answer).totals == {"views": 7}
