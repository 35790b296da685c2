import pytest

from hongqiao.ledger import rules
from tests.cast import cast  # noqa: F401
from tests.ledger import house as ledger_house


@pytest.fixture
def fell():
    """The tests' own rule, registered for one test; it says what `ledger_house.rule_said` holds."""
    rules.all_rules()
    made = ledger_house.rule()
    rules.register(made)
    ledger_house.rule_said.clear()
    yield made
    rules._RULES.pop(made.code)
