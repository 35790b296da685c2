"""The cast is known here; `said` puts what people did into the facts."""

from datetime import UTC, datetime

import pytest

from hongqiao import warehouse
from hongqiao.warehouse import inbox
from hongqiao.workspace import keys, services
from tests.cast import cast  # noqa: F401
from tests.reach import noon, sms, tencent  # noqa: F401


@pytest.fixture
def said(cast, house):  # noqa: F811
    """Take events of the brand's own system: (person, event, local time, more)."""
    shop = services.create_account(actor=cast.owner, platform="own", name="小程序")
    ring = keys.person_keys(cast.brand.pk)

    def put(*rows: tuple) -> None:
        events = [{"person": p, "event": e, "ts": ts, **(more[0] if more else {})} for p, e, ts, *more in rows]
        captured = datetime.now(UTC).replace(tzinfo=None)
        origin = warehouse.Origin(
            cast.brand.pk, "own", shop.pk, "Asia/Shanghai", captured, "", "api", "", "own.events", "api"
        )
        inbox.put(cast.brand.pk, "events", events, origin, ring)

    put.key = lambda person: ring.hash([person])[0]  # type: ignore[attr-defined]
    return put
