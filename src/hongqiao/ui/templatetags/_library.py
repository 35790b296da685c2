"""The one tag library that the parts of `{% load ui %}` register on."""

from django.template import Library

register = Library()
