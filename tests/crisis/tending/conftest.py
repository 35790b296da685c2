"""Who tends the books, and an incident that goes by them."""

import pytest

from tests.crisis.room import incident_of


@pytest.fixture
def boss(cast):
    return cast.client(cast.owner)


@pytest.fixture
def incident(cast):
    return incident_of(cast.brand)


@pytest.fixture
def tend(cast):
    """Call a service as the owner; who looks afterwards sees the brand as it is then."""
    cast.owner.brand = cast.brand

    def call(service, **given):
        service(actor=cast.owner, seen=None, **given)
        cast.brand.refresh_from_db()

    return call
