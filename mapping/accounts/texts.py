"""Authored texts in several languages: JSON `{"ja": "…", "en": "…"}`."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


def in_language(texts: Mapping[str, str] | None, fallback: str, language: str | None = None) -> str:
    """The text in `language` (the active one by default), else in `fallback`, else any, else ''.

    `ja-easy` (plain Japanese) falls back to `ja` first.
    """
    if not texts:
        return ""
    wanted = (language or get_language() or fallback).lower()
    for code in (wanted, wanted.split("-")[0], fallback):
        if texts.get(code):
            return texts[code]
    return next((text for text in texts.values() if text), "")


def validate_texts(value: object) -> None:
    """Refuse anything that isn't a mapping of language codes to strings.

    Raises:
        ValidationError: the value isn't `{lang: text}`.
    """
    fine = isinstance(value, dict) and all(
        isinstance(code, str) and isinstance(text, str) for code, text in value.items()
    )
    if not fine:
        raise ValidationError(_('言語ごとの文字列（{"ja": "…"}）で入れてください。'))
