"""A real Chromium for tests: pages that fail on console errors and on breaches of the content security policy.

The tests' root conftest imports it, once for all: a second browser session in one run is refused by Playwright.
`HONGQIAO_REQUIRE_ALL=1` turns an absent browser into a failure; `HONGQIAO_SHOTS` is a folder that keeps pictures;
`HONGQIAO_CHROMIUM` is the browser's path where it is in none of the usual places.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

__all__ = ["chromium", "new_page", "page", "phone", "shot"]

# Playwright's own event loop would make Django refuse the database in tests.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PATIENCE = 45_000  # ms: a machine with two busy cores is slow, not wrong
DESKTOP, PHONE = {"width": 1440, "height": 1000}, {"width": 390, "height": 844}


def absent(reason: str) -> None:
    """Skip, or fail where everything is required to be here."""
    if os.environ.get("HONGQIAO_REQUIRE_ALL") == "1":
        pytest.fail(f"{reason} (HONGQIAO_REQUIRE_ALL=1)")
    pytest.skip(reason)


def executable() -> str | None:
    """Return the path of a Chromium on this machine, None if there is none."""
    return os.environ.get("HONGQIAO_CHROMIUM") or next((p for n in NAMES if (p := shutil.which(n))), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One browser for the whole run."""
    try:
        from playwright.sync_api import expect, sync_playwright
    except ImportError:
        absent("playwright is not installed")
    expect.set_options(timeout=PATIENCE)
    path = executable()
    if not path:
        absent("no Chromium on this machine: install it, or set HONGQIAO_CHROMIUM to its path")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=ARGS)
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium: Any, request: pytest.FixtureRequest) -> Iterator[Callable[..., Any]]:
    """Open pages: `new_page(viewport=…, color_scheme="dark")`; at the end the test fails for what their consoles said.

    `page.allow(r"404")` lets expected console errors pass: a test of an error page causes one.
    """
    contexts: list[Any] = []
    said: list[str] = []
    allowed: list[str] = []

    def open_page(**options: Any) -> Any:
        options = {"viewport": DESKTOP, "locale": "zh-CN", "timezone_id": "Asia/Shanghai", **options}
        context = chromium.new_context(**options)
        contexts.append(context)
        tab = context.new_page()
        tab.set_default_timeout(PATIENCE)
        tab.on("console", lambda m: said.append(m.text) if m.type in ("error", "warning") else None)
        tab.on("pageerror", lambda e: said.append(f"uncaught: {e}"))
        tab.allow = allowed.append
        return tab

    yield open_page
    for context in contexts:
        context.close()
    left = [s for s in said if not any(re.search(a, s) for a in allowed)]
    assert not left, "the browser's console has errors:\n" + "\n".join(left)


@pytest.fixture
def page(new_page: Callable[..., Any]) -> Any:
    """A desktop page, 1440 wide, light."""
    return new_page()


@pytest.fixture
def phone(new_page: Callable[..., Any]) -> Any:
    """A phone's page, 390 wide, with touch."""
    return new_page(viewport=PHONE, has_touch=True, is_mobile=True, device_scale_factor=2)


@pytest.fixture
def shot() -> Callable[..., None]:
    """`shot(page, "today")` keeps a picture of the whole page in $HONGQIAO_SHOTS, if that is set."""

    def take(tab: Any, name: str, full: bool = True) -> None:
        if folder := os.environ.get("HONGQIAO_SHOTS"):
            target = Path(folder)
            target.mkdir(parents=True, exist_ok=True)
            tab.screenshot(path=str(target / f"{name}.png"), full_page=full, animations="disabled")

    return take
