import pytest

from hongqiao.ledger import rules
from hongqiao.workspace import services as workspace
from tests.cast import cast  # noqa: F401
from tests.ledger import house as ledger_house
from tests.ledger.measured import PLATFORMS
from tests.speaker import speaker  # noqa: F401


@pytest.fixture
def fell():
    """The tests' own rule, registered for one test; it says what `ledger_house.rule_said` holds."""
    rules.all_rules()
    made = ledger_house.rule()
    rules.register(made)
    ledger_house.rule_said.clear()
    yield made
    rules._RULES.pop(made.code)


@pytest.fixture
def accounts(cast, house):  # noqa: F811
    """platform → account of the brand."""
    made_ = {"douyin": cast.account}
    for code in PLATFORMS[1:]:
        made_[code] = workspace.create_account(actor=cast.owner, platform=code, name=code)
    return made_
