"""What people write: cleaned, measured and made searchable."""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext as _

from mapping.accounts.problems import bad_request

# C0 and C1 controls but line feed; marks that turn the direction of text; the byte order mark.
UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
SURROGATE = re.compile("[\ud800-\udfff]")
BLANK_LINES = re.compile(r"\n[ \u3000]*\n([ \u3000]*\n)+")
# More marks than any script needs on one letter ("zalgo") cover the lines above and below.
STACKED_MARKS = re.compile(
    "([\u0300-\u036f\u1ab0-\u1aff\u20d0-\u20ff]{4})[\u0300-\u036f\u1ab0-\u1aff\u20d0-\u20ff]+"
)


def clean_text(text: str) -> str:
    """The text in NFC, without controls, with at most one blank line in a row, trimmed.

    Raises:
        Problem: 400 for NUL and lone surrogates, which no honest phone sends.
    """
    if "\x00" in text or SURROGATE.search(text):
        raise bad_request("bad-text", _("使えない文字が入っています。"))
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    seen = STACKED_MARKS.sub(r"\1", unicodedata.normalize("NFC", UNSEEN.sub("", lines)))
    return BLANK_LINES.sub("\n\n", seen).strip()


def search_form(text: str) -> str:
    """What searching compares: NFKC, case folded, so that ﾊﾞｽ finds バス and ＢＵＳ finds bus."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
