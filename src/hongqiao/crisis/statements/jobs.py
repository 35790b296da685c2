"""What statements hear of publications, and the switch they go by."""

from hongqiao.crisis.statements import publishing as statements
from hongqiao.delivery import publishing

publishing.on_change(statements.follow)
publishing.guard(statements.wanted)
