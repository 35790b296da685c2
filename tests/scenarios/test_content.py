"""C2: what is written is held against craft and law before it goes out."""

import pytest
from django.urls import reverse

from hongqiao.compliance.models import Check
from tests.cast import cast  # noqa: F401

pytestmark = pytest.mark.django_db


def test_c2b_a_superlative_is_stopped_with_the_article_of_law_and_passes_with_the_replacement(cast):  # noqa: F811
    writer, address = cast.client(cast.editor), reverse("content_check", args=["anlan"])
    draft = "油皮的夏天，这是最佳选择！质地清爽，成膜快，补涂方便。"
    page = writer.post(
        address, {"act": "check", "text": draft, "platform": "xiaohongshu"}, follow=True
    ).content.decode()
    assert "有 1 处须改，改好前不能发布" in page
    assert "广告法第九条第（三）项" in page
    assert 'value="优选"' in page
    held = Check.objects.get()
    chosen = {"act": "replace", "swap": ["0"], "instead.0": "优选"}
    page = writer.post(reverse("content_checked", args=["anlan", held.pk]), chosen, follow=True).content.decode()
    assert "这是优选选择" in page
    assert "没有发现问题" in page
