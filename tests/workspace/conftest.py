from tests.cast import cast  # noqa: F401
from tests.speaker import speaker  # noqa: F401
