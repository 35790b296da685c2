"""What is counted in a sentence reads as every number of the house: with its thousands apart, one or many as before."""

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils import translation

from hongqiao.workspace import words

SAID = "{% load ui %}{% blocktrans count n=n %}{{ n }} 人{% plural %}{{ n }} 人{% endblocktrans %}"


def shown(text, **given):
    return Template(text).render(Context(given))


@pytest.mark.parametrize(
    ("n", "zh", "en"),
    [(0, "0 人", "0 people"), (1, "1 人", "1 person"), (999, "999 人", "999 people"),
     (1237, "1,237 人", "1,237 people"), (1234567, "1,234,567 人", "1,234,567 people")],
)  # fmt: skip
def test_a_count_has_its_thousands_apart_in_both_languages(n, zh, en):
    assert shown(SAID, n=n) == zh
    with translation.override("en"):
        assert shown(SAID, n=n) == en


def test_only_what_is_counted_is_touched():
    text = "{% load ui %}{% blocktrans with n=number %}工单 #{{ n }}{% endblocktrans %}"
    assert shown(text, number=12345) == "工单 #12345"
    kept = "{% load ui %}{% blocktrans asvar x count n=n %}{{ n }} 份{% plural %}{{ n }} 份{% endblocktrans %}{{ x }}"
    assert shown(kept + "{{ n }}", n=4000) == "4,000 份4000"
    with pytest.raises(TemplateSyntaxError):
        shown(SAID, n="many")


def test_counts_in_the_audit_are_written_the_same_way():
    assert "1,237 人" in words.say("audit", "person.tagged", {"tag": "老客", "count": 1237})
