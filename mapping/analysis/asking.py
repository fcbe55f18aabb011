"""What every analysis request has in common: published voices only, one way of caching."""

from __future__ import annotations

import json
from typing import Any

from django.http.response import HttpResponseBase

from mapping.opinions.api import Inquiry, answered
from mapping.opinions.models import Basis
from mapping.opinions.querysets import OpinionQuerySet


class CountingInquiry(Inquiry):
    """A reader's choice of voices that are counted or given out.

    Only published voices are, whoever asks. The exact basis needs the right to see exact places
    and leaves a trace.
    """

    @property
    def opinions(self) -> OpinionQuerySet:
        """The published voices of the project that the filter lets through."""
        return super().opinions.published()

    def reply(self, data: dict[str, Any]) -> HttpResponseBase:
        """The reply with an ETag of its content, good for half a minute."""
        body = json.dumps(data, ensure_ascii=False)
        return answered(self.request, body, "application/json", self.basis == Basis.EXACT)
