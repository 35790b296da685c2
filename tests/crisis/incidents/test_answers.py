"""What customer service says to all: approved by another than who wrote it."""

import pytest

from hongqiao.crisis.incidents import (
    answers,
)
from hongqiao.crisis.models import Answer
from hongqiao.errors import NotAllowed


def test_who_wrote_an_answer_does_not_approve_it_and_rewording_takes_the_approval_away(cast, incident, manager):
    row = answers.add_answer(actor=manager, incident_id=incident.pk, question="还能用吗", answer="请停用")
    with pytest.raises(answers.OwnAnswer):
        answers.approve_answer(actor=manager, answer_id=row.pk, seen=1)
    with pytest.raises(NotAllowed):
        answers.approve_answer(actor=cast.editor, answer_id=row.pk, seen=1)
    answers.approve_answer(actor=cast.owner, answer_id=row.pk, seen=1)
    answers.change_answer(actor=cast.editor, answer_id=row.pk, seen=2, question="还能用吗", answer="可以用")
    assert Answer.objects.get().approved_at is None
