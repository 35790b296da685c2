"""An account of the brand, and no pauses on the way to it."""

import pytest

from hongqiao.delivery.publishing import rules
from hongqiao.workspace import services as workspace

FREE = {"gap_minutes": 0, "a_day": 1000}


@pytest.fixture
def shelf(cast):
    return workspace.create_account(actor=cast.owner, platform="xiaohongshu", name="安澜小红书")


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """No pauses between questions and publications, unless a test says so."""
    for name, value in {"polls": [0, 3600], "looks": [0, 3600], "pacing": {"default": FREE}}.items():
        monkeypatch.setitem(rules.rules(), name, value)
