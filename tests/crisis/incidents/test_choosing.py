"""The strategy, kept with what was entered."""

import pytest

from hongqiao.crisis.incidents import (
    choosing,
)
from hongqiao.errors import Invalid


def test_the_strategy_is_kept_with_what_was_entered(cast, incident):
    given = {"cluster": "preventable", "history": False, "reputation": "good", "truth": "true", "harm": True}
    row = choosing.choose(actor=cast.owner, incident_id=incident.pk, seen=1, **given)
    assert (row.choice["strategy"], row.choice["harm"]) == ("rebuild", True)
    with pytest.raises(Invalid):
        choosing.choose(actor=cast.owner, incident_id=incident.pk, seen=2, **{**given, "truth": "maybe"})
