"""Telling the sample's story: one day after another, each looked at, judged, answered and marked as told."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from hongqiao import warehouse
from hongqiao.errors import HongqiaoError
from hongqiao.insight.reports import services as reports
from hongqiao.insight.sample import acts
from hongqiao.ledger import jobs as ledger
from hongqiao.ledger import watching
from hongqiao.workspace import figures, invented
from hongqiao.workspace.models import Brand, Member

log = logging.getLogger("hongqiao.insight")
Story = Mapping[str, Any]


def read(path: Path) -> Story:
    """Return a story: its people, its days in order, the reports built at its end."""
    story: Story = json.loads(path.read_text("utf-8"))
    return story


def tell(host: Member, story: Story, go_on: Callable[[int], bool]) -> bool:
    """Tell what is not told yet; whether it is all told. `go_on(told)` is asked before each day.

    Safe to take again at any point: a day's answers and the mark that it is told are one transaction, looking and
    judging change nothing the second time.
    """
    cast = invented.gather(host, story["people"])
    while (at := told(Brand.objects.get(pk=host.brand_id))) < len(story["days"]):
        if not go_on(at):
            return False
        chapter = story["days"][at]
        last = at + 1 == len(story["days"])
        with figures.on_day(date.fromisoformat(chapter["day"])):
            _look(host.brand_id, date.fromisoformat(chapter["day"]), chapter.get("look", True), tell=last)
            _answer(host.brand_id, cast, at, chapter["acts"])
    for kind in story.get("reports", ()):
        reports.build(actor=cast[story["reporter"]], kind=kind)
    return True


def told(brand: Brand) -> int:
    """Return how many days of its story a sample brand has behind it."""
    return int((brand.settings or {}).get(figures.SAMPLE, {}).get("told", 0))


def _look(brand_id: Any, day: date, look: bool, *, tell: bool) -> None:
    """Judge what got ripe since the day before, each on its own measuring day, then let every rule speak."""
    brand = Brand.objects.get(pk=brand_id)
    for action in ledger.ripe(brand, day):
        with figures.on_day(action.measure_on or day):
            waits = ledger.judge(action)["outcome"] is None
        if waits:  # for files that were to come in the days after
            ledger.judge(action)
    if look:
        watching.watch(brand, warehouse.open(brand.pk), day, tell=tell)


def _answer(brand_id: Any, cast: Mapping[str, Member], at: int, given: list[dict[str, Any]]) -> None:
    """Let people answer a day's findings; what cannot be done any more (somebody else was quicker) is left out."""
    with _marking(brand_id, at) as names:
        for act in given:
            try:
                with transaction.atomic():
                    acts.do(cast, names, act)
            except HongqiaoError as error:
                log.warning("sample: %s left out: %s", act, error.code)


@contextmanager
def _marking(brand_id: Any, at: int) -> Iterator[dict[str, str]]:
    """Hold the brand while a day is answered; hands over the story's names for actions, keeps them with the mark."""
    with transaction.atomic():
        brand = Brand.objects.select_for_update().get(pk=brand_id)
        kept = dict((brand.settings or {}).get(figures.SAMPLE, {}))
        names = dict(kept.get("actions", {}))
        yield names
        brand.settings = {**(brand.settings or {}), figures.SAMPLE: {"told": at + 1, "actions": names}}
        brand.save(update_fields=["settings"])
