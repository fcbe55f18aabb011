"""`{% load catalogue %}`: the address of the words for scripts."""

from django import template
from django.urls import reverse
from django.utils.translation import get_language

from config.views import catalogue_version

register = template.Library()


@register.simple_tag
def catalogue_url() -> str:
    """Address of the script catalogue in the active language, immutable per version."""
    return reverse("javascript-catalog", args=[catalogue_version(), get_language() or "ja"])
