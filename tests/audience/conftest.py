"""The cast, an empty house, and facts of persons put in by hand."""

from tests.cast import cast  # noqa: F401
from tests.reach import noon, sms, tencent  # noqa: F401
