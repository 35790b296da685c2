"""The gallery's tests use the browser's fixtures too."""

from tests.browser.fixtures import *  # noqa: F403
