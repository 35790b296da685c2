"""An incident of the brand, a lead who signs and pauses, and a colleague of customer service."""

import pytest

from tests.cast import join
from tests.crisis.room import incident_of


@pytest.fixture
def incident(cast, house):
    return incident_of(cast.brand)


@pytest.fixture
def manager(cast):
    return join(cast.brand, "manager", "manager")


@pytest.fixture
def product(cast):
    return join(cast.brand, "product", "product")
