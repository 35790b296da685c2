"""The sample's surveys are told once, quickly, and can be read. U2b, U3."""

import time
from pathlib import Path

import pytest

from hongqiao.audience.models import Insight, Survey
from hongqiao.audience.sample import surveys
from hongqiao.audience.surveys import present

pytestmark = pytest.mark.django_db
FOLDER = Path(__file__).resolve().parents[3] / "examples" / "anlan" / "audience"


def test_the_surveys_are_told_once_with_scores_before_and_after_and_cards(cast):
    before = time.process_time()
    surveys.plant(cast.owner, FOLDER, [f"{n:064x}" for n in range(40)])
    assert time.process_time() - before < 5  # about a second, on a slow machine more
    surveys.plant(cast.owner, FOLDER, [])
    assert Survey.objects.count() == 2
    nps, trust = Survey.objects.order_by("created_at")
    told = present.outcome(cast.owner, nps, "", "")
    assert told["counted"] == 62
    assert told["known"] == 19
    assert told["questions"][0]["nps"][0] > 20
    assert told["questions"][1]["open"]["groups"]
    assert present.outcome(cast.owner, trust, "", "")["questions"][0]["moved"]["pairs"] == 22
    assert {i.state for i in Insight.objects.all()} == {"held", "open"}
    assert min(i.evidence.count() for i in Insight.objects.all()) == 3
