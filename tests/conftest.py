"""What every test may use: an empty house of its own, and the real records where they are kept beside the checkout."""

import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.utils import translation

from tests.browser.fixtures import *  # noqa: F403  (once for all: one browser a run)

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real records, or skip: they are not part of the project."""
    folder = Path(os.environ.get("HONGQIAO_SHARED", ROOT.parent / "shared"))
    if not (folder / "data").is_dir():
        pytest.skip("the real records are not here (set HONGQIAO_SHARED to their folder)")
    return folder


@pytest.fixture
def house(settings, tmp_path) -> Path:
    """A data folder of the test's own."""
    settings.DATA = tmp_path
    return tmp_path


@pytest.fixture(autouse=True)
def days_like_others(request, monkeypatch) -> None:
    """Slots count from today: what a test puts on a day is not asked about because it happens to be a solemn one."""
    if "solemn" not in request.keywords:
        from hongqiao.content.production import slots

        monkeypatch.setattr(slots, "mind", lambda *_given: None)


@pytest.fixture(autouse=True)
def default_language() -> Iterator[None]:
    """A request leaves its reader's language on the thread; the next test begins in the house's own."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True, scope="session")
def static_files_found_once() -> Iterator[None]:
    """A server looks for its own files once, as it starts; a test's client would at each first request."""
    from whitenoise.middleware import WhiteNoiseMiddleware

    find, found = WhiteNoiseMiddleware.add_files_from_finders, {}

    def once(self: WhiteNoiseMiddleware) -> None:
        if not found:
            find(self)
            found.update(self.files)
        self.files.update(found)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", once)
        yield


@pytest.fixture
def one_window(monkeypatch) -> None:
    """Tries are counted by the window of the clock: a test that counts them must not fall into two."""
    from hongqiao.workspace import throttle

    now = throttle.time.time()
    monkeypatch.setattr(throttle, "time", SimpleNamespace(time=lambda: now))
