"""Telephone numbers in templates."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from portal.practice.guidance import with_numbers

register = template.Library()


@register.filter
def dialled(sentence: str) -> SafeString:
    """The sentence, in which a tap on a number calls it."""
    parts = with_numbers(sentence)
    links = [
        format_html('<a href="tel:{}">{}</a>', part.dial, part.words) if part.dial else part.words for part in parts
    ]
    return format_html_join("", "{}", ((part,) for part in links))
