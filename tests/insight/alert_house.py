"""What the tests of 自设提醒 share: a line that is drawn, and the look that crosses it."""

from datetime import date

import pytest
from django.test import Client

from hongqiao import warehouse
from hongqiao.insight.alerts import services
from hongqiao.insight.alerts.model import AlertRule
from hongqiao.insight.alerts.services import Wanted
from hongqiao.insight.rules import threshold
from hongqiao.ledger.rules import Look
from hongqiao.workspace import services as workspace

DAY = date(2026, 4, 1)


def look_at(member, day: date) -> Look:
    return Look(member.brand, warehouse.open(member.brand_id), day)


def raised(member, day: date = date(2026, 4, 10)):
    return list(threshold.detect(look_at(member, day)))


@pytest.fixture(name="line")
def drawn_line(owner):
    """Views of 104 on April 4 and more after; the look is from April 10."""

    def draw(condition="above", at="105", since=DAY, **more):
        row = services.add_alert(actor=owner, wanted=Wanted("views", condition, at, **more))
        AlertRule.objects.filter(pk=row.pk).update(since=since)
        row.refresh_from_db()
        return row

    return draw


class Program:
    """Another program with a token."""

    def __init__(self, member, *scopes):
        _row, token = workspace.create_token(actor=member, name="test", scopes=list(scopes))
        self.client, self.headers = Client(), {"Authorization": f"Bearer {token}"}

    def __call__(self, method, path, body=None):
        more = {"content_type": "application/json"} if body is not None else {}
        return getattr(self.client, method)(f"/api/alerts{path}", body, headers=self.headers, **more)
