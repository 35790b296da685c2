"""Both languages are complete, and what is compiled is what is written."""

import gettext
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
import catalogues  # noqa: E402


@pytest.fixture(scope="module")
def template():
    return catalogues.collect()


@pytest.mark.parametrize("language", ["zh_Hans", "en"])
def test_every_string_has_its_words_in_both_languages(template, language):
    assert catalogues.missing(catalogues.merged(language, template)) == []


@pytest.mark.parametrize("language", ["zh_Hans", "en"])
def test_the_compiled_catalogue_says_what_the_written_one_says(template, language):
    with (catalogues.LOCALE / language / "LC_MESSAGES" / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    written = catalogues.merged(language, template)
    for message in written:
        if message.id and isinstance(message.id, str):
            said = compiled.pgettext(message.context, message.id) if message.context else compiled.gettext(message.id)
            assert said == message.string


def test_english_screens_carry_no_chinese(template):
    allowed = {"虹桥", "简体中文", "抖音", "公众号", "小红书", "抖店", "B站"}
    allowed |= {"剪映", "folder 素材", "02-字幕.srt", "01-分镜表.xlsx"}  # a program, and files as the pack names them
    allowed |= {"“广告”", "“AI 生成”", "“人工智能生成”"}  # labels that the law wants in Chinese
    allowed |= {"【signature】", "【】", "or 退订"}  # the marks of a text message, and what its reader answers
    english = catalogues.merged("en", template)
    left = []
    for message in english:
        texts = [message.string] if isinstance(message.string, str) else list(message.string or [])
        for text in texts:
            bare = text
            for word in allowed:
                bare = bare.replace(word, "")
            if message.id and catalogues.CHINESE.search(bare):
                left.append(text)
    assert left == []
