from pathlib import Path

import pytest

from hongqiao.content.production import services as production
from hongqiao.content.sample import book as sample
from hongqiao.workspace import services as workspace
from tests.cast import cast  # noqa: F401
from tests.speaker import speaker  # noqa: F401

FOLDER = Path(__file__).resolve().parents[3] / "examples" / "anlan" / "content"
BRIEF = {
    "audience": "油皮通勤女性",
    "message": "早八也能把防晒涂服帖",
    "facts": "清透防晒乳\n薄涂两遍，间隔 60 秒",
    "cta": "收藏这篇，明早照着做",
}


@pytest.fixture
def sample_book(cast):  # noqa: F811
    """The sample brand's book: personas, products, claims."""
    sample.plant(cast.owner, FOLDER)


@pytest.fixture
def piece_of(cast, sample_book):  # noqa: F811
    """Make a piece of a form with a brief."""

    def made(form="note", platform="xiaohongshu", brief=BRIEF, **more):
        return production.create_piece(
            actor=cast.editor, title="油皮防晒", platform=platform, form=form, brief=brief, **more
        )

    return made


@pytest.fixture
def model(cast, speaker):  # noqa: F811
    """The brand's own model on this machine, allowed to draft."""
    workspace.save_assistant(
        actor=cast.owner, url=speaker.url, model="small-1", key="sk-1234567890", uses=["content.draft"], monthly=10,
        active=True, seen=None,
    )  # fmt: skip
    return speaker
