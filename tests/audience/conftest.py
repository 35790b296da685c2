"""The cast is known here."""

from tests.cast import cast  # noqa: F401
