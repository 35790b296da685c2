"""Every test of this folder drives a real Chromium against pytest-django's live server."""

from tests.browser.fixtures import *  # noqa: F403
